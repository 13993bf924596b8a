import type { Shell } from './interpreter.ts';
import { literalPaths } from './paths.ts';
import type { Output } from './streams.ts';
import { type Argument, knownText, ROOT } from './text.ts';

/** What a program makes of the path that is its last argument. */
export function onPath(rest: readonly Argument[], change: (path: string) => string): Output | undefined {
  const argument = rest.findLast((a) => !knownText(a.text)?.startsWith('-'));
  const path = argument && knownText(argument.text);
  return path === undefined ? undefined : { text: [change(path.length > 1 ? path.replace(/\/+$/, '') : path)] };
}

/** `realpath`: a path of the repository from its root. */
export function absolute(path: string, shell: Shell): string {
  if (path.startsWith('/')) return path;
  const inside = literalPaths(path, shell)[0];
  return inside === undefined ? path : inside === '' ? ROOT : `${ROOT}/${inside}`;
}

/** `basename`. */
export function basename(rest: readonly Argument[]): Output | undefined {
  const known = rest.map((a) => knownText(a.text));
  if (known.some((k) => k === undefined)) return undefined;
  let words = known as string[];
  let suffix = '';
  const s = words.indexOf('-s');
  if (s >= 0) {
    suffix = words[s + 1] ?? '';
    words = words.filter((_, i) => i !== s && i !== s + 1);
  }
  const path = words[0]?.replace(/\/+$/, '');
  if (!path) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const end = suffix || words[1] || '';
  return { text: [end !== '' && name.endsWith(end) ? name.slice(0, -end.length) : name] };
}

/** `git rev-parse --show-toplevel`. */
export function git(rest: readonly Argument[]): Output | undefined {
  const words = rest.map((a) => knownText(a.text));
  return words.includes('rev-parse') && (words.includes('--show-toplevel') || words.includes('--show-cdup')) ? { text: [ROOT] } : undefined;
}

/** `dirname`. */
export function directoryName(path: string): string {
  if (path.includes('/')) return path.slice(0, path.lastIndexOf('/')) || '/';
  return path.startsWith(ROOT) ? ROOT : '.';
}
