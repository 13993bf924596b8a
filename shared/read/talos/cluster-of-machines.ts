import type { MachineConfig } from '../../evaluate/talos/config-document.ts';
import { contractOf, factsOf } from '../../evaluate/talos/facts.ts';
import type { Cell, ClusterEvidence, TalosCluster, TalosManifest } from '../../model.ts';
import { clusterDirectory, namedBy } from './cluster-names.ts';
import { controlPlaneFindings, refusalFindings } from './machine-findings.ts';
import type { Base, Machine } from './machines.ts';
import { manifestsOf } from './manifests.ts';
import { agreed, machineConfig } from './patched-machine.ts';

export interface ClusterOfMachines extends Pick<TalosCluster, 'name' | 'clusters' | 'place' | 'owner' | 'rank'> {
  files: readonly string[];
  base: Base;
  machines: readonly Machine[];
  /** How many machines of each role the owning tool is told to make, where it says so. */
  counts?: TalosCluster['machines'];
  /** Facts that the owning tool states, over those of the configuration. */
  stated?: Record<string, Cell>;
  /** Facts that the owning tool decides where no patch does. */
  assumed?: Record<string, Cell>;
  manifests?: readonly TalosManifest[];
}

/** Works out what the machines of one cluster are told: facts and manifests of its control planes, and what Talos refuses on any of them. */
export function clusterOfMachines(cluster: ClusterOfMachines): TalosCluster {
  const { base, place } = cluster;
  const machines = distinct(cluster.machines).map((machine) => ({ machine, ...machineConfig(machine, base) }));
  const planes = machines
    .filter(({ machine }) => machine.role === 'controlplane')
    .map(({ machine, config }) => ({ name: machine.name, config, facts: factsOfPlane(machine, config, cluster) }));
  const facts = planes[0]?.facts;
  const written = cluster.name === null ? writtenName(facts) : null;
  const counts = cluster.counts ?? countsOf(cluster);
  return {
    name: cluster.name ?? written,
    clusters: evidenceOf(cluster, written),
    place,
    files: [...new Set([place.file, ...cluster.files, ...cluster.machines.flatMap((m) => m.patches.flatMap((p) => p.files))])],
    owner: cluster.owner,
    contract: contractIn(
      base,
      planes.map(({ config }) => config),
    ),
    facts: facts ?? { ...cluster.stated },
    manifests: allManifests(cluster, planes),
    rank: cluster.rank,
    ...(counts ? { machines: counts } : {}),
    findings: [
      ...refusalFindings(
        machines.flatMap(({ refusals }) => refusals),
        cluster,
      ),
      ...controlPlaneFindings(planes, cluster),
    ],
  };
}

/** What a control plane is told, and what the tool that owns the cluster says over and under it. */
function factsOfPlane(machine: Machine, config: MachineConfig, { base, place, assumed, stated }: ClusterOfMachines): Record<string, Cell> {
  const options = { whole: base.kind !== 'unknown', ...(base.minor === undefined ? {} : { minor: base.minor }) };
  let facts = factsOf(config, options);
  if (machine.patches.some((patch) => patch.otherwise)) {
    const other = machineConfig(machine, base, (patch) => patch.otherwise ?? patch.patch);
    facts = agreed(facts, factsOf(other.config, options), place);
  }
  for (const [name, cell] of Object.entries(assumed ?? {}))
    if (facts[name] === undefined || facts[name].origin === 'default') facts[name] = cell;
  return { ...facts, ...stated };
}

function writtenName(facts: Record<string, Cell> | undefined): string | null {
  const said = facts?.clusterName;
  return said?.origin === 'set' && typeof said.value === 'string' && said.value !== '' ? said.value : null;
}

function evidenceOf({ clusters, place }: ClusterOfMachines, written: string | null): ClusterEvidence[] {
  const named = written === null ? clusters : namedBy(written, 'cluster.clusterName of the machine configuration', 3);
  const directory = clusterDirectory(place.file);
  if (directory === undefined || named.some(({ name }) => name === directory)) return [...named];
  return [...named, { name: directory, why: `the directory of ${place.file}`, strength: 1 }];
}

/** Terraform makes no worker that it has no configuration for. */
function countsOf({ owner, machines }: ClusterOfMachines): TalosCluster['machines'] {
  const alone = owner === 'terraform' && machines.length > 0 && machines.every(({ role }) => role === 'controlplane');
  return alone ? { controlPlanes: null, workers: 0 } : undefined;
}

function contractIn(base: Base, configs: readonly MachineConfig[]): string | null {
  if (base.kind === 'generated' && base.contract !== undefined) return `1.${base.contract}`;
  for (const config of configs) {
    const contract = contractOf(config);
    if (contract !== null) return contract;
  }
  return null;
}

function allManifests(cluster: ClusterOfMachines, planes: readonly { config: MachineConfig }[]): TalosManifest[] {
  const manifests: TalosManifest[] = [...(cluster.manifests ?? [])];
  for (const { config } of planes)
    for (const manifest of manifestsOf(config, cluster.place))
      if (!manifests.some((known) => sameManifest(known, manifest))) manifests.push(manifest);
  return manifests;
}

/** Machines with equal patches are worked out once. */
function distinct(machines: readonly Machine[]): Machine[] {
  const kept: Machine[] = [];
  for (const machine of machines) {
    const same = kept.some(
      (k) =>
        k.role === machine.role &&
        k.patches.length === machine.patches.length &&
        k.patches.every((p, i) => p.patch === machine.patches[i]!.patch),
    );
    if (!same) kept.push(machine);
  }
  return kept;
}

function sameManifest(a: TalosManifest, b: TalosManifest): boolean {
  return (
    a.name === b.name &&
    a.url === b.url &&
    a.place.file === b.place.file &&
    a.place.line === b.place.line &&
    a.place.column === b.place.column &&
    a.text?.text === b.text?.text
  );
}
