import { followLink, type TreeNode } from './git-links.ts';
import type { GitObjects } from './git-objects.ts';
import type { GitEntry } from './git-tree.ts';
import { NEVER } from './left-out.ts';
import type { RepositoryFile } from './repository.ts';
import { dirname } from './tree-repository.ts';

/** A path that is longer leads nowhere. */
const LONGEST_LINK = 4096;

/** Entries of one tree, those of its submodules included, and who reads which. */
export interface GitFiles {
  entries: readonly GitEntry[];
  objectsOf: ReadonlyMap<GitEntry, GitObjects>;
}

/** What a checkout of the entries lists: links with where they lead, and, unless it is to be `whole`, nothing in folders that never hold configuration. `prefix` as {@link followLink} has it. */
export function listFiles({ entries, objectsOf }: GitFiles, prefix: string, whole: boolean): RepositoryFile[] {
  const nodes = new Map<string, GitEntry | 'directory'>();
  for (const entry of entries) {
    for (let outer = dirname(entry.path); outer !== '' && !nodes.has(outer); outer = dirname(outer)) nodes.set(outer, 'directory');
    nodes.set(entry.path, entry);
  }
  const links = entries.filter((e) => e.kind === 'link');
  for (const objects of new Set(objectsOf.values())) objects.readAhead(links.filter((e) => objectsOf.get(e) === objects));
  const text = (entry: GitEntry, limit: number) =>
    entry.size !== undefined && entry.size > limit ? undefined : objectsOf.get(entry)!.read(entry).toString('utf8');
  const nodeAt = (path: string): TreeNode | undefined => {
    const node = nodes.get(path);
    if (node === undefined || node === 'directory') return node;
    return node.kind === 'file' ? 'file' : node.kind === 'submodule' ? 'directory' : { link: text(node, LONGEST_LINK) };
  };
  return entries.flatMap((entry): RepositoryFile[] => {
    if (
      entry.kind === 'submodule' ||
      (!whole &&
        dirname(entry.path)
          .split('/')
          .some((segment) => NEVER.has(segment)))
    )
      return [];
    if (entry.kind === 'file') return [{ path: entry.path, size: entry.garbled ? 0 : (entry.size ?? 0) }];
    const target = followLink(entry.path, prefix, nodeAt);
    return target === undefined ? [] : [{ path: entry.path, size: 0, target }];
  });
}
