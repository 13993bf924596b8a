import { stringify } from 'yaml';
import type { Opaque, Tree } from '../../model.ts';

/** A value inside a Go template: numbers are float64 as they come out of YAML and JSON, integers of literals and functions are bigint; `undefined` is a missing key. */
export type GoValue = undefined | null | boolean | string | number | bigint | GoValue[] | GoMap | Unknown;
export type GoMap = Map<string, GoValue>;

/** A value that exists but cannot be known here. */
export class Unknown {
  readonly opaque: Opaque;
  constructor(opaque: Opaque) {
    this.opaque = opaque;
  }
}

/** The value of a tree; its opaque parts stay unknown. */
export function fromTree(tree: Tree | undefined): GoValue {
  if (tree === undefined) return undefined;
  if (tree.kind === 'opaque') return new Unknown(tree);
  if (tree.kind === 'scalar') return tree.integer && typeof tree.value === 'number' ? BigInt(tree.value) : tree.value;
  if (tree.kind === 'list') return tree.items.map(fromTree);
  const map: GoMap = new Map();
  for (const [key, value] of tree.entries) map.set(key, fromTree(value));
  if (tree.unseen) map.set(UNSEEN, new Unknown(tree.unseen));
  return map;
}

/** Key of what a map may hold besides; no YAML key can be it. */
export const UNSEEN = '\u0000unseen';

/** Key of a map, with what may be there unseen; undefined where nothing is. */
export function lookUp(map: GoMap, key: string): GoValue {
  if (key !== UNSEEN && map.has(key)) return map.get(key);
  return map.get(UNSEEN);
}

/** What `.Files` is to a template: `Get` and `Glob` are known, the rest is not. */
export class Files extends Map<string, GoValue> {
  /** A file's text, empty where there is none. */
  readonly content: (path: string) => GoValue;
  /** The files that a pattern fits, by their paths. */
  readonly matching: (pattern: string) => GoValue;

  constructor(unknown: Unknown, { content, matching }: Pick<Files, 'content' | 'matching'>) {
    super([[UNSEEN, unknown]]);
    this.content = content;
    this.matching = matching;
  }
}

/** Keys in Go's printing order. */
export function keysOf(map: GoMap): string[] {
  return [...map.keys()].filter((key) => key !== UNSEEN).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A template that works on more text than anybody writes, or on a map that holds itself. */
export class TooLarge extends Error {}

/** Characters that one rendering may go through: a text may stand in itself many times. */
const MOST_CHARACTERS = 8_000_000;

/** Marks an unknown in rendered text: {@link splitMarks} finds it again. */
export class Marks {
  readonly unknowns: Opaque[] = [];
  #characters = 0;

  /** Counts what a rendering goes through. Throws {@link TooLarge} where it is too much. */
  spend(characters: number): void {
    this.#characters += characters;
    if (this.#characters > MOST_CHARACTERS) throw new TooLarge('works on too much text');
  }

  mark(unknown: Unknown): string {
    let index = this.unknowns.indexOf(unknown.opaque);
    if (index < 0) index = this.unknowns.push(unknown.opaque) - 1;
    return `\uE001${index}\uE002`;
  }

  /** The first unknown in a rendered text. */
  in(text: string): Opaque | undefined {
    const match = /\uE001(\d+)\uE002/.exec(text);
    return match ? this.unknowns[Number(match[1])] : undefined;
  }
}

/** A float64 as Go's %v prints it. */
function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 21 || (power >= 6 && Math.abs(value) >= 1e6))
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  return power < 0 ? value.toFixed(Math.max(0, digits.replace(/[-.]/g, '').length - 1 - power)) : String(value);
}

/** A value as Go's %v prints it. */
export function print(value: GoValue, marks: Marks, nested = false): string {
  marks.spend(typeof value === 'string' ? value.length : 10);
  if (value instanceof Unknown) return marks.mark(value);
  if (value === undefined || value === null) return nested ? '<nil>' : '<no value>';
  if (typeof value === 'number') return formatFloat(value);
  if (Array.isArray(value)) return `[${value.map((item) => print(item, marks, true)).join(' ')}]`;
  if (value instanceof Map)
    return `map[${keysOf(value)
      .map((key) => `${key}:${print(value.get(key), marks, true)}`)
      .join(' ')}]`;
  return String(value);
}

/** Plain data for JSON and YAML; unknowns are their marks. */
export function plain(value: GoValue, marks: Marks): unknown {
  marks.spend(typeof value === 'string' ? value.length : 100);
  if (value instanceof Unknown) return marks.mark(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, marks));
  if (value instanceof Map) {
    const object: Record<string, unknown> = Object.create(null);
    for (const key of keysOf(value)) object[key] = plain(value.get(key), marks);
    return object;
  }
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
}

/** JSON as Go writes it: keys sorted, HTML characters escaped. */
export function toJson(value: GoValue, marks: Marks, indent?: string): string {
  return JSON.stringify(plain(value, marks), undefined, indent).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** YAML as sigs.k8s.io/yaml writes it, without the last line break. */
export function toYaml(value: GoValue, marks: Marks): string {
  return stringify(plain(value, marks), { indentSeq: false, lineWidth: 0, version: '1.1', aliasDuplicateObjects: false }).replace(
    /\n$/,
    '',
  );
}

/** Go's notion of an empty value. */
export function isTruthy(value: GoValue): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0 || value === 0n) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return true;
}
