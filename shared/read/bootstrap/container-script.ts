import type { Tree } from '../../model.ts';
import type { Word } from './cilium-install-flags.ts';

/** The `cilium` commands of a container that runs a shell script, without the program's name; undefined where it runs none. */
export function containerScript(_container: Tree): Word[][] | undefined {
  return undefined;
}
