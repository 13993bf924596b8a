/**
 * Text that a template engine has yet to render into YAML. Every mark of the engine is covered with harmless text of the same length, so that the
 * rest can be parsed where it stands; whoever builds the tree asks what a piece of text was covered with.
 */

/** Who renders the text: Go's text/template (Helm charts, helmfile `.gotmpl`), Terraform's templatefile, Jinja and makejinja, envsubst (shell, Flux, talhelper), or nobody knows. */
export type Engine = 'go' | 'terraform' | 'jinja' | 'envsubst' | 'any';

/** A stretch of text that is there only sometimes, or many times. */
export interface Region {
  start: number;
  end: number;
  /** The whole of it is there once or not at all: an `if` without an `else`. */
  once: boolean;
  outer?: Region;
}

/** A text with its template marks covered, offset for offset. */
export interface CoveredText {
  text: string;
  /** The text between two offsets, widened to whole marks, where something of it comes out of the template. */
  marked(start: number, end: number): { start: number; end: number } | undefined;
  /** The innermost conditional or repeated stretch around an offset. */
  region(offset: number): Region | undefined;
}

/** Fills what a mark leaves behind where it renders to less than it is long; taken out of values with {@link withoutFiller}. */
const FILLER = '\uE000';
const LONGEST_MARK = 20_000;
/** No template that people write has more; what follows stays uncovered. */
const MOST_MARKS = 20_000;

type Role = 'open' | 'else' | 'close' | 'silent' | 'value' | 'literal';

interface Mark {
  start: number;
  end: number;
  role: Role;
  /** Of an opening mark: its word. */
  word?: string;
  /** Of a value: the columns that `nindent` or `indent` puts before its lines. */
  indent?: number;
  /** Of a literal: what it renders to. */
  literal?: string;
}

