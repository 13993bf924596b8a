import type { Opaque, Place, Tree } from '../../model.ts';
import { at, itemsAt, opaque, textAt } from '../../tree.ts';
import type { JsonOperation } from './json-patch.ts';
import { stringsOf } from './kustomization-file.ts';
import { type Patch, selects, targetOf } from './patches.ts';

/** Facts of a rendered Cilium that something may have changed since: those whose names begin so. */
export interface HiddenFacts {
  prefix: string;
  opaque: Opaque;
}

const WORKLOADS = [
  ['DaemonSet', 'cilium'],
  ['DaemonSet', 'cilium-envoy'],
  ['DaemonSet', 'cilium-node-init'],
  ['Deployment', 'cilium-operator'],
  ['Deployment', 'hubble-relay'],
  ['Deployment', 'hubble-ui'],
  ['Deployment', 'clustermesh-apiserver'],
] as const;

/** Which facts of a rendered Cilium a patch may have changed: what was rendered is not what is applied there. */
export function hiddenBy(patch: Patch): HiddenFacts[] {
  const patched = (prefix: string) => hide(prefix, 'a kustomize patch changes it after rendering', patch.place);
  const hidden: HiddenFacts[] = [];
  const deletes = textAt(patch.merge, '$patch') === 'delete';
  if (selects(patch.target, 'ConfigMap', 'cilium-config')) hidden.push(...(deletes ? ['config.'] : configKeys(patch)).map(patched));
  for (const [kind, name] of WORKLOADS) {
    if (!selects(patch.target, kind, name)) continue;
    if (deletes) hidden.push(patched(`present.${kind}/${name}`));
    for (const prefix of workloadPrefixes(patch)) hidden.push(patched(prefix.replace('NAME', name)));
  }
  return hidden;
}

function configKeys(patch: Patch): string[] {
  if (patch.operations)
    return changedPaths(patch.operations)
      .filter((path) => path.length === 0 || path[0] === 'data')
      .map((path) => `config.${path[1] ?? ''}`);
  const data = at(patch.merge, 'data');
  if (data === undefined) return [];
  return data.kind === 'map' && !data.unseen && !data.entries.has('$patch')
    ? [...data.entries.keys()].map((key) => `config.${key}`)
    : ['config.'];
}

/** Every path that operations change: what is written there takes the place of all that stood below it, and what is moved is gone where it was. */
function changedPaths(operations: readonly JsonOperation[]): string[][] {
  return operations.flatMap(({ op, path, from }) => (op === 'test' ? [] : op === 'move' && from ? [path, from] : [path]));
}

const CONTAINERS = ['env.NAME.', 'image.NAME.', 'caps.NAME.', 'privileged.NAME.', 'command.NAME.', 'args.NAME.'];

/** Facts below a workload that the patch reaches; labels, annotations and resources are no facts. */
function workloadPrefixes(patch: Patch): string[] {
  const paths = patch.operations ? changedPaths(patch.operations) : leavesOf(patch.merge, []);
  const prefixes = new Set<string>();
  for (const path of paths) {
    if (path[0] !== undefined && path[0] !== 'spec') continue;
    if (path[1] === undefined || path[1] === 'replicas') prefixes.add('replicas.NAME');
    if ((path[1] !== undefined && path[1] !== 'template') || (path[2] !== undefined && path[2] !== 'spec')) continue;
    const field = path[3];
    if (field === undefined) for (const prefix of [...CONTAINERS, 'hostNetwork.NAME', 'hostPath.NAME.', 'pod.NAME.']) prefixes.add(prefix);
    else if (field === 'containers' || field === 'initContainers') {
      if (!path.includes('resources')) for (const prefix of CONTAINERS) prefixes.add(prefix);
    } else if (field === 'hostNetwork') prefixes.add('hostNetwork.NAME');
    else if (field === 'volumes') prefixes.add('hostPath.NAME.');
    else prefixes.add(`pod.NAME.${field}`);
  }
  return [...prefixes];
}

function leavesOf(tree: Tree | undefined, path: string[]): string[][] {
  if (tree === undefined || path.length > 8) return [path];
  if (tree.kind === 'map')
    return [...tree.entries].flatMap(([key, value]) => (key === 'name' || key === '$patch' ? [] : leavesOf(value, [...path, key])));
  if (tree.kind === 'list') return tree.items.flatMap((item, index) => leavesOf(item, [...path, String(index)]));
  return [path];
}

const hide = (prefix: string, why: string, place: Place): HiddenFacts => ({ prefix, opaque: opaque(why, place) });

/** What other fields of a kustomization change after rendering: `images`, `replicas`, a ConfigMap generator that merges, `replacements`. */
export function hiddenByFields(tree: Tree): HiddenFacts[] {
  return [
    ...itemsAt(tree, 'images')
      .filter((image) => /cilium/.test(textAt(image, 'name') ?? ''))
      .map((image) => hide('image.', 'kustomize `images` changes it after rendering', image.place)),
    ...itemsAt(tree, 'replicas').map((replica) =>
      hide(`replicas.${textAt(replica, 'name') ?? ''}`, 'kustomize `replicas` changes it after rendering', replica.place),
    ),
    ...configMapChanges(tree).flatMap(({ generator, keys }) =>
      keys.map((key) => hide(`config.${key}`, 'a kustomize configMapGenerator changes it after rendering', generator.place)),
    ),
    ...itemsAt(tree, 'replacements').flatMap((replacement) => itemsAt(replacement, 'targets').flatMap(hiddenByReplacement)),
  ];
}

/** The generators that change cilium-config, and the keys that they change; '' for all. */
export function configMapChanges(tree: Tree): { generator: Tree; behavior: string; keys: string[] }[] {
  return itemsAt(tree, 'configMapGenerator').flatMap((generator) => {
    const behavior = textAt(generator, 'behavior');
    if ((behavior !== 'merge' && behavior !== 'replace') || textAt(generator, 'name') !== 'cilium-config') return [];
    const literal = behavior === 'merge' && !at(generator, 'files') && !at(generator, 'envs');
    const keys = literal ? stringsOf(at(generator, 'literals')).map(({ value }) => value.split('=')[0]!) : [''];
    return [{ generator, behavior, keys }];
  });
}

function hiddenByReplacement(target: Tree): HiddenFacts[] {
  const operations = stringsOf(at(target, 'fieldPaths')).map((path) => ({
    op: 'replace' as const,
    path: path.value.split('.'),
    value: path,
    place: path.place,
  }));
  return hiddenBy({ target: targetOf(at(target, 'select')), operations, place: target.place });
}

const HARMLESS = new Set([
  'NamespaceTransformer',
  'LabelTransformer',
  'AnnotationsTransformer',
  'PrefixTransformer',
  'SuffixTransformer',
  'HashTransformer',
]);

/** What a transformer of a kind may change: everything, but for those that only touch names and labels. */
export function hiddenByTransformer(kind: string, place: Place): HiddenFacts[] {
  return HARMLESS.has(kind)
    ? []
    : [hide('', `a kustomize transformer (${kind || 'of unknown kind'}) may change it after rendering`, place)];
}
