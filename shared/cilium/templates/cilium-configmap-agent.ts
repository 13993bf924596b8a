import { type ChartValues, isTruthy, TemplateError } from '../chart-values.ts';
import {
  at,
  backported,
  before,
  chart,
  duration,
  either,
  equals,
  every,
  fixed,
  folded,
  has,
  inside,
  isNull,
  isSince,
  joined,
  json,
  key,
  not,
  plain,
  prefixed,
  quoted,
  set,
  since,
  textOf,
  type Value,
  when,
  whenKey,
  whenNumber,
  whenPresent,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { isDeployedSince } from './named-templates.ts';

/** The agent at large: its store, logs, health, metrics, the API server, clean-up, ClusterMesh. */
export const agentKeys: readonly FactRule[] = [
  ...inside(set('etcd.enabled'), [
    key('kvstore', 'etcd.enabled', fixed('etcd')),
    key(
      'kvstore-opt',
      'etcd.k8sService',
      since(
        '1.16.0',
        fixed('{"etcd.config": "/var/lib/etcd-config/etcd.config"}'),
        either(
          when(set('etcd.k8sService'), fixed('{"etcd.config": "/var/lib/etcd-config/etcd.config", "etcd.operator": "true"}')),
          fixed('{"etcd.config": "/var/lib/etcd-config/etcd.config"}'),
        ),
      ),
    ),
    key('etcd-config', ['etcd.endpoints', 'etcd.ssl'], etcdConfig),
  ]),
  key('conntrack-gc-interval', 'conntrackGCInterval', whenSet(duration)),
  key('conntrack-gc-max-interval', 'conntrackGCMaxInterval', since('1.14.3', whenSet(duration))),

  key('debug', 'debug.enabled'),
  key('debug-verbose', 'debug.verbose', whenKey()),
  key('metrics-sampling-interval', 'debug.metricsSamplingInterval', since('1.18.0', whenKey())),
  key('log-system-load', 'logSystemLoad', whenSet()),
  key('log-opt', 'logOptions', whenSet(json)),
  ...inside(set('pprof.enabled'), [
    key('pprof', 'pprof.enabled'),
    key('pprof-address', 'pprof.address'),
    key('pprof-port', 'pprof.port'),
    key('pprof-mutex-profile-fraction', 'pprof.mutexProfileFraction', since('1.19.0', quoted)),
    key('pprof-block-profile-rate', 'pprof.blockProfileRate', since('1.19.0', quoted)),
  ]),

  key('agent-health-port', 'healthPort', agentHealthPort),
  key('cluster-health-port', 'clusterHealthPort', whenKey()),
  key('enable-health-checking', 'healthChecking', whenKey()),
  key('health-check-icmp-failure-threshold', 'healthCheckICMPFailureThreshold', since('1.17.0', whenSet())),
  key('connectivity-probe-frequency-ratio', 'connectivityProbeFrequencyRatio', since('1.18.0', whenNumber())),

  ...inside(set('prometheus.enabled'), [
    key('prometheus-serve-addr', 'prometheus.port', prefixed(':')),
    key('metrics', 'prometheus.metrics', whenSet(folded)),
    key('controller-group-metrics', 'prometheus.controllerGroupMetrics', since('1.15.0', whenSet(folded))),
  ]),

  key('clean-cilium-state', 'cleanState', whenSet(fixed('true'))),
  key('clean-cilium-bpf-state', 'cleanBpfState', whenSet(fixed('true'))),

  key('k8s-require-ipv4-pod-cidr', 'k8s.requireIPv4PodCIDR', whenKey()),
  key('k8s-require-ipv6-pod-cidr', 'k8s.requireIPv6PodCIDR', whenKey()),
  key('k8s-api-server-urls', 'k8s.apiServerURLs', since('1.20.0', whenPresent(), since('1.18.0', whenKey()))),
  key('k8s-service-proxy-name', 'k8s.serviceProxyName', whenKey()),
  key('k8s-kubeconfig-path', 'kubeConfigPath', whenSet()),
  key('synchronize-k8s-nodes', 'synchronizeK8sNodes', whenKey()),
  key('annotate-k8s-node', 'annotateK8sNode', whenSet(fixed('true'))),
  key('enable-k8s-endpoint-slice', 'enableK8sEndpointSlice', before('1.19.0', whenSet())),
  key('enable-k8s-event-handover', 'enableK8sEventHandover', before('1.15.0', whenSet(fixed('true')))),
  key('enable-k8s-terminating-endpoint', 'enableK8sTerminatingEndpoint', before('1.18.0', whenKey())),
  key('enable-custom-calls', 'customCalls.enabled', before('1.19.0', when(every(set('customCalls'), set('customCalls.enabled'))))),
  key('crd-wait-timeout', 'crdWaitTimeout', whenSet(duration)),
  key('endpoint-status', 'endpointStatus.status', before('1.16.0', when(set('endpointStatus.enabled'), requiredEndpointStatus))),
  key('api-rate-limit', 'apiRateLimit', since('1.15.0', whenSet())),
  key('k8s-client-qps', 'k8sClientRateLimit.qps', clientRate('5', '10')),
  key('k8s-client-burst', 'k8sClientRateLimit.burst', clientRate('10', '20')),
  key('operator-k8s-client-qps', 'k8sClientRateLimit.operator.qps', since('1.17.0', whenSet())),
  key('operator-k8s-client-burst', 'k8sClientRateLimit.operator.burst', since('1.17.0', whenSet())),

  key('disable-endpoint-crd', 'disableEndpointCRD', when(equals('disableEndpointCRD', true), fixed('true'))),
  key(
    'enable-cilium-endpoint-slice',
    ['ciliumEndpointSlice.enabled', 'enableCiliumEndpointSlice'],
    since('1.16.0', when(usesEndpointSlice, fixed('true')), at('enableCiliumEndpointSlice', whenSet(fixed('true')))),
  ),
  key('ces-rate-limits', 'ciliumEndpointSlice.rateLimits', since('1.16.0', when(usesEndpointSlice, whenSet(json)))),
  key('ces-slice-mode', 'ciliumEndpointSlice.sliceMode', since('1.17.0', before('1.18.0', when(usesEndpointSlice, whenSet())))),
  key(
    'disable-cnp-status-updates',
    'enableCnpStatusUpdates',
    before('1.15.0', either(whenSet(fixed('false')), when(deployedSince18, fixed('true')))),
  ),
  key(
    'cnp-node-status-gc-interval',
    'enableCnpStatusUpdates',
    before('1.15.0', when(every(not(set('enableCnpStatusUpdates')), deployedSince18), fixed('0s'))),
  ),

  ...inside(has('configDriftDetection'), [
    key('enable-dynamic-config', 'configDriftDetection.enabled', backported(['1.18.9', '1.19.3'], quoted)),
    key('enable-drift-checker', 'configDriftDetection.driftChecker', backported(['1.18.9', '1.19.3'], quoted)),
    key('ignore-flags-drift-checker', 'configDriftDetection.ignoredKeys', backported(['1.18.9', '1.19.3'], whenSet(joined(',')))),
  ]),

  key('max-connected-clusters', 'clustermesh.maxConnectedClusters', since('1.15.0', whenKey())),
  key('clustermesh-cache-ttl', 'clustermesh.cacheTTL', since('1.19.0', quoted)),
  key('clustermesh-enable-endpoint-sync', 'clustermesh.enableEndpointSliceSynchronization', since('1.16.0', quoted)),
  key(
    'clustermesh-enable-mcs-api',
    ['clustermesh.mcsapi.enabled', 'clustermesh.enableMCSAPISupport'],
    since(
      '1.20.0',
      quoted,
      since('1.19.0', either(whenSet(), at('clustermesh.enableMCSAPISupport')), since('1.16.0', at('clustermesh.enableMCSAPISupport'))),
    ),
  ),
  key('clustermesh-mcs-api-install-crds', 'clustermesh.mcsapi.installCRDs', since('1.19.0', quoted)),
  key('clustermesh-default-global-namespace', 'clustermesh.defaultGlobalNamespace', since('1.20.0', quoted)),
  key('policy-default-local-cluster', 'clustermesh.policyDefaultLocalCluster', since('1.18.0', quoted)),

  key('procfs', 'securityContext.privileged', when(not(set('securityContext.privileged')), fixed('/host/proc'))),
  key('bpf-root', 'bpf.root', whenKey()),
  key('cgroup-root', 'cgroup.hostRoot', whenKey()),
  key('enable-sctp', 'sctp.enabled', whenKey()),
  key('agent-not-ready-taint-key', 'agentNotReadyTaintKey', whenKey()),
  key('enable-datapath-plugins', 'datapathPlugins.enabled', since('1.20.0', quoted)),
  key('datapath-plugins-state-dir', 'datapathPlugins.stateDir', since('1.20.0', quoted)),
  key('enable-network-driver', 'networkDriver.enabled', since('1.21.0', quoted)),
];

/** The operator's own keys. */
export const operatorKeys: readonly FactRule[] = [
  key('identity-heartbeat-timeout', 'operator.identityHeartbeatTimeout', duration),
  key('identity-gc-interval', 'operator.identityGCInterval', duration),
  key('cilium-endpoint-gc-interval', 'operator.endpointGCInterval', duration),
  key('nodes-gc-interval', 'operator.nodeGCInterval', duration),
  key('skip-cnp-status-startup-clean', 'operator.skipCNPStatusStartupClean', before('1.16.0', whenKey())),
  key('skip-crd-creation', 'operator.skipCRDCreation', whenSet(fixed('true'))),
  key('operator-api-serve-addr', 'ipv4.enabled', operatorApiServeAddress),
  ...inside(set('operator.prometheus.enabled'), [
    key('operator-prometheus-serve-addr', 'operator.prometheus.port', prefixed(':')),
    key('enable-metrics', 'operator.prometheus.enabled', fixed('true')),
    ...inside(every(chart('1.19.0'), set('operator.prometheus.tls.enabled')), [
      key('operator-prometheus-enable-tls', 'operator.prometheus.tls.enabled', fixed('true')),
      key('operator-prometheus-tls-cert-file', 'operator.prometheus.tls.enabled', fixed('/var/lib/cilium/tls/prometheus/server.crt')),
      key('operator-prometheus-tls-key-file', 'operator.prometheus.tls.enabled', fixed('/var/lib/cilium/tls/prometheus/server.key')),
      key(
        'operator-prometheus-tls-client-ca-files',
        'operator.prometheus.tls.server.mtls.enabled',
        whenSet(fixed('/var/lib/cilium/tls/prometheus/client-ca.crt')),
      ),
    ]),
  ]),
  ...inside(set('operator.pprof.enabled'), [
    key('operator-pprof', 'operator.pprof.enabled'),
    key('operator-pprof-address', 'operator.pprof.address'),
    key('operator-pprof-port', 'operator.pprof.port'),
    key('operator-pprof-mutex-profile-fraction', 'operator.pprof.mutexProfileFraction', since('1.19.0', quoted)),
    key('operator-pprof-block-profile-rate', 'operator.pprof.blockProfileRate', since('1.19.0', quoted)),
  ]),
  key('remove-cilium-node-taints', 'operator.removeNodeTaints', whenSet(fixed('true'))),
  key('set-cilium-node-taints', ['operator.setNodeTaints', 'operator.removeNodeTaints'], setNodeTaints),
  key('set-cilium-is-up-condition', 'operator.setNodeNetworkStatus', whenSet(fixed('true'))),
  key(
    'unmanaged-pod-watcher-interval',
    ['operator.unmanagedPodWatcher.intervalSeconds', 'operator.unmanagedPodWatcher.restart'],
    unmanagedPodWatcherInterval,
  ),
  key('pod-restart-selector', 'operator.unmanagedPodWatcher.selector', since('1.19.0', whenPresent(plain))),
];

function etcdConfig(values: ChartValues): string {
  const managed = !isSince(values, '1.16.0') && isTruthy(values.node('etcd.managed'));
  const endpoints = values.node('etcd.endpoints');
  const lines = managed
    ? [`https://cilium-etcd-client.${values.context.namespace}.svc:2379`]
    : endpoints?.kind === 'list'
      ? endpoints.items.map(textOf)
      : [];
  const files =
    managed || isTruthy(values.node('etcd.ssl'))
      ? [
          "trusted-ca-file: '/var/lib/etcd-secrets/etcd-client-ca.crt'",
          "key-file: '/var/lib/etcd-secrets/etcd-client.key'",
          "cert-file: '/var/lib/etcd-secrets/etcd-client.crt'",
        ]
      : [];
  return ['---', 'endpoints:', ...lines.map((line) => `  - ${line}`), ...files].join('\n');
}

function agentHealthPort(values: ChartValues, path: string): string | undefined {
  const node = values.node(path);
  return values.int(path) === 9879 ? undefined : textOf(node);
}

function requiredEndpointStatus(values: ChartValues, path: string): string {
  const text = textOf(values.node(path));
  if (text === '') throw new TemplateError(path, 'endpointStatus.status required: policy, health, controllers, log and / or state.');
  return text;
}

/** Until 1.16 the chart itself wrote the API client's limits: 5 and 10, or 10 and 20 from Kubernetes 1.27 on. */
function clientRate(old: string, current: string): Value {
  const byKubernetes: Value = (values, path) => {
    const node = values.node(path);
    if (isTruthy(node)) return textOf(node);
    const [major, minor] = values.context.kubeVersion.replace(/^v/, '').split('.').map(Number) as [number, number];
    return major > 1 || minor >= 27 ? current : old;
  };
  return since('1.17.0', whenSet(), since('1.15.0', byKubernetes, when(has('k8sClientRateLimit'))));
}

function usesEndpointSlice(values: ChartValues): boolean {
  if (isTruthy(values.node('ciliumEndpointSlice.enabled'))) return true;
  return !isSince(values, '1.18.0') && isTruthy(values.node('enableCiliumEndpointSlice'));
}

function deployedSince18(values: ChartValues): boolean {
  return isDeployedSince(values, '1.8');
}

function operatorApiServeAddress(values: ChartValues, path: string): string | undefined {
  if (!deployedSince18(values)) return undefined;
  return isTruthy(values.node(path)) ? '127.0.0.1:9234' : '[::1]:9234';
}

/** Taints are set where that is asked for, or where nobody said anything and they are removed. */
function setNodeTaints(values: ChartValues, path: string): string | undefined {
  const asked = values.node(path);
  return isTruthy(asked) || (isNull(asked) && isTruthy(values.node('operator.removeNodeTaints'))) ? 'true' : undefined;
}

/** Seconds: bare until 1.18, with their unit from 1.19.0 on (until 1.19.1 not where `--set` made the number). */
function unmanagedPodWatcherInterval(values: ChartValues, path: string): string {
  if (!isTruthy(values.node('operator.unmanagedPodWatcher.restart'))) return '0';
  const node = values.node(path);
  const withUnit =
    isSince(values, '1.19.2') || (isSince(values, '1.19.0') && node?.kind === 'scalar' && typeof node.value === 'number' && !node.integer);
  return withUnit ? `${values.int(path)}s` : textOf(node);
}
