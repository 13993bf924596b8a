import type { World } from '../../language/shell/world.ts';

/** A kind of file that holds command lines. Reading it is running it, as far as Git says what it does: what it calls about Cilium and Talos is kept in the world. */
export interface CommandReader {
  /** Names of which every file is opened. What has none of them is only read where discovery found a word of ours in it. */
  readonly names?: RegExp;
  /** True for a file of this kind. */
  reads(path: string, text: string): boolean;
  run(path: string, text: string, world: World): void;
}

/** The same for files that include one another: they are run together, after all others. */
export interface CommandReaderOfAll {
  readonly names: RegExp;
  runAll(paths: readonly string[], world: World): void;
}
