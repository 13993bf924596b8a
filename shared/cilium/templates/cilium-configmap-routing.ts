import { type ChartValues, isTruthy } from '../chart-values.ts';
import {
  before,
  either,
  every,
  fixed,
  hasKey,
  inside,
  isEqual,
  isSince,
  joined,
  key,
  plain,
  plainScalar,
  quoted,
  set,
  since,
  some,
  textOf,
  type Value,
  when,
  whenKey,
  whenPresent,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { cniChainingMode, ipamMode, isChained, isDeployedSince } from './named-templates.ts';

/** How packets leave a node: addresses, routes, tunnels, masquerading, devices. */
export const routingKeys: readonly FactRule[] = [
  key('cluster-name', 'cluster.name', since('1.18.0', quoted, plain)),
  key('cluster-id', 'cluster.id', whenKey()),
  key('enable-ipv4', 'ipv4.enabled'),
  key('enable-ipv6', 'ipv6.enabled'),
  key(
    'prefer-ipv6',
    'preferIpv6',
    since(
      '1.20.0',
      when((values) => isEqual(values, 'preferIpv6', true), fixed('true')),
    ),
  ),

  key('routing-mode', ['routingMode', 'tunnel', 'gke.enabled', 'aksbyocni.enabled', 'eni.enabled'], routingMode),
  key('tunnel-protocol', ['tunnelProtocol', 'tunnel', 'routingMode', 'gke.enabled', 'aksbyocni.enabled'], tunnelProtocol),
  key('tunnel-port', 'tunnelPort', whenSet()),
  key('tunnel-source-port-range', 'tunnelSourcePortRange', since('1.17.2', whenSet())),
  key('underlay-protocol', 'underlayProtocol', since('1.18.0', whenSet())),
  key('mtu', 'MTU', whenSet()),
  key('packetization-layer-pmtud-mode', 'pmtuDiscovery.packetizationLayerPMTUDMode', since('1.19.0', quoted)),
  key('enable-pmtu-discovery', 'pmtuDiscovery.enabled', whenSet(fixed('true'))),

  key('auto-direct-node-routes', 'autoDirectNodeRoutes'),
  key('direct-routing-skip-unreachable', 'directRoutingSkipUnreachable', since('1.16.0', quoted)),
  key(
    'ipv4-native-routing-cidr',
    ['ipv4NativeRoutingCIDR', 'nativeRoutingCIDRFromClusterPool', 'ipam.operator.clusterPoolIPv4PodCIDRList'],
    nativeRoutingCIDR('v4'),
  ),
  key(
    'ipv6-native-routing-cidr',
    ['ipv6NativeRoutingCIDR', 'nativeRoutingCIDRFromClusterPool', 'ipam.operator.clusterPoolIPv6PodCIDRList'],
    nativeRoutingCIDR('v6'),
  ),
  key(
    'enable-endpoint-routes',
    ['endpointRoutes.enabled', 'gke.enabled', 'eni.enabled', 'azure.enabled', 'alibabacloud.enabled'],
    either(when(every(set('endpointRoutes'), set('endpointRoutes.enabled'))), when(some(set('gke.enabled'), isCloud), fixed('true'))),
  ),
  key(
    'enable-local-node-route',
    ['cni.chainingMode', 'cni.chainingTarget', 'gke.enabled', 'azure.enabled'],
    when(hasNoLocalNodeRoute, fixed('false')),
  ),

  key(
    'enable-ipv4-masquerade',
    ['enableIPv4Masquerade', 'eni.enabled'],
    since('1.18.0', either(whenPresent(), ipv4MasqueradeDefault), quoted),
  ),
  key('enable-ipv6-masquerade', 'enableIPv6Masquerade'),
  key('enable-bpf-masquerade', 'bpf.masquerade', either(whenPresent(), when(masqueradedByDefault, fixed('true')))),
  key('enable-masquerade-to-route-source', 'enableMasqueradeRouteSource', since('1.15.0', quoted)),
  key('egress-masquerade-interfaces', 'egressMasqueradeInterfaces', whenKey(plain)),
  key('enable-ip-masq-agent', 'ipMasqAgent.enabled', when(every(set('ipMasqAgent'), set('ipMasqAgent.enabled')), fixed('true'))),

  key('enable-ipv4-big-tcp', 'enableIPv4BIGTCP'),
  key('enable-ipv6-big-tcp', 'enableIPv6BIGTCP'),
  key('enable-tunnel-big-tcp', 'enableTunnelBIGTCP', since('1.19.0', before('1.19.3', quoted))),
  key('enable-ipv4-fragment-tracking', 'fragmentTracking', whenKey()),
  key('enable-nat46x64-gateway', 'nat46x64Gateway.enabled', whenSet()),
  key('enable-xt-socket-fallback', 'enableXTSocketFallback'),
  key(
    'install-no-conntrack-iptables-rules',
    ['installNoConntrackIptablesRules', 'azure.enabled', 'eni.enabled', 'gke.enabled', 'cni.chainingMode', 'cni.chainingTarget'],
    either(when(some(set('azure.enabled'), set('eni.enabled'), set('gke.enabled'), isChained), fixed('false')), quoted),
  ),
  key('iptables-random-fully', 'iptablesRandomFully', whenKey()),
  key('iptables-lock-timeout', 'iptablesLockTimeout', whenKey()),
  key('disable-iptables-feeder-rules', 'disableIptablesFeederRules', whenKey(joined(' '))),

  key('devices', 'devices', whenKey(joined(' '))),
  key('enable-runtime-device-detection', 'enableRuntimeDeviceDetection', before('1.18.0', whenSet(fixed('true')))),
  key('force-device-detection', 'forceDeviceDetection', since('1.16.0', whenSet(fixed('true')))),

  ...inside(
    (values) => hasKey(values, 'bandwidthManager') && isTruthy(values.node('bandwidthManager.enabled')),
    [
      key('enable-bandwidth-manager', 'bandwidthManager.enabled'),
      key('enable-bbr', 'bandwidthManager.bbr'),
      key('enable-bbr-hostns-only', 'bandwidthManager.bbrHostNamespaceOnly', since('1.18.0', quoted)),
    ],
  ),
  key('enable-high-scale-ipcache', 'highScaleIPcache.enabled', before('1.18.0', whenSet())),

  ...inside(
    (values) => hasKey(values, 'vtep'),
    [
      key('enable-vtep', 'vtep.enabled'),
      key('vtep-endpoint', 'vtep.endpoint', whenKey()),
      key('vtep-cidr', 'vtep.cidr', whenKey()),
      key('vtep-mask', 'vtep.mask', whenKey()),
      key('vtep-mac', 'vtep.mac', whenKey()),
    ],
  ),

  key('enable-egress-gateway', 'egressGateway.enabled', since('1.18.0', whenSet(fixed('true')))),
  key('enable-ipv4-egress-gateway', 'egressGateway.enabled', before('1.18.0', whenSet(fixed('true')))),
  key('install-egress-gateway-routes', 'egressGateway.installRoutes', before('1.16.0', whenSet(fixed('true')))),
  key('egress-gateway-reconciliation-trigger-interval', 'egressGateway.reconciliationTriggerInterval', whenKey()),
  key('egress-gateway-policy-map-max', 'egressGateway.maxPolicyEntries', whenSet(since('1.16.4', quoted, plain))),
];

/** Until 1.16 several conditions wrote the key, and of a key that stands twice the last one counts. */
function routingMode(values: ChartValues, path: string): string {
  const asked = values.node(path);
  const gke = isTruthy(values.node('gke.enabled'));
  if (isSince(values, '1.17.0')) {
    if (isTruthy(asked)) return textOf(asked);
    return gke || (isSince(values, '1.19.0') && isTruthy(values.node('eni.enabled'))) ? 'native' : 'tunnel';
  }
  const aksbyocni = !gke && isTruthy(values.node('aksbyocni.enabled'));
  if (isSince(values, '1.14.3')) {
    if (gke) return 'native';
    if (aksbyocni) return 'tunnel';
    if (isTruthy(asked)) return textOf(asked);
    return isSince(values, '1.15.0') || !isEqual(values, 'tunnel', 'disabled') ? 'tunnel' : 'native';
  }
  if (isTruthy(asked)) return textOf(asked);
  if (isEqual(values, 'tunnel', 'disabled')) return 'native';
  if (isEqual(values, 'tunnel', 'vxlan') || isEqual(values, 'tunnel', 'geneve')) return 'tunnel';
  return gke ? 'native' : 'tunnel';
}

/** Until 1.16 a chosen routingMode leaves the protocol to the agent. */
function tunnelProtocol(values: ChartValues, path: string): string | undefined {
  const asked = values.node(path);
  if (isTruthy(asked)) return textOf(asked);
  if (isSince(values, '1.17.0')) return 'vxlan';
  const gke = isTruthy(values.node('gke.enabled'));
  const aksbyocni = !gke && isTruthy(values.node('aksbyocni.enabled'));
  if (isSince(values, '1.14.3')) {
    if (gke) return undefined;
    if (aksbyocni) return 'vxlan';
    if (isTruthy(values.node('routingMode'))) return undefined;
    if (isSince(values, '1.15.0')) return 'vxlan';
  }
  if (isEqual(values, 'tunnel', 'disabled')) return aksbyocni ? 'vxlan' : undefined;
  if (isEqual(values, 'tunnel', 'vxlan')) return 'vxlan';
  if (isEqual(values, 'tunnel', 'geneve')) return 'geneve';
  return gke ? undefined : 'vxlan';
}

/** The CIDR as written; from 1.20 on it can be taken over from the only pool of cluster-pool IPAM. */
function nativeRoutingCIDR(family: 'v4' | 'v6'): Value {
  const pools = `ipam.operator.clusterPoolIP${family}PodCIDRList`;
  return (values, path) => {
    const node = values.node(path);
    if (isTruthy(node)) return plainScalar(textOf(node));
    if (!isSince(values, '1.20.0') || ipamMode(values) !== 'cluster-pool' || !isTruthy(values.node(`ip${family}.enabled`)))
      return undefined;
    if (!isTruthy(values.node('nativeRoutingCIDRFromClusterPool'))) return undefined;
    const list = values.node(pools);
    if (list?.kind === 'list') return textOf(list.items[0]);
    return textOf(list).split(' ')[0];
  };
}

/** From 1.16 on ENI leaves the key to endpointRoutes where that is on. */
function needsEndpointRoutesForENI(values: ChartValues): boolean {
  return isTruthy(values.node('eni.enabled')) && !(isSince(values, '1.16.0') && isTruthy(values.node('endpointRoutes.enabled')));
}

function isCloud(values: ChartValues): boolean {
  return needsEndpointRoutesForENI(values) || isTruthy(values.node('azure.enabled')) || isTruthy(values.node('alibabacloud.enabled'));
}

/** Routes are then the business of the other plugin, or of the cloud. */
function hasNoLocalNodeRoute(values: ChartValues): boolean {
  const chaining = cniChainingMode(values);
  if (chaining !== 'none' && chaining !== 'portmap') return true;
  return !isSince(values, '1.15.0') && (isTruthy(values.node('gke.enabled')) || isTruthy(values.node('azure.enabled')));
}

/** ENI needs no masquerading, unless the cluster is older than that insight. */
function ipv4MasqueradeDefault(values: ChartValues): string {
  return isTruthy(values.node('eni.enabled')) && isDeployedSince(values, '1.18') ? 'false' : 'true';
}

/** Clusters of 1.8 and 1.9 masquerade in eBPF by default. */
function masqueradedByDefault(values: ChartValues): boolean {
  return isDeployedSince(values, '1.8') && !isDeployedSince(values, '1.10');
}
