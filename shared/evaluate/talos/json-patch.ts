import type { List, Mapping, Tree } from '../../model.ts';
import { isList, isMap, isScalar } from '../../tree.ts';
import type { TalosRefusal } from './config-document.ts';

/** One operation of a JSON patch (RFC 6902). */
interface Operation {
  op: string;
  path: string[];
  from?: string[];
  value?: Tree;
  node: Mapping;
}

/** Whether a text is a JSON patch, in JSON or as a YAML list: its one document is a list. */
export function isJsonPatch(trees: readonly Tree[]): trees is [List] {
  return trees.length === 1 && isList(trees[0]);
}

/**
 * The document with the operations applied in order; the first that fails ends it, as in Talos.
 * Of a document that is not whole (`partial`) the parents of a path are taken to be there, and nothing fails for what is missing.
 */
export function applyJsonPatch(document: Mapping, patch: List, partial: boolean): { tree: Mapping; refusals: TalosRefusal[] } {
  let tree: Tree = document;
  const refusals: TalosRefusal[] = [];
  for (const item of patch.items) {
    if (item.kind === 'opaque') {
      tree = isMap(tree) ? { ...tree, unseen: item } : tree;
      continue;
    }
    const operation = readOperation(item);
    const next: Tree | string =
      typeof operation === 'string' ? operation : apply(partial ? withParents(tree, operation) : tree, operation, partial);
    if (typeof next === 'string') {
      refusals.push({ message: `JSON6902 patch: ${next}`, place: item.place, path: typeof operation === 'string' ? [] : operation.path });
      break;
    }
    tree = next;
  }
  return { tree: isMap(tree) ? tree : document, refusals };
}

function readOperation(item: Tree): Operation | string {
  if (!isMap(item)) return 'an operation must be a map';
  const text = (key: string) => {
    const node = item.entries.get(key);
    return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
  };
  const op = text('op');
  const path = pointer(text('path'));
  if (op === undefined || path === undefined) return 'an operation needs op and path';
  const from = text('from');
  return {
    op,
    path,
    node: item,
    ...(from === undefined ? {} : { from: pointer(from) ?? [] }),
    ...(item.entries.has('value') ? { value: item.entries.get('value') as Tree } : {}),
  };
}

function pointer(text: string | undefined): string[] | undefined {
  if (text === undefined || (text !== '' && !text.startsWith('/'))) return undefined;
  return text
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function apply(tree: Tree, operation: Operation, partial: boolean): Tree | string {
  const { op, path } = operation;
  const value: Tree = operation.value ?? { kind: 'scalar', value: null, place: operation.node.place, origin: 'set' };
  switch (op) {
    case 'add':
      return edit(tree, path, (parent, key) => insert(parent, key, value));
    case 'replace':
      return edit(tree, path, (parent, key) => (look(parent, [key]) === undefined && !partial ? missing(path) : put(parent, key, value)));
    case 'remove':
      return edit(tree, path, (parent, key) => (look(parent, [key]) === undefined && !partial ? missing(path) : drop(parent, key)));
    case 'copy':
    case 'move': {
      const source = look(tree, operation.from ?? []);
      if (source === undefined) return partial ? tree : missing(operation.from ?? []);
      const rest = op === 'move' ? edit(tree, operation.from ?? [], drop) : tree;
      return typeof rest === 'string' ? rest : edit(rest, path, (parent, key) => insert(parent, key, source));
    }
    case 'test':
      return tree;
    default:
      return `unexpected kind: ${op.slice(0, 20)}`;
  }
}

/** The tree with an empty map, or a list where the next segment is an index, for every parent of the path that it lacks. */
function withParents(tree: Tree, { path, node }: Operation): Tree {
  const grow = (parent: Tree, depth: number): Tree => {
    const key = path[depth];
    const next = path[depth + 1];
    if (key === undefined || next === undefined || parent.kind === 'opaque' || parent.kind === 'scalar') return parent;
    const empty: Tree = /^(-|\d+)$/.test(next)
      ? { kind: 'list', items: [], place: node.place, origin: 'set' }
      : { kind: 'map', entries: new Map(), place: node.place, origin: 'set' };
    const child = look(parent, [key]);
    if (child === undefined && isList(parent)) return parent;
    return put(parent, key, grow(child ?? empty, depth + 1));
  };
  return grow(tree, 0);
}

const missing = (path: readonly string[]) => `the path /${path.join('/')} does not exist`;

function look(tree: Tree | undefined, path: readonly string[]): Tree | undefined {
  let node = tree;
  for (const key of path) {
    if (node === undefined || node.kind === 'opaque') return node;
    node = isMap(node) ? (node.entries.get(key) ?? node.unseen) : isList(node) ? node.items[Number(key)] : undefined;
  }
  return node;
}

function edit(tree: Tree, path: readonly string[], change: (parent: Tree, key: string) => Tree | string): Tree | string {
  const [key, ...rest] = path;
  if (key === undefined) return 'the whole document cannot be replaced';
  if (tree.kind === 'opaque') return tree;
  if (rest.length === 0) return change(tree, key);
  const child = look(tree, [key]);
  if (child === undefined) return missing(path);
  const changed = edit(child, rest, change);
  return typeof changed === 'string' ? changed : put(tree, key, changed);
}

function put(parent: Tree, key: string, value: Tree): Tree {
  if (isMap(parent)) return { ...parent, entries: new Map(parent.entries).set(key, value) };
  if (isList(parent) && parent.items[Number(key)] !== undefined) return { ...parent, items: parent.items.with(Number(key), value) };
  return parent;
}

function insert(parent: Tree, key: string, value: Tree): Tree | string {
  if (isMap(parent)) return put(parent, key, value);
  if (!isList(parent)) return parent.kind === 'opaque' ? parent : `nothing can be added under a scalar (${key})`;
  const index = key === '-' ? parent.items.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > parent.items.length) return `the index ${key} is out of range`;
  return { ...parent, items: parent.items.toSpliced(index, 0, value) };
}

function drop(parent: Tree, key: string): Tree {
  if (isMap(parent)) {
    const entries = new Map(parent.entries);
    entries.delete(key);
    return { ...parent, entries };
  }
  return isList(parent) ? { ...parent, items: parent.items.toSpliced(Number(key), 1) } : parent;
}
