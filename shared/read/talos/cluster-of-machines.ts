import { applyPatches, type Patch, readMachineConfig } from '../../evaluate/talos/apply-patches.ts';
import type { MachineConfig, TalosRefusal } from '../../evaluate/talos/config-document.ts';
import { contractOf, factsOf } from '../../evaluate/talos/facts.ts';
import { DOCUMENTS_MINOR, generatedConfig, shapeOf } from '../../evaluate/talos/generated-config.ts';
import { validateMachineConfig } from '../../evaluate/talos/validate.ts';
import type { Cell, ClusterEvidence, FilePlace, Finding, Place, TalosCluster, TalosManifest } from '../../model.ts';
import { manifestsOf } from './manifests.ts';
import type { PatchText } from './patch-text.ts';

/** Machines that get the same patches. */
export interface Machine {
  role: 'controlplane' | 'worker';
  /** For people: `control planes`, a host name. */
  name: string;
  patches: readonly PatchText[];
}

/** What is under the patches. */
export type Base =
  /** A tool generates the whole configuration; `minor`: for that version of Talos 1, `contract`: in the shape of that version, where it is told. */
  | { kind: 'generated'; by: string; minor?: number; contract?: number }
  /** The first patch is the whole configuration. */
  | { kind: 'whole'; minor?: number }
  /** Nobody can tell. */
  | { kind: 'unknown'; minor?: number };

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
  const findings = new Map<string, Finding>();
  const manifests: TalosManifest[] = [...(cluster.manifests ?? [])];
  const planes: { name: string; facts: Record<string, Cell> }[] = [];
  let contract: string | null = null;
  for (const machine of distinct(cluster.machines)) {
    const { config, refusals } = configOf(
      machine,
      machine.patches.map((p) => p.patch),
      base,
    );
    for (const refusal of refusals) {
      // Patches that merely lie together may be meant for machines or clusters of their own.
      if (cluster.owner === 'patches' && DUPLICATE.test(refusal.message)) continue;
      addRefusal(findings, refusal, cluster.name, place);
    }
    if (machine.role === 'worker') continue;
    contract ??= contractOf(config);
    const minor = base.minor;
    const options = { whole: base.kind !== 'unknown', ...(minor === undefined ? {} : { minor }) };
    let facts = factsOf(config, options);
    if (machine.patches.some((p) => p.otherwise)) {
      const other = configOf(
        machine,
        machine.patches.map((p) => p.otherwise ?? p.patch),
        base,
      );
      facts = agreed(facts, factsOf(other.config, options), place);
    }
    for (const [name, cell] of Object.entries(cluster.assumed ?? {}))
      if (facts[name] === undefined || facts[name].origin === 'default') facts[name] = cell;
    planes.push({ name: machine.name, facts: { ...facts, ...cluster.stated } });
    for (const manifest of manifestsOf(config, place))
      if (!manifests.some((known) => sameManifest(known, manifest))) manifests.push(manifest);
  }
  const first = planes[0];
  const said = first?.facts.clusterName;
  const written =
    cluster.name === null && said?.origin === 'set' && typeof said.value === 'string' && said.value !== '' ? said.value : null;
  const clusters = written === null ? [...cluster.clusters] : namedBy(written, 'cluster.clusterName of the machine configuration', 3);
  const directory = clusterDirectory(place.file);
  if (directory !== undefined && !clusters.some(({ name }) => name === directory))
    clusters.push({ name: directory, why: `the directory of ${place.file}`, strength: 1 });
  // Terraform makes no worker that it has no configuration for.
  const alone = cluster.owner === 'terraform' && planes.length > 0 && cluster.machines.every(({ role }) => role === 'controlplane');
  const counts = cluster.counts ?? (alone ? { controlPlanes: null, workers: 0 } : undefined);
  if (planes.length > 1) compareControlPlanes(planes, cluster, findings);
  return {
    name: cluster.name ?? written,
    clusters,
    place,
    files: [...new Set([place.file, ...cluster.files, ...cluster.machines.flatMap((m) => m.patches.flatMap((p) => p.files))])],
    owner: cluster.owner,
    contract: base.kind === 'generated' && base.contract !== undefined ? `1.${base.contract}` : contract,
    facts: first?.facts ?? { ...cluster.stated },
    manifests,
    rank: cluster.rank,
    ...(counts ? { machines: counts } : {}),
    findings: [...findings.values()],
  };
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

