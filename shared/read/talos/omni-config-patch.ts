import type { Candidate } from '../../discover/candidate.ts';
import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, TalosCluster, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { at, isMap, isScalar, textAt } from '../../tree.ts';
import { namedBy } from './cluster-names.ts';
import { clusterOfMachines } from './cluster-of-machines.ts';
import { type PatchText, patchOf } from './patch-text.ts';

const TYPE = 'ConfigPatches.omni.sidero.dev';
const LABEL = 'omni.sidero.dev/';

interface ConfigPatch {
  id: string;
  cluster: string | undefined;
  /** Cluster, machine set, machine: Omni applies them in this order. */
  scope: 0 | 1 | 2;
  worker: boolean;
  text: PatchText;
  place: FilePlace;
}

/**
 * Clusters of which Git holds Omni's ConfigPatch resources (`omnictl apply`), and no template. Other patches may live in Omni, so what they leave unsaid is unknown.
 * https://docs.siderolabs.com/omni/reference/config-patches
 */
export function omniConfigPatches(candidates: readonly Candidate[]): TalosCluster[] {
  const patches: ConfigPatch[] = [];
  for (const { path, text } of candidates) {
    if (!/\.ya?ml$/.test(path) || !text.includes(TYPE)) continue;
    for (const { tree } of parseYaml(wholeFile(path, text)).documents) {
      const patch = textAt(tree, 'metadata.type') === TYPE ? readPatch(tree, path) : undefined;
      if (patch) patches.push(patch);
    }
  }
  const byCluster = groupByCluster(patches);
  return [...byCluster].map(([name, of]) => clusterOf(name, of));
}

function groupByCluster(patches: readonly ConfigPatch[]): Map<string | undefined, ConfigPatch[]> {
  const groups = new Map<string | undefined, ConfigPatch[]>();
  for (const patch of patches) groups.set(patch.cluster, [...(groups.get(patch.cluster) ?? []), patch]);
  return groups;
}

function readPatch(tree: Tree, path: string): ConfigPatch | undefined {
  const labels = at(tree, ['metadata', 'labels']);
  const label = (name: string) => (isMap(labels) ? textAt(labels, `${LABEL.replaceAll('.', '\\.')}${name}`) : undefined);
  if (isMap(labels) && labels.entries.has(`${LABEL}disabled`)) return undefined;
  const data = at(tree, 'spec.data');
  if (!isScalar(data) || typeof data.value !== 'string') return undefined;
  const set = label('machine-set');
  const machine = label('cluster-machine') ?? label('machine');
  return {
    id: textAt(tree, 'metadata.id') ?? '',
    cluster: label('cluster'),
    scope: machine === undefined ? (set === undefined ? 0 : 1) : 2,
    worker: set !== undefined && !/control-?planes?$/.test(set),
    text: patchOf(embedded(data)),
    place: inFile(tree.place, startOf(path)),
  };
}

function clusterOf(name: string | undefined, patches: readonly ConfigPatch[]): TalosCluster {
  const sorted = patches.filter(({ worker }) => !worker).sort((a, b) => a.scope - b.scope || (a.id < b.id ? -1 : 1));
  const place = (sorted[0] ?? patches[0]!).place;
  return clusterOfMachines({
    name: name ?? null,
    clusters: namedBy(name, `label omni.sidero.dev/cluster in ${place.file}`, 3),
    place,
    owner: 'omni',
    rank: 4,
    files: patches.map((patch) => patch.place.file),
    base: { kind: 'unknown' },
    machines: [{ role: 'controlplane', name: 'control planes', patches: sorted.map(({ text }) => text) }],
  });
}
