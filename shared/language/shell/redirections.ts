import type { Redirection } from 'unbash';
import type { FilePlace, Opaque, SourceText } from '../../model.ts';
import { textAtPlace } from '../source-text.ts';
import type { Shell } from './interpreter.ts';
import { pathKey } from './paths.ts';
import { literalText, placeIn, unknownAsVariables } from './source.ts';
import { joinOutputs, type Output, type Sink } from './streams.ts';
import { firstUnknown, knownText, type Text } from './text.ts';
import { hereDocumentText, wordText } from './words.ts';

const MOST_WRITTEN = 500;

/** Runs something with redirections: where output goes, what comes in. */
export function redirected(redirects: readonly Redirection[], shell: Shell, run: () => void): void {
  const before = shell.streams;
  let target: Text | undefined;
  for (const redirect of redirects) {
    const { streams } = shell;
    if (redirect.type === 'HereDoc') shell.streams = { ...streams, input: hereDocument(redirect, shell) };
    else if (redirect.type === 'HereString') shell.streams = { ...streams, input: { text: wordText(redirect.target, shell) } };
    else if (redirect.operator === '<') shell.streams = { ...streams, input: contentsOf(wordText(redirect.target, shell), shell) };
    else if (redirect.operator === '>&' && redirect.target?.value === '2' && redirect.descriptor === undefined)
      shell.streams = { ...streams, printed: undefined };
    else if (redirect.operator.includes('>')) {
      const sink = sinkOf([redirect], shell);
      if (sink === streams.sink) continue;
      shell.streams = { ...streams, sink, printed: [] };
      if (sink.path) target = sink.path;
    }
  }
  run();
  if (target) write(target, joinOutputs(shell.streams.printed ?? []), shell);
  shell.streams = before;
}

/** Where redirections send standard output; where they do not, where it goes already. */
export function sinkOf(redirects: readonly Redirection[], shell: Shell): Sink {
  for (const redirect of redirects) {
    if (redirect.type !== 'Redirect' || !redirect.operator.includes('>') || redirect.operator === '>&' || !redirect.target) continue;
    if (redirect.descriptor?.type === 'FileDescriptor' && redirect.descriptor.value !== 1) continue;
    const path = wordText(redirect.target, shell);
    return knownText(path) === '/dev/null' ? { output: 'nowhere' } : { output: 'file', path };
  }
  return shell.streams.sink;
}

function write(path: Text, output: Output | undefined, shell: Shell): void {
  const place = firstUnknown(path)?.place ?? shell.start;
  const unknown = output && firstUnknown(output.text);
  const contents: SourceText | Opaque =
    output?.source ??
    (output && !unknown && output.text.length > 0
      ? textAtPlace(knownText(output.text)!, place)
      : { kind: 'opaque', reason: unknown?.reason ?? 'a command writes it', place });
  if (shell.written.size < MOST_WRITTEN) shell.written.set(pathKey(path, shell), contents);
}

function hereDocument(redirect: Extract<Redirection, { type: 'HereDoc' }>, shell: Shell): Output {
  const { body } = redirect;
  const { source } = shell.source;
  let text =
    body.parts && !redirect.delimiter?.quoted
      ? hereDocumentText(body.parts, shell)
      : unknownAsVariables(literalText(body.text, shell.source));
  const at = placeIn(source, body.pos);
  let { indent } = source;
  if (redirect.operator === '<<-') {
    indent += /^\t*/.exec(text)![0].length;
    text = text.replace(/^\t+/gm, '');
  }
  const embedded: SourceText = source.exact ? { file: at.file, text, line: at.line, indent, exact: true } : textAtPlace(text, at);
  return { text: [text], source: embedded };
}

/** What a file holds that a command names. */
function contentsOf(path: Text, shell: Shell): Output | undefined {
  const source = shell.readText(path);
  if (!source) return undefined;
  if ('kind' in source) return { text: [{ written: source.text ?? '', reason: source.reason, place: source.place as FilePlace }] };
  return { text: [source.text], source };
}
