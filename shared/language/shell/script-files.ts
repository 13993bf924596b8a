import { type ParsedScript, parse } from 'unbash';
import type { SourceText } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { wholeFile } from '../source-text.ts';
import type { CommandPlace } from './invocation.ts';
import { type ShellSource, shellSource } from './source.ts';

const wholes = new WeakMap<Repository, Map<string, SourceText>>();

/** The text of a file, the same object each time: whoever parses it may remember what it found. */
export function wholeText(path: string, repository: Repository): SourceText {
  let known = wholes.get(repository);
  if (!known) {
    known = new Map();
    wholes.set(repository, known);
  }
  const source = known.get(path) ?? wholeFile(path, repository.read(path));
  known.set(path, source);
  return source;
}

const syntax = new WeakMap<ShellSource, ParsedScript>();

/** What a script is made of; nothing where it stands in itself so deep that nobody can have written it. */
export function parseScript(text: string): ParsedScript {
  try {
    return parse(text);
  } catch {
    return parse('');
  }
}

/** A script is often reached on several ways, and parsed once. */
export function syntaxOf(source: ShellSource): ParsedScript {
  let known = syntax.get(source);
  if (!known) {
    known = parseScript(source.text);
    syntax.set(source, known);
  }
  return known;
}

const parsed = new WeakMap<Repository, Map<string, ShellSource | undefined>>();

/** The text of a script of the repository; undefined where it cannot be read or is none. */
export function scriptSource(path: string, repository: Repository): ShellSource | undefined {
  let known = parsed.get(repository);
  if (!known) {
    known = new Map();
    parsed.set(repository, known);
  }
  if (known.has(path)) return known.get(path);
  let source: ShellSource | undefined;
  try {
    const text = repository.read(path);
    if (text.length <= 512 * 1024 && !/^#!.*\b(python|node|perl|ruby|fish|pwsh)/.test(text))
      source = shellSource(wholeFile(path, OTHER_SHELL.test(path) ? plainCommands(text) : text));
  } catch {
    source = undefined;
  }
  known.set(path, source);
  return source;
}

const OTHER_SHELL = /\.(?:fish|nu)$/;
const PLAIN = /^\s*\^?(?:cd|helm|kubectl|kustomize|cilium|helmfile|talosctl)\s/;

/** The commands that every shell reads alike, at their places; what only fish or Nushell understands is left out, so that its variables are unknown. */
function plainCommands(text: string): string {
  let goesOn = false;
  return text.replace(/[^\n]*/g, (line) => {
    const kept = goesOn || PLAIN.test(line);
    goesOn = kept && /\\\s*$/.test(line);
    return kept ? line.replace(/^(\s*)\^/, '$1 ') : ' '.repeat(line.length);
  });
}

/** What the place of a script says about it. */
export function scriptPlace(path: string): CommandPlace {
  const odd = ODD_PLACE.test(path) || OF_ASSISTANTS.test(path);
  return { where: odd ? `in a script at an odd place (${path})` : 'in a script', rank: odd ? 3 : 4, clusters: [] };
}

/** Where scripts and documents lie that nobody uses on the cluster. */
export const ODD_PLACE =
  /(?:^|\/)(?:archived?|old|legacy|deprecated|unused|backup|examples?|samples?|tests?|e2e|kind|k3d|minikube|dev|local|attic|trash|tmp|playground|poc)(?:\/|[-_.][^/]*$)/i;

/** Skills of programs that write programs: what they run looks something up. */
const OF_ASSISTANTS = /(?:^|\/)\.(?:agents?|claude|codex|cursor|gemini|opencode)\//;

/** Directories that a script may run in: where nothing says it, from the root, else beside the script. */
export function scriptDirectories(path: string): string[] {
  return [...new Set(['', dirname(path)])];
}
