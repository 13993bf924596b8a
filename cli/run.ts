import { CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { Running } from './commands/running.ts';
import { createProgram } from './program.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** As package.json has it under `engines`. */
const OLDEST_NODE = 20;

/** Runs one command line and gives the exit code: 0 nothing at or above `--fail-on`, 1 something is, 2 could not run, 3 nothing to compare. Never throws. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const running: Running = { surroundings, exitCode: 0 };
  try {
    await createProgram(running).parseAsync(args, { from: 'user' });
    return running.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) surroundings.stderr(`cilium-align: ${message}\n`);
    else if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
      surroundings.stderr(`cilium-align: Node ${OLDEST_NODE} or newer is needed, and this is ${process.version}\n`);
    else {
      surroundings.stderr(
        `cilium-align: this is a bug of cilium-align ${packageJson.version}, please report it (npm bugs cilium-align): ${message.split('\n', 1)[0]}; CILIUM_ALIGN_DEBUG=1 shows where\n`,
      );
      if (surroundings.env.CILIUM_ALIGN_DEBUG === '1' && error instanceof Error) surroundings.stderr(`${error.stack}\n`);
    }
    return 2;
  }
}
