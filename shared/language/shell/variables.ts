import type { Command } from 'unbash';
import type { FilePlace } from '../../model.ts';
import { expandGlobs } from './globs.ts';
import type { Shell } from './interpreter.ts';
import { MOST_WORDS } from './merge-values.ts';
import { placeIn } from './source.ts';
import { LONGEST_TEXT } from './streams.ts';
import { type Argument, firstUnknown, joinText, ROOT, type Text } from './text.ts';
import { wordText } from './words.ts';

/** What a variable holds: one text, or the items of an array. */
export interface Value {
  items: Argument[];
  exported?: true;
}

type Assignment = Extract<Command['prefix'][number], { type: 'Assignment' }>;

const ROOT_VARIABLES = new Set([
  'GITHUB_WORKSPACE',
  'CI_PROJECT_DIR',
  'DEVENV_ROOT',
  'DEVBOX_PROJECT_ROOT',
  'MISE_PROJECT_ROOT',
  'MISE_CONFIG_ROOT',
  'PRJ_ROOT',
]);

/** The value of a variable, with the reason where Git does not hold it. */
export function variableText(name: string, written: string, place: FilePlace, shell: Shell): Text {
  if (/^\d+$/.test(name)) return argumentText(Number(name), written, place, shell);
  if (name === 'BASH_SOURCE' || name === 'BASH_SOURCE[0]') return [`${ROOT}/${shell.source.source.file}`];
  const value = shell.variables.get(name);
  if (value) {
    const text = value.items[0]?.text ?? [];
    // Whoever uses it goes through all of it.
    shell.world.steps -= Math.floor(weightOf(text) / WEIGHT_OF_STEP);
    return shell.world.steps < 0 ? [{ written, reason: 'it is too long', place }] : text;
  }
  if (name === 'PWD' && shell.directories.length > 0) return [`${ROOT}/${shell.directories[0]}`];
  if (ROOT_VARIABLES.has(name)) return [ROOT];
  if (/^[?!$#_-]$/.test(name)) return [{ written, reason: 'only a run of the script says it', place }];
  const ambient = name === 'HOME' ? undefined : shell.world.environment(name);
  return ambient ?? [{ written, reason: `the variable ${name} is not set in Git`, place, name, given: true }];
}

/** `$0`, `$1` and so on. */
function argumentText(number: number, written: string, place: FilePlace, { script, positional }: Shell): Text {
  if (number === 0) return [script === undefined ? { written, reason: 'it is the name of the program', place } : `${ROOT}/${script}`];
  const unknown = positional ? positional.findIndex((a) => a.many) : 0;
  if (positional && (unknown < 0 || number - 1 < unknown)) return positional[number - 1]?.text ?? [];
  return [{ written, reason: `it is argument ${number} of whoever calls it`, place, name: `${number}`, given: true }];
}

/** What a program finds under a name in the environment that this shell gives it. */
export function environmentOf({ variables, world }: Shell): (name: string) => Text | undefined {
  return (name) => variables.get(name)?.items[0]?.text ?? (ROOT_VARIABLES.has(name) ? [ROOT] : world.environment(name));
}

/** Gives a variable one text. */
export function setVariable(name: string, text: Text, shell: Shell): void {
  const place = firstUnknown(text)?.place ?? shell.start;
  shell.variables.set(name, { items: [{ text, place }], ...exportedLike(shell.variables.get(name)) });
}

/** Runs `X=text`, `X+=text`, `X[1]=text` or `X=(…)`. */
export function assign(assignment: Assignment, shell: Shell): void {
  const { variables } = shell;
  const before = variables.get(assignment.name);
  const exported = exportedLike(before);
  const place = placeIn(shell.source.source, assignment.pos);
  if (assignment.value.type === 'ArrayValue') {
    const items = assignment.value.elements.flatMap((word) => expandGlobs(word, shell));
    shell.world.steps -= Math.floor(items.length / 8);
    const all = assignment.append && before ? [...before.items, ...items] : items;
    variables.set(assignment.name, { items: all.slice(0, MOST_WORDS), ...exported });
    return;
  }
  const text = wordText(assignment.value, shell);
  if (assignment.index) {
    const index = Number(assignment.index.value);
    const items = [...(before?.items ?? [])];
    if (Number.isInteger(index) && index >= 0 && index <= items.length) items[index] = { text, place };
    variables.set(assignment.name, { items, ...exported });
    return;
  }
  const whole = assignment.append ? joinText(before?.items[0]?.text ?? [], text) : text;
  variables.set(assignment.name, { items: [{ text: bounded(whole, place), place }], ...exported });
}

/** An assignment that is an argument of another command (`env X=1`), as one word. */
export function assignmentWord(assignment: Assignment, shell: Shell): Text {
  const value = assignment.value.type === 'Word' ? wordText(assignment.value, shell) : [assignment.text.slice(assignment.name.length + 1)];
  return joinText([`${assignment.name}=`], value);
}

/** Takes `X=text` apart; undefined where a word is no such thing. */
export function splitAssignment(text: Text): { name: string; value: Text } | undefined {
  const [first] = text;
  const assigned = typeof first === 'string' ? /^([A-Za-z_]\w*)=/.exec(first) : null;
  return assigned === null
    ? undefined
    : { name: assigned[1]!, value: joinText([(first as string).slice(assigned[0].length)], text.slice(1)) };
}

/** Hands a variable on to the programs and scripts that are called from here. */
export function exportVariable(name: string, { variables }: Shell): void {
  const value = variables.get(name);
  if (value) variables.set(name, { ...value, exported: true });
}

const exportedLike = (before: Value | undefined): Pick<Value, 'exported'> => (before?.exported ? { exported: true } : {});

/** What as much text costs as a statement. */
const WEIGHT_OF_STEP = 500;

/** How long a text is, and how many unknowns it has to carry. */
function weightOf(text: Text): number {
  let weight = 0;
  for (const piece of text) weight += typeof piece === 'string' ? piece.length : piece.written.length + 50;
  return weight;
}

function bounded(text: Text, place: FilePlace): Text {
  return weightOf(text) <= LONGEST_TEXT ? text : [{ written: '…', reason: 'it is too long', place }];
}
