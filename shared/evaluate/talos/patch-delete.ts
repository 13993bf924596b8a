import type { Mapping, Place, Tree } from '../../model.ts';
import { isMap, isScalar } from '../../tree.ts';
import { type ConfigDocument, type TalosRefusal, V1ALPHA1 } from './config-document.ts';

/** One `$patch: delete`: of a document (`path` empty), of a key, or of the list item whose `key` has that `value`. */
export interface Delete {
  apiVersion: string;
  kind: string;
  name: string;
  path: string[];
  item?: { key: string; value: string };
  place: Place;
}

const DEEPEST = 200;

/**
 * Takes every `$patch: delete` out of a document of a patch. What became empty by it is gone from `rest` too, undefined where nothing is left.
 * https://docs.siderolabs.com/talos/latest/configure-your-talos-cluster/system-configuration/patching
 */
export function takeDeletes(document: Mapping): { rest: Mapping | undefined; deletes: Delete[]; refusals: TalosRefusal[] } {
  const deletes: Delete[] = [];
  const refusals: TalosRefusal[] = [];
  const text = (key: string) => {
    const node = document.entries.get(key);
    return isScalar(node) && node.value !== null ? String(node.value) : '';
  };
  const kind = text('kind');
  const apiVersion = text('apiVersion');
  const add = (path: string[], place: Place, item?: { key: string; value: string }) => {
    if ((kind === '') !== (apiVersion === ''))
      refusals.push({ message: `kind and apiVersion must be both set for path ${path.join('.')}`, place, path });
    else if (kind === '' && path.length === 0)
      refusals.push({ message: 'missing apiVersion in document for which $patch: delete is used', place, path });
    else deletes.push({ apiVersion, kind: kind || V1ALPHA1, name: text('name'), path, place, ...(item ? { item } : {}) });
  };
  const take = (node: Tree, path: string[], inList: boolean): Tree | undefined => {
    if (path.length > DEEPEST) return node;
    if (node.kind === 'list') {
      const items = node.items.flatMap((item, i) => take(item, [...path, `[${i}]`], true) ?? []);
      return items.length === 0 && node.items.length > 0 ? undefined : { ...node, items };
    }
    if (!isMap(node)) return node;
    const mark = node.entries.get('$patch');
    if (isScalar(mark) && mark.value === 'delete') {
      if (!inList) {
        if (path.some((segment) => segment.startsWith('[')))
          refusals.push({ message: `cannot delete an inner key in '${path.join('.')}'`, place: mark.place, path });
        else add(path, mark.place);
        return undefined;
      }
      const first = [...node.entries].find(([key]) => key !== '$patch');
      if (!first) refusals.push({ message: `no key:val found in sequence node for path ${path.join('.')}`, place: mark.place, path });
      else add(path, mark.place, { key: first[0], value: isScalar(first[1]) ? String(first[1].value ?? '') : '' });
      return undefined;
    }
    const entries = new Map<string, Tree>();
    for (const [key, value] of node.entries) {
      const kept = take(value, [...path, key], false);
      if (kept) entries.set(key, kept);
    }
    return entries.size === 0 && node.entries.size > 0 ? undefined : { ...node, entries };
  };
  const rest = take(document, [], false);
  return { rest: isMap(rest) && !(deletes.length > 0 && saysNothing(rest)) ? rest : undefined, deletes, refusals };
}

function saysNothing(document: Mapping): boolean {
  return [...document.entries.keys()].every((key) => key === 'version' || key === 'kind' || key === 'name');
}

/** The document without what the selector names; a refusal where Talos finds nothing there. A selector without path is the caller's. */
export function applyDelete(document: ConfigDocument, selector: Delete): ConfigDocument | TalosRefusal {
  const tree = without(document.tree, selector.path, selector.item);
  if (tree) return { ...document, tree: tree as Mapping };
  const path = selector.path.join('.');
  return {
    message: `patch delete: path '${path}' in document '${document.apiVersion}/${document.kind}': failed to delete path '${path}': lookup failed`,
    place: selector.place,
    path: selector.path,
  };
}

function without(node: Tree | undefined, path: readonly string[], item: Delete['item']): Tree | undefined {
  const [key, ...rest] = path;
  if (node === undefined || key === undefined) return undefined;
  if (node.kind === 'opaque') return node;
  if (node.kind === 'list') {
    if (rest.length > 0 || !item) return undefined;
    const index = node.items.findIndex((candidate) => {
      const field = isMap(candidate) ? candidate.entries.get(item.key) : undefined;
      return isScalar(field) && String(field.value ?? '') === item.value;
    });
    if (index < 0) return node.items.some((i) => i.kind === 'opaque') ? node : undefined;
    return { ...node, items: node.items.toSpliced(index, 1) };
  }
  if (node.kind !== 'map') return undefined;
  const child = node.entries.get(key);
  // A field of a struct may be cleared whether or not it is set.
  if (child === undefined) return node.unseen || rest.length === 0 ? node : undefined;
  const entries = new Map(node.entries);
  if (rest.length === 0) entries.delete(key);
  else {
    const smaller = without(child, rest, item);
    if (!smaller) return undefined;
    entries.set(key, smaller);
  }
  return { ...node, entries };
}
