import type { FilePlace, SourceText } from '../../model.ts';
import { ROOT, type Text, type Unknown } from './text.ts';

/** Shell text in its file. What another tool fills in before the shell sees it stands in the text as a token of the same length, so that places stay true. */
export interface ShellSource {
  source: SourceText;
  text: string;
  tokens: ReadonlyMap<string, Text>;
}

const PAD = '\uF8FF';
const FIRST_TOKEN = 0xe000;
const LAST_TOKEN = 0xf8fd;
const RESERVED = /[\uF8FE\uF8FF]/g;

/**
 * Shell text in which `template` matches what another tool (Taskfile, just, make, GitHub) fills in; `fill` says what it becomes.
 * `undefined` from `fill` leaves the match as the shell's own; `'dollar'` leaves its last character, a dollar that the tool wants doubled.
 */
export function shellSource(
  source: SourceText,
  template?: RegExp,
  fill?: (match: RegExpExecArray, place: FilePlace) => Text | 'dollar' | undefined,
): ShellSource {
  const text = source.text.replace(RESERVED, '?');
  if (!template || !fill) return { source, text, tokens: new Map() };
  const tokens = new Map<string, Text>();
  let out = '';
  let from = 0;
  let next = FIRST_TOKEN;
  for (const match of text.matchAll(new RegExp(template.source, `${template.flags.replace('g', '')}g`))) {
    if (next > LAST_TOKEN) break;
    const filled = fill(match, placeIn(source, match.index));
    if (filled === undefined) continue;
    if (filled === 'dollar') {
      out += `${text.slice(from, match.index)}${PAD}$`;
      from = match.index + match[0].length;
      continue;
    }
    while (next <= LAST_TOKEN && text.includes(String.fromCharCode(next))) next++;
    const token = String.fromCharCode(next++);
    tokens.set(token, filled);
    out +=
      text.slice(from, match.index) +
      (match[0].includes('\n') ? token + match[0].slice(1).replace(/[^\n]/g, PAD) : token.padEnd(match[0].length, PAD));
    from = match.index + match[0].length;
  }
  return { source, text: out + text.slice(from), tokens };
}

/** What a literal piece of the source stands for, its tokens filled in. */
export function literalText(literal: string, source: ShellSource): Text {
  if (source.tokens.size === 0) return literal === '' ? [] : [literal.includes(PAD) ? literal.replaceAll(PAD, '') : literal];
  const pieces: (string | Unknown)[] = [];
  let plain = '';
  for (const c of literal) {
    const filled = source.tokens.get(c);
    if (filled === undefined) {
      if (c !== PAD) plain += c;
      continue;
    }
    if (plain !== '') pieces.push(plain);
    plain = '';
    pieces.push(...filled);
  }
  if (plain !== '') pieces.push(plain);
  return pieces;
}

/** Text for another parser; what is unknown stands in it as a variable of the shell. */
export function unknownAsVariables(text: Text): string {
  return text
    .map((piece) =>
      typeof piece === 'string' ? piece : /^\$\{\w+\}$/.test(piece.written) ? piece.written : `\${${piece.name ?? 'unknown'}}`,
    )
    .join('');
}

/** True where another tool fills in a part of the literal before the shell splits it into words. */
export function holdsToken(literal: string, source: ShellSource): boolean {
  if (source.tokens.size === 0) return false;
  for (const c of literal) if (source.tokens.has(c)) return true;
  return false;
}

/** The source's own characters between two offsets, as they stand in the file. */
export function writtenIn(source: ShellSource, from: number, to: number): string {
  return source.source.text.slice(from, to).replaceAll(ROOT, '');
}

const starts = new WeakMap<SourceText, number[]>();

/** Where an offset of the source stands in its file. */
export function placeIn(source: SourceText, offset: number): FilePlace {
  if (!source.exact) return { file: source.file, line: source.line, column: source.column ?? source.indent + 1 };
  let lines = starts.get(source);
  if (!lines) {
    lines = [0];
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) lines.push(at + 1);
    starts.set(source, lines);
  }
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { file: source.file, line: source.line + low, column: source.indent + 1 + Math.max(0, offset - lines[low]!) };
}
