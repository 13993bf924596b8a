import { existsSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { git, NOT_EMBEDDED } from './git.ts';
import { realPath } from './inside-workspace.ts';
import type { Surroundings } from './surroundings.ts';

/** The root of the checkout that a folder lies in, else the one that the workspace is; undefined where there is none. */
export async function checkoutOf(folder: string, workspace: string, env: Surroundings['env']): Promise<string | undefined> {
  for (const directory of [folder, workspace]) {
    if (!existsSync(directory)) continue;
    const { ok, out } = await git(directory, ['rev-parse', '--show-toplevel'], env, {
      ceiling: dirname(realPath(workspace)),
      config: NOT_EMBEDDED,
    });
    if (ok && out !== '') return realPath(out);
  }
  return undefined;
}

/** The path of a folder below another one with forward slashes; '' where it is not below it. */
export function folderBelow(root: string, folder: string): string {
  const path = slashes(relative(root, folder));
  return path === '..' || path.startsWith('../') ? '' : path;
}

/** True for a folder of the disk, links followed. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A path of this machine with forward slashes. */
export function slashes(path: string): string {
  return path.split(sep).join('/');
}
