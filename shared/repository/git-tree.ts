import { runGit } from './git-command.ts';
import { type GitDirectory, isShallow } from './git-directory.ts';
import { UnusableRepository } from './repository.ts';

/** One entry of a tree: its path below the root that was asked for. */
export interface GitEntry {
  path: string;
  kind: 'file' | 'link' | 'submodule';
  hash: string;
  /** Undefined where the object is not here. */
  size: number | undefined;
  /** The path is no UTF-8: what stands here is not its name. */
  garbled?: true;
}

/** A million files have paths for less than this. */
const LARGEST_LIST = 256 * 1024 * 1024;

/** Every file, link and submodule of a commit below the directory, in Git's order. Throws {@link UnusableRepository} where the commit or one of its trees is not here. */
export function listTree(git: GitDirectory, commit: string): GitEntry[] {
  const tree = git.prefix === '' ? commit : treeBelow(git, commit);
  if (tree === undefined) return [];
  const list = runGit(git, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree], { most: LARGEST_LIST });
  if (list.ok) return parse(list.output);
  const names = runGit(git, ['ls-tree', '-r', '-z', '--full-tree', tree], { most: LARGEST_LIST });
  if (!names.ok) throw absent(git, commit, list.problem);
  return withSizes(git, commit, tree, parse(names.output));
}

/** The tree of the part that is looked at; undefined where the commit has none there. */
function treeBelow(git: GitDirectory, commit: string): string | undefined {
  const found = runGit(git, ['ls-tree', '-z', '--full-tree', commit, '--', git.prefix]);
  if (!found.ok) throw absent(git, commit, found.problem);
  return /^040000 tree ([0-9a-f]+)\t/.exec(found.output.toString('latin1'))?.[1];
}

/** A partial clone fails to say the size of what it lacks: that is asked first. */
function withSizes(git: GitDirectory, commit: string, tree: string, entries: GitEntry[]): GitEntry[] {
  const objects = runGit(git, ['rev-list', '--objects', '--missing=print', tree], { most: LARGEST_LIST });
  if (!objects.ok) throw absent(git, commit, objects.problem);
  const missing = new Set(
    objects.output
      .toString('latin1')
      .match(/^\?[0-9a-f]+$/gm)
      ?.map((line) => line.slice(1)),
  );
  const here = [...new Set(entries.filter(({ kind, hash }) => kind !== 'submodule' && !missing.has(hash)).map(({ hash }) => hash))];
  const answer = runGit(git, ['cat-file', '--batch-check=%(objectname) %(objectsize)', '--buffer'], {
    input: `${here.join('\n')}\n`,
    most: LARGEST_LIST,
  });
  if (!answer.ok) throw absent(git, commit, answer.problem);
  const sizes = new Map<string, number>();
  for (const [, hash, size] of answer.output.toString('latin1').matchAll(/^([0-9a-f]+) (\d+)$/gm)) sizes.set(hash!, Number(size));
  return entries.map((entry) => ({ ...entry, size: sizes.get(entry.hash) }));
}

/** `<mode> <type> <hash>[ <size>]\t<path>\0`: https://git-scm.com/docs/git-ls-tree#_output_format */
function parse(output: Buffer): GitEntry[] {
  const entries: GitEntry[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    const tab = output.indexOf(9, start);
    const [mode, , hash, size] = output.toString('latin1', start, tab).split(/ +/);
    const path = output.toString('utf8', tab + 1, end);
    const garbled = path.includes('\ufffd') && !Buffer.from(path).equals(output.subarray(tab + 1, end));
    start = end + 1;
    entries.push({
      path,
      kind: mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file',
      hash: hash!,
      size: size === undefined || !/^\d+$/.test(size) ? undefined : Number(size),
      ...(garbled && { garbled }),
    });
  }
  return entries;
}

/** Why a commit cannot be read, and what brings it. */
function absent(git: GitDirectory, commit: string, problem: string): UnusableRepository {
  const advice = problem.includes('promisor remote')
    ? `This is a partial clone: \`git diff --stat ${commit} HEAD\` fetches what is missing.`
    : isShallow(git)
      ? `This clone is shallow: \`git fetch --depth=1 origin ${commit}\` brings the commit, \`git fetch --unshallow\` all of them.`
      : `\`git fetch origin ${commit}\` brings it where the remote repository has it.`;
  return new UnusableRepository(`commit ${commit} cannot be read, or not all of it is here (git: ${problem}). ${advice}`);
}
