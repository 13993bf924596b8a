import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { UnusableRepository } from './repository.ts';

/** Submodules of submodules end here. */
export const DEEPEST_SUBMODULE = 8;

/** Where Git keeps a repository, and which part of its tree a directory shows. */
export interface GitDirectory {
  /** The directory with `HEAD` in it. */
  path: string;
  /** Of the directory that was asked for, below the root of its working tree, with forward slashes; '' for the root, and for a bare repository. */
  prefix: string;
}

/**
 * Finds the repository that a directory belongs to: a working tree or a directory in one, a linked working tree, a bare repository.
 * The files of a working tree may be those of a bare repository, which somebody made up: one is believed only where no working tree is around it.
 * Looked up here and not by Git, because Git refuses a repository that another user owns (`safe.directory`), as a checkout in a container often is.
 * Nothing that is asked of it runs what its configuration names.
 */
export function findGitDirectory(directory: string): GitDirectory {
  const start = realDirectory(directory);
  // Its own folder of that name is the one thing that Git never tracks.
  if (basename(start) === '.git' && isGitDirectory(start)) return { path: start, prefix: '' };
  for (let root = start; ; root = dirname(root)) {
    const path = gitDirectoryIn(root);
    if (path !== undefined) return { path, prefix: relative(root, start).split(sep).join('/') };
    if (dirname(root) === root) break;
  }
  if (isGitDirectory(start)) return { path: start, prefix: '' };
  throw new UnusableRepository(`${directory} is not in a Git repository`);
}

function realDirectory(directory: string): string {
  try {
    const path = realpathSync.native(directory);
    if (statSync(path).isDirectory()) return path;
  } catch (error) {
    throw new UnusableRepository(`cannot read the folder ${directory} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  throw new UnusableRepository(`${directory} is a file; a folder of a Git repository is expected`);
}

/** https://git-scm.com/docs/gitrepository-layout: `.git` is a directory, or a file that names one. */
function gitDirectoryIn(root: string): string | undefined {
  const path = join(root, '.git');
  if (isGitDirectory(path)) return path;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const named = namedBy(text);
  if (named === undefined) return undefined;
  const target = resolve(root, named);
  if (isGitDirectory(target)) return target;
  throw new UnusableRepository(`${path} names the repository ${target}, and there is none`);
}

function isGitDirectory(path: string): boolean {
  return existsSync(join(path, 'HEAD')) && (existsSync(join(path, 'objects')) || existsSync(join(path, 'commondir')));
}

/**
 * The repository of a submodule that the working tree at `root` has checked out at a path; undefined where it has not.
 * Only one that Git keeps inside the outer repository: what else lies in that folder is another checkout, and none of its business.
 */
export function findSubmodule(git: GitDirectory, root: string, path: string): GitDirectory | undefined {
  const folder = join(root, path);
  let text: string;
  try {
    if (realpathSync.native(folder) !== folder) return undefined;
    text = readFileSync(join(folder, '.git'), 'utf8');
  } catch {
    return undefined;
  }
  const named = namedBy(text);
  const target = named === undefined ? undefined : resolve(folder, named);
  if (target === undefined || !isGitDirectory(target)) return undefined;
  const modules = [git.path, commonOf(git)].map((outer) => join(realpathSync.native(outer), 'modules') + sep);
  return modules.some((inside) => realpathSync.native(target).startsWith(inside)) ? { path: target, prefix: '' } : undefined;
}

/** True for a clone that holds only the newest part of the history. */
export function isShallow(git: GitDirectory): boolean {
  return existsSync(join(commonOf(git), 'shallow'));
}

/** Where the objects are: of a linked working tree, the repository that it belongs to. */
function commonOf({ path }: GitDirectory): string {
  try {
    return resolve(path, readFileSync(join(path, 'commondir'), 'utf8').trim());
  } catch {
    return path;
  }
}

/** What a `.git` file says. */
function namedBy(text: string): string | undefined {
  return /^gitdir: (.+?)[\r\n]*$/.exec(text)?.[1];
}
