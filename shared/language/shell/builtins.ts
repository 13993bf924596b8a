import type { FilePlace } from '../../model.ts';
import { runEval, runShell, sourceScript } from './called-scripts.ts';
import type { Shell } from './interpreter.ts';
import { MOST_LINES } from './loops.ts';
import { findPaths, literalPaths } from './paths.ts';
import { scriptDirectories } from './script-files.ts';
import { type Argument, knownText, type Text } from './text.ts';
import { exportVariable, setVariable, splitAssignment, type Value } from './variables.ts';

type Builtin = (rest: readonly Argument[], place: FilePlace, shell: Shell) => void;

/** Commands of the shell itself that change what it knows; those that only print are with the programs. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['cd', changeDirectory],
  ['pushd', changeDirectory],
  ['export', declare],
  ['local', declare],
  ['declare', declare],
  ['readonly', declare],
  ['typeset', declare],
  ['unset', (rest, _, shell) => rest.forEach((argument) => void shell.variables.delete(knownText(argument.text) ?? ''))],
  ['read', read],
  ['mapfile', readLines],
  ['readarray', readLines],
  ['shift', shift],
  ['set', setPositional],
  ['exit', ends('exit')],
  ['return', ends('return')],
  ['break', ends('break')],
  ['continue', ends('continue')],
  ['source', source],
  ['.', source],
  ['eval', runEval],
  ['bash', runShell],
  ['sh', runShell],
  ['zsh', runShell],
]);

const NAME = /^[A-Za-z_]\w*$/;

function changeDirectory(rest: readonly Argument[], _: FilePlace, shell: Shell): void {
  const target = rest.find((a) => !knownText(a.text)?.startsWith('-'))?.text;
  if (!target) return;
  const known = knownText(target);
  const found = findPaths(target, shell, 'directory');
  const entered = found.length === 1 ? [found[0]!.path] : known === undefined ? [] : literalPaths(known, shell);
  if (entered.length === 0) return;
  // A reader of a document may be anywhere again by its next block.
  shell.directories = shell.commands.rank <= 2 ? [...new Set([...entered, ...scriptDirectories(shell.entry)])] : entered;
}

function declare(rest: readonly Argument[], _: FilePlace, shell: Shell): void {
  for (const { text } of rest) {
    const assigned = splitAssignment(text);
    const [first] = text;
    if (assigned) {
      const known = knownText(assigned.value);
      const unquoted: Text = known === undefined ? assigned.value : [known.replace(/^(['"])(.*)\1$/s, '$2')];
      setVariable(assigned.name, unquoted, shell);
      exportVariable(assigned.name, shell);
    } else if (typeof first === 'string' && text.length === 1) exportVariable(first, shell);
  }
}

function read(rest: readonly Argument[], place: FilePlace, shell: Shell): void {
  for (const { text } of rest) {
    const name = knownText(text);
    if (name !== undefined && NAME.test(name))
      setVariable(name, [{ written: `\${${name}}`, reason: 'the script asks for it', place, name, given: true }], shell);
  }
}

function readLines(rest: readonly Argument[], place: FilePlace, shell: Shell): void {
  const name = rest.map((a) => knownText(a.text)).findLast((t) => t !== undefined && NAME.test(t));
  if (name === undefined) return;
  const { input } = shell.streams;
  const text = input && knownText(input.text);
  const unknown: Value['items'] = [
    { text: [{ written: `\${${name}[@]}`, reason: 'only a run of the script says it', place, name }], place, many: true },
  ];
  const lines = text?.replace(/\n$/, '').split('\n').slice(0, MOST_LINES);
  shell.variables.set(name, { items: lines?.map((line) => ({ text: [line], place })) ?? unknown });
}

/** Words that stand for any number of arguments stay at the front for good. */
function shift(rest: readonly Argument[], _: FilePlace, shell: Shell): void {
  if (!shell.positional) return;
  const count = Number(knownText(rest[0]?.text ?? []) || 1) || 1;
  const unknown = shell.positional.findIndex((a) => a.many);
  shell.positional = shell.positional.slice(unknown < 0 ? count : Math.min(count, unknown));
}

function setPositional(rest: readonly Argument[], _: FilePlace, shell: Shell): void {
  const dashes = rest.findIndex((a) => knownText(a.text) === '--');
  if (dashes >= 0) shell.positional = [...rest.slice(dashes + 1)];
}

function source(rest: readonly Argument[], _: FilePlace, shell: Shell): void {
  if (rest[0]) sourceScript(rest[0].text, rest.slice(1), shell);
}

function ends(how: NonNullable<Shell['ended']>): Builtin {
  return (_rest, _place, shell) => {
    shell.ended = how;
  };
}
