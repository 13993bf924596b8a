import type { CompoundList } from 'unbash';
import type { ShellFunction } from './functions.ts';
import type { ShellSource } from './source.ts';

const ACTS =
  /\bkubectl\b[^\n]{0,300}\b(?:apply|create|replace|kustomize)\b|\b(?:helm|cilium|kustomize|helmfile|talosctl|omnictl|source|eval|cd|pushd|export|declare|mapfile|readarray|unset|cp|tee)\b|(?:^|[\s;&|])\.\s|"?\$@"?|(?<=[\w}"'])\.sh\b|(?<![\w<-])>>?\s*["$\w./~]|<\(|\$\{?[A-Z_]*(?:CMD|BIN|KUBECTL|HELM|CILIUM)/m;

/** `die` and its like end the whole script; in a program of awk's the word means nothing. */
const ENDS = /(?:^|[\s;&|{])exit(?:\s+\d+|\s*$|\s*;)/m;

/**
 * Whether running a function can matter to more than what it prints: it calls a program or script of interest, sets a variable that is not its own,
 * or calls a function that does. Functions that only log, wait or ask need not be run.
 */
export function hasEffects(name: string, functions: ReadonlyMap<string, ShellFunction>, asked: ReadonlySet<string> = new Set()): boolean {
  const f = functions.get(name);
  if (!f || asked.has(name)) return false;
  if (f.effects !== undefined) return f.effects;
  const text = f.source.text.slice(f.node.body.pos, f.node.body.end);
  const effects =
    text.length > 20_000 || ACTS.test(text) || ENDS.test(text) || setsOthers(text) || callsOthers(text, name, functions, asked);
  f.effects = effects;
  return effects;
}

function setsOthers(text: string): boolean {
  const own = new Set<string>();
  for (const line of text.matchAll(/\b(?:local|typeset)\b([^\n;]*)/g))
    for (const word of line[1]!.matchAll(/([A-Za-z_]\w*)/g)) own.add(word[1]!);
  for (const assigned of text.matchAll(/(?:^|[\s;&|({])([A-Za-z_]\w*)\+?=/gm)) if (!own.has(assigned[1]!)) return true;
  return false;
}

function callsOthers(text: string, name: string, functions: ReadonlyMap<string, ShellFunction>, asked: ReadonlySet<string>): boolean {
  const inner = new Set([...asked, name]);
  const words = new Set(text.match(/[A-Za-z_][\w:-]*/g) ?? []);
  for (const other of functions.keys()) if (words.has(other) && hasEffects(other, functions, inner)) return true;
  return false;
}

const bodies = new WeakMap<CompoundList, boolean>();

/** Whether running a loop's body can matter to more than what it prints. */
export function bodyHasEffects(body: CompoundList, source: ShellSource, functions: ReadonlyMap<string, ShellFunction>): boolean {
  const known = bodies.get(body);
  if (known !== undefined) return known;
  const text = source.text.slice(body.pos, body.end);
  const effects =
    text.length > 20_000 ||
    ACTS.test(text) ||
    ENDS.test(text) ||
    /(?:^|[\s;&|({])[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/m.test(text) ||
    callsOthers(text, '', functions, new Set());
  bodies.set(body, effects);
  return effects;
}
