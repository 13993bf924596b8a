import type { Cell, Opaque, Place, Tree } from '../../model.ts';
import { at, isList, isMap, isOpaque, isScalar } from '../../tree.ts';
import { documentOf, type MachineConfig, V1ALPHA1 } from './config-document.ts';
import { KUBERNETES_KINDS } from './document-kinds.ts';

export interface FactsOptions {
  /** The whole configuration is known, so that what it does not say is Talos's own default; otherwise that is unknown and no fact. */
  whole: boolean;
  /** The minor version of Talos 1 that runs; undefined where it cannot be known. */
  minor?: number;
}

const TALOS_DEFAULT: Place = { source: 'Talos default' };
const POD_SUBNETS = ['10.244.0.0/16'];
const SERVICE_SUBNETS = ['10.96.0.0/12'];
const KUBEPRISM_PORT = 7445;

/**
 * What a machine configuration says of the network, as Talos reads it: documents before the fields of old. Only what can be known is in the record;
 * what exists and cannot be known has the origin `opaque`.
 */
export function factsOf(config: MachineConfig, options: FactsOptions): Record<string, Cell> {
  const facts: Record<string, Cell> = {};
  const read = new Reader(config, options);
  const add = (name: string, cell: Cell | undefined) => {
    if (cell) facts[name] = cell;
  };
  add('cni', cniOf(read));
  add('kubeProxy', kubeProxyOf(read));
  addKubePrism(read, add);
  addHostDns(read, add);
  addNetwork(read, add);
  add('clusterName', read.text(read.in('KubeClusterConfig', 'clusterName') ?? read.in(V1ALPHA1, 'cluster.clusterName')));
  add(
    'allowSchedulingOnControlPlanes',
    read.cell(read.in(V1ALPHA1, 'cluster.allowSchedulingOnControlPlanes') ?? read.in(V1ALPHA1, 'cluster.allowSchedulingOnMasters')),
  );
  add('kubeSpan', kubeSpanOf(read));
  add('kubernetesVersion', imageVersion(read, ['machine.kubelet.image', 'cluster.apiServer.image'], 'KubeletConfig'));
  add('talosVersion', imageVersion(read, ['machine.install.image'], 'UnattendedInstallConfig'));
  const { unseen } = config;
  if (unseen)
    for (const cell of Object.values(facts))
      if (cell.origin === 'default') cell.why ??= `a patch that cannot be seen may say otherwise (${unseen.reason})`;
  return facts;
}

type Add = (name: string, cell: Cell | undefined) => void;

class Reader {
  readonly config: MachineConfig;
  readonly whole: boolean;
  readonly minor: number | undefined;
  /** Facts live in documents of their own: what they do not say, `cluster` says no more. */
  readonly documents: boolean;

  constructor(config: MachineConfig, { whole, minor }: FactsOptions) {
    this.config = config;
    this.whole = whole;
    this.minor = minor;
    this.documents = config.documents.some(({ kind }) => KUBERNETES_KINDS.has(kind));
  }

  /** The node at a path of the document of that kind; null counts as nothing. */
  in(kind: string, path: string): Tree | undefined {
    const node = at(documentOf(this.config, kind)?.tree, path);
    return isScalar(node) && node.value === null ? undefined : node;
  }

  has(kind: string): boolean {
    return documentOf(this.config, kind) !== undefined;
  }

  cell(node: Tree | undefined): Cell | undefined {
    if (node === undefined) return undefined;
    if (isOpaque(node)) return unknown(node);
    return isScalar(node) ? { value: node.value, origin: node.origin, place: node.place } : undefined;
  }

  text(node: Tree | undefined): Cell | undefined {
    const cell = this.cell(node);
    if (cell?.origin !== 'opaque' && (cell?.value === undefined || cell.value === '')) return undefined;
    return cell?.origin === 'opaque' ? cell : { ...cell!, value: String(cell!.value) };
  }

  /** A switch by its words; an absent one is undefined. */
  words(node: Tree | undefined, yes: string, no: string): Cell | undefined {
    const cell = this.cell(node);
    if (!cell || cell.origin === 'opaque') return cell;
    return { ...cell, value: cell.value === true ? yes : no };
  }

  /** What Talos does where the whole configuration says nothing. */
  default(value: unknown, why?: string): Cell | undefined {
    if (this.config.unseen) return this.whole ? unknown(this.config.unseen) : undefined;
    return this.whole ? { value, origin: 'default', place: TALOS_DEFAULT, ...(why === undefined ? {} : { why }) } : undefined;
  }
}

function unknown({ reason, place }: Opaque): Cell {
  return { value: null, origin: 'opaque', place, why: reason };
}

function cniOf(read: Reader): Cell | undefined {
  const flannel = documentOf(read.config, 'KubeFlannelCNIConfig');
  if (flannel) return { value: 'flannel', origin: flannel.tree.origin, place: flannel.tree.place };
  const name = read.text(read.in(V1ALPHA1, 'cluster.network.cni.name') ?? opaqueOnly(read.in(V1ALPHA1, 'cluster.network.cni')));
  if (name) return name;
  const deleted = read.config.deleted?.get('KubeFlannelCNIConfig');
  if (deleted && read.in(V1ALPHA1, 'cluster.network') === undefined) return { value: 'none', origin: 'set', place: deleted };
  // In the shape of Talos 1.14 the document's absence is what says "none", unless the field of old is there too.
  if (read.in(V1ALPHA1, 'cluster.network') === undefined && (read.documents || (read.minor !== undefined && read.minor >= 14)))
    return read.default('none', 'there is no KubeFlannelCNIConfig');
  return read.default('flannel');
}

