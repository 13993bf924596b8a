import type { Place, Tree } from '../../model.ts';
import { at, isList, isMap, isScalar, itemsAt, textAt } from '../../tree.ts';
import { documentOf, type MachineConfig, type TalosRefusal, V1ALPHA1 } from './config-document.ts';
import { documentKind } from './document-kinds.ts';

export interface ValidateOptions {
  role: 'controlplane' | 'worker';
  /** The minor version of Talos 1 that validates; undefined where it cannot be known. */
  minor?: number;
}

/** Faults for which Talos refuses a configuration that it could read, as far as they concern the network, its proxies and manifests. */
export function validateMachineConfig(config: MachineConfig, options: ValidateOptions): TalosRefusal[] {
  const refusals: TalosRefusal[] = [];
  const refuse = (message: string, place: Place, path: readonly string[]) => refusals.push({ message, place, path });
  const legacy = documentOf(config, V1ALPHA1)?.tree;
  checkCni(at(legacy, 'cluster.network.cni'), refuse);
  checkInlineNames(itemsAt(legacy, 'cluster.inlineManifests'), refuse);
  if (options.minor === undefined || options.minor >= 13) checkHostDns(at(legacy, 'machine.features.hostDNS'), refuse);
  checkConflicts(config, legacy, refuse);
  checkDocuments(config, refuse);
  if (options.role === 'worker') checkWorker(config, refuse);
  return refusals;
}

type Refuse = (message: string, place: Place, path: readonly string[]) => void;

/** https://github.com/siderolabs/talos/blob/main/pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go */
function checkCni(cni: Tree | undefined, refuse: Refuse): void {
  if (!isMap(cni)) return;
  const node = cni.entries.get('name');
  if (node?.kind === 'opaque' || (node === undefined && cni.unseen)) return;
  const name = isScalar(node) && node.value !== null ? String(node.value) : '';
  const path = ['cluster', 'network', 'cni', 'name'];
  if (name !== 'custom' && name !== 'none' && name !== 'flannel') {
    refuse('cni name should be one of ["flannel", "custom", "none"]', node?.place ?? cni.place, path);
    return;
  }
  const urls = cni.entries.get('urls');
  if (name !== 'custom' && isList(urls) && urls.items.length > 0)
    refuse(`"urls" field should be empty for "${name}" CNI`, urls.place, ['cluster', 'network', 'cni', 'urls']);
}

function checkInlineNames(items: readonly Tree[], refuse: Refuse): void {
  const seen = new Set<string>();
  for (const item of items) {
    const name = textAt(item, 'name');
    if (name === undefined) continue;
    if (seen.has(name))
      refuse(`inline manifest name "${name}" is duplicate`, at(item, 'name')?.place ?? item.place, ['cluster', 'inlineManifests']);
    seen.add(name);
  }
}

function isSet(tree: Tree | undefined, value: boolean): boolean {
  return isScalar(tree) && tree.value === value;
}

function checkHostDns(hostDns: Tree | undefined, refuse: Refuse): void {
  if (!isMap(hostDns) || hostDns.unseen) return;
  const enabled = hostDns.entries.get('enabled');
  const forward = hostDns.entries.get('forwardKubeDNSToHost');
  if (isSet(forward, true) && !isSet(enabled, true) && enabled?.kind !== 'opaque')
    refuse(
      'feature hostDNS.forwardKubeDNSToHost requires hostDNS.enabled to be true (.machine.features.hostDNS)',
      (enabled ?? forward ?? hostDns).place,
      ['machine', 'features', 'hostDNS'],
    );
}

/** A document and the field of old that says the same exclude each other. */
const CONFLICTS: readonly { kind: string; field: string; needs?: string; message: string }[] = [
  {
    kind: 'KubeNetworkConfig',
    field: 'cluster.network',
    message:
      'cluster network config is already set in the v1alpha1 config (.machine.cluster.network). Please remove it and use only the new KubeNetworkConfig document to avoid conflicts',
  },
  {
    kind: 'KubePrismConfig',
    field: 'machine.features.kubePrism',
    message:
      "KubePrism config in v1alpha1 config (.machine.features.kubePrism) can't be used with KubePrismConfig document, please remove it to avoid conflicts",
  },
  {
    kind: 'KubeProxyConfig',
    field: 'cluster.proxy',
    message:
      "cluster proxy config in v1alpha1 config (.machine.cluster.proxy) can't be used with KubeProxyConfig document, please remove it to avoid conflicts",
  },
  {
    kind: 'KubeFlannelCNIConfig',
    field: 'cluster.network',
    message:
      "cluster network config in v1alpha1 config (.machine.cluster.network) can't be used with KubeFlannelCNIConfig document, please remove it to avoid conflicts",
  },
  {
    kind: 'ResolverConfig',
    field: 'machine.features.hostDNS',
    needs: 'hostDNS',
    message: '.machine.features.hostDNS is already set in v1alpha1 config',
  },
  {
    kind: 'KubeClusterConfig',
    field: 'cluster.clusterName',
    message: 'cluster name is already set in the v1alpha1 config (.cluster.clusterName)',
  },
];

function checkConflicts(config: MachineConfig, legacy: Tree | undefined, refuse: Refuse): void {
  for (const { kind, field, needs, message } of CONFLICTS) {
    const document = documentOf(config, kind);
    if (!document || (needs !== undefined && !document.tree.entries.has(needs))) continue;
    const old = at(legacy, field);
    if (old === undefined || old.kind === 'opaque' || (isScalar(old) && old.value === null)) continue;
    // The side that a person wrote is the one to change.
    refuse(message, old.origin === 'default' ? document.tree.place : old.place, field.split('.'));
  }
}

/** https://github.com/siderolabs/talos/blob/main/pkg/machinery/config/types/k8s/network.go */
function checkDocuments(config: MachineConfig, refuse: Refuse): void {
  for (const { kind, name, tree } of config.documents) {
    if (kind === 'KubeNetworkConfig') {
      const [pods, services] = [tree.entries.get('podSubnets'), tree.entries.get('serviceSubnets')];
      if (isList(pods) && isList(services) && pods.items.length !== services.items.length)
        refuse(
          'KubeNetworkConfig: the number of pod subnets must match the number of service subnets',
          (pods.origin === 'default' ? services : pods).place,
          ['podSubnets'],
        );
    }
    if (kind === 'ResolverConfig') {
      const hostDns = tree.entries.get('hostDNS');
      if (isSet(at(hostDns, 'forwardKubeDNSToHost'), true) && isSet(at(hostDns, 'enabled'), false))
        refuse(
          'ResolverConfig: hostDNS.forwardKubeDNSToHost cannot be enabled when hostDNS.enabled is false',
          at(hostDns, 'enabled')!.place,
          ['hostDNS'],
        );
    }
    if (
      (kind === 'KubeInlineManifestConfig' || kind === 'KubeExternalManifestConfig') &&
      name !== '' &&
      !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
    )
      refuse(
        `${kind}/${name}: manifest name is invalid: domain doesn't match required format: "${name}"`,
        tree.entries.get('name')?.place ?? tree.place,
        ['name'],
      );
  }
}

function checkWorker(config: MachineConfig, refuse: Refuse): void {
  const kinds = config.documents.filter(({ kind }) => documentKind(kind)?.controlPlaneOnly);
  const first = kinds[0];
  if (first)
    refuse(
      `the following document kinds are only allowed on control plane machines: [${kinds.map(({ kind }) => kind).join(' ')}]`,
      first.tree.place,
      [],
    );
}
