import type { List, Mapping, Opaque, Tree } from '../../model.ts';
import { isList, isMap, isScalar } from '../../tree.ts';
import { type ConfigDocument, V1ALPHA1 } from './config-document.ts';
import { type Field, type FieldType, fieldsOf, fieldsOfDocument } from './machine-config-schema.ts';

/**
 * The document with the patch's document merged in, by the rules of its Go types: lists are appended unless the field says otherwise,
 * maps are merged by key, null and the zero of a plain field change nothing.
 * https://github.com/siderolabs/talos/blob/main/pkg/machinery/config/merge/merge.go
 */
export function mergeDocument(left: ConfigDocument, right: ConfigDocument): ConfigDocument {
  return {
    ...left,
    tree: mergeStruct(left.tree, right.tree, left.kind === V1ALPHA1 ? fieldsOf('Config') : fieldsOfDocument(left.kind), 0),
  };
}

const DEEPEST = 200;
const UNTYPED: FieldType = { kind: 'any', replace: false };

function mergeStruct(left: Mapping, right: Mapping, fields: ReadonlyMap<string, Field> | undefined, depth: number): Mapping {
  return mergeMaps(left, right, (key) => fields?.get(key)?.type ?? UNTYPED, depth);
}

function mergeMaps(left: Mapping, right: Mapping, typeOf: (key: string) => FieldType, depth: number): Mapping {
  const entries = new Map(left.entries);
  if (right.unseen) for (const [key, value] of entries) entries.set(key, doubtDefaults(value, right.unseen));
  for (const [key, value] of right.entries) {
    const merged = merge(left.entries.get(key), value, typeOf(key), depth + 1);
    if (merged) entries.set(key, merged);
  }
  const unseen = right.unseen ?? left.unseen;
  return {
    kind: 'map',
    entries,
    place: left.origin === 'default' ? right.place : left.place,
    origin: right.origin,
    ...(unseen ? { unseen } : {}),
  };
}

/** What nobody wrote may have been overwritten by what cannot be seen; what somebody wrote stands. */
function doubtDefaults(tree: Tree, unseen: Opaque): Tree {
  if (tree.kind === 'opaque') return tree;
  if (tree.kind === 'map')
    return { ...tree, entries: new Map([...tree.entries].map(([key, value]) => [key, doubtDefaults(value, unseen)])), unseen };
  return tree.origin === 'default' ? unseen : tree;
}

const isNull = (tree: Tree | undefined) => tree === undefined || (isScalar(tree) && tree.value === null);

function merge(left: Tree | undefined, right: Tree, type: FieldType, depth: number): Tree | undefined {
  if (isNull(right)) return left ?? right;
  if (left === undefined || isNull(left)) return right;
  if (depth > DEEPEST) return right;
  switch (type.kind) {
    case 'struct':
      if (isMap(left) && isMap(right)) return mergeStruct(left, right, fieldsOf(type.name), depth);
      return besideOpaque(left, right);
    case 'map':
      if (isMap(left) && isMap(right)) return mergeMaps(left, right, () => type.of, depth);
      return besideOpaque(left, right);
    case 'arguments':
      if (isMap(left) && isMap(right)) return { ...right, entries: new Map([...left.entries, ...right.entries]) };
      return besideOpaque(left, right);
    case 'list':
      if (type.replace) return right;
      if (type.key !== undefined && isList(left) && isList(right)) return mergeKeyed(left, right, type.key, type.of, depth);
      return append(left, right);
    case 'any':
      if (type.replace) return right;
      if (isMap(left) && isMap(right)) return mergeMaps(left, right, () => UNTYPED, depth);
      if (isList(left) && isList(right)) return append(left, right);
      return isZero(right) ? left : right;
    default:
      return !type.pointer && isZero(right) ? left : right;
  }
}

/** The zero of a plain field; `false` always overrides. */
function isZero(tree: Tree): boolean {
  return tree.kind === 'scalar' && (tree.value === '' || tree.value === 0);
}

function besideOpaque(left: Tree, right: Tree): Tree {
  if (isMap(left) && right.kind === 'opaque') return doubtDefaults({ ...left, unseen: right }, right);
  if (isMap(right) && left.kind === 'opaque') return { ...right, unseen: left };
  return right;
}

function append(left: Tree, right: Tree): Tree {
  const items = [...(isList(left) ? left.items : [left]), ...(isList(right) ? right.items : [right])];
  const place = isList(right) ? right : isList(left) ? left : undefined;
  return place ? { kind: 'list', items, place: place.place, origin: place.origin } : right;
}

function mergeKeyed(left: List, right: List, key: string, of: FieldType, depth: number): List {
  const items = [...left.items];
  for (const item of right.items) {
    const index = items.findIndex((candidate) => sameItem(candidate, item, key));
    const found = items[index];
    if (index < 0 || !isMap(found) || !isMap(item)) items.push(item);
    else items[index] = merge(found, item, of, depth + 1) ?? found;
  }
  return { ...right, items };
}

function sameItem(left: Tree, right: Tree, key: string): boolean {
  if (!isMap(left) || !isMap(right)) return false;
  const a = left.entries.get(key);
  const b = right.entries.get(key);
  if (isScalar(a) && isScalar(b)) return a.value === b.value && a.value !== '' && a.value !== null;
  if (key !== 'interface' || a || b) return false;
  const selectors = [left, right].map((item) => item.entries.get('deviceSelector'));
  return selectors.every((selector) => selector !== undefined) && sameScalars(selectors[0], selectors[1]);
}

function sameScalars(left: Tree | undefined, right: Tree | undefined): boolean {
  if (!isMap(left) || !isMap(right) || left.entries.size !== right.entries.size) return false;
  return [...left.entries].every(([key, value]) => {
    const other = right.entries.get(key);
    return isScalar(value) && isScalar(other) && value.value === other.value;
  });
}