function opaqueOnly(node: Tree | undefined): Tree | undefined {
  return isOpaque(node) ? node : undefined;
}

function kubeProxyOf(read: Reader): Cell | undefined {
  const document = documentOf(read.config, 'KubeProxyConfig');
  if (document)
    return (
      read.words(read.in('KubeProxyConfig', 'enabled'), 'enabled', 'disabled') ?? {
        value: 'enabled',
        origin: document.tree.origin,
        place: document.tree.place,
      }
    );
  return read.words(read.in(V1ALPHA1, 'cluster.proxy.disabled'), 'disabled', 'enabled') ?? read.default('enabled');
}

function addKubePrism(read: Reader, add: Add): void {
  const document = documentOf(read.config, 'KubePrismConfig');
  if (document) {
    add('kubePrism', { value: 'enabled', origin: document.tree.origin, place: document.tree.place });
    add('kubePrismPort', read.cell(read.in('KubePrismConfig', 'port')));
    return;
  }
  const deleted = read.config.deleted?.get('KubePrismConfig');
  if (deleted && read.in(V1ALPHA1, 'machine.features.kubePrism') === undefined) {
    add('kubePrism', { value: 'disabled', origin: 'set', place: deleted });
    return;
  }
  const enabled = read.words(read.in(V1ALPHA1, 'machine.features.kubePrism.enabled'), 'enabled', 'disabled') ?? read.default('disabled');
  add('kubePrism', enabled);
  const port = read.cell(read.in(V1ALPHA1, 'machine.features.kubePrism.port'));
  if (port && port.value !== 0) add('kubePrismPort', port);
  else if (enabled?.value === 'enabled') add('kubePrismPort', { value: KUBEPRISM_PORT, origin: 'default', place: TALOS_DEFAULT });
}

function addHostDns(read: Reader, add: Add): void {
  const enabledByDocument = read.in('ResolverConfig', 'hostDNS.enabled');
  const byDocument =
    enabledByDocument !== undefined && (isOpaque(enabledByDocument) || (isScalar(enabledByDocument) && enabledByDocument.value === true));
  const field = (name: string) => {
    if (byDocument) return read.in('ResolverConfig', `hostDNS.${name}`);
    const legacy = read.in(V1ALPHA1, `machine.features.hostDNS.${name}`);
    return (
      legacy ?? (read.in(V1ALPHA1, 'machine.features.hostDNS') === undefined ? read.in('ResolverConfig', `hostDNS.${name}`) : undefined)
    );
  };
  const enabled = read.words(field('enabled'), 'enabled', 'disabled') ?? read.default('disabled');
  add('hostDNS', enabled);
  add('forwardKubeDNSToHost', read.cell(field('forwardKubeDNSToHost')) ?? read.default(false));
  add('resolveMemberNames', read.cell(field('resolveMemberNames')));
}

function addNetwork(read: Reader, add: Add): void {
  const network = read.in('KubeNetworkConfig', 'podSubnets') !== undefined || read.has('KubeNetworkConfig');
  const field = (name: string) => (network ? read.in('KubeNetworkConfig', name) : read.in(V1ALPHA1, `cluster.network.${name}`));
  // Talos 1.14 has no default where neither the document nor cluster.network is there.
  const nothing = !network && read.in(V1ALPHA1, 'cluster.network') === undefined && read.minor !== undefined && read.minor >= 14;
  add('podSubnets', subnets(field('podSubnets')) ?? (nothing ? undefined : read.default(POD_SUBNETS)));
  add('serviceSubnets', subnets(field('serviceSubnets')) ?? (nothing ? undefined : read.default(SERVICE_SUBNETS)));
  add('dnsDomain', read.text(field('dnsDomain')) ?? (nothing ? undefined : read.default('cluster.local')));
}

function subnets(node: Tree | undefined): Cell | undefined {
  if (isOpaque(node)) return unknown(node);
  if (!isList(node) || node.items.length === 0) return undefined;
  const value: string[] = [];
  for (const item of node.items) {
    if (isOpaque(item)) return unknown(item);
    if (isScalar(item)) value.push(String(item.value));
  }
  return { value, origin: node.origin, place: node.items[0]!.place };
}

function kubeSpanOf(read: Reader): Cell | undefined {
  const document = read.in('KubeSpanConfig', 'enabled');
  return read.words(document ?? read.in(V1ALPHA1, 'machine.network.kubespan.enabled'), 'enabled', 'disabled') ?? read.default('disabled');
}

/** The version that an image's tag names. */
function imageVersion(read: Reader, paths: readonly string[], kind: string): Cell | undefined {
  const node = [...paths.map((path) => read.in(V1ALPHA1, path)), read.in(kind, 'image')].find((found) => found !== undefined);
  if (isOpaque(node)) return unknown(node);
  if (!isScalar(node) || typeof node.value !== 'string') return undefined;
  const version = /:v?(\d+\.\d+\.\d+[^@]*)(?:@|$)/.exec(node.value)?.[1];
  return version === undefined ? undefined : { value: version, origin: node.origin, place: node.place };
}

/** `1.14` where the configuration is made of Kubernetes documents, `1.13` where `cluster` and `machine` say these things, null where neither can be seen. */
export function contractOf(config: MachineConfig): string | null {
  if (config.documents.some(({ kind }) => KUBERNETES_KINDS.has(kind))) return '1.14';
  const legacy = documentOf(config, V1ALPHA1)?.tree;
  const said = ['cluster.network', 'cluster.proxy', 'machine.features.kubePrism', 'machine.features.hostDNS'].some((path) =>
    isMap(at(legacy, path)),
  );
  return said ? '1.13' : null;
}
