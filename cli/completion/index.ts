import type { CommandPage } from '../command-page.ts';
import { bashCompletion } from './bash.ts';
import { completedProgram } from './completed.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** A shell that can complete this command line. */
export type Shell = keyof typeof scripts;

/** The script that makes a shell complete the program. It holds every name, so that nothing is started while somebody types. */
export function completionScript(shell: Shell, program: CommandPage): string {
  return scripts[shell](completedProgram(program));
}
