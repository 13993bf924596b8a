import { parse } from 'yaml';
import { resolvePlain } from '../../language/yaml/scalars.ts';

/** How the document around a value is written. */
export interface YamlStyle {
  /** What ends a line. */
  eol: string;
  /** Columns that a map is further to the right than the map that holds it. */
  step: number;
  /** Columns that the dashes of a list are further to the right than the key that holds it. */
  dash: number;
  quote: '"' | "'";
}

/** Plain data as YAML may hold it. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** The way a scalar stands in the text that it replaces. */
export type Quoting = 'plain' | 'single' | 'double';

/** A text that means exactly this scalar to Helm, in the quotes asked for where it can be kept, within brackets or not. */
export function scalarText(value: string | number | boolean | null, style: YamlStyle, quoting: Quoting = 'plain'): string {
  // A boolean in quotes is a text, and every text but an empty one is true to a template.
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number')
    return quoting === 'plain' ? numberText(value) : quoted(numberText(value), quoting === 'single' ? "'" : '"');
  if (quoting === 'plain') return isPlain(value) ? value : quoted(value, style.quote);
  return quoted(value, quoting === 'single' ? "'" : '"');
}

/** A key as it is written. */
export function keyText(key: string, style: YamlStyle): string {
  return /^[A-Za-z_][\w./-]*$/.test(key) && isPlain(key) ? key : quoted(key, style.quote);
}

/**
 * What follows the colon or dash of a value that stands at a column: the rest of that line and the lines below it.
 * `indent` is the column of the key or dash.
 */
export function blockText(value: Plain, indent: number, style: YamlStyle): string {
  if (typeof value === 'string' && isBlock(value)) {
    const margin = ' '.repeat(indent + style.step);
    const kept = value.endsWith('\n') ? '' : '-';
    const lines = value.replace(/\n$/, '').split('\n');
    return ` |${kept}${lines.map((line) => `${style.eol}${line === '' ? '' : margin}${line}`).join('')}`;
  }
  if (value === null || typeof value !== 'object') return ` ${scalarText(value, style)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []';
    const column = indent + style.dash;
    return value.map((item) => `${style.eol}${' '.repeat(column)}-${itemText(item, column, style)}`).join('');
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return ' {}';
  const column = indent + style.step;
  return entries
    .map(([key, inner]) => `${style.eol}${' '.repeat(column)}${keyText(key, style)}:${blockText(inner, column, style)}`)
    .join('');
}

/** What follows the dash of an item that stands at a column. */
export function itemText(item: Plain, column: number, style: YamlStyle): string {
  if (item === null || typeof item !== 'object') return blockText(item, column, style);
  if (Array.isArray(item)) return ` ${flowText(item, style)}`;
  const inside = column + 2;
  const entries = Object.entries(item).map(
    ([key, inner], i) => `${i === 0 ? ' ' : `${style.eol}${' '.repeat(inside)}`}${keyText(key, style)}:${blockText(inner, inside, style)}`,
  );
  return entries.length === 0 ? ' {}' : entries.join('');
}

/** A value within brackets, on one line. */
export function flowText(value: Plain, style: YamlStyle): string {
  if (value === null || typeof value !== 'object') {
    const text = scalarText(value, style);
    return typeof value === 'string' && text === value && /[,[\]{}:]/.test(text) ? quoted(value, style.quote) : text;
  }
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, style)).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${keyText(key, style)}: ${flowText(inner, style)}`)
    .join(', ')}}`;
}

/** False for a text that no YAML file should hold: control characters, invisible and bidirectional marks, half characters. */
export function isWritable(value: Plain): boolean {
  if (typeof value === 'string') return !/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/u.test(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, inner]) => isWritable(key) && !key.includes('\n') && isWritable(inner));
}

/** A few lines that a block keeps as they are. */
function isBlock(text: string): boolean {
  return text.includes('\n') && !/^\s|[ \t]+(\n|$)|\t|\n\n$/.test(text);
}

const PLAIN = /^[\w./](?:[\w ./:@%+=~^-]*[\w./%+=~^-])?$/;

/** True where the text without quotes is this very text to every reader of YAML 1.1 and 1.2. */
function isPlain(text: string): boolean {
  if (!PLAIN.test(text) || /: | #/.test(text) || resolvePlain(text) !== text) return false;
  // Times, dates and numbers to base 60 of YAML 1.1.
  if (/^[\d:._-]*$/.test(text) && /^\d+(:[0-5]?\d)+|^\d{4}-\d\d?-\d\d?/.test(text)) return false;
  return [1.1, 1.2].every((version) => parse(text, { version: version === 1.1 ? '1.1' : '1.2', logLevel: 'silent' }) === text);
}

function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

function quoted(text: string, quote: '"' | "'"): string {
  return quote === "'" && !/[\n\t]/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}
