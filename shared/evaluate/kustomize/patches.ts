import { parseYaml } from '../../language/yaml/parse.ts';
import type { Place, SourceText, Tree } from '../../model.ts';
import { mayTakeForEver } from '../../regular-expression.ts';
import { at, opaque, textAt } from '../../tree.ts';
import { applyJsonPatch, type JsonOperation, PatchError, readJsonPatch } from './json-patch.ts';

/** Which objects a patch is for; `name`, `kind` … are regular expressions that must match the whole. */
export interface Target {
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

/** A patch of a kustomization: JSON operations or a strategic merge. */
export interface Patch {
  target?: Target;
  operations?: JsonOperation[];
  merge?: Tree;
  place: Place;
}

/** The patches in a text; a text of several documents is several patches. Throws {@link PatchError} for what kustomize refuses. */
export function readPatch(text: SourceText, target: Tree | undefined, place: Place): Patch[] {
  const { documents, problems } = parseYaml(text, { templates: false });
  if (problems[0]) throw new PatchError(problems[0].message, problems[0].place);
  const selector = target?.kind === 'map' ? targetOf(target) : undefined;
  const patches: Patch[] = [];
  for (const { tree } of documents) {
    if (tree.kind === 'scalar' && tree.value === null) continue;
    if (tree.kind === 'list') {
      if (!selector) throw new PatchError('is a JSON patch without a target', place);
      patches.push({ target: selector, operations: readJsonPatch(tree), place });
    } else if (tree.kind === 'map') patches.push({ target: selector ?? identityOf(tree), merge: tree, place });
    else throw new PatchError('is neither a JSON patch nor a strategic merge patch', tree.place);
  }
  return patches;
}

/** The object or objects that a `target` or `select` asks for. */
export function targetOf(tree: Tree | undefined): Target {
  const target: Target = {};
  for (const key of ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'] as const) {
    const text = textAt(tree, key);
    if (text) target[key] = text;
  }
  return target;
}

/** A strategic merge patch names its object itself, literally. */
function identityOf(tree: Tree): Target {
  const literal = (text: string | undefined) => text?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [kind, name, namespace] = [
    literal(textAt(tree, 'kind')),
    literal(textAt(tree, 'metadata.name')),
    literal(textAt(tree, 'metadata.namespace')),
  ];
  return { ...(kind ? { kind } : {}), ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) };
}

/** True where the target can select an object of that kind and name. Label selectors count as a match where labels are not known. */
export function selects(target: Target | undefined, kind: string, name: string | undefined, labels?: Tree): boolean {
  if (target === undefined) return false;
  if (!whole(target.kind, kind) || (name !== undefined && !whole(target.name, name))) return false;
  if (!target.labelSelector || labels === undefined) return true;
  return target.labelSelector.split(',').every((term) => {
    const [key, value] = term.split(/==?/).map((part) => part.trim());
    return key !== undefined && value !== undefined && !key.endsWith('!') ? textAt(labels, key.replace(/[\\.]/g, '\\$&')) === value : true;
  });
}

function whole(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || pattern === '') return true;
  if (mayTakeForEver(pattern, text)) return pattern === text;
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}

/** The object after every patch that selects it; opaque where a patch cannot be applied (kustomize then refuses the whole). */
export function patchObject(object: Tree, patches: readonly Patch[], refuse: (error: PatchError, patch: Patch) => void): Tree {
  let tree = object;
  for (const patch of patches) {
    const kind = textAt(tree, 'kind');
    if (kind === undefined || !selects(patch.target, kind, textAt(tree, 'metadata.name'), at(tree, 'metadata.labels'))) continue;
    try {
      tree = patch.operations ? applyJsonPatch(tree, patch.operations) : mergePatch(tree, patch.merge as Tree, patch.target);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      refuse(error, patch);
      return opaque('kustomize cannot apply a patch to it', patch.place);
    }
  }
  return tree;
}

/** A strategic merge without a schema (custom resources have none): maps merge, null removes, everything else replaces; the object keeps its identity. */
export function mergePatch(below: Tree, above: Tree, target?: Target): Tree {
  const merged = merge(below, above);
  if (target === undefined || merged.kind !== 'map' || below.kind !== 'map') return merged;
  const entries = new Map(merged.entries);
  for (const key of ['apiVersion', 'kind']) {
    const own = below.entries.get(key);
    if (own) entries.set(key, own);
  }
  const name = at(below, 'metadata.name');
  const metadata = entries.get('metadata');
  if (name && metadata?.kind === 'map') entries.set('metadata', { ...metadata, entries: new Map(metadata.entries).set('name', name) });
  return { ...merged, entries };
}

function merge(below: Tree | undefined, above: Tree): Tree {
  if (above.kind !== 'map') return above;
  const directive = textAt(above, '$patch');
  if (directive === 'delete') return { kind: 'scalar', value: null, place: above.place, origin: 'set' };
  const base = below?.kind === 'map' && directive !== 'replace' ? below : undefined;
  const entries = new Map(base?.entries);
  for (const [key, value] of above.entries) {
    if (key === '$patch') continue;
    const merged = merge(base?.entries.get(key), value);
    if (merged.kind === 'scalar' && merged.value === null) entries.delete(key);
    else entries.set(key, merged);
  }
  return { ...(base ?? above), entries, ...(above.unseen ? { unseen: above.unseen } : {}) };
}
