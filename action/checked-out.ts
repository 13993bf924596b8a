import { lstatSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { directoryRepository } from '../shared/repository/directory.ts';
import type { Repository } from '../shared/repository/repository.ts';
import type { ComparedOptions } from './base.ts';
import { isDirectory, slashes } from './checkout.ts';
import { ActionProblem } from './problem.ts';
import { withFiles } from './with-files.ts';

/** The files that are checked out. Throws {@link ActionProblem} where nothing is. */
export async function checkedOut(options: ComparedOptions): Promise<Repository> {
  const { folder, prefix, commits, inputs } = options;
  if (!isDirectory(folder))
    throw new ActionProblem(
      `input path: there is no folder ${inputs.path} in the workspace; check the repository out first, and name a folder of it`,
    );
  const sha = await commits.head();
  const isSparse = await commits.isSparse();
  const tracked = sha !== undefined && (isSparse || (await commits.has(sha))) ? await commits.files(sha, prefix) : undefined;
  const head = filesIn(folder, otherCheckouts(options), tracked && 'files' in tracked ? tracked.files : undefined, isSparse);
  if (head.files.length === 0)
    throw new ActionProblem(
      `there is nothing in ${inputs.path === '.' ? 'the workspace' : inputs.path}; check the repository out first:\n  - uses: actions/checkout@v7`,
    );
  return head;
}

/** A working tree: what lies there and is not ignored, and what is tracked though it is ignored; all that is tracked where it is sparse. */
function filesIn(folder: string, others: readonly string[], tracked: Repository | undefined, isSparse: boolean): Repository {
  if (tracked !== undefined && isSparse) return tracked;
  const listed = directoryRepository(folder, ...others);
  return tracked === undefined ? listed : withFiles(listed, tracked, (path) => isThere(join(folder, path)));
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder on the way may have become a file.
    return false;
  }
}

/** Folders that hold another checkout, below the one that is compared. */
function otherCheckouts({ folder, workspace, inputs }: ComparedOptions): string[] {
  const paths = [inputs.others.bootstrap?.path, inputs.others.argocd?.path, inputs.base].filter((path) => path !== undefined);
  return paths
    .map((path) => resolve(workspace, path))
    .filter(isDirectory)
    .map((path) => slashes(relative(folder, realpathSync(path))))
    .filter((path) => path !== '' && path !== '..' && !path.startsWith('../'));
}
