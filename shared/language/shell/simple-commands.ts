import type { Command } from 'unbash';
import type { FilePlace } from '../../model.ts';
import { BUILTINS } from './builtins.ts';
import { callScript } from './called-scripts.ts';
import { callFunction } from './functions.ts';
import { expandGlobs } from './globs.ts';
import type { Shell } from './interpreter.ts';
import { outputOf } from './outputs.ts';
import { commandName, keepInvocation, runWrapped, toolCalled } from './programs.ts';
import { redirected } from './redirections.ts';
import { literalText, placeIn } from './source.ts';
import { emit, emitUnknown } from './streams.ts';
import { type Argument, writtenText } from './text.ts';
import { assign, assignmentWord, exportVariable } from './variables.ts';
import { expandWord } from './words.ts';

/** Runs a command with its assignments and redirections; an assignment alone. */
export function runCommand(command: Command, shell: Shell): void {
  if (command.redirects.length > 0) redirected(command.redirects, shell, () => runWords(command, shell));
  else runWords(command, shell);
}

function runWords(command: Command, shell: Shell): void {
  const assignments = command.prefix.filter((p) => p.type === 'Assignment');
  if (!command.name) {
    for (const assignment of assignments) assign(assignment, shell);
    return;
  }
  const words = wordsOf(command.name, command, shell);
  const place = placeIn(shell.source.source, command.pos);
  if (assignments.length === 0) {
    shell.call(words, place);
    return;
  }
  const { variables } = shell;
  shell.variables = new Map(variables);
  for (const assignment of assignments) {
    assign(assignment, shell);
    exportVariable(assignment.name, shell);
  }
  shell.call(words, place);
  shell.variables = variables;
}

/** Everything that the shell makes of a command's words. */
function wordsOf(name: NonNullable<Command['name']>, { args }: Command, shell: Shell): Argument[] {
  const words: Argument[] = expandWord(name, shell);
  const declares = /^(export|local|declare|readonly|typeset)$/.test(name.value);
  for (const word of args) {
    if (word.type === 'Word') words.push(...(declares && !word.parts ? expandWord(word, shell) : expandGlobs(word, shell)));
    else if (declares) {
      assign(word, shell);
      if (name.value !== 'local') exportVariable(word.name, shell);
    } else {
      const text = literalText(word.text, shell.source).length > 0 ? assignmentWord(word, shell) : [];
      words.push({ text, place: placeIn(shell.source.source, word.pos) });
    }
  }
  return words;
}

/** Runs a command whose words are known as far as they can be: a function, a tool that is kept, a builtin, a wrapper, a script, or a program whose output Git decides. */
export function callCommand(words: readonly Argument[], place: FilePlace, shell: Shell): void {
  const name = commandName(words[0]!.text);
  if (name === undefined) {
    emitUnknown(words, place, shell);
    return;
  }
  const rest = words.slice(1);
  const f = shell.functions.get(name);
  if (f) {
    callFunction(name, f, rest, shell);
    return;
  }
  const tool = toolCalled(name);
  if (tool) {
    keepInvocation(tool, rest, place, shell);
    emitUnknown(words, place, shell);
    return;
  }
  const builtin = BUILTINS.get(name);
  if (builtin) {
    builtin(rest, place, shell);
    return;
  }
  if (runWrapped(name, rest, place, shell)) return;
  if (writtenText(words[0]!.text).includes('/') && callScript(words, shell)) return;
  const output = outputOf(name, rest, shell, shell.streams.input);
  if (output === undefined) emitUnknown(words, place, shell);
  else if (output !== 'nothing') emit(output, shell);
}
