import type { CompoundList, Word } from 'unbash';
import { runBranches } from './branches.ts';
import { bodyHasEffects } from './effects.ts';
import { expandGlobs } from './globs.ts';
import type { Shell } from './interpreter.ts';
import { knownText } from './text.ts';
import { setVariable } from './variables.ts';

const MOST_ROUNDS = 64;
/** Lines that a loop reads. */
export const MOST_LINES = 400;

/** `for X in …`: a round for each word, where Git says what they are. */
export function runFor(name: string, wordlist: readonly Word[] | undefined, body: CompoundList, shell: Shell): void {
  if (!shell.streams.printed && !bodyHasEffects(body, shell.source, shell.functions)) return;
  const items = wordlist ? wordlist.flatMap((word) => expandGlobs(word, shell)) : (shell.positional ?? []);
  if (items.length === 0 || items.length > MOST_ROUNDS) {
    runUncounted(body, shell);
    return;
  }
  for (const item of items) {
    if (shell.world.steps <= 0) return;
    shell.variables.set(name, { items: [item.many ? { text: item.text, place: item.place } : item] });
    runRound(body, shell);
    if (shell.ended) return;
  }
}

/** `while …; do`: a round for each line where it reads known ones into one variable. */
export function runWhile(clause: CompoundList, body: CompoundList, shell: Shell): void {
  if (!shell.streams.printed && !bodyHasEffects(body, shell.source, shell.functions)) {
    shell.statements(clause.commands);
    return;
  }
  const read = clause.commands.at(-1)?.command;
  const names =
    read?.type === 'Command' && read.name?.value === 'read'
      ? read.args.filter((a) => a.type === 'Word' && !a.value.startsWith('-')).map((a) => (a as Word).value)
      : [];
  const { input } = shell.streams;
  const lines = names.length === 1 ? input && knownText(input.text)?.split('\n') : undefined;
  if (lines && lines.length <= MOST_LINES) {
    for (const line of lines) {
      if (shell.world.steps <= 0) return;
      setVariable(names[0]!, [line.trim()], shell);
      runRound(body, shell);
      if (shell.ended) return;
    }
    return;
  }
  shell.statements(clause.commands);
  if (shell.ended) return;
  runUncounted(body, shell);
}

/** A loop of which nobody knows how often it runs. */
export function runUncounted(body: CompoundList, shell: Shell): void {
  runBranches([(branch) => runRound(body, branch), () => {}], shell, 'how often a loop runs decides');
}

function runRound(body: CompoundList, shell: Shell): void {
  shell.statements(body.commands);
  if (shell.ended === 'break' || shell.ended === 'continue') shell.ended = undefined;
}
