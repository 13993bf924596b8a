/** What the judge may write for a Helm path. */
type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

const features = [
  'gatewayAPI.enabled',
  'ingressController.enabled',
  'hubble.relay.enabled',
  'hubble.ui.enabled',
  'ipv6.enabled',
  'bgpControlPlane.enabled',
  'l2announcements.enabled',
  'encryption.enabled',
  'egressGateway.enabled',
  'bandwidthManager.enabled',
  'bpf.masquerade',
];

const named: Record<string, readonly Plain[]> = {
  'ipam.mode': ['kubernetes', 'cluster-pool', 'multi-pool', 'crd', 'delegated-plugin', 'eni', ''],
  'ipam.operator.clusterPoolIPv4PodCIDRList': [
    ['10.244.0.0/16'],
    '10.0.0.0/8',
    ['10.1.0.0/16', '10.2.0.0/16'],
    '10.1.0.0/16 10.2.0.0/16',
    [],
  ],
  'ipam.operator.clusterPoolIPv6PodCIDRList': [['fd00::/104'], 'fd01::/104'],
  'ipam.operator.autoCreateCiliumPodIPPools': [{ default: { ipv4: { cidrs: ['10.10.0.0/16'], maskSize: 24 } } }],
  routingMode: ['native', 'tunnel', ''],
  tunnelProtocol: ['vxlan', 'geneve', ''],
  tunnelPort: [0, 8472, 6081],
  underlayProtocol: ['', 'ipv4', 'ipv6'],
  ipv4NativeRoutingCIDR: ['10.0.0.0/8', '10.244.0.0/16', ''],
  ipv6NativeRoutingCIDR: ['fd00::/8', ''],
  devices: ['eth0', 'eth+', '', ['eth0', 'eth1']],
  kubeProxyReplacement: [true, false, 'true', 'false', 'strict', 'disabled', 'partial', 'probe', ''],
  k8sServiceHost: ['localhost', '127.0.0.1', '', 'auto', 'api.example.org'],
  k8sServicePort: [7445, 6443, '6443', ''],
  'loadBalancer.mode': ['snat', 'dsr', 'hybrid'],
  'loadBalancer.algorithm': ['random', 'maglev'],
  'loadBalancer.acceleration': ['disabled', 'native', 'best-effort', 'testing-only'],
  'loadBalancer.dsrDispatch': ['opt', 'ipip', 'geneve'],
  'loadBalancer.l7.backend': ['disabled', 'envoy'],
  'loadBalancer.l7.ports': [[], ['8080']],
  'bpf.datapathMode': ['veth', 'netkit', 'netkit-l2', 'auto'],
  'bpf.monitorAggregation': ['none', 'low', 'medium', 'maximum'],
  'bpf.monitorFlags': ['all', 'syn'],
  'bpf.mapDynamicSizeRatio': [0.0025, 0.005, 0, 1.5],
  'bpf.vlanBypass': [[0], [100, 200]],
  'cluster.name': ['lab', 'default', 'home-1', 'prod-eu', 'Lab_1', 'a-very-long-name-of-a-cluster-that-is-too-long'],
  'cluster.id': [0, 1, 7, 255],
  identityAllocationMode: ['crd', 'kvstore', 'doublewrite-readkvstore'],
  identityManagementMode: ['agent', 'operator', 'both'],
  'clustermesh.maxConnectedClusters': [255, 511, 300],
  'cni.chainingMode': ['none', 'aws-cni', 'generic-veth', 'portmap'],
  'cni.chainingTarget': ['x'],
  'hubble.tls.auto.method': ['cronJob', 'certmanager'],
  'hubble.metrics.enabled': [['dns', 'drop'], null, []],
  'hubble.metrics.port': [9965],
  'envoy.enabled': [true, false, null],
  'envoy.xdsMode': ['split', 'ads'],
  'envoy.prometheus.port': ['9964', '9000'],
  'envoy.log.path': ['', '/var/log/envoy.log'],
  'envoy.securityContext.capabilities.envoy': [['NET_ADMIN', 'SYS_ADMIN', 'NET_BIND_SERVICE'], ['NET_ADMIN']],
  'gatewayAPI.gatewayClass.create': ['auto', 'true', 'false', true],
  'gatewayAPI.externalTrafficPolicy': ['Cluster', 'Local', 'Other'],
  'gatewayAPI.hostNetwork.nodes.matchLabels': [{ role: 'edge' }],
  'ingressController.loadbalancerMode': ['dedicated', 'shared'],
  'ingressController.hostNetwork.nodes.matchLabels': [{ role: 'edge' }],
  'bgpControlPlane.routerIDAllocation.mode': ['default', 'ip-pool'],
  'encryption.type': ['ipsec', 'wireguard', 'ztunnel'],
  policyEnforcementMode: ['default', 'always', 'never'],
  policyCIDRMatchMode: [['nodes'], 'nodes', null],
  'tls.secretsBackend': ['local', 'k8s', null],
  'operator.replicas': [1, 2, 3],
  'operator.unmanagedPodWatcher.restart': [true, false],
  'securityContext.capabilities.ciliumAgent': [
    ['CHOWN', 'KILL', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'SYS_ADMIN', 'SYS_RESOURCE', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
    [],
    null,
  ],
  'securityContext.capabilities.cleanCiliumState': [['NET_ADMIN', 'SYS_ADMIN', 'SYS_RESOURCE'], null],
  'cgroup.hostRoot': ['/sys/fs/cgroup', '/run/cilium/cgroupv2'],
  'image.repository': ['quay.io/cilium/cilium', 'registry.example.org:5000/cilium'],
  'image.tag': ['v1.18.2', 'latest'],
  'debug.verbose': ['flow', 'envoy kvstore', null],
  upgradeCompatibility: ['1.15', '1.16', '1.18', '1.20'],
  apiRateLimit: ['endpoint-create=rate-limit:10/s', { 'endpoint-create': { 'rate-limit': '10/s' } }],
  logOptions: [{ format: 'json' }],
  labels: ['k8s:!app'],
  'etcd.enabled': [false],
  'clustermesh.useAPIServer': [true, false],
};

const byEquality: Record<string, readonly Plain[]> = {
  boolean: [true, false],
  number: [1, 5, 100, 2000000],
  cidrs: ['10.0.0.0/8', '192.168.0.0/16'],
  set: [['a', 'b'], []],
  list: [['a', 'b']],
  version: ['v1.0.0'],
};

/** Paths that people write beside the catalogue's own, and what they write there. */
export const plausible = {
  /** Features come up often, so that what hangs on them is seen. */
  paths: (catalogue: readonly string[]): readonly string[] => (extended ??= [...catalogue, ...features, ...features, ...features, ...more]),
  values(path: string, equality: string | undefined, standard: Plain | undefined): readonly Plain[] {
    if (named[path]) return named[path];
    const made = byEquality[equality ?? ''];
    if (typeof standard === 'boolean') return [true, false];
    if (typeof standard === 'number') return [standard, 0, 1, 77, 1000000];
    if (standard !== null && typeof standard === 'object' && !Array.isArray(standard)) return [standard, { key: 'value' }];
    if (Array.isArray(standard)) return [standard, ['a', 'b'], []];
    if (made && (standard === undefined || standard === null || equality === 'number')) return [...made, null];
    return /duration|interval|delay|deadline|period|rotation|keepalive|timeout|ttl/i.test(path)
      ? ['30s', '5m']
      : [typeof standard === 'string' ? standard : 'text', 'other'];
  },
};

let extended: readonly string[] | undefined;

const more = [
  'socketLB.enabled',
  'kubeProxyReplacement',
  'upgradeCompatibility',
  'tls.secretsBackend',
  'hubble.tls.auto.method',
  'eni.enabled',
  'gke.enabled',
  'aksbyocni.enabled',
  'nativeRoutingCIDRFromClusterPool',
  'localRedirectPolicies.enabled',
  'operator.rollOutPods',
  'envoy.prometheus.enabled',
  'preflight.enabled',
  'hubble.export.static.enabled',
  'debug.enabled',
];

/** Keys of other charts, of older versions, and of nobody. */
export const deadKeys: readonly (readonly [path: string, value: Plain])[] = [
  ['tunnel', 'vxlan'],
  ['tunnel', 'disabled'],
  ['tunnel', ''],
  ['tunnel', null],
  ['mtu', 1400],
  ['cgroup.host', '/sys/fs/cgroup'],
  ['bpf.ctTcpTimeout', 100],
  ['enableCiliumEndpointSlice', true],
  ['enableCiliumEndpointSlice', false],
  ['ciliumEndpointSlice.sliceMode', 'fcfs'],
  ['encryption.keyFile', 'keys'],
  ['encryption.interface', ''],
  ['proxy.prometheus.enabled', false],
  ['proxy.prometheus', null],
  ['proxy', null],
  ['proxy', 5],
  ['endpointStatus', { enabled: true }],
  ['endpointStatus', {}],
  ['remoteNodeIdentity', true],
  ['remoteNodeIdentity', false],
  ['containerRuntime.integration', 'none'],
  ['containerRuntime', 'crio'],
  ['etcd.managed', true],
  ['ipam.operator.clusterPoolIPv4PodCIDR', '10.0.0.0/8'],
  ['ipam.operator.clusterPoolIPv6PodCIDR', 'fd00::/104'],
  ['clustermesh.apiserver.tls.ca.cert', 'x'],
  ['enableK8sEventHandover', true],
  ['enableCnpStatusUpdates', true],
  ['hostServices.enabled', true],
  ['global.cilium', true],
  ['nested.unknown.key', [{ a: [null] }]],
  ['constructor.name', 'x'],
  ['extraConfig.some-key', 5],
  ['extraConfig', 'text'],
  ['extraEnv', [{ name: 'A', value: 'b' }]],
];
