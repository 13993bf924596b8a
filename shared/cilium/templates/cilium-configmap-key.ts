import type { Tree } from '../../model.ts';
import { type ChartValues, goFloat, goText, isTruthy, ReadsOpaque, TemplateError } from '../chart-values.ts';
import type { Condition, FactRule } from './fact-rule.ts';

/** What a template writes for one key, read at the key's own Helm path; undefined where it writes nothing. */
export type Value = (values: ChartValues, path: string) => string | undefined;

/** One key of the ConfigMap cilium-config. The (first) path is the one that {@link Value} reads, and that a person would edit. */
export function key(name: string, path: string | readonly string[], value: Value = quoted): FactRule {
  const own = typeof path === 'string' ? path : path[0]!;
  return { fact: `config.${name}`, path, value: (values) => value(values, own) };
}

/** The same keys, written only where the condition holds. */
export function inside(condition: Condition, rules: readonly FactRule[]): FactRule[] {
  return rules.map((rule) => ({ ...rule, value: (values) => (condition(values) ? rule.value(values) : undefined) }));
}

// What is written

/** `{{ .Values.x | quote }}` and `"{{ .Values.x }}"`: null becomes the empty string. */
export const quoted: Value = (values, path) => textOf(values.node(path));

/** `{{ .Values.x }}` without quotes: YAML reads the text once more. */
export const plain: Value = (values, path) => plainScalar(textOf(values.node(path)));

/** `join`: a list's items without nulls; a scalar stands for itself. */
export function joined(separator: string): Value {
  return (values, path) => {
    const node = values.node(path);
    return node?.kind === 'list' ? joinItems(node.items, separator) : textOf(node);
  };
}

/** `range` that writes an item a line, which YAML folds to blanks. */
export const folded: Value = (values, path) => {
  const node = values.node(path);
  if (isNull(node)) return '';
  if (node?.kind === 'list') return plainScalar(node.items.map(textOf).join(' '));
  if (node?.kind === 'map')
    return plainScalar(
      sortedEntries(node)
        .map(([, value]) => textOf(value))
        .join(' '),
    );
  throw new TemplateError(path, `range can't iterate over ${textOf(node)}`);
};

/** `{{ .Values.x | int }}`. */
export const whole: Value = (values, path) => {
  values.node(path);
  return String(values.int(path));
};

/** `include "validateDuration"`: Go's durations, `0s` where the value is empty. */
export const duration: Value = (values, path) => {
  const node = values.node(path);
  if (!isTruthy(node)) return '0s';
  const text = textOf(node);
  if (!/^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text))
    throw new TemplateError(path, `time: invalid duration "${text}"`);
  return text;
};

/** `toJson`, which escapes what HTML would read. */
export const json: Value = (values, path) =>
  goJson(values.node(path)).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `toRawJson`. */
export const rawJson: Value = (values, path) => goJson(values.node(path));

/** `include "mapToString"`: `key=value` pairs in the order of their keys. */
export const pairs: Value = (values, path) => {
  const node = values.node(path);
  if (isNull(node)) return '';
  if (node?.kind !== 'map') throw new TemplateError(path, `range can't iterate over ${textOf(node)}`);
  return sortedEntries(node)
    .map(
      ([name, value]) =>
        `${name}=${value.kind === 'scalar' && typeof value.value === 'string' ? value.value : `%!s(${goKind(value)}=${textOf(value)})`}`,
    )
    .join(',');
};

/** Always the same text. */
export const fixed =
  (text: string): Value =>
  () =>
    text;

/** The value behind a text: `":{{ .Values.x.port }}"`. */
export const prefixed =
  (prefix: string, value: Value = quoted): Value =>
  (values, path) =>
    `${prefix}${value(values, path) ?? ''}`;

/** The value of another path. */
export const at =
  (path: string, value: Value = quoted): Value =>
  (values) =>
    value(values, path);

/** The first that is written; of keys that a template writes twice this is the last one, for that one counts. */
export const either =
  (...all: readonly Value[]): Value =>
  (values, path) => {
    for (const value of all) {
      const text = value(values, path);
      if (text !== undefined) return text;
    }
    return undefined;
  };

// When it is written

/** `if .Values.x`. */
export const whenSet =
  (value: Value = quoted): Value =>
  (values, path) =>
    isTruthy(values.node(path)) ? value(values, path) : undefined;

/** `if hasKey .Values.parent "x"`: also where it is null. */
export const whenKey =
  (value: Value = quoted): Value =>
  (values, path) =>
    hasKey(values, path) ? value(values, path) : undefined;

/** `if not (kindIs "invalid" .Values.x)` and `if ne .Values.x nil`. */
export const whenPresent =
  (value: Value = quoted): Value =>
  (values, path) =>
    isNull(values.node(path)) ? undefined : value(values, path);

/** Where the condition holds. */
export const when =
  (condition: Condition, value: Value = quoted): Value =>
  (values, path) =>
    condition(values) ? value(values, path) : undefined;

/** `kindOf` is a number, whatever way it was written. */
export const whenNumber =
  (value: Value = quoted): Value =>
  (values, path) => {
    const node = values.node(path);
    return node?.kind === 'scalar' && typeof node.value === 'number' ? value(values, path) : undefined;
  };

