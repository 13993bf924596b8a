import { type ChartValues, isTruthy } from '../chart-values.ts';
import {
  at,
  before,
  duration,
  either,
  equals,
  every,
  fixed,
  has,
  hasKey,
  inside,
  isSince,
  joined,
  key,
  quoted,
  set,
  since,
  textOf,
  type Value,
  when,
  whenKey,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { kubeProxyReplacement } from './named-templates.ts';

/** Services: kube-proxy replacement, socket LB, NodePort, load balancing, announcements. */
export const loadBalancingKeys: readonly FactRule[] = [
  key('kube-proxy-replacement', 'kubeProxyReplacement', kubeProxyReplacement),
  key(
    'kube-proxy-replacement-healthz-bind-address',
    'kubeProxyReplacementHealthzBindAddr',
    since(
      '1.17.6',
      when((values) => kubeProxyReplacement(values) === 'true'),
      when((values) => kubeProxyReplacement(values) !== 'disabled'),
    ),
  ),
  key('enable-no-service-endpoints-routable', 'enableNoServiceEndpointsRoutable', since('1.19.0', whenKey())),
  key('service-no-backend-response', 'serviceNoBackendResponse', since('1.15.0', whenSet())),

  key('bpf-lb-sock', 'socketLB.enabled', inSocketLB('enabled')),
  key(
    'bpf-lb-sock-hostns-only',
    ['socketLB.hostNamespaceOnly', 'gatewayAPI.enabled'],
    either(since('1.20.0', when(every(hasSocketLB, set('gatewayAPI.enabled')), fixed('true'))), inSocketLB('hostNamespaceOnly')),
  ),
  key(
    'bpf-lb-sock-terminate-pod-connections',
    ['socketLB.terminatePodConnections', 'socketLB.enabled'],
    since('1.16.0', either(inSocketLB('terminatePodConnections'), before('1.16.6', inSocketLB('enabled')))),
  ),
  key('trace-sock', 'socketLB.tracing', since('1.16.4', inSocketLB('tracing'))),

  key('enable-host-port', 'hostPort.enabled', before('1.18.0', when(every(has('hostPort'), isPartial('1.17.6')), quoted))),
  key('enable-external-ips', 'externalIPs.enabled', before('1.17.0', when(every(has('externalIPs'), isPartial('1.17.0')), quoted))),
  ...inside(has('nodePort'), [
    key('enable-node-port', 'nodePort.enabled', before('1.19.0', when(isPartial('1.17.0')))),
    key('node-port-range', 'nodePort.range', whenKey()),
    key('nodeport-addresses', 'nodePort.addresses', since('1.16.0', whenKey(joined(',')))),
    key('direct-routing-device', 'nodePort.directRoutingDevice', whenKey()),
    key('enable-health-check-nodeport', 'nodePort.enableHealthCheck', whenKey()),
    key('enable-dynamic-source-lookup-nodeport', 'nodePort.enableDynamicSourceLookup', since('1.20.0', whenKey())),
    key(
      'enable-health-check-loadbalancer-ip',
      ['nodePort.enableHealthCheckLoadBalancerIP', 'gke.enabled'],
      since('1.15.0', either(when(set('gke.enabled'), fixed('true')), whenKey())),
    ),
    key('node-port-bind-protection', 'nodePort.bindProtection'),
    key('enable-auto-protect-node-port-range', 'nodePort.autoProtectPortRange'),
  ]),

  ...inside(has('loadBalancer'), [
    key('bpf-lb-only', 'loadBalancer.standalone', since('1.18.0', before('1.19.5', whenSet()))),
    key('bpf-lb-mode', 'loadBalancer.mode', whenKey()),
    key('bpf-lb-algorithm', 'loadBalancer.algorithm', whenKey()),
    key('bpf-lb-acceleration', 'loadBalancer.acceleration', whenKey()),
    key('bpf-lb-dsr-dispatch', 'loadBalancer.dsrDispatch', whenKey()),
    key('enable-service-topology', 'loadBalancer.serviceTopology', whenKey()),
    key('enable-experimental-lb', 'loadBalancer.experimental', since('1.17.0', before('1.18.0', whenKey()))),
    key(
      'bpf-lb-proto-diff',
      'loadBalancer.protocolDifferentiation.enabled',
      since('1.17.0', before('1.19.0', when(has('loadBalancer.protocolDifferentiation')))),
    ),
    key('lb-reflector-wait-time', 'loadBalancer.reflectorWaitTime', since('1.20.0', whenKey())),
    ...inside(equals('loadBalancer.l7.backend', 'envoy'), [
      key('loadbalancer-l7', 'loadBalancer.l7.backend', fixed('envoy')),
      key('loadbalancer-l7-ports', 'loadBalancer.l7.ports', joined(' ')),
      key('loadbalancer-l7-algorithm', 'loadBalancer.l7.algorithm'),
    ]),
  ]),
  key('bpf-lb-maglev-table-size', 'maglev.tableSize', whenKey()),
  key('bpf-lb-maglev-hash-seed', 'maglev.hashSeed', whenKey()),
  key('bpf-lb-external-clusterip', 'bpf.lbExternalClusterIP', whenKey()),
  key('bpf-lb-source-range-all-types', 'bpf.lbSourceRangeAllTypes', since('1.17.0', whenKey())),
  key(
    'bpf-lb-algorithm-annotation',
    ['bpf.lbAlgorithmAnnotation', 'gatewayAPI.enabled'],
    since('1.17.0', either(since('1.20.0', when(set('gatewayAPI.enabled'), fixed('true'))), whenKey())),
  ),
  key('bpf-lb-mode-annotation', 'bpf.lbModeAnnotation', since('1.17.0', whenKey())),
  key('enable-session-affinity', 'sessionAffinity', before('1.19.0', whenSet())),
  key('enable-svc-source-range-check', 'svcSourceRangeCheck', before('1.19.0', whenSet())),
  key('enable-internal-traffic-policy', 'enableInternalTrafficPolicy', since('1.17.0', before('1.19.0', quoted))),

  key(
    'enable-local-redirect-policy',
    ['localRedirectPolicies.enabled', 'localRedirectPolicy'],
    since('1.18.0', when(redirectsLocally, fixed('true')), at('localRedirectPolicy', whenKey())),
  ),
  key('lrp-address-matcher-cidrs', 'localRedirectPolicies.addressMatcherCIDRs', since('1.18.0', whenSet(joined(',')))),
  key('enable-lb-ipam', 'enableLBIPAM', since('1.17.0', quoted)),
  key('default-lb-service-ipam', 'defaultLBServiceIPAM', since('1.17.0', quoted)),
  key('enable-node-ipam', 'nodeIPAM.enabled', since('1.16.0', whenSet(fixed('true')))),

  ...inside(has('l2NeighDiscovery'), [
    key('enable-l2-neigh-discovery', 'l2NeighDiscovery.enabled', whenKey()),
    key('arping-refresh-period', 'l2NeighDiscovery.refreshPeriod', before('1.18.0', duration)),
  ]),
  ...inside(set('l2announcements.enabled'), [
    key('enable-l2-announcements', 'l2announcements.enabled'),
    key('l2-announcements-lease-duration', 'l2announcements.leaseDuration', whenSet()),
    key('l2-announcements-renew-deadline', 'l2announcements.leaseRenewDeadline', whenSet()),
    key('l2-announcements-retry-period', 'l2announcements.leaseRetryPeriod', whenSet()),
  ]),
  ...inside(set('l2podAnnouncements.enabled'), [
    key('enable-l2-pod-announcements', 'l2podAnnouncements.enabled'),
    key('l2-pod-announcements-interface-pattern', 'l2podAnnouncements.interfacePattern', since('1.18.0', whenSet())),
    key(
      'l2-pod-announcements-interface',
      'l2podAnnouncements.interface',
      before(
        '1.19.5',
        when((values) => !hasInterfacePattern(values)),
      ),
    ),
  ]),

  ...inside(
    (values) => !isSince(values, '1.17.0') && isTruthy(values.node('bgp.enabled')),
    [key('bgp-announce-lb-ip', 'bgp.announce.loadbalancerIP', whenSet()), key('bgp-announce-pod-cidr', 'bgp.announce.podCIDR', whenSet())],
  ),
  key('enable-bgp-control-plane', 'bgpControlPlane.enabled', either(whenSet(fixed('true')), before('1.16.0', fixed('false')))),
  ...inside(set('bgpControlPlane.enabled'), [
    key('bgp-secrets-namespace', 'bgpControlPlane.secretsNamespace.name', since('1.15.0', quoted)),
    key('enable-bgp-control-plane-status-report', 'bgpControlPlane.statusReport.enabled', since('1.17.0', quoted)),
    key('bgp-router-id-allocation-mode', 'bgpControlPlane.routerIDAllocation.mode', since('1.18.0', quoted)),
    key('bgp-router-id-allocation-ip-pool', 'bgpControlPlane.routerIDAllocation.ipPool', since('1.18.0', quoted)),
    key('enable-bgp-legacy-origin-attribute', 'bgpControlPlane.legacyOriginAttribute.enabled', since('1.18.2', quoted)),
  ]),
];

/** `coalesce .Values.socketLB .Values.hostServices`: the older map is only read where the newer one is empty. */
function socketLB(values: ChartValues): 'socketLB' | 'hostServices' | undefined {
  if (isTruthy(values.node('socketLB'))) return 'socketLB';
  return isTruthy(values.node('hostServices')) ? 'hostServices' : undefined;
}

function hasSocketLB(values: ChartValues): boolean {
  return socketLB(values) !== undefined;
}

function inSocketLB(leaf: string): Value {
  return (values) => {
    const parent = socketLB(values);
    return parent !== undefined && hasKey(values, `${parent}.${leaf}`) ? textOf(values.node(`${parent}.${leaf}`)) : undefined;
  };
}

/** Not a full replacement; from 1.16 on `false` is what remains of it. Charts 1.17.0–1.17.5 ask two keys for `partial`, which they refuse elsewhere. */
function isPartial(falseAgain: string) {
  return (values: ChartValues): boolean => {
    const mode = kubeProxyReplacement(values);
    if (mode === 'partial') return true;
    return mode === 'false' && (!isSince(values, '1.17.0') || isSince(values, falseAgain));
  };
}

function redirectsLocally(values: ChartValues): boolean {
  return isTruthy(values.node('localRedirectPolicies.enabled')) || isTruthy(values.node('localRedirectPolicy'));
}

function hasInterfacePattern(values: ChartValues): boolean {
  return isSince(values, '1.18.0') && isTruthy(values.node('l2podAnnouncements.interfacePattern'));
}
