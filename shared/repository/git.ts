import { realpathSync } from 'node:fs';
import { excludedIn } from './directory.ts';
import { runGit } from './git-command.ts';
import { findGitDirectory, type GitDirectory, isShallow } from './git-directory.ts';
import { followLink, type TreeNode } from './git-links.ts';
import { GitObjects } from './git-objects.ts';
import { type GitEntry, listTree } from './git-tree.ts';
import { type IgnoreRules, isIgnored, NEVER, withRules } from './left-out.ts';
import { LARGEST_FILE, type Repository, type RepositoryFile, UnusableRepository } from './repository.ts';
import { TreeRepository } from './tree-repository.ts';

/** A hash of SHA-1 or SHA-256, whole. */
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A path that is longer leads nowhere. */
const LONGEST_LINK = 4096;

/**
 * The files of a commit, read from Git's objects: what a clean checkout of it would hold below the directory, which may also be a bare repository.
 * Submodules are left out, and no filter runs (line ends, LFS). `commit` is a whole hash; {@link resolveRevision} makes one of what a person types.
 * Throws {@link UnusableRepository}, also later from `read` and `bytes`, where a part of the commit is not here: a file is never taken for absent.
 */
export function gitRepository(directory: string, commit: string): Repository {
  if (!HASH.test(commit))
    throw new UnusableRepository(`${commit} is no commit's hash: 40 or 64 lower-case hexadecimal digits are expected`);
  const git = findGitDirectory(directory);
  const tree = new Map<string, GitEntry>();
  for (const entry of listTree(git, commit)) if (!entry.path.split('/').some(isImpossible)) tree.set(entry.path, entry);
  const entries = [...tree.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const objects = new GitObjects(git, commit, entries);
  return new TreeRepository({
    list: () => list(entries, objects, git.prefix, excludedIn(realpathSync.native(directory))),
    bytes: (path, limit) => {
      const entry = tree.get(path)!;
      // Nobody can open such a file by the name that stands here.
      if (entry.garbled) throw Object.assign(new Error(), { code: 'ENOENT' });
      return entry.size !== undefined && entry.size > limit ? entry.size : objects.read(entry);
    },
  });
}

/** The hash of the commit that a person's word for it (branch, tag, `HEAD~1`, the beginning of a hash) names. Throws {@link UnusableRepository} that says what is wrong. */
export function resolveRevision(directory: string, text: string): string {
  const git = findGitDirectory(directory);
  const problem = (words: string) => new UnusableRepository(`no commit is named ${text} here${words}`);
  if (text === '') throw new UnusableRepository('a branch, a tag or a hash is expected, and nothing was named');
  if (text.startsWith('-') || /\p{Cc}/u.test(text)) throw problem('; name a branch, a tag or a hash');
  const object = parseRevision(git, text);
  if (object.hash === undefined) {
    if (isShallow(git))
      throw problem('; this clone is shallow: `git fetch --unshallow` brings all commits (with actions/checkout, `fetch-depth: 0`)');
    if (parseRevision(git, `refs/remotes/origin/${text}`).hash !== undefined) throw problem(`; did you mean origin/${text}?`);
    // Git's own words where a name is unknown say less.
    throw problem(
      object.problem === 'Needed a single revision' ? '; `git branch --all` and `git log` show what there is' : ` (git: ${object.problem})`,
    );
  }
  const commit = parseRevision(git, `${object.hash}^{commit}`);
  if (commit.hash === undefined) throw problem(` (git: ${commit.problem})`);
  return commit.hash;
}

/** True where not all files of the working tree are checked out. */
export function isSparseCheckout(directory: string): boolean {
  return (
    runGit(findGitDirectory(directory), ['config', '--type=bool', '--get', 'core.sparseCheckout']).output.toString('latin1').trim() ===
    'true'
  );
}

function parseRevision(git: GitDirectory, text: string): { hash: string | undefined; problem: string } {
  const { ok, output, problem } = runGit(git, ['rev-parse', '--verify', text]);
  const hash = output.toString('latin1').trim();
  return { hash: ok && HASH.test(hash) ? hash : undefined, problem };
}

/** Names that Git itself checks out nowhere. */
function isImpossible(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..' || segment.toLowerCase() === '.git';
}

function list(entries: readonly GitEntry[], objects: GitObjects, prefix: string, excluded: string): RepositoryFile[] {
  const nodes = new Map<string, GitEntry | 'directory'>();
  for (const entry of entries) {
    for (let outer = directoryOf(entry.path); outer !== '' && !nodes.has(outer); outer = directoryOf(outer)) nodes.set(outer, 'directory');
    nodes.set(entry.path, entry);
  }
  const rulesFiles = entries.filter((e) => e.kind === 'file' && /(^|\/)\.gitignore$/.test(e.path));
  objects.readAhead([...rulesFiles, ...entries.filter((e) => e.kind === 'link')]);
  const text = (entry: GitEntry, limit: number) =>
    entry.size !== undefined && entry.size > limit ? undefined : objects.read(entry).toString('utf8');
  const nodeAt = (path: string): TreeNode | undefined => {
    const node = nodes.get(path);
    if (node === undefined || node === 'directory') return node;
    return node.kind === 'file' ? 'file' : node.kind === 'submodule' ? 'directory' : { link: text(node, LONGEST_LINK) };
  };
  const own = new Map(rulesFiles.map((e) => [directoryOf(e.path), e]));
  const rulesOf = remember((directory: string): readonly IgnoreRules[] => {
    const outer = directory === '' ? withRules([], '', excluded) : rulesOf(directoryOf(directory));
    const file = own.get(directory);
    return file ? withRules(outer, directory, text(file, LARGEST_FILE) ?? '') : outer;
  });
  const isLeftOut = remember((directory: string): boolean => {
    if (directory === '') return false;
    const outer = directoryOf(directory);
    return isLeftOut(outer) || NEVER.has(directory.slice(directory.lastIndexOf('/') + 1)) || isIgnored(rulesOf(outer), `${directory}/`);
  });
  return entries.flatMap((entry): RepositoryFile[] => {
    const directory = directoryOf(entry.path);
    if (entry.kind === 'submodule' || isLeftOut(directory) || isIgnored(rulesOf(directory), entry.path)) return [];
    if (entry.kind === 'file') return [{ path: entry.path, size: entry.garbled ? 0 : (entry.size ?? 0) }];
    const target = followLink(entry.path, prefix, nodeAt);
    return target === undefined ? [] : [{ path: entry.path, size: 0, target }];
  });
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
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
