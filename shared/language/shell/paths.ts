import type { Opaque, SourceText } from '../../model.ts';
import { pathIn } from '../../place.ts';
import { directoryBeside, fileBeside, pathBeside } from '../../repository/hosted-path.ts';
import type { Repository } from '../../repository/repository.ts';
import { join, normalize } from '../../repository/tree-repository.ts';
import { knownText, possibleTexts, ROOT, type Text, type Unknown, writtenText } from './text.ts';

/** Where relative paths of a command may start: likelier directories first. */
export interface WorkingDirectory {
  repository: Repository;
  directories: readonly string[];
  /** Files that earlier commands wrote, by {@link pathKey}. */
  written: Map<string, SourceText | Opaque>;
}

/** A path of the repository that a text names. */
export interface FoundPath {
  path: string;
  /** What stands for the unknowns in the text, where only that leads to a path. */
  filled: { unknown: Unknown; value: string }[];
  /** Set where the path is not literally the one that is written; completes "read from X: …". */
  why?: string;
}

const MOST_PATHS = 24;

/**
 * The files or directories of the repository that a path on a command line names. An unknown in the middle stands for every name that fits;
 * an unknown at the start (`$REPO`, `~`) for whatever directory makes the rest a path of the repository.
 */
export function findPaths(text: Text, from: WorkingDirectory, kind: 'file' | 'directory'): FoundPath[] {
  const known = knownText(text);
  if (known !== undefined) return findKnown(known, from, kind);
  const possible = possibleTexts(text);
  if (possible.length > 0) {
    const unknown = text.find((p) => typeof p !== 'string') as Unknown;
    return possible
      .flatMap((path) => findKnown(path, from, kind).map((found) => ({ ...found, filled: [{ unknown, value: path }] })))
      .slice(0, MOST_PATHS);
  }
  const [first, ...rest] = text;
  if (typeof first !== 'string' && first !== undefined) {
    const literal = knownText(rest);
    if (literal !== undefined) return literal.startsWith('/') ? findBehindUnknown(literal, from, kind) : [];
    if (typeof rest[0] !== 'string' || !rest[0].startsWith('/')) return [];
    for (const suffix of suffixes(rest[0])) {
      const found = fill([`${ROOT}/${suffix}${rest[0].endsWith('/') ? '/' : ''}`, ...rest.slice(1)], from, kind);
      if (found.length > 0) return found;
    }
    return [];
  }
  return fill(text, from, kind);
}

function findKnown(path: string, from: WorkingDirectory, kind: 'file' | 'directory'): FoundPath[] {
  if (/^(?:(?:git::)?[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i.test(path)) {
    const own = (kind === 'file' ? fileBeside : directoryBeside)(path, from.repository);
    return own === undefined
      ? []
      : [{ path: own, filled: [], why: `${path.replace(/\/\/[^@/]*@/, '//')} is of ${from.repository.beside!.name}` }];
  }
  for (const candidate of literalPaths(path, from)) {
    if (exists(candidate, from.repository, kind)) return [{ path: candidate, filled: [] }];
  }
  if (path.startsWith('/')) {
    for (const suffix of suffixes(path)) {
      if (suffix.includes('/') && exists(suffix, from.repository, kind))
        return [{ path: suffix, filled: [], why: `${path} is taken as a path of this repository` }];
    }
  }
  const beside = from.repository.beside && leavesRepository(path, from) ? pathBeside(path, from.repository, kind) : undefined;
  return beside === undefined ? [] : [{ path: beside, filled: [], why: `${path} is taken as a path of ${from.repository.beside!.name}` }];
}

function leavesRepository(path: string, { directories }: WorkingDirectory): boolean {
  if (path.startsWith(ROOT)) return normalize(path.slice(1)) === undefined;
  return path.startsWith('/') || directories.some((directory) => join(directory, path) === undefined);
}

/** Every path of the repository that a known text may mean, whether or not it exists. */
export function literalPaths(path: string, from: WorkingDirectory): string[] {
  if (path.startsWith(ROOT)) {
    const inside = normalize(path.slice(1));
    return inside === undefined ? [] : [inside];
  }
  if (path.startsWith('/')) return [];
  const paths = from.directories.map((directory) => join(directory, path)).filter((p): p is string => p !== undefined);
  return [...new Set(paths)];
}

/** `$X/a/b`: `a/b` from the root; else, below the unknown, the one path that ends so. */
function findBehindUnknown(rest: string, from: WorkingDirectory, kind: 'file' | 'directory'): FoundPath[] {
  for (const suffix of suffixes(rest)) {
    if (exists(suffix, from.repository, kind)) return [{ path: suffix, filled: [] }];
  }
  const { beside } = from.repository;
  if (beside)
    for (const suffix of suffixes(rest))
      if (suffix.includes('/') && exists(suffix, beside.repository, kind))
        return [{ path: pathIn(beside.name, suffix), filled: [], why: `it is a path of ${beside.name}` }];
  const end = normalize(rest);
  if (!end?.includes('/')) return [];
  const matches = new Set<string>();
  for (const file of from.repository.files) {
    if (kind === 'file') {
      if (file.path.endsWith(`/${end}`)) matches.add(file.path);
    } else {
      const at = file.path.indexOf(`/${end}/`);
      if (at >= 0) matches.add(file.path.slice(0, at + 1 + end.length));
    }
  }
  return matches.size === 1 ? [{ path: [...matches][0]!, filled: [], why: `it is the only path that ends in /${end}` }] : [];
}

/** The path without its first directories, longest first; never nothing. */
function suffixes(path: string): string[] {
  const segments = (normalize(path) ?? '').split('/').filter((s) => s !== '');
  return segments.map((_, i) => segments.slice(i).join('/'));
}

/** Paths that fit a text with unknowns between known pieces. */
function fill(text: Text, from: WorkingDirectory, kind: 'file' | 'directory'): FoundPath[] {
  if (typeof text[0] !== 'string') return [];
  const bases = text[0].startsWith(ROOT) ? [''] : text[0].startsWith('/') ? [] : from.directories;
  const unknowns = text.filter((p): p is Unknown => typeof p !== 'string');
  if (unknowns.length > 3) return [];
  for (const base of bases) {
    // A control character that no path has stands for the unknown while dots and slashes are resolved.
    const whole = text.map((p) => (typeof p === 'string' ? p.replace(ROOT, '') : '\u0001')).join('');
    const path = join(base, whole);
    if (path === undefined) continue;
    const pattern = new RegExp(
      `^${path
        .split('\u0001')
        .map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('([^/]+)')}${kind === 'directory' ? '(?=/)' : '$'}`,
    );
    const found = new Map<string, FoundPath>();
    for (const file of from.repository.files) {
      const match = pattern.exec(file.path);
      if (!match || found.has(match[0])) continue;
      found.set(match[0], { path: match[0], filled: unknowns.map((unknown, i) => ({ unknown, value: match[i + 1]! })) });
      if (found.size >= MOST_PATHS) break;
    }
    if (found.size > 0) return [...found.values()];
  }
  return [];
}

function exists(path: string, repository: Repository, kind: 'file' | 'directory'): boolean {
  return kind === 'file' ? repository.file(path) !== undefined : repository.isDirectory(path);
}

/** The name under which a file written by a command is kept. */
export function pathKey(text: Text, from: WorkingDirectory): string {
  const known = knownText(text);
  if (known === undefined) {
    const unknown = text.find((p) => typeof p !== 'string') as Unknown;
    return `${unknown.place.line}:${unknown.place.column}:${writtenText(text)}`;
  }
  return known.startsWith('/') ? known : (literalPaths(known, from)[0] ?? known);
}
