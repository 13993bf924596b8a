import type { FilePlace, Opaque } from '../../model.ts';

/** Something in a command line that Git does not say. */
export interface Unknown {
  /** As it is written, `${CILIUM_VERSION}`, say. */
  written: string;
  /** A phrase that completes "it cannot be known here: …". */
  reason: string;
  place: FilePlace;
  /** Name of the variable, where it is one. */
  name?: string;
  /** Whoever runs the command may give it or not: an argument, a variable of the environment, an answer to a question. */
  given?: true;
  /** It is one of these, and nothing says which. */
  oneOf?: readonly string[];
}

/** Text as far as it is known: pieces one after the other. */
export type Text = readonly (string | Unknown)[];

/** One word that a command is given. */
export interface Argument {
  text: Text;
  /** Where it stands. */
  place: FilePlace;
  /** Only passed where a condition holds that cannot be told. */
  conditional?: Unknown;
  /** An unknown that may stand for any number of words. */
  many?: true;
}

/** First character of a path that starts at the repository's root. */
export const ROOT = '\uF8FE';

/** The text, or undefined where a part of it is unknown. */
export function knownText(text: Text): string | undefined {
  if (text.length === 0) return '';
  if (text.length === 1) return typeof text[0] === 'string' ? text[0] : undefined;
  let all = '';
  for (const piece of text) {
    if (typeof piece !== 'string') return undefined;
    all += piece;
  }
  return all;
}

/** Everything that the text can be: one, several where an unknown says `oneOf`, none where it is unknown. */
export function possibleTexts(text: Text): string[] {
  let all = [''];
  for (const piece of text) {
    const next = typeof piece === 'string' ? [piece] : (piece.oneOf ?? []);
    all = all.flatMap((start) => next.map((end) => start + end));
    if (all.length > 16) return [];
  }
  return all;
}

/** The text for people, with what is unknown as it is written. */
export function writtenText(text: Text): string {
  return text
    .map((piece) => (typeof piece === 'string' ? piece : piece.written))
    .join('')
    .replaceAll(`${ROOT}/`, './')
    .replaceAll(ROOT, '.');
}

/** The first piece that is not known; undefined where all are. */
export function firstUnknown(text: Text): Unknown | undefined {
  return text.find((piece) => typeof piece !== 'string') as Unknown | undefined;
}

/** The same as a value of the model. */
export function opaqueOf(unknown: Unknown): Opaque {
  return { kind: 'opaque', reason: unknown.reason, text: unknown.written, place: unknown.place };
}

/** Joins neighbours that are known. */
export function joinText(...texts: Text[]): Text {
  const pieces: (string | Unknown)[] = [];
  for (const text of texts) appendText(pieces, text);
  return pieces;
}

/** Adds a text to the end of another one, in time that its own length decides. */
export function appendText(to: (string | Unknown)[], text: Text): void {
  for (const piece of text) {
    if (piece === '') continue;
    if (typeof piece === 'string' && typeof to.at(-1) === 'string') to[to.length - 1] += piece;
    else to.push(piece);
  }
}

/** A text with every match of a pattern replaced by what it stands for. */
export function replaceIn(text: string, pattern: RegExp, fill: (match: RegExpExecArray) => Text): Text {
  const pieces: (string | Unknown)[] = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp(pattern.source, 'g'))) {
    appendText(pieces, [text.slice(from, match.index)]);
    appendText(pieces, fill(match));
    from = match.index + match[0].length;
  }
  appendText(pieces, [text.slice(from)]);
  return pieces;
}

/** True where both are written alike, at the same line. */
export function sameText(a: Text, b: Text): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((piece, i) => {
    const other = b[i]!;
    if (typeof piece === 'string' || typeof other === 'string') return piece === other;
    return piece.written === other.written && piece.place.file === other.place.file && piece.place.line === other.place.line;
  });
}

/** What a caller may add at the end of a command line (`"$@"`): nobody has to, so a plain run goes without. */
export function isPassedOn(argument: Argument): boolean {
  return argument.many === true && firstUnknown(argument.text)?.name === '@';
}
