import type { SourceText } from '../../model.ts';
import type { Shell } from './interpreter.ts';
import { literalPaths } from './paths.ts';
import type { Output } from './streams.ts';
import { type Argument, firstUnknown, joinText, knownText, type Text } from './text.ts';

/** `cat`. */
export function cat(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  const files = rest.filter((a) => knownText(a.text) === '-' || !knownText(a.text)?.startsWith('-'));
  if (files.length === 0) return input;
  const outputs = files.map((file) => (knownText(file.text) === '-' ? input : fileOutput(file.text, shell)));
  if (outputs.some((o) => o === undefined)) return undefined;
  return outputs.length === 1 ? outputs[0] : { text: joinText(...outputs.map((o) => o!.text)) };
}

/** The text of a file, as it is printed; undefined where it cannot be seen. */
export function fileOutput(path: Text, shell: Shell): Output | undefined {
  const source = shell.readText(path);
  return source && !('kind' in source) ? { text: [source.text], source } : undefined;
}

/** A file that sops decrypts: its keys are there to see, and its values say that they are encrypted. */
export function sops(rest: readonly Argument[], shell: Shell): Output | undefined {
  if (!rest.some((a) => /^(-d|--decrypt|decrypt)$/.test(knownText(a.text) ?? '')) || rest.some((a) => knownText(a.text) === '--extract'))
    return undefined;
  const last = rest.at(-1);
  return last && fileOutput(last.text, shell);
}

/** `tee`: keeps what it writes. */
export function tee(rest: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  for (const file of rest) {
    if (knownText(file.text)?.startsWith('-')) continue;
    const contents: SourceText | undefined = input?.source;
    if (contents) shell.written.set(pathOf(file.text, shell), contents);
  }
  return input;
}

/** `cp`: keeps what it writes. */
export function copy(rest: readonly Argument[], shell: Shell): void {
  const [from, to] = rest.filter((a) => !knownText(a.text)?.startsWith('-'));
  if (!from || !to) return;
  const source = shell.readText(from.text);
  if (source) shell.written.set(pathOf(to.text, shell), source);
}

function pathOf(text: Text, shell: Shell): string {
  const known = knownText(text);
  return known === undefined ? '' : known.startsWith('/') ? known : (literalPaths(known, shell)[0] ?? known);
}

/** `envsubst`. */
export function substituteEnvironment(_: readonly Argument[], shell: Shell, input: Output | undefined): Output | undefined {
  return input && { text: input.text, ...(input.source ? { source: withVariables(input.source, shell) } : {}) };
}

/** A text with `${X}` filled in where the shell knows X; lines stay where they are. */
function withVariables(source: SourceText, shell: Shell): SourceText {
  const text = source.text.replace(/\$\{(\w+)\}|\$(\w+)/g, (written, braced?: string, bare?: string) => {
    const value = shell.variables.get(braced ?? bare!)?.items[0]?.text;
    const known = value && !firstUnknown(value) ? knownText(value) : undefined;
    return known === undefined || known.includes('\n') ? written : known;
  });
  return { ...source, text };
}