const OPENERS: Record<Engine, RegExp> = {
  go: /\{\{/g,
  jinja: /\{\{|\{%|\{#|#%|#\{|#\|/g,
  terraform: /\$\$\{|%%\{|\$\{|%\{/g,
  envsubst: /\$\$|\$\{|\$[A-Za-z_][A-Za-z0-9_]*/g,
  any: /\{\{|\{%|\{#|#%|#\{|#\||\$\$\{|%%\{|\$\{|%\{/g,
};

const ANY_MARK: Record<Engine, RegExp> = {
  go: /\{\{/,
  jinja: /\{\{|\{%|\{#|#%|#\{|#\|/,
  terraform: /[$%]\{/,
  envsubst: /\$[{A-Za-z_]/,
  any: /\{[{%#]|#[%{|]|[$%]\{/,
};

const CLOSERS: Record<string, string> = { '{{': '}}', '{%': '%}', '{#': '#}', '#%': '%#', '#{': '}#', '#|': '|#' };

/** True where a text holds what the engine would render. */
function hasMarks(text: string, engine: Engine): boolean {
  return ANY_MARK[engine].test(text);
}

/** A value that is one template expression from end to end. */
export function isExpression(value: string): boolean {
  const text = value.trim();
  if (text.length > LONGEST_MARK) return false;
  return /^(?:\{\{(?:(?!\}\}).)*\}\}|[$%]\{[^{}]*\}|#\{(?:(?!\}#).)*\}#)$/s.test(text);
}

/** The value without what stands for text that renders to nothing. */
export function withoutFiller(value: string): string {
  return value.includes(FILLER) ? value.replaceAll(FILLER, '') : value;
}

/** Covers the marks of an engine; undefined where there are none. */
export function coverMarks(text: string, engine: Engine): CoveredText | undefined {
  if (!hasMarks(text, engine)) return undefined;
  const marks = findMarks(text, engine);
  if (marks.length === 0) return undefined;
  const covered = cover(text, marks);
  const values = marks.filter((mark) => mark.role !== 'silent' && mark.role !== 'literal');
  const steps = regionSteps(marks, text.length);
  return {
    text: covered,
    marked(start, end) {
      const first = firstIndex(values, (mark) => mark.end > start);
      const last = firstIndex(values, (mark) => mark.start >= end) - 1;
      return last < first ? undefined : { start: Math.min(start, values[first]!.start), end: Math.max(end, values[last]!.end) };
    },
    region(offset) {
      const at = firstIndex(steps, (step) => step.at > offset) - 1;
      return at < 0 ? undefined : steps[at]!.region;
    },
  };
}

/** The first index whose element passes; the tests of a list turn from false to true once. */
function firstIndex<T>(list: readonly T[], passes: (element: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function findMarks(text: string, engine: Engine): Mark[] {
  const marks: Mark[] = [];
  const openers = OPENERS[engine];
  const unclosed = new Set<string>();
  openers.lastIndex = 0;
  for (let match = openers.exec(text); match && marks.length < MOST_MARKS; match = openers.exec(text)) {
    const start = match.index;
    const opener = match[0];
    if (unclosed.has(opener)) continue;
    if (opener === '$${' || opener === '%%{' || opener === '$$') {
      // An escape: it renders to one character less.
      if (engine !== 'any') marks.push({ start, end: start + 1, role: 'literal', literal: '' });
      continue;
    }
    const end = opener.length > 2 || (opener[0] === '$' && opener !== '${') ? start + opener.length : endOfMark(text, start, opener);
    if (end === undefined) {
      // Nothing later can close either.
      unclosed.add(opener);
      continue;
    }
    const mark = classify(text.slice(start, end), opener, start, end, engine);
    marks.push(mark);
    openers.lastIndex = end;
    if (mark.word === 'raw') {
      const close = /\{%[-+]?\s*endraw\s*[-+]?%\}|#%\s*endraw\s*%#/g;
      close.lastIndex = end;
      const closing = close.exec(text);
      if (!closing) break;
      marks.push({ start: closing.index, end: close.lastIndex, role: 'silent' });
      openers.lastIndex = close.lastIndex;
    }
  }
  return marks;
}

function endOfMark(text: string, start: number, opener: string): number | undefined {
  const limit = Math.min(text.length, start + LONGEST_MARK);
  if (opener === '${' || opener === '%{') return endOfBraces(text, start + 2, limit);
  const closer = CLOSERS[opener]!;
  if (opener === '{{' && /^\{\{-?\s*\/\*/.test(text.slice(start, start + 20))) {
    const comment = text.indexOf('*/', start);
    const end = comment < 0 ? -1 : text.indexOf('}}', comment);
    return end < 0 || end > limit ? undefined : end + 2;
  }
  if (opener === '{{' || opener === '{%') {
    for (let at = start + 2; at < limit; at++) {
      const c = text[at];
      if (c === '"' || c === '`' || c === "'") {
        const quote = endOfString(text, at, limit);
        if (quote === undefined) break;
        at = quote;
      } else if (text.startsWith(closer, at)) return at + closer.length;
    }
  }
  const end = text.indexOf(closer, start + 2);
  return end < 0 || end > limit ? undefined : end + closer.length;
}

/** The offset of the quote that ends the string that begins at an offset; strings end on their line. */
function endOfString(text: string, start: number, limit: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < limit; at++) {
    const c = text[at];
    if (c === quote) return at;
    if (c === '\\' && quote !== '`') at++;
    else if (c === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}

function endOfBraces(text: string, start: number, limit: number): number | undefined {
  let depth = 1;
  for (let at = start; at < limit; at++) {
    const c = text[at];
    if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

const OPENING = new Set(['if', 'with', 'range', 'define', 'block', 'for', 'macro', 'call', 'filter', 'unless']);
const SILENT = new Set(['set', 'import', 'from', 'include', 'extends', 'do', 'raw', 'endraw', 'break', 'continue', 'endset']);

function classify(mark: string, opener: string, start: number, end: number, engine: Engine): Mark {
  if (opener === '{#' || opener === '#|') return { start, end, role: 'silent' };
  const inside = untrimmed(mark.slice(2, opener === '${' || opener === '%{' ? -1 : -2));
  const statement = opener === '{%' || opener === '#%' || opener === '%{' || (opener === '{{' && engine !== 'jinja');
  if (statement) {
    if (inside.startsWith('/*') || /^\$[\w]*\s*:?=/.test(inside)) return { start, end, role: 'silent' };
    const word = /^[a-z]+/.exec(inside)?.[0] ?? '';
    if (/^(?:end|endif|endfor|endmacro|endcall|endfilter|endblock|endwith)$/.test(word)) return { start, end, role: 'close' };
    if (/^(?:else|elif|elsif)$/.test(word)) return { start, end, role: 'else' };
    if (OPENING.has(word) && /^[a-z]+(?:\s|$|\()/.test(inside)) return { start, end, role: 'open', word };
    if (opener !== '{{') return { start, end, role: SILENT.has(word) ? 'silent' : 'value', word };
    const literal = /^(?:`([^`]*)`|"((?:[^"\\\n])*)")$/.exec(inside);
    if (literal && (literal[1] ?? literal[2])!.length < mark.length)
      return { start, end, role: 'literal', literal: literal[1] ?? literal[2] };
  }
  const indent = /\bn?indent[ \t]{0,20}\(?[ \t]{0,20}(\d{1,3})/.exec(inside);
  return { start, end, role: 'value', ...(indent && { indent: Number(indent[1]) }) };
}

/** What stands in a mark, without the signs that trim blanks around it. */
function untrimmed(text: string): string {
  const from = /^[-~+]/.test(text) ? 1 : 0;
  return text.slice(from, /[-~+]$/.test(text.slice(-1)) && text.length > from ? -1 : undefined).trim();
}

/** The text with each mark covered: nothing where a line holds only statements, a key or list item where a line is a value, a word elsewhere. */
function cover(text: string, marks: Mark[]): string {
  const parts: string[] = [];
  const reach = marks.length > FEW_MARKS ? 20 : LINES_TO_LOOK;
  let done = 0;
  const put = (from: number, to: number, replacement: string) => {
    parts.push(text.slice(done, from), replacement.length > to - from ? replacement.slice(0, to - from) : replacement);
    done = to;
  };
  for (let i = 0; i < marks.length; i++) {
    const mark = marks[i]!;
    const lineStart = text.lastIndexOf('\n', mark.start - 1) + 1;
    const before = text.slice(lineStart, mark.start);
    if (lineStart >= done && isBlank(before) && mark.role !== 'literal') {
      // Every mark of the line, to see whether there is nothing else on it.
      let last = i;
      while (last + 1 < marks.length && marks[last + 1]!.role !== 'literal' && isGap(text, marks[last]!.end, marks[last + 1]!.start))
        last++;
      const lineEnd = endOfLine(text, marks[last]!.end);
      if (isGap(text, marks[last]!.end, lineEnd)) {
        const value = marks.slice(i, last + 1).find((m) => m.role === 'value');
        if (!value) put(lineStart, lineEnd, '\n'.repeat(lineEnd - lineStart));
        else put(lineStart, lineEnd, standIn(text, lineStart, lineEnd, value.indent ?? before.length, reach));
        i = last;
        continue;
      }
    }
    put(mark.start, mark.end, inline(text, mark, before));
  }
  parts.push(text.slice(done));
  return parts.join('');
}

function inline(text: string, mark: Mark, before: string): string {
  const length = mark.end - mark.start;
  if (mark.role === 'literal') return mark.literal!.padEnd(length, FILLER);
  if (mark.role === 'silent') return FILLER.repeat(length);
  const key = before.length > 1000 ? null : /^\s*(?:- +)*[^\s"'#:][^"'#:]*:( *)$/.exec(before);
  if (key && mark.role === 'value') {
    const indent = mark.indent;
    const lineEnd = endOfLine(text, mark.end);
    if (indent !== undefined && indent + 4 < length && isGap(text, mark.end, lineEnd)) {
      const next = /^ *(?=\S)(- )?/.exec(nextLine(text, lineEnd, 20));
      const columns = next ? next[0].length - (next[1]?.length ?? 0) : -1;
      if (columns === indent)
        return `\n${' '.repeat(indent)}${next![1] ? `- ${'x'.repeat(length - indent - 3)}` : `${'x'.repeat(length - indent - 2)}:`}`;
    }
    if (key[1] === '') return ` ${'x'.repeat(length - 1)}`;
  }
  return 'x'.repeat(length);
}

/** A key, or a list item, in place of a line that renders to an unknown number of them. */
function standIn(text: string, lineStart: number, lineEnd: number, indent: number, reach: number): string {
  const length = lineEnd - lineStart;
  const columns = Math.min(indent, length - 3);
  const item = itemAt(previousLine(text, lineStart, columns, reach), columns) || itemAt(nextLine(text, lineEnd, reach), columns);
  return ' '.repeat(columns) + (item ? `- ${'x'.repeat(length - columns - 2)}` : `${'x'.repeat(length - columns - 1)}:`);
}

function itemAt(line: string, columns: number): boolean {
  return line[columns] === '-' && (line[columns + 1] === ' ' || line.length === columns + 1) && isBlank(line.slice(0, columns));
}

/** How far a sibling may stand from a line of marks; less in texts that no hand wrote. */
const LINES_TO_LOOK = 300;
const FEW_MARKS = 2000;

/** The nearest line above with no more columns before its text, comments and marks passed over. */
function previousLine(text: string, lineStart: number, columns: number, reach: number): string {
  let end = lineStart - 1;
  for (let i = 0; i < reach && end > 0; i++) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, Math.min(end, start + 500));
    const indent = line.search(/\S/);
    if (indent >= 0 && indent <= columns && !/^\s*(?:#|\{\{|\{%|%\{)/.test(line)) return line;
    end = start - 1;
  }
  return '';
}

/** The next line that holds something other than comments and marks. */
function nextLine(text: string, lineEnd: number, reach: number): string {
  let start = lineEnd + 1;
  for (let i = 0; i < reach && start < text.length; i++) {
    const end = endOfLine(text, start);
    const line = text.slice(start, Math.min(end, start + 500));
    if (!isBlank(line) && !/^\s*(?:#|\{\{|\{%|%\{)/.test(line)) return line;
    start = end + 1;
  }
  return '';
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function isGap(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const c = text.charCodeAt(at);
    if (c !== 32 && c !== 9 && c !== 13) return false;
  }
  return true;
}

/** Where the innermost stretch changes. */
function regionSteps(marks: readonly Mark[], length: number): { at: number; region: Region | undefined }[] {
  const steps: { at: number; region: Region | undefined }[] = [];
  const open: Region[] = [];
  for (const mark of marks) {
    if (mark.role === 'open') {
      const outer = open.at(-1);
      const region: Region = { start: mark.start, end: length, once: mark.word === 'if' || mark.word === 'with', ...(outer && { outer }) };
      open.push(region);
      steps.push({ at: mark.start, region });
    } else if (mark.role === 'else') {
      const region = open.at(-1);
      if (region) region.once = false;
    } else if (mark.role === 'close') {
      const region = open.pop();
      if (!region) continue;
      region.end = mark.end;
      steps.push({ at: mark.end, region: open.at(-1) });
    }
  }
  return steps;
}
