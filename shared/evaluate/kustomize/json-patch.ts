import type { Place, Tree } from '../../model.ts';
import { at, textAt } from '../../tree.ts';

/** One operation of a JSON patch (RFC 6902); `path` as its unescaped segments. */
export interface JsonOperation {
  op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  path: string[];
  from?: string[];
  value?: Tree;
  place: Place;
}

/** A patch that cannot be read or applied; `message` is a phrase without the patch's values. */
export class PatchError extends Error {
  readonly place: Place;
  /** The file that should hold it, where that is not here. */
  readonly missing: string | undefined;
  constructor(message: string, place: Place, missing?: string) {
    super(message);
    this.place = place;
    this.missing = missing;
  }
}

const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

/** The operations of a list; throws {@link PatchError} for what is no JSON patch. */
export function readJsonPatch(list: Tree): JsonOperation[] {
  if (list.kind !== 'list') throw new PatchError('is no list of operations', list.place);
  return list.items.map((item) => {
    const op = textAt(item, 'op');
    const path = at(item, 'path');
    if (op === undefined || !OPERATIONS.has(op)) throw new PatchError('has an operation without a valid `op`', item.place);
    if (path?.kind !== 'scalar' || typeof path.value !== 'string') throw new PatchError('has an operation without a `path`', item.place);
    const value = item.kind === 'map' ? item.entries.get('value') : undefined;
    if (value === undefined && (op === 'add' || op === 'replace' || op === 'test'))
      throw new PatchError(`has an operation \`${op}\` without a value`, item.place);
    const from = textAt(item, 'from');
    return {
      op: op as JsonOperation['op'],
      path: pointer(path.value),
      ...(from === undefined ? {} : { from: pointer(from) }),
      ...(value === undefined ? {} : { value }),
      place: item.place,
    };
  });
}

function pointer(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The tree after the operations; the tree given is not changed. Throws {@link PatchError} where one cannot be applied. */
export function applyJsonPatch(tree: Tree, operations: readonly JsonOperation[]): Tree {
  let result = tree;
  for (const operation of operations) {
    if (operation.op === 'test') continue;
    let value = operation.value;
    if (operation.op === 'move' || operation.op === 'copy') {
      value = at(result, operation.from ?? []);
      if (value === undefined) throw new PatchError('copies from a path that does not exist', operation.place);
      if (operation.op === 'move') result = change(result, operation.from ?? [], undefined, operation);
    }
    result = change(result, operation.path, operation.op === 'remove' ? undefined : value, operation);
  }
  return result;
}

function change(node: Tree, path: readonly string[], value: Tree | undefined, operation: JsonOperation): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? node;
  if (node.kind === 'opaque') return node;
  if (node.kind === 'map') {
    const known = node.entries.get(key);
    if (known === undefined && (rest.length > 0 || operation.op === 'remove' || operation.op === 'replace')) {
      if (node.unseen) return node;
      throw new PatchError('changes a path that does not exist', operation.place);
    }
    const entries = new Map(node.entries);
    if (rest.length > 0) entries.set(key, change(known as Tree, rest, value, operation));
    else if (value === undefined) entries.delete(key);
    else entries.set(key, value);
    return { ...node, entries };
  }
  if (node.kind === 'list') {
    const index = key === '-' ? node.items.length : /^\d+$/.test(key) ? Number(key) : -1;
    const inserts = rest.length === 0 && operation.op !== 'remove' && operation.op !== 'replace';
    if (index < 0 || index > node.items.length || (!inserts && index === node.items.length))
      throw new PatchError('changes a list item that does not exist', operation.place);
    const items = [...node.items];
    if (rest.length > 0) items[index] = change(items[index] as Tree, rest, value, operation);
    else if (value === undefined) items.splice(index, 1);
    else items.splice(index, inserts ? 0 : 1, value);
    return { ...node, items };
  }
  throw new PatchError('changes a path below a value that is no map', operation.place);
}
