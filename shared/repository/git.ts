import { realpathSync } from 'node:fs';
import { runGit } from './git-command.ts';
import { DEEPEST_SUBMODULE, findGitDirectory, findSubmodule, type GitDirectory, isShallow } from './git-directory.ts';
import { type GitFiles, listFiles } from './git-files.ts';
import { GitObjects } from './git-objects.ts';
import { type GitEntry, listTree } from './git-tree.ts';
import { type Repository, UnusableRepository } from './repository.ts';
import { TreeRepository } from './tree-repository.ts';

/** A hash of SHA-1 or SHA-256, whole. */
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The files of a commit, read from Git's objects: what a clean checkout of it would hold below the directory, which may also be a bare repository.
 * A submodule is read where the working tree at the directory has it checked out, at the commit that this one records. No filter runs (line ends, LFS).
 * `commit` is a whole hash; {@link resolveRevision} makes one of what a person types.
 * `whole`: with folders that never hold configuration.
 * Throws {@link UnusableRepository}, also later from `read` and `bytes`, where a part of the commit is not here: a file is never taken for absent.
 */
export function gitRepository(directory: string, commit: string, { whole = false } = {}): Repository {
  if (!HASH.test(commit))
    throw new UnusableRepository(`${commit} is no commit's hash: 40 or 64 lower-case hexadecimal digits are expected`);
  const git = findGitDirectory(directory);
  const root = realpathSync.native(directory);
  const files = readTree(git, commit, root, '');
  const byPath = new Map(files.entries.map((entry) => [entry.path, entry]));
  return new TreeRepository({
    list: () => listFiles(files, git.prefix, whole),
    bytes: (path, limit) => {
      const entry = byPath.get(path)!;
      // Nobody can open such a file by the name that stands here.
      if (entry.garbled) throw Object.assign(new Error(), { code: 'ENOENT' });
      return entry.size !== undefined && entry.size > limit ? entry.size : files.objectsOf.get(entry)!.read(entry);
    },
  });
}

function readTree(git: GitDirectory, commit: string, root: string, outer: string, depth = 0): GitFiles {
  const tree = new Map<string, GitEntry>();
  for (const entry of listTree(git, commit)) {
    if (entry.path.split('/').some(isImpossible)) continue;
    const path = outer === '' ? entry.path : `${outer}/${entry.path}`;
    tree.set(path, { ...entry, path });
  }
  const own = [...tree.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const objects = new GitObjects(git, commit, own);
  const entries: GitEntry[] = [...own];
  const objectsOf = new Map(own.map((entry) => [entry, objects]));
  for (const { kind, path, hash } of depth < DEEPEST_SUBMODULE ? own : []) {
    const inner = kind === 'submodule' ? findSubmodule(git, root, path) : undefined;
    if (inner === undefined) continue;
    const files = within(path, () => readTree(inner, hash, root, path, depth + 1));
    entries.push(...files.entries);
    for (const [entry, reader] of files.objectsOf) objectsOf.set(entry, reader);
  }
  return { entries, objectsOf };
}

function within<T>(submodule: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnusableRepository ? new UnusableRepository(`submodule ${submodule}: ${error.message}`) : error;
  }
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
