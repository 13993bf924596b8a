import type { FilePlace, Scalar, SourceText, Tree } from '../model.ts';

/** The whole text of a file. */
export function wholeFile(file: string, text: string): SourceText {
  return { file, text, line: 1, indent: 0, exact: true };
}

/** A text that stands in no file as it is: everything in it has the place that it comes from. */
export function textAtPlace(text: string, { file, line, column }: FilePlace): SourceText & { column: number } {
  return { file, text, line, indent: 0, exact: false, column };
}

/**
 * The text inside a string of another document, for YAML within YAML. The lines of a literal block (`|`) keep their places;
 * text of any other string is placed where the string begins.
 */
export function embedded(scalar: Scalar): SourceText {
  const text = scalar.value === null ? '' : String(scalar.value);
  const { place } = scalar;
  if (!('file' in place)) return { file: place.source, text, line: 1, indent: 0, exact: false, column: 1 };
  if (scalar.block) return { file: place.file, text, line: scalar.block.line, indent: scalar.block.indent, exact: true };
  return textAtPlace(text, place);
}

/** The text inside a value, also where it is a literal block with template marks in it (to be parsed with the same `templates`); undefined where no text can be seen. */
export function textWithin(value: Tree | undefined): SourceText | undefined {
  if (value?.kind === 'opaque') return value.block;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? embedded(value) : undefined;
}

/** Turns offsets of a text into places of the file that the text stands in. Cheapest where offsets come in rising order. */
export class Places {
  readonly #source: SourceText;
  readonly #starts: number[] = [0];
  #line = 0;

  constructor(source: SourceText) {
    this.#source = source;
    const { text } = source;
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.#starts.push(i + 1);
  }

  /** The place of the character at an offset. */
  at(offset: number): FilePlace {
    const { file, line, indent, exact, column } = this.#source;
    if (!exact) return { file, line, column: column ?? 1 };
    const index = this.#index(offset);
    return { file, line: line + index, column: offset - this.#starts[index]! + 1 + indent };
  }

  /** The file line of the character at an offset. */
  line(offset: number): number {
    return this.#source.exact ? this.#source.line + this.#index(offset) : this.#source.line;
  }

  /** Where a literal block's text begins whose first line follows the line of the offset; undefined where places are not exact. */
  block(headerOffset: number, indent: number): { line: number; indent: number } | undefined {
    return this.#source.exact ? { line: this.line(headerOffset) + 1, indent: indent + this.#source.indent } : undefined;
  }

  #index(offset: number): number {
    const starts = this.#starts;
    let low = this.#line;
    if (offset >= starts[low]! && (low + 1 === starts.length || offset < starts[low + 1]!)) return low;
    let high: number;
    if (offset >= starts[low]!) high = starts.length - 1;
    else [low, high] = [0, low];
    if (offset < (starts[low + 1] ?? Number.POSITIVE_INFINITY)) high = low;
    else if (offset < (starts[low + 2] ?? Number.POSITIVE_INFINITY)) low = high = low + 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    this.#line = low;
    return low;
  }
}
