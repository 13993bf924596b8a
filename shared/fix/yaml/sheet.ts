import { type Document, isMap, isScalar, isSeq, type ParsedNode, visit, type YAMLMap } from 'yaml';
import { colonOf, isEmpty, nameOf, type Pair } from './documents.ts';
import type { YamlStyle } from './value.ts';

/** One stretch of a text and what stands there instead. */
export interface Splice {
  start: number;
  end: number;
  text: string;
}

/** A document in its text, and how that is written: what every edit is worked out on. */
export class Sheet {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly style: YamlStyle;
  /** The anchors that something means. */
  readonly aliases: ReadonlySet<string>;

  constructor(text: string, document: Document.Parsed) {
    this.text = text;
    this.document = document;
    this.style = styleOf(text, document);
    const aliases = new Set<string>();
    visit(document, { Alias: (_, { source }) => void aliases.add(source) });
    this.aliases = aliases;
  }

  /** True where something else means this node by its anchor. */
  isShared(node: ParsedNode | null): boolean {
    return node !== null && 'anchor' in node && node.anchor !== undefined && this.aliases.has(node.anchor);
  }

  /** The text with stretches replaced, which come in the order of the text and do not overlap. A text without a last line break stays one. */
  splice(...splices: readonly Splice[]): string {
    const { text } = this;
    const edited = [...splices]
      .reverse()
      .reduce((whole, { start, end, text: inner }) => whole.slice(0, start) + inner + whole.slice(end), text);
    return text.endsWith('\n') || text === '' ? edited : edited.replace(/\r?\n$/, '');
  }

  column(node: ParsedNode): number {
    return node.range[0] - this.lineStart(node.range[0]);
  }

  lineStart(offset: number): number {
    return offset === 0 ? 0 : this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Behind the line break, or the end of the text. */
  lineEnd(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end < 0 ? this.text.length : end + 1;
  }

  endOfPair(pair: Pair): number {
    const value = pair.value as ParsedNode | null;
    if (value && !isEmpty(value)) return this.endOf(value);
    return (colonOf(pair) ?? (pair.key as ParsedNode).range[1] - 1) + 1;
  }

  /** Behind the last character of a node that is no comment, and no line break that it can do without. */
  endOf(node: ParsedNode): number {
    if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) {
      const last = node.items.at(-1) as Pair | ParsedNode;
      return 'key' in last ? this.endOfPair(last as Pair) : this.endOf(last as ParsedNode);
    }
    const [start, end] = node.range;
    if (!isScalar(node) || (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')) return end;
    const text = this.text.slice(start, end);
    const keeps = /^[|>][^\n]*\+/.test(text);
    return start + (keeps ? text.replace(/\r?\n$/, '') : text.trimEnd()).length;
  }

  /**
   * The lines from one offset to another, with the comment that belongs to them and a blank line that nothing needs any more.
   * A comment directly above is theirs where it cannot be the heading of what follows as well, or where it calls them by name.
   */
  linesWithTheirComment(
    from: number,
    to: number,
    { isLast, name }: { isLast: boolean; name?: string | undefined },
  ): { start: number; end: number } {
    const { text } = this;
    const start = this.lineStart(from);
    const end = this.lineEnd(to);
    const column = text.slice(start).search(/\S/);
    const above = (line: number) => (line === 0 ? undefined : this.lineStart(line - 1));
    const isBlank = (line: number) => text.slice(line, this.lineEnd(line)).trim() === '';
    let top = start;
    for (let line = above(start); line !== undefined; line = above(line)) {
      const written = text.slice(line, this.lineEnd(line));
      if (written.search(/\S/) !== column || written[column] !== '#') break;
      top = line;
    }
    const comment = text.slice(top, start);
    const isFollowed = !isLast && end < text.length && !isBlank(end) && !/^[ \t]*#/.test(text.slice(end));
    // What a file begins with is about the file.
    const isHeader = top === 0 || /^(---|%)/.test(text.slice(above(top)));
    // Between two neighbours without a blank line it is about the second one; below a blank line, or below what holds both, it may be a heading.
    const aboveIt = top === 0 ? '' : text.slice(above(top), top);
    const isBetween = aboveIt.trim() !== '' && aboveIt.search(/\S/) >= column;
    const isTheirs =
      comment !== '' && !isHeader && !isCode(comment) && (!isFollowed || isBetween || (name !== undefined && isNamed(comment, name)));
    const first = isTheirs ? top : start;
    const before = above(first);
    const leavesTwo = before !== undefined && isBlank(before) && (end >= text.length || isBlank(end)) && (isTheirs || comment === '');
    return { start: leavesTwo ? before : first, end };
  }
}

/** True where a stretch of YAML holds a comment; `#` in quotes is none. */
export function holdsComment(text: string): boolean {
  return /(^|\s)#/m.test(text.replace(/(^|[\s,[{:])("(?:\\.|[^"\\])*"|'[^']*')/g, '$1'));
}

/** A comment of nothing but keys and values is a setting that somebody switched off, and belongs to nobody. */
function isCode(comment: string): boolean {
  return comment
    .trim()
    .split(/\r?\n/)
    .every((line) => /^\s*#+\s*(- )?[\w."'/-]+:(\s*$|\s+\S+\s*$)/.test(line));
}

function isNamed(comment: string, name: string): boolean {
  return new RegExp(`(^|[^\\w])${name.replace(/[^\w]/g, '\\$&')}($|[^\\w])`).test(comment);
}

function styleOf(text: string, document: Document.Parsed): YamlStyle {
  const column = (node: ParsedNode) => node.range[0] - (text.lastIndexOf('\n', node.range[0] - 1) + 1);
  let step: number | undefined;
  let dash: number | undefined;
  visit(document, {
    Pair(_, { key, value }) {
      const [k, v] = [key as ParsedNode, value as ParsedNode | null];
      if (!k || !v || !('range' in v) || nameOf(k) === undefined) return;
      if (isMap(v) && !v.flow && (v as YAMLMap).items.length > 0 && column(v) > column(k)) step ??= column(v) - column(k);
      if (isSeq(v) && !v.flow && v.items.length > 0) dash ??= Math.max(0, column(v) - column(k));
    },
  });
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return {
    eol: count(/\r\n/g) * 2 > count(/\n/g) ? '\r\n' : '\n',
    step: step ?? 2,
    dash: dash ?? step ?? 2,
    quote: count(/[:-] '/g) > count(/[:-] "/g) ? "'" : '"',
  };
}
