import { followLink, type TreeNode } from './git-links.ts';
import type { GitObjects } from './git-objects.ts';
import type { GitEntry } from './git-tree.ts';
import { type IgnoreRules, isIgnored, NEVER, withRules } from './left-out.ts';
import { LARGEST_FILE, type RepositoryFile } from './repository.ts';
import { dirname } from './tree-repository.ts';

/** A path that is longer leads nowhere. */
const LONGEST_LINK = 4096;

/** Entries of one tree, those of its submodules included, and who reads which. */
export interface GitFiles {
  entries: readonly GitEntry[];
  objectsOf: ReadonlyMap<GitEntry, GitObjects>;
}

/** What a checkout of the entries lists: links with where they lead, without what `.gitignore` files (and `excluded`, the outermost rules) keep out; all of them where there are no such rules. `prefix` as {@link followLink} has it. */
export function listFiles({ entries, objectsOf }: GitFiles, prefix: string, excluded: string | undefined): RepositoryFile[] {
  const nodes = new Map<string, GitEntry | 'directory'>();
  for (const entry of entries) {
    for (let outer = dirname(entry.path); outer !== '' && !nodes.has(outer); outer = dirname(outer)) nodes.set(outer, 'directory');
    nodes.set(entry.path, entry);
  }
  const rulesFiles = entries.filter((e) => excluded !== undefined && e.kind === 'file' && /(^|\/)\.gitignore$/.test(e.path));
  const early = [...rulesFiles, ...entries.filter((e) => e.kind === 'link')];
  for (const objects of new Set(objectsOf.values())) objects.readAhead(early.filter((e) => objectsOf.get(e) === objects));
  const text = (entry: GitEntry, limit: number) =>
    entry.size !== undefined && entry.size > limit ? undefined : objectsOf.get(entry)!.read(entry).toString('utf8');
  const nodeAt = (path: string): TreeNode | undefined => {
    const node = nodes.get(path);
    if (node === undefined || node === 'directory') return node;
    return node.kind === 'file' ? 'file' : node.kind === 'submodule' ? 'directory' : { link: text(node, LONGEST_LINK) };
  };
  const own = new Map(rulesFiles.map((e) => [dirname(e.path), e]));
  const rulesOf = remember((directory: string): readonly IgnoreRules[] => {
    if (excluded === undefined) return [];
    const outer = directory === '' ? withRules([], '', excluded) : rulesOf(dirname(directory));
    const file = own.get(directory);
    return file ? withRules(outer, directory, text(file, LARGEST_FILE) ?? '') : outer;
  });
  const isLeftOut = remember((directory: string): boolean => {
    if (directory === '' || excluded === undefined) return false;
    const outer = dirname(directory);
    return isLeftOut(outer) || NEVER.has(directory.slice(directory.lastIndexOf('/') + 1)) || isIgnored(rulesOf(outer), `${directory}/`);
  });
  return entries.flatMap((entry): RepositoryFile[] => {
    const directory = dirname(entry.path);
    if (entry.kind === 'submodule' || isLeftOut(directory) || isIgnored(rulesOf(directory), entry.path)) return [];
    if (entry.kind === 'file') return [{ path: entry.path, size: entry.garbled ? 0 : (entry.size ?? 0) }];
    const target = followLink(entry.path, prefix, nodeAt);
    return target === undefined ? [] : [{ path: entry.path, size: 0, target }];
  });
}

function remember<T>(work: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    let value = known.get(path);
    if (value === undefined) {
      value = work(path);
      known.set(path, value);
    }
    return value;
  };
}
