import semver from 'semver';
import type { List, Mapping, Opaque, Tree } from '../model.ts';
import { at, splitPath } from '../tree.ts';

/** Thrown by {@link ChartValues} where a template would read a value that cannot be known; caught by whoever works out a fact. */
export class ReadsOpaque extends Error {
  readonly opaque: Opaque;
  constructor(opaque: Opaque) {
    super(opaque.reason);
    this.opaque = opaque;
  }
}

/** Thrown where Helm's template engine would fail on a value. */
export class TemplateError extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** What `.Capabilities` and `.Release` say; both sides are worked out with the same. */
export interface RenderContext {
  namespace: string;
  kubeVersion: string;
  apiVersions: readonly string[];
}

/**
 * `.Values` as the chart's templates see them: chart defaults and user values, nulls removed, for one exact chart version.
 * The methods are named after what templates do with a value. Every read of something that cannot be known throws {@link ReadsOpaque}.
 */
export class ChartValues {
  readonly tree: Mapping;
  readonly version: string;
  readonly context: RenderContext;
  /** Every node that was read since this list was last emptied: says what a derived fact was derived from. */
  readonly reads: Tree[] = [];
  readonly #since = new Map<string, boolean>();

  constructor(tree: Mapping, version: string, context: RenderContext) {
    this.tree = tree;
    this.version = version;
    this.context = context;
  }

  /** The chart is this version or a later one: `since('1.16.8')`. Releases of other minors are compared as semver does. */
  since(version: string): boolean {
    let known = this.#since.get(version);
    if (known === undefined) {
      known = semver.gte(this.version, version);
      this.#since.set(version, known);
    }
    return known;
  }

  before(version: string): boolean {
    return !this.since(version);
  }

  /** `.Values.a.b`: the node, or undefined where it is absent. A scalar or list on the way is a {@link TemplateError}, as in Helm. */
  node(path: string): Tree | undefined {
    const segments = splitPath(path);
    let node: Tree | undefined = this.tree;
    for (let i = 0; i < segments.length; i++) {
      if (node === undefined || (node.kind === 'scalar' && node.value === null))
        throw new TemplateError(path, `nil pointer evaluating interface {}.${segments[i]}`);
      if (node.kind === 'opaque') throw new ReadsOpaque(node);
      if (node.kind !== 'map') throw new TemplateError(path, `can't evaluate field ${segments[i]} in type interface {}`);
      node = node.entries.get(segments[i]!) ?? node.unseen;
    }
    if (node?.kind === 'opaque') throw new ReadsOpaque(node);
    if (node) this.reads.push(node);
    return node;
  }

  /** Like {@link node}, but undefined where something on the way is absent (for paths that a template guards). */
  find(path: string): Tree | undefined {
    const node = at(this.tree, path);
    if (node?.kind === 'opaque') throw new ReadsOpaque(node);
    if (node) this.reads.push(node);
    return node;
  }

  /** `hasKey`: the key is there, with whatever value, null included. */
  has(path: string): boolean {
    return this.find(path) !== undefined;
  }

  /** `kindIs "invalid"`: absent or null. */
  isNull(path: string): boolean {
    const node = this.find(path);
    return node === undefined || (node.kind === 'scalar' && node.value === null);
  }

  /** `if .Values.x`: Go's truth: not absent, null, false, 0, "", [] or {}. */
  truthy(path: string): boolean {
    return isTruthy(this.find(path));
  }

  /** `{{ .Values.x }}`, `toString`, `quote`: the text that Go prints. Undefined where the value is absent or null. */
  text(path: string): string | undefined {
    const node = this.find(path);
    if (node === undefined || (node.kind === 'scalar' && node.value === null)) return undefined;
    return goText(node);
  }

  /** `| default "x"`: the text, or the default where the value is empty in Go's sense. */
  textOr(path: string, otherwise: string): string {
    return this.truthy(path) ? this.text(path)! : otherwise;
  }

  /** `| int`: what Sprig's int makes of the value; 0 where it is no number. */
  int(path: string): number {
    return toInt(this.find(path));
  }

  /** The items of a list as text; undefined where there is no list. */
  list(path: string): string[] | undefined {
    const node = this.find(path);
    if (node?.kind !== 'list') return undefined;
    return (node as List).items.map((item) => {
      if (item.kind === 'opaque') throw new ReadsOpaque(item);
      return goText(item);
    });
  }
}

/** Go's truth of a value. */
export function isTruthy(node: Tree | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === 'opaque') throw new ReadsOpaque(node);
  if (node.kind === 'list') return node.items.length > 0;
  if (node.kind === 'map') {
    if (node.entries.size === 0 && node.unseen) throw new ReadsOpaque(node.unseen);
    return node.entries.size > 0;
  }
  return node.value !== null && node.value !== false && node.value !== 0 && node.value !== '';
}

/** The text that Go's `%v` prints for a value. */
export function goText(node: Tree): string {
  if (node.kind === 'opaque') throw new ReadsOpaque(node);
  if (node.kind === 'list') return `[${node.items.map(goText).join(' ')}]`;
  if (node.kind === 'map') {
    if (node.unseen) throw new ReadsOpaque(node.unseen);
    return `map[${[...node.entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${k}:${goText(v)}`)
      .join(' ')}]`;
  }
  if (node.value === null) return '<nil>';
  if (typeof node.value === 'number') return node.integer ? String(node.value) : goFloat(node.value);
  return String(node.value);
}

/** Go's `%v` of a float64: the shortest digits that read back the same, with an exponent from 1e+06 on and below 1e-04 (https://pkg.go.dev/strconv#FormatFloat, shortest `g`). */
export function goFloat(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e-4 && size < 1e6) return String(value);
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function toInt(node: Tree | undefined): number {
  if (node?.kind === 'opaque') throw new ReadsOpaque(node);
  if (node?.kind !== 'scalar') return 0;
  if (typeof node.value === 'number') return Math.trunc(node.value);
  if (typeof node.value === 'boolean') return node.value ? 1 : 0;
  if (typeof node.value === 'string' && /^[+-]?\d+(\.0*)?$/.test(node.value)) return Number.parseInt(node.value, 10);
  return 0;
}