/** From this chart version on, else the other (nothing unless given). */
export const since =
  (version: string, value: Value, otherwise: Value = nothing): Value =>
  (values, path) =>
    (isSince(values, version) ? value : otherwise)(values, path);

/** In chart versions before this one only. */
export const before = (version: string, value: Value): Value => since(version, nothing, value);

/** From the last of these versions on, and from each earlier one to the end of its own minor. */
export const backported =
  (versions: readonly string[], value: Value, otherwise: Value = nothing): Value =>
  (values, path) =>
    (isBackported(values, versions) ? value : otherwise)(values, path);

const nothing: Value = () => undefined;

// What is asked

/** `if .Values.x`. */
export const set =
  (path: string): Condition =>
  (values) =>
    isTruthy(values.node(path));

/** `hasKey .Values.parent "x"`. */
export const has =
  (path: string): Condition =>
  (values) =>
    hasKey(values, path);

/** `eq .Values.x "text"`: values of different types cannot be compared. */
export const equals =
  (path: string, literal: string | boolean): Condition =>
  (values) =>
    isEqual(values, path, literal);

/** The chart is this version or a later one. */
export const chart =
  (version: string): Condition =>
  (values) =>
    isSince(values, version);

/** `not`. */
export const not =
  (condition: Condition): Condition =>
  (values) =>
    !condition(values);
/** `and`, which stops at the first that fails. */
export const every =
  (...all: readonly Condition[]): Condition =>
  (values) =>
    all.every((condition) => condition(values));
/** `or`, which stops at the first that holds. */
export const some =
  (...all: readonly Condition[]): Condition =>
  (values) =>
    all.some((condition) => condition(values));

/** The chart is this version or later; release candidates count as their release, for which they were made. */
export function isSince(values: ChartValues, version: string): boolean {
  return orderOf(values.version) >= orderOf(version);
}

/** As {@link backported} has it. */
export function isBackported(values: ChartValues, versions: readonly string[]): boolean {
  const chart = orderOf(values.version);
  return versions.some(
    (version, i) =>
      chart >= orderOf(version) && (i === versions.length - 1 || Math.floor(chart / 1e3) === Math.floor(orderOf(version) / 1e3)),
  );
}

const orders = new Map<string, number>();

function orderOf(version: string): number {
  let order = orders.get(version);
  if (order === undefined) {
    const [major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1) ?? [];
    order = major === undefined ? 0 : Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
    if (orders.size < 1000) orders.set(version, order);
  }
  return order;
}

// How templates read values

/** `hasKey` on the path's parent, which must be a map. */
export function hasKey(values: ChartValues, path: string): boolean {
  const dot = path.lastIndexOf('.');
  const parent: Tree | undefined = dot < 0 ? values.tree : values.node(path.slice(0, dot));
  if (parent?.kind !== 'map')
    throw new TemplateError(path, `wrong type for value; expected map[string]interface {}; got ${goKind(parent)}`);
  if (parent.entries.has(path.slice(dot + 1))) return true;
  if (parent.unseen) throw new ReadsOpaque(parent.unseen);
  return false;
}

/** `eq`: false where the value is absent or null, an error where its type is another one. */
export function isEqual(values: ChartValues, path: string, literal: string | boolean): boolean {
  const node = values.node(path);
  if (isNull(node)) return false;
  if (node?.kind !== 'scalar' || typeof node.value !== typeof literal) throw new TemplateError(path, 'incompatible types for comparison');
  return node.value === literal;
}

/** Absent or null. */
export function isNull(node: Tree | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

/** The text that a template prints; nothing for null. */
export function textOf(node: Tree | undefined): string {
  return node === undefined || isNull(node) ? '' : goText(node);
}

/** The items that are not null, as text. */
export function joinItems(items: readonly Tree[], separator: string): string {
  return items
    .filter((item) => !isNull(item))
    .map(goText)
    .join(separator);
}

/** The entries in the order in which Go's templates visit them. */
export function sortedEntries(node: Tree & { kind: 'map' }): [string, Tree][] {
  if (node.unseen) throw new ReadsOpaque(node.unseen);
  return [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What YAML reads from text that stands without quotes. */
export function plainScalar(text: string): string {
  const bare = text.trim();
  if (/^(~|null|Null|NULL)?$/.test(bare)) return '';
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(bare)) return bare.toLowerCase();
  if (/^[-+]?(\d+\.\d*|\.\d+|\d+(\.\d*)?[eE][-+]?\d+)$/.test(bare)) return goFloat(Number(bare));
  return bare;
}

function goKind(node: Tree | undefined): string {
  if (node === undefined || isNull(node)) return 'interface {}';
  if (node.kind === 'list') return '[]interface {}';
  if (node.kind !== 'scalar') return 'map[string]interface {}';
  if (typeof node.value === 'number') return node.integer ? 'int64' : 'float64';
  return typeof node.value === 'boolean' ? 'bool' : 'string';
}

function goJson(node: Tree | undefined): string {
  if (node === undefined) return 'null';
  if (node.kind === 'opaque') throw new ReadsOpaque(node);
  if (node.kind === 'list') return `[${node.items.map(goJson).join(',')}]`;
  if (node.kind === 'map')
    return `{${sortedEntries(node)
      .map(([name, value]) => `${JSON.stringify(name)}:${goJson(value)}`)
      .join(',')}}`;
  return JSON.stringify(node.value);
}
