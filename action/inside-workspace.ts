import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { InputName } from './inputs.ts';
import { ActionProblem } from './problem.ts';

/**
 * The folder that an input names, with its links followed as far as it is there. Throws {@link ActionProblem} where it lies outside of the
 * workspace: a pull request may hold a link that leads there, and what it shows would be the machine's.
 */
export function insideWorkspace(workspace: string, path: string, input: InputName): string {
  const root = realPath(workspace);
  const folder = realPath(resolve(workspace, path));
  if (folder !== root && !folder.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new ActionProblem(`input ${input}: ${path} leads out of the workspace; name a folder inside it, without links that leave it`);
  return folder;
}

/** A path with its links followed: what is not there has none of its own, but the folders above it may be some. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : join(realPath(above), path.slice(above.length));
}
