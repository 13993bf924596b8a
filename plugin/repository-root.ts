import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { plainText } from '../shared/report/escape.ts';

/** Where Argo CD's plugin server unpacks what it was sent, a folder for each request below it. */
const WORK_DIRECTORY = '_cmp_server';

/**
 * The root of the repository that Argo CD handed over, or why it cannot be told. It is certain: the source's path below it is the working directory,
 * and Argo CD's own folder or Git's stands where it must.
 */
export function findRepositoryRoot(
  workingDirectory: string,
  sourcePath: string | undefined,
): { root: string } | { problem: string; todo: string } {
  if (sourcePath === undefined || sourcePath === '')
    return {
      problem: 'Its source has no path: the plugin must stand on a Git repository, and was given a chart or nothing.',
      todo: 'Write `path:` beside `plugin:`, the folder of any file of the repository with the values (`.` is its root), and no `chart:`.',
    };
  const cwd = realpathSync(workingDirectory);
  // The outermost: a folder in the repository can look like a root of its own, by its name, a submodule or a link.
  let root: string | undefined;
  for (let above = cwd; ; above = dirname(above)) {
    if (isRoot(above) && leadsTo(above, sourcePath, cwd)) root = above;
    if (above === dirname(above)) break;
  }
  if (root !== undefined) return { root };
  return {
    problem: `Argo CD handed over a part of the repository only: ${plainText(sourcePath, 80)} does not lead from its root to the working directory.`,
    todo: `The repo-server runs with --plugin-use-manifest-generate-paths, and the annotation argocd.argoproj.io/manifest-generate-paths keeps files back. Name \`/\` there (or every folder of Talos, the bootstrap, the Application and the values, so that what they have in common is the root), or remove the annotation.`,
  };
}

function isRoot(directory: string): boolean {
  return basename(dirname(directory)) === WORK_DIRECTORY || existsSync(join(directory, '.git'));
}

/** Whether the path, links on the way followed, is the working directory. */
function leadsTo(root: string, path: string, cwd: string): boolean {
  try {
    const end = realpathSync(join(root, ...path.split('/')));
    return end === cwd && (end === root || end.startsWith(`${root}${sep}`));
  } catch {
    return false;
  }
}
