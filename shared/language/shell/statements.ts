import type { Command, CompoundList, Coproc, Function as FunctionNode, Statement } from 'unbash';
import { runAndOr, runCase, runIf } from './conditionals.ts';
import type { Shell } from './interpreter.ts';
import { runFor, runUncounted, runWhile } from './loops.ts';
import { redirected, sinkOf } from './redirections.ts';
import { runCommand } from './simple-commands.ts';
import { literalText, placeIn } from './source.ts';
import { joinOutputs } from './streams.ts';
import type { Argument } from './text.ts';

/** Everything in a script that can be run. */
export type Runnable = Statement['command'] | FunctionNode['body'] | FunctionNode | CompoundList | Coproc['body'];

/** Runs one statement, whatever its kind. */
export function runStatement(node: Runnable, shell: Shell): void {
  switch (node.type) {
    case 'CompoundList':
      shell.statements(node.commands);
      return;
    case 'Command':
      runCommand(node, shell);
      return;
    case 'AndOr':
      runAndOr(node, shell);
      return;
    case 'Pipeline':
      runPipeline(node.commands, shell);
      return;
    case 'If':
      runIf(node, shell);
      return;
    case 'For':
    case 'Select':
      runFor(node.name.value, node.wordlist, node.body, shell);
      return;
    case 'While':
      runWhile(node.clause, node.body, shell);
      return;
    case 'ArithmeticFor':
      runUncounted(node.body, shell);
      return;
    case 'Case':
      runCase(node, shell);
      return;
    case 'Subshell':
      shell.branch().statements(node.body.commands);
      return;
    case 'BraceGroup':
      shell.statements(node.body.commands);
      return;
    case 'Redirected':
      redirected(node.redirects, shell, () => shell.statement(node.command));
      return;
    case 'Function':
      shell.functions.set(node.name.value, { node, source: shell.source, called: false });
      return;
    case 'Coproc':
      shell.statement(node.body);
      return;
    case 'TestCommand':
    case 'ArithmeticCommand':
      return;
  }
}

/** No pipe that people write is longer. */
const MOST_CONSUMERS = 50;

/** Each command of a pipe runs in a branch, and reads what the one before it prints. */
function runPipeline(commands: readonly Statement['command'][], shell: Shell): void {
  if (commands.length < 2) {
    // A script that ends after `!` has none.
    if (commands[0]) shell.statement(commands[0]);
    return;
  }
  const lines = commands.map((c) => (c.type === 'Command' ? literalWords(c, shell) : []));
  const last = commands.at(-1)!;
  const redirects = last.type === 'Command' || last.type === 'Redirected' ? last.redirects : [];
  let { input } = shell.streams;
  for (const [i, command] of commands.entries()) {
    const branch = shell.branch();
    const final = i === commands.length - 1;
    branch.streams = { ...branch.streams, input };
    if (!final) {
      const consumers = [...lines.slice(i + 1, i + MOST_CONSUMERS), ...shell.streams.consumers];
      branch.streams = { ...branch.streams, printed: [], consumers, sink: sinkOf(redirects, shell) };
    }
    branch.statement(command);
    if (!final) input = joinOutputs(branch.streams.printed!) ?? { text: [] };
  }
}

/** The words of a command without running what is in them. */
function literalWords(command: Command, { source }: Shell): Argument[] {
  const place = placeIn(source.source, command.pos);
  return [command.name, ...command.args].flatMap((word): Argument[] =>
    word && word.type === 'Word'
      ? [{ text: literalText(word.value, source), place: placeIn(source.source, word.pos) }]
      : word
        ? [{ text: [word.text], place }]
        : [],
  );
}