function configOf(machine: Machine, patches: readonly Patch[], base: Base): { config: MachineConfig; refusals: TalosRefusal[] } {
  const version = base.minor === undefined ? {} : { minor: base.minor };
  let start: MachineConfig = { documents: [], refusals: [] };
  let rest = patches;
  if (base.kind === 'generated') start = generatedConfig({ role: machine.role, by: base.by, shape: baseShape(base, patches), ...version });
  const [whole] = patches;
  if (base.kind === 'whole' && whole && !('kind' in whole)) {
    start = readMachineConfig(whole, base.minor);
    rest = patches.slice(1);
  }
  const config = applyPatches(start, rest, { base: base.kind === 'whole' ? 'generated' : base.kind, ...version });
  return { config, refusals: [...config.refusals, ...validateMachineConfig(config, { role: machine.role, ...version })] };
}

function baseShape(base: Base & { kind: 'generated' }, patches: readonly Patch[]): 'fields' | 'documents' {
  if (base.contract !== undefined) return base.contract >= DOCUMENTS_MINOR ? 'documents' : 'fields';
  if (base.minor !== undefined && base.minor < DOCUMENTS_MINOR) return 'fields';
  return shapeOf(patches) ?? 'fields';
}

/** What both readings of a template say; the rest depends on its conditions. */
function agreed(met: Record<string, Cell>, unmet: Record<string, Cell>, place: FilePlace): Record<string, Cell> {
  const facts: Record<string, Cell> = {};
  for (const name of new Set([...Object.keys(met), ...Object.keys(unmet)])) {
    const [a, b] = [met[name], unmet[name]];
    if (a && b && JSON.stringify(a.value) === JSON.stringify(b.value)) facts[name] = a;
    else facts[name] = { value: null, origin: 'opaque', place: (a ?? b)?.place ?? place, why: 'it depends on a condition in the template' };
  }
  return facts;
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

const DUPLICATE = /^inline manifest name "(.*)" is duplicate$/;

function addRefusal(findings: Map<string, Finding>, refusal: TalosRefusal, cluster: string | null, fallback: FilePlace): void {
  const places: Place[] = 'file' in refusal.place ? [refusal.place] : [fallback];
  const duplicate = DUPLICATE.exec(refusal.message);
  const rule = duplicate ? 'duplicate-inline-manifest' : 'talos-refuses';
  const key = `${rule} ${refusal.message} ${JSON.stringify(places[0])}`;
  if (findings.has(key)) return;
  const message = duplicate
    ? `Two inline manifests are called ${duplicate[1]}: Talos refuses the configuration, and the later one does not replace the earlier`
    : `Talos refuses this configuration: ${refusal.message}`;
  findings.set(key, finding(rule, 'error', message, cluster, places, fixOf(refusal, duplicate !== null), refusal.path.join('.')));
}

function fixOf({ message, path }: TalosRefusal, duplicate: boolean): string | undefined {
  if (duplicate) return 'Delete the earlier one in the same patch ($patch: delete with its name), or give one of them another name.';
  if (path.join('.') === 'machine.network.cni' || path.join('.') === 'cluster.cni') return 'Write it under cluster.network.cni.';
  if (/is already set in the v1alpha1 config|can't be used with/.test(message))
    return 'Write the patch in the shape of its base: documents (KubeNetworkConfig, KubeFlannelCNIConfig with $patch: delete, KubeProxyConfig with enabled: false) for a configuration generated for Talos 1.14 or later, cluster.* and machine.* for an older one.';
  if (/only allowed on control plane/.test(message)) return 'Apply the document to control planes only.';
  if (/^cni name should be one of/.test(message)) return 'Write name: none; Cilium is installed beside Talos, not by it.';
  if (/^JSON6902/.test(message)) return 'Write it as a strategic merge patch.';
  return undefined;
}

const COMPARED: readonly [string, string, 'error' | 'warning'][] = [
  ['cni', 'the CNI', 'error'],
  ['kubeProxy', 'kube-proxy', 'error'],
  ['podSubnets', 'pod subnets', 'error'],
  ['serviceSubnets', 'service subnets', 'error'],
  ['kubePrism', 'KubePrism', 'warning'],
  ['kubePrismPort', "KubePrism's port", 'warning'],
  ['forwardKubeDNSToHost', 'forwarding of DNS to the host', 'warning'],
];

/** Every control plane applies its own list: one that differs is enough to deploy Flannel or kube-proxy. */
function compareControlPlanes(
  planes: readonly { name: string; facts: Record<string, Cell> }[],
  cluster: ClusterOfMachines,
  findings: Map<string, Finding>,
): void {
  for (const [name, words, level] of COMPARED) {
    const known = planes.filter(({ facts }) => facts[name] !== undefined && facts[name].origin !== 'opaque');
    const [first, ...others] = known;
    const other = others.find(({ facts }) => JSON.stringify(facts[name]!.value) !== JSON.stringify(first!.facts[name]!.value));
    if (!first || !other) continue;
    const places = [first, other].map(({ facts }) => facts[name]!.place).filter((place): place is Place => place !== null);
    const message = `Control planes differ in ${words}: ${first.name} has ${shown(first.facts[name]!)}, ${other.name} has ${shown(other.facts[name]!)}`;
    places.sort((a, b) => Number('source' in a) - Number('source' in b));
    const fix = 'Give all control planes the same patch.';
    findings.set(
      `control-planes-differ ${name}`,
      finding('control-planes-differ', level, message, cluster.name, places.length > 0 ? places : [cluster.place], fix, name),
    );
  }
}

const shown = ({ value }: Cell) => (Array.isArray(value) ? value.join(', ') : String(value));

function finding(
  rule: string,
  level: Finding['level'],
  message: string,
  cluster: string | null,
  places: Place[],
  fix: string | undefined,
  what: string,
): Finding {
  const first = places[0];
  const where = first === undefined ? '' : 'file' in first ? first.file : first.source;
  return { id: [rule, cluster ?? '', what, where].join(':'), rule, level, message, cluster, places, ...(fix === undefined ? {} : { fix }) };
}

/** Directories that sort files, and are no cluster's name. */
const SORTING =
  /^(\..*|patch(es)?|all|common|global|shared|base|machine-?configs?|configs?|templates?|nodes?|hosts?|control-?planes?|controllers?|cp|masters?|workers?|clusters?|cluster-?(config|template)s?|clusterconfig|overrides?|overlays?|k8s|kubernetes|bootstrap|infra(structure)?|provision(ing)?|extensions?|talos.*|omni|talhelper|files|(inline-)?manifests|terraform|tofu|tf|modules?|environments?|envs?|ansible|roles|scripts?|tasks?|taskfiles|proxmox|home-?(lab|ops|infra)?|archived?|old|src|deploy(ment)?s?|gitops|metal|ops|cilium|cni|network(ing)?|apps?|core|system|platform|docs?|runbooks?)$/i;

/** The nearest directory above a file that may be called after its cluster. */
export function clusterDirectory(file: string): string | undefined {
  return file
    .split('/')
    .slice(0, -1)
    .findLast((name) => !SORTING.test(name));
}

/** Evidence for a name that the configuration or its tool gives the cluster. */
export function namedBy(name: string | null | undefined, why: string, strength: ClusterEvidence['strength']): ClusterEvidence[] {
  return name ? [{ name, why, strength }] : [];
}

/** The minor version of Talos 1 in `v1.13.7`; undefined where the text is none. */
export function minorOf(version: string | undefined): number | undefined {
  const match = /^v?1\.(\d{1,3})(?:\.|$)/.exec(version ?? '');
  return match ? Number(match[1]) : undefined;
}
