import type { List, Mapping, Opaque, Origin, Place, Scalar, Tree } from './model.ts';

/** A Helm path as its segments: `a.b\.c` is `['a', 'b.c']`. */
export function splitPath(path: string): string[] {
  if (!path.includes('\\')) return path.split('.');
  const segments: string[] = [];
  let segment = '';
  for (let i = 0; i < path.length; i++) {
    const c = path[i]!;
    if (c === '\\' && i + 1 < path.length) segment += path[++i];
    else if (c === '.') {
      segments.push(segment);
      segment = '';
    } else segment += c;
  }
  segments.push(segment);
  return segments;
}

/** The reverse of {@link splitPath}. */
export function joinPath(segments: readonly string[]): string {
  return segments.map((s) => (s.includes('.') || s.includes('\\') ? s.replace(/[\\.]/g, '\\$&') : s)).join('.');
}

/** Looks into a tree: the node at the path; an {@link Opaque} where something on the way cannot be seen; undefined where nothing is there. */
export function at(tree: Tree | undefined, path: string | readonly string[]): Tree | undefined {
  let node: Tree | undefined = tree;
  for (const key of typeof path === 'string' ? splitPath(path) : path) {
    if (node === undefined || node.kind === 'opaque') return node;
    if (node.kind === 'map') node = node.entries.get(key) ?? node.unseen;
    else if (node.kind === 'list') node = /^\d+$/.test(key) ? node.items[Number(key)] : undefined;
    else return undefined;
  }
  return node;
}

/** The string at the path, or undefined where there is none (also where it is opaque or of another type). */
export function textAt(tree: Tree | undefined, path: string): string | undefined {
  const node = at(tree, path);
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The items at the path; none where no list is there. */
export function itemsAt(tree: Tree | undefined, path: string): Tree[] {
  const node = at(tree, path);
  return node?.kind === 'list' ? node.items : [];
}

/** A null-prototype object, arrays and scalars, without places. Opaque values become `undefined` keys: use it only where that cannot matter. */
export function toPlain(tree: Tree | undefined): unknown {
  if (tree === undefined || tree.kind === 'opaque') return undefined;
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toPlain);
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, value] of tree.entries) plain[key] = toPlain(value);
  return plain;
}

/** A tree of plain data, every node with the one place and origin given. */
export function fromPlain(value: unknown, place: Place, origin: 'set' | 'installer' | 'default' = 'set'): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map((v) => fromPlain(v, place, origin)), place, origin };
  if (value !== null && typeof value === 'object') {
    const entries = new Map<string, Tree>();
    for (const [k, v] of Object.entries(value)) entries.set(k, fromPlain(v, place, origin));
    return { kind: 'map', entries, place, origin };
  }
  return { kind: 'scalar', value: (value ?? null) as Scalar['value'], place, origin };
}

/** An empty map at a place. */
export function emptyMap(place: Place, origin: 'set' | 'installer' | 'default' = 'set'): Mapping {
  return { kind: 'map', entries: new Map(), place, origin };
}

export function opaque(reason: string, place: Place, text?: string): Opaque {
  return text === undefined ? { kind: 'opaque', reason, place } : { kind: 'opaque', reason, place, text };
}

/** How the node came to be, in the report's words. */
export function originOf(node: Tree | undefined): Origin {
  if (node === undefined) return 'absent';
  return node.kind === 'opaque' ? 'opaque' : node.origin;
}

/** True for the boolean, and for nothing that only looks like it. */
export function isTrue(tree: Tree | undefined): boolean {
  return tree?.kind === 'scalar' && tree.value === true;
}

export const isMap = (node: Tree | undefined): node is Mapping => node?.kind === 'map';
export const isList = (node: Tree | undefined): node is List => node?.kind === 'list';
export const isScalar = (node: Tree | undefined): node is Scalar => node?.kind === 'scalar';
export const isOpaque = (node: Tree | undefined): node is Opaque => node?.kind === 'opaque';

/** The first opaque value in a tree, or undefined: a tree without one can be compared whole. */
export function firstOpaque(tree: Tree | undefined): Opaque | undefined {
  if (tree === undefined || tree.kind === 'scalar') return undefined;
  if (tree.kind === 'opaque') return tree;
  if (tree.kind === 'map' && tree.unseen) return tree.unseen;
  for (const child of tree.kind === 'map' ? tree.entries.values() : tree.items) {
    const found = firstOpaque(child);
    if (found) return found;
  }
  return undefined;
}

/** Every leaf of a tree (scalars, lists, empty maps, opaque values) by its path; bounded in depth and number. */
export function leavesOf(tree: Tree): Map<string, string[]> {
  const leaves = new Map<string, string[]>();
  collectLeaves(tree, [], leaves);
  return leaves;
}

function collectLeaves(tree: Tree, path: string[], leaves: Map<string, string[]>): void {
  if (path.length > 64 || leaves.size > 20_000) return;
  if (tree.kind === 'map' && tree.entries.size > 0) {
    for (const [key, child] of tree.entries) collectLeaves(child, [...path, key], leaves);
  } else if (path.length > 0) leaves.set(joinPath(path), path);
}
