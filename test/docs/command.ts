import { type Command, CommanderError } from 'commander';
import { createProgram } from '../../cli/program.ts';

/** What is wrong with a command that stands inside of a sentence: a command, an option, a value or an argument that the command line does not take. What stands for something (`PATH`, `[path]`, `error|note`) is taken as one. */
export function commandProblems(text: string): string[] {
  const said: string[] = [];
  const surroundings = { stdout: () => {}, stderr: () => {}, env: {}, isTerminal: false, isErrorTerminal: false, columns: 100 };
  const program = createProgram({ surroundings, exitCode: 0 });
  const parseOnly = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: (message) => said.push(message.trim()) });
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(parseOnly);
  };
  parseOnly(program);
  try {
    program.parse(wordsOf(text), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0 && said.length === 0) said.push(error.message);
  }
  return said;
}

function wordsOf(text: string): string[] {
  const [call = ''] = text.replace(/^(?:npx )?cilium-align(?:@\S+)?\s*/, '').split(/\s[>|]\s/);
  return call
    .split(/\s+/)
    .map((word) => word.replace(/^\[(.*)\]$/, '$1').replace(/\|.*$/, ''))
    .filter((word) => word !== '' && word !== '…');
}
