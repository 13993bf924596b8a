import type { FilePlace } from '../../model.ts';
import { textAtPlace } from '../source-text.ts';
import { DEEPEST_CALL } from './functions.ts';
import type { Shell } from './interpreter.ts';
import { findPaths } from './paths.ts';
import { scriptPlace, scriptSource } from './script-files.ts';
import { shellSource, unknownAsVariables } from './source.ts';
import { type Argument, joinText, knownText, type Text } from './text.ts';

/** How often one script is sourced or called on the ways that begin in one file. */
const MOST_TIMES = 4;

/** `bash -c 'text'`, `bash script`, `sh <<EOF`: runs the text or the script in a branch of the shell. */
export function runShell(rest: readonly Argument[], place: FilePlace, shell: Shell): void {
  if (rest.some((a) => knownText(a.text) === '-n')) return;
  const c = rest.findIndex((a) => /^-[a-z]*c$/.test(knownText(a.text) ?? ''));
  const script = c >= 0 ? -1 : rest.findIndex((a) => !knownText(a.text)?.startsWith('-'));
  if (script >= 0) {
    callScript(rest.slice(script), shell);
    return;
  }
  const text = c >= 0 ? rest[c + 1]?.text : shell.streams.input?.text;
  if (text === undefined) return;
  runText(text, place, shell.branch());
  shell.ended = undefined;
}

/** `eval text`: runs the text in the shell itself. */
export function runEval(rest: readonly Argument[], place: FilePlace, shell: Shell): void {
  runText(joinText(...rest.map((a, i) => (i === 0 ? a.text : [' ', ...a.text]))), place, shell);
}

function runText(text: Text, place: FilePlace, shell: Shell): void {
  if (shell.calls > DEEPEST_CALL) return;
  shell.calls++;
  shell.run(shellSource(textAtPlace(unknownAsVariables(text), place)));
  shell.calls--;
}

/** Runs another script of the repository, with the variables that are exported to it; false where the words name none. */
export function callScript(words: readonly Argument[], shell: Shell): boolean {
  // What a document calls is read where it stands.
  if (shell.commands.rank <= 2) return true;
  const found = findPaths(words[0]!.text, shell, 'file');
  if (found.length !== 1 || shell.calls > DEEPEST_CALL) return false;
  const path = found[0]!.path;
  const source = scriptSource(path, shell.repository);
  if (!source || shell.trail.includes(path) || isWornOut(path, shell)) return true;
  const { commands } = shell;
  const child = shell.child(commands.looks === undefined ? { ...scriptPlace(path), clusters: commands.clusters } : commands);
  child.positional = words.slice(1);
  child.script = path;
  child.run(source);
  return true;
}

/** `source file`. */
export function sourceScript(path: Text, rest: readonly Argument[], shell: Shell): void {
  const found = findPaths(path, shell, 'file');
  if (knownText(path) === undefined && found.length > 1) {
    // Which script is sourced is the caller's choice: each may be, in a shell of its own.
    for (const one of found) sourceFile(one.path, [], shell.branch());
    return;
  }
  if (found.length >= 1) sourceFile(found[0]!.path, rest, shell);
}

function sourceFile(path: string, rest: readonly Argument[], shell: Shell): void {
  if (shell.calls > DEEPEST_CALL || isWornOut(path, shell)) {
    shell.ended = 'exit';
    return;
  }
  const source = scriptSource(path, shell.repository);
  if (!source) return;
  const { positional } = shell;
  if (rest.length > 0) shell.positional = [...rest];
  const from = shell.source.source.file;
  if (path !== from) shell.trail = [...shell.trail.filter((p) => p !== path), from, path];
  shell.calls++;
  shell.run(source);
  shell.calls--;
  shell.positional = positional;
  if (shell.ended === 'return') shell.ended = undefined;
}

function isWornOut(path: string, { entry, world }: Shell): boolean {
  const key = `${entry} ${path}`;
  const times = world.sourced.get(key) ?? 0;
  world.sourced.set(key, times + 1);
  return times >= MOST_TIMES;
}
