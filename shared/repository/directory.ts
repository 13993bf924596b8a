import { closeSync, existsSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { DEEPEST_SUBMODULE, findGitDirectory } from './git-directory.ts';
import { type Tracked, trackedIn } from './git-index.ts';
import { type IgnoreRules, isIgnored, NEVER, withRules } from './left-out.ts';
import type { Repository, RepositoryFile } from './repository.ts';
import { TreeRepository } from './tree-repository.ts';

/** Its size is looked up when somebody asks: most files are never opened. */
class DirectoryFile implements RepositoryFile {
  readonly path: string;
  readonly #root: string;
  #size: number | undefined;

  constructor(root: string, path: string) {
    this.#root = root;
    this.path = path;
  }

  get size(): number {
    this.#size ??= lstatSync(`${this.#root}/${this.path}`, { throwIfNoEntry: false })?.size ?? 0;
    return this.#size;
  }
}

/**
 * The working tree at a directory: what lies under it and Git would not ignore (`.gitignore` at every level, `.git/info/exclude`, and the index, for what Git tracks is not ignored; read without Git).
 * `inner` are folders in it that other repositories are checked out to, and no part of this one.
 * Throws the file system's error where the directory cannot be read.
 */
export function directoryRepository(root: string, ...inner: readonly (string | undefined)[]): Repository {
  return repositoryAt(root, (real) => {
    const rules = withRules([], '', excludedIn(real));
    return withTracked(real, list(real, rules)).filter(
      ({ path }) => !inner.some((folder) => folder !== undefined && path.startsWith(`${folder}/`)),
    );
  });
}

/** A fresh checkout at a directory, in which nobody works: whatever lies under it is in Git, also where a `.gitignore` names it. Throws where any of its directories cannot be read. */
export function checkoutRepository(root: string): Repository {
  return repositoryAt(root, (real) => list(real, undefined));
}

function repositoryAt(root: string, files: (real: string) => RepositoryFile[]): Repository {
  const real = realpathSync.native(root);
  // One buffer for all files: thousands of them would be the largest part of what a run keeps.
  let buffer = Buffer.allocUnsafeSlow(256 * 1024);
  const bufferOf = (size: number): Buffer => {
    if (buffer.length < size) buffer = Buffer.allocUnsafeSlow(Math.max(size, 2 * buffer.length));
    return buffer;
  };
  return new TreeRepository({
    list: () => files(real),
    bytes: (path, limit) => readBounded(`${real}/${path}`, limit, bufferOf),
  });
}

/** Without rules nothing is left out. */
function list(root: string, rules: readonly IgnoreRules[] | undefined): RepositoryFile[] {
  const files: RepositoryFile[] = [];
  walk(root, '', rules, files, true);
  return files;
}

const LARGEST_INDEX = 64 * 1024 * 1024;

/** With what a `.gitignore` names and Git tracks all the same, where it lies in the tree itself and not behind a link. */
function withTracked(root: string, files: RepositoryFile[]): RepositoryFile[] {
  const tracked = trackedBelow(root, 0);
  if (tracked.length === 0) return files;
  const listed = new Set(files.map(({ path }) => path));
  const added: RepositoryFile[] = [];
  for (const { path, kind } of tracked) {
    if (listed.has(path) || !isIn(root, path)) continue;
    listed.add(path);
    const found = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (kind === 'file' && found?.isFile()) added.push(new DirectoryFile(root, path));
    const target = kind === 'link' && found?.isSymbolicLink() ? targetOf(root, path) : undefined;
    if (target) added.push({ path, size: 0, target });
  }
  return added.length === 0 ? files : [...files, ...added];
}

/** What Git tracks below a directory, in submodules that are checked out as well. */
function trackedBelow(directory: string, depth: number): Tracked[] {
  try {
    const { path: git, prefix } = findGitDirectory(directory);
    const index = join(git, 'index');
    if ((lstatSync(index, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY) > LARGEST_INDEX) return [];
    const outer = prefix === '' ? '' : `${prefix}/`;
    const own = (trackedIn(readFileSync(index)) ?? []).flatMap((one) =>
      one.path.startsWith(outer) ? [{ ...one, path: one.path.slice(outer.length) }] : [],
    );
    const submodules = own.filter(
      ({ kind, path }) => kind === 'submodule' && depth < DEEPEST_SUBMODULE && existsSync(join(directory, path, '.git')),
    );
    const inner = submodules.flatMap(({ path }) =>
      trackedBelow(join(directory, path), depth + 1).map((one) => ({ ...one, path: `${path}/${one.path}` })),
    );
    return [...own, ...inner];
  } catch {
    return [];
  }
}

/** True for a path that leads to no folder which is never configuration, and through no link. */
function isIn(root: string, path: string): boolean {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || NEVER.has(segment))) return false;
  const directory = dirname(join(root, path));
  return lstatSync(directory, { throwIfNoEntry: false }) !== undefined && realpathSync.native(directory) === directory;
}

/** What a working tree's own `.git/info/exclude` says; '' where there is none. */
function excludedIn(root: string): string {
  return readText(join(root, '.git/info/exclude'));
}

function walk(root: string, directory: string, inherited: readonly IgnoreRules[] | undefined, files: RepositoryFile[], top: boolean): void {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(`${root}/${directory}`, { withFileTypes: true });
  } catch (error) {
    if (top || inherited === undefined) throw error;
    return;
  }
  let rules = inherited;
  if (inherited && entries.some((e) => e.name === '.gitignore' && e.isFile()))
    rules = withRules(inherited, directory, readText(join(root, directory, '.gitignore')));
  for (const entry of entries) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name === '.git' || (rules && (NEVER.has(entry.name) || isIgnored(rules, `${path}/`)))) continue;
      walk(root, path, rules, files, false);
    } else if (entry.isFile()) {
      // Of a submodule or a linked working tree.
      if (entry.name !== '.git' && !(rules && isIgnored(rules, path))) files.push(new DirectoryFile(root, path));
    } else if (entry.isSymbolicLink() && !(rules && isIgnored(rules, path))) {
      const target = targetOf(root, path);
      // Through a link to the root Argo CD finds values as well; commits that are read from Git's objects have none.
      if (target !== undefined && (target !== '' || rules === undefined)) files.push({ path, size: 0, target });
    }
  }
}

/** Where a link leads inside the root, '' for the root itself; undefined where it is broken or leaves the root. */
function targetOf(root: string, path: string): string | undefined {
  try {
    const target = relative(root, realpathSync.native(join(root, path)));
    return target === '..' || target.startsWith(`..${sep}`) ? undefined : target.split(sep).join('/');
  } catch {
    return undefined;
  }
}

/** One look at the size and one read, with nothing in between that could grow. */
function readBounded(path: string, limit: number, bufferOf: (size: number) => Buffer): Uint8Array | number {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > limit) return size;
    const bytes = bufferOf(size);
    return bytes.subarray(0, size === 0 ? 0 : readSync(file, bytes, 0, size, 0));
  } finally {
    closeSync(file);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
