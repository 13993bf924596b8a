import type { FilePlace, SourceText } from '../../model.ts';
import type { Shell } from './interpreter.ts';
import type { Invocation } from './invocation.ts';
import { type Argument, firstUnknown, joinText, knownText, type Text, writtenText } from './text.ts';

/** Text that a command prints; `source` where it is the text of a file or here document, which then keeps its place. */
export interface Output {
  text: Text;
  source?: SourceText;
}

/** What a command reads, and where what it prints goes. Never changed in place: a redirection puts others there for as long as it lasts. */
export interface Streams {
  readonly input: Output | undefined;
  /** What is printed, where somebody collects it. */
  readonly printed: Output[] | undefined;
  /** What becomes of it at the end of the pipe. */
  readonly sink: Sink;
  /** The command lines behind this one in the pipe. */
  readonly consumers: Invocation['consumers'];
}

/** Where output ends. */
export interface Sink {
  output: Invocation['output'];
  path?: Text;
}

/** A shell that a person started. */
export const TERMINAL: Streams = { input: undefined, printed: undefined, sink: { output: 'terminal' }, consumers: [] };

/** Texts that double in a loop end here. */
export const LONGEST_TEXT = 64 * 1024;
const MOST_OUTPUTS = 500;
const LONGEST_SHOWN = 120;

/** Outputs one after the other; undefined where there are none. */
export function joinOutputs(outputs: readonly Output[]): Output | undefined {
  if (outputs.length === 0) return undefined;
  if (outputs.length === 1) return outputs[0];
  return { text: joinText(...outputs.map((o) => o.text)) };
}

/** Adds to what is collected of a shell's output. */
export function emit(output: Output, { streams: { printed } }: Shell): void {
  if (!printed || printed.length >= MOST_OUTPUTS) return;
  const known = knownText(output.text);
  if (known === undefined || known.length <= LONGEST_TEXT) printed.push(output);
}

/** The same for a command of which only a run says what it prints. */
export function emitUnknown(words: readonly Argument[], place: FilePlace, shell: Shell): void {
  if (!shell.streams.printed) return;
  const written = writtenText(joinText(...words.map((w, i) => (i === 0 ? w.text : [' ', ...w.text]))));
  const unknown = words.length === 1 && words[0]!.text.length === 1 ? firstUnknown(words[0]!.text) : undefined;
  const shown = written.length > LONGEST_SHOWN ? `${written.slice(0, LONGEST_SHOWN - 3)}…` : written;
  emit({ text: [unknown ?? { written: shown, reason: 'only a run of the command says it', place }] }, shell);
}
