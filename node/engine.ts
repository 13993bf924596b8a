import { mkdirSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

/** Flags by the engine that they were measured on. A run is over before most optimised code has paid for its compilation, so that only what is hot for long is worth it; and nobody waits between two lines, so that memory is marked when it must be and not ahead of time. */
const SHORT_RUN: Record<string, string[]> = {
  // Node 20
  '11': ['--no-incremental-marking', '--interrupt-budget=4000000'],
  // Node 22
  '12': ['--no-incremental-marking', '--invocation-count-for-turbofan=100000', '--invocation-count-for-osr=20000'],
  // Node 24
  '13': [
    '--no-incremental-marking',
    '--invocation-count-for-maglev=20000',
    '--invocation-count-for-turbofan=100000',
    '--invocation-count-for-osr=20000',
    '--invocation-count-for-maglev-osr=5000',
  ],
};

/**
 * Suits the engine to a short run, before anything else is loaded; an engine that is not known runs as it is.
 * `again`: there will be another run on this machine, for which compiled code is kept as Node does it (from 22.8), in the directory for temporary files.
 */
export function tuneEngine(again: boolean): void {
  for (const flag of SHORT_RUN[process.versions.v8.split('.')[0]!] ?? []) setFlagsFromString(flag);
  if (!again || !module.enableCompileCache || !canKeep()) return;
  const { ENABLED, ALREADY_ENABLED } = module.constants.compileCacheStatus;
  // Code is kept as it is when it is loaded: a function that was left for its first call would be compiled again in every run.
  if ([ENABLED, ALREADY_ENABLED].includes(module.enableCompileCache().status)) setFlagsFromString('--no-lazy');
}

/** Whether there is a place for compiled code. Node itself never ends where the directory for temporary files is one in which nothing can be made, as in /proc. */
function canKeep(): boolean {
  if (process.env.NODE_COMPILE_CACHE) return true;
  try {
    mkdirSync(join(tmpdir(), 'node-compile-cache'));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
}
