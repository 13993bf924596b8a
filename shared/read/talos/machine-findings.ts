import type { TalosRefusal } from '../../evaluate/talos/config-document.ts';
import type { Cell, Finding, Place } from '../../model.ts';
import type { ClusterOfMachines } from './cluster-of-machines.ts';

const DUPLICATE = /^inline manifest name "(.*)" is duplicate$/;

/** What Talos refuses on the machines of a cluster, each once. */
export function refusalFindings(refusals: readonly TalosRefusal[], { owner, name, place }: ClusterOfMachines): Finding[] {
  const findings = new Map<string, Finding>();
  for (const refusal of refusals) {
    const duplicate = DUPLICATE.exec(refusal.message);
    // Patches that merely lie together may be meant for machines or clusters of their own.
    if (duplicate && owner === 'patches') continue;
    const places: Place[] = 'file' in refusal.place ? [refusal.place] : [place];
    const rule = duplicate ? 'duplicate-inline-manifest' : 'talos-refuses';
    const key = `${rule} ${refusal.message} ${JSON.stringify(places[0])}`;
    if (findings.has(key)) continue;
    const message = duplicate
      ? `Two inline manifests are called ${duplicate[1]}: Talos refuses the configuration, and the later one does not replace the earlier`
      : `Talos refuses this configuration: ${refusal.message}`;
    findings.set(key, finding(rule, 'error', message, name, places, fixOf(refusal, duplicate !== null), refusal.path.join('.')));
  }
  return [...findings.values()];
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
export function controlPlaneFindings(
  planes: readonly { name: string; facts: Record<string, Cell> }[],
  cluster: ClusterOfMachines,
): Finding[] {
  return COMPARED.flatMap(([name, words, level]) => {
    const [first, ...others] = planes.flatMap((plane) => {
      const cell = plane.facts[name];
      return cell && cell.origin !== 'opaque' ? [{ name: plane.name, cell }] : [];
    });
    const other = others.find(({ cell }) => JSON.stringify(cell.value) !== JSON.stringify(first!.cell.value));
    if (!first || !other) return [];
    const places = [first.cell.place, other.cell.place].filter((place): place is Place => place !== null);
    places.sort((a, b) => Number('source' in a) - Number('source' in b));
    const message = `Control planes differ in ${words}: ${first.name} has ${shown(first.cell)}, ${other.name} has ${shown(other.cell)}`;
    const fix = 'Give all control planes the same patch.';
    return [finding('control-planes-differ', level, message, cluster.name, places.length > 0 ? places : [cluster.place], fix, name)];
  });
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
