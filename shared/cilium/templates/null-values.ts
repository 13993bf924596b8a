import type { Tree } from '../../model.ts';
import { at, joinPath, splitPath } from '../../tree.ts';
import type { ChartValues } from '../chart-values.ts';
import { isTruthy, ReadsOpaque, TemplateError } from '../chart-values.ts';
import { chartDefaults } from '../charts.ts';
import { isBackported, isSince } from './cilium-configmap-key.ts';
import { agentRuns, configMapRuns, envoyRuns, hasEnvoyDaemonSet, hubbleUiRuns, operatorRuns, relayRuns } from './components.ts';
import type { Condition, Refusal } from './fact-rule.ts';

const always: Condition = () => true;
const is =
  (...paths: string[]): Condition =>
  (values) =>
    paths.every((path) => values.truthy(path));
const both =
  (a: Condition, b: Condition): Condition =>
  (values) =>
    a(values) && b(values);
const certificatesBy = (method: string): Condition =>
  both(is('hubble.enabled', 'hubble.tls.enabled', 'hubble.tls.auto.enabled'), (values) => values.text('hubble.tls.auto.method') === method);
const encryptedBy = (type: string): Condition =>
  both(both(configMapRuns, is('encryption.enabled')), (values) => values.text('encryption.type') === type);
const since =
  (...versions: string[]): Condition =>
  (values) =>
    isBackported(values, versions);
const before =
  (version: string): Condition =>
  (values) =>
    !isSince(values, version);
const mesh = is('clustermesh.useAPIServer');
const spire = is('authentication.mutual.spire.enabled');

/**
 * Where templates look into a map without asking whether it is there: under a condition, `map.field` with the field that is read first.
 * Found by rendering each chart with each of its maps set to null. A map counts in the versions whose defaults hold it.
 */
const maps: readonly (readonly [Condition, string])[] = [
  [
    always,
    `alibabacloud.enabled authentication.mutual authentication.mutual.spire authentication.mutual.spire.enabled azure.enabled bgpControlPlane.enabled
    ciliumEndpointSlice.enabled cluster.name clustermesh.useAPIServer clustermesh.apiserver.kvstoremesh
    daemon.runPath dashboards.enabled
    debug.enabled eni.enabled envoy.enabled envoy.debug.admin envoy.debug.admin.enabled envoy.log.defaultLevel envoy.prometheus.enabled
    envoy.prometheus.serviceMonitor.enabled envoyConfig.enabled etcd.enabled gatewayAPI.enabled hubble.enabled hubble.export.dynamic
    hubble.export.dynamic.enabled hubble.metrics.tls hubble.metrics.dashboards.enabled hubble.metrics.dynamic.enabled hubble.redact.http
    hubble.redact.http.headers hubble.redact.http.headers.allow hubble.relay.enabled hubble.relay.prometheus.enabled hubble.ui.enabled
    ingressController.enabled ipMasqAgent.enabled ipv4.enabled ipv6.enabled k8sClientExponentialBackoff.enabled k8sServiceHostRef.name
    l2announcements.enabled nodeinit.enabled operator.enabled operator.dashboards.enabled
    operator.prometheus.enabled operator.unmanagedPodWatcher.restart preflight.enabled prometheus.enabled
    resourceQuotas.enabled serviceAccounts.hubblecertgen tls.readSecretsOnlyFromSecretsNamespace tls.ca.key tls.caBundle.enabled
    tls.secretSync.enabled tls.secretsNamespace.name`,
  ],
  [
    configMapRuns,
    `aksbyocni.enabled bpf.autoMount bpf.autoMount.enabled bpf.distributedLRU.enabled bpf.events.default bpf.events.default.rateLimit bpf.events.drop.enabled
    bpf.events.policyVerdict.enabled bpf.events.trace.enabled cgroup.hostRoot cni.install egressGateway.enabled encryption.enabled
    encryption.strictMode.enabled endpointHealthChecking.enabled     gke.enabled ipam.mode k8sClientRateLimit.operator.qps
    l2podAnnouncements.enabled localRedirectPolicies.enabled nat.mapStatsEntries nat46x64Gateway.enabled nodeIPAM.enabled operator.pprof.enabled
    pmtuDiscovery.enabled pprof.enabled securityContext.privileged wellKnownIdentities.enabled`,
  ],
  [
    agentRuns,
    `cgroup.autoMount.enabled image.pullPolicy livenessProbe.requireK8sConnectivity monitor.enabled readinessProbe.periodSeconds scheduling.mode
    securityContext.capabilities.ciliumAgent startupProbe.failureThreshold sysctlfix.enabled serviceAccounts.cilium.create`,
  ],
  [
    envoyRuns,
    'envoy.image.pullPolicy envoy.livenessProbe.enabled envoy.readinessProbe.periodSeconds envoy.startupProbe.enabled serviceAccounts.envoy.create',
  ],
  [operatorRuns, 'operator.image.override operator.podDisruptionBudget.enabled serviceAccounts.operator.create'],
  [is('hubble.enabled'), 'hubble.dropEventEmitter.enabled hubble.metrics.tls.enabled hubble.tls.enabled'],
  [both(configMapRuns, is('hubble.enabled')), 'hubble.export.static.enabled'],
  [is('agent', 'hubble.enabled'), 'hubble.peerService.servicePort'],
  [is('hubble.enabled', 'hubble.tls.enabled'), 'hubble.tls.auto.enabled '],
  [certificatesBy('cronJob'), 'certgen.annotations certgen.annotations.job certgen.image.pullPolicy serviceAccounts.hubblecertgen.create'],
  [
    relayRuns,
    `hubble.relay.gops.enabled hubble.relay.image.pullPolicy hubble.relay.podDisruptionBudget.enabled hubble.relay.pprof.enabled hubble.relay.service.type
    hubble.relay.tls.server hubble.relay.tls.client.existingSecret hubble.relay.tls.server.enabled serviceAccounts.relay.create`,
  ],
  [
    hubbleUiRuns,
    `hubble.ui.backend.image hubble.ui.backend.image.pullPolicy hubble.ui.backend.livenessProbe.enabled hubble.ui.backend.readinessProbe.enabled
    hubble.ui.frontend.image hubble.ui.frontend.image.pullPolicy hubble.ui.frontend.server.ipv6 hubble.ui.frontend.server.ipv6.enabled
    hubble.ui.ingress.enabled hubble.ui.podDisruptionBudget.enabled hubble.ui.service.annotations hubble.ui.standalone.enabled serviceAccounts.ui.create`,
  ],
  [
    is('gatewayAPI.enabled'),
    'gatewayAPI.gatewayClass.create gatewayAPI.hostNetwork.enabled gatewayAPI.hostNetwork.nodes.matchLabels gatewayAPI.secretsNamespace.sync',
  ],
  [
    is('ingressController.enabled'),
    'ingressController.hostNetwork.enabled ingressController.hostNetwork.nodes.matchLabels ingressController.secretsNamespace.sync ingressController.service.type',
  ],
  [
    mesh,
    `clustermesh.apiserver.etcd.init clustermesh.apiserver.etcd.init.extraArgs clustermesh.apiserver.image.pullPolicy
    clustermesh.apiserver.metrics.etcd.enabled clustermesh.apiserver.metrics.serviceMonitor.enabled clustermesh.apiserver.podDisruptionBudget.enabled
    clustermesh.apiserver.service.labels clustermesh.apiserver.tls.auto clustermesh.apiserver.tls.server.extraDnsNames
    serviceAccounts.clustermeshApiserver.create serviceAccounts.clustermeshcertgen.create`,
  ],
  [encryptedBy('ipsec'), 'encryption.ipsec.mountPath'],
  [encryptedBy('wireguard'), 'encryption.wireguard.persistentKeepalive'],
  [is('nodeinit.enabled'), 'nodeinit.image.pullPolicy nodeinit.startup.preScript serviceAccounts.nodeinit.enabled'],
  [
    is('preflight.enabled'),
    'preflight.image.pullPolicy preflight.podDisruptionBudget.enabled preflight.readinessProbe.initialDelaySeconds serviceAccounts.preflight.create',
  ],
  [both(is('preflight.enabled'), hasEnvoyDaemonSet), 'preflight.envoy.image'],
  [spire, 'authentication.mutual.spire.install.enabled'],
  [
    both(spire, is('authentication.mutual.spire.install.enabled')),
    `authentication.mutual.spire.install.agent.serviceAccount authentication.mutual.spire.install.agent.serviceAccount.name
    authentication.mutual.spire.install.agent.image.pullPolicy authentication.mutual.spire.install.initImage.pullPolicy
    authentication.mutual.spire.install.server.annotations authentication.mutual.spire.install.server.ca.keyType
    authentication.mutual.spire.install.server.ca.subject.country authentication.mutual.spire.install.server.dataStorage.enabled
    authentication.mutual.spire.install.server.image.pullPolicy authentication.mutual.spire.install.server.service.labels
    authentication.mutual.spire.install.server.serviceAccount.name`,
  ],
  [
    is('bgpControlPlane.enabled'),
    'bgpControlPlane.legacyOriginAttribute.enabled bgpControlPlane.routerIDAllocation.mode bgpControlPlane.secretsNamespace.name bgpControlPlane.statusReport.enabled',
  ],
  [is('envoyConfig.enabled'), 'envoyConfig.secretsNamespace.name'],
  [both(agentRuns, is('prometheus.enabled')), 'prometheus.serviceMonitor.enabled'],
  [is('hubble.metrics.enabled', 'hubble.enabled'), 'hubble.metrics.serviceMonitor.enabled'],
  [is('hubble.export.dynamic.enabled'), 'hubble.export.dynamic.config.configMapName'],
];

/** The same, where only some versions look. */
const mapsOfVersions: readonly (readonly [Condition, string])[] = [
  [before('1.16.0'), 'clustermesh.apiserver.tls.authMode containerRuntime.integration'],
  [before('1.18.0'), 'externalWorkloads.enabled'],
  [both(since('1.16.0'), before('1.16.6')), 'socketLB.terminatePodConnections'],
  [since('1.14.2', '1.15.0'), 'loadBalancer.l7 loadBalancer.l7.backend'],
  [since('1.14.4', '1.15.0'), 'clustermesh.apiserver.kvstoremesh.enabled'],
  [since('1.15.0'), 'clustermesh.config.enabled'],
  [both(since('1.15.0'), configMapRuns), 'k8sClientRateLimit.qps'],
  [both(operatorRuns, is('operator.prometheus.enabled')), 'operator.prometheus.serviceMonitor.enabled'],
  [since('1.16.0'), 'clustermesh.apiserver.metrics.kvstoremesh clustermesh.apiserver.metrics.kvstoremesh.enabled rbac.create'],
  [both(since('1.16.0'), configMapRuns), 'envoy.securityContext.privileged envoy.securityContext.capabilities.keepCapNetBindService'],
  [both(before('1.16.0'), envoyRuns), 'envoy.securityContext.privileged'],
  [both(since('1.16.0'), is('hubble.enabled', 'hubble.tls.enabled')), 'hubble.tls.server.extraDnsNames'],
  [both(before('1.16.0'), certificatesBy('helm')), 'hubble.tls.server.extraDnsNames'],
  [certificatesBy('certmanager'), 'hubble.tls.server.extraDnsNames'],
  [both(since('1.19.0'), certificatesBy('cronJob')), 'certgen.cronJob.successfulJobsHistoryLimit'],
  [since('1.19.0'), 'standaloneDnsProxy.enabled'],
  [since('1.20.0'), 'hubble.ui.ingress.enabled'],
  [
    since('1.21.0'),
    `alibabacloud.nodeSpec.vSwitches azure.nodeSpec.azureInterfaceName clustermesh.apiserver.tls.disableDefaultVolumes clustermesh.mcsapi.enabled
    datapathPlugins.enabled encryption.strictMode.egress.enabled encryption.strictMode.ingress.enabled envoy.nodeLocality.enabled hostFirewall.enabled
    k8sClusterNetworkPolicy.enabled networkDriver.enabled operator.prometheus.tls.enabled`,
  ],
];

/** Maps that go to `hasKey`. */
const keyed: readonly (readonly [Condition, string])[] = [
  [configMapRuns, 'ipam.operator k8s maglev sctp'],
  [both(since('1.16.0'), configMapRuns), 'k8sNetworkPolicy'],
  [both(configMapRuns, is('hubble.enabled')), 'hubble.networkPolicyCorrelation'],
  [since('1.16.7', '1.17.0'), 'extraConfig'],
];

/** Values that go to a function that takes nothing but a boolean or a text; `text?` and `bool?` may be missing, `items?` is a list of maps that may be missing. */
const typed: readonly (readonly [Condition, 'bool' | 'string' | 'bool?' | 'text?' | 'items?', string])[] = [
  [always, 'bool', 'ipv4.enabled'],
  [always, 'string', 'cluster.name'],
  [both(since('1.17.0'), configMapRuns), 'bool', 'gke.enabled'],
  [agentRuns, 'string', 'cgroup.hostRoot'],
  [is('agent', 'hubble.enabled'), 'bool', 'hubble.tls.enabled'],
  [relayRuns, 'bool', 'hubble.relay.tls.server.enabled'],
  [hubbleUiRuns, 'string', 'hubble.ui.baseUrl hubble.ui.frontend.image.tag hubble.ui.backend.image.tag'],
  [is('clustermesh.config.enabled'), 'bool', 'clustermesh.useAPIServer'],
  [is('nodeinit.enabled'), 'string', 'nodeinit.bootstrapFile'],
  [agentRuns, 'bool?', 'image.useDigest'],
  [operatorRuns, 'bool?', 'operator.image.useDigest'],
  [envoyRuns, 'bool?', 'envoy.image.useDigest'],
  [relayRuns, 'bool?', 'hubble.relay.image.useDigest'],
  [hubbleUiRuns, 'bool?', 'hubble.ui.frontend.image.useDigest hubble.ui.backend.image.useDigest'],
  [mesh, 'bool?', 'clustermesh.apiserver.image.useDigest'],
  [certificatesBy('cronJob'), 'bool?', 'certgen.image.useDigest'],
  [always, 'text?', 'ipam.mode tls.secretsBackend'],
  [agentRuns, 'text?', 'containerRuntime.integration'],
  [before('1.16.0'), 'text?', 'clustermesh.apiserver.tls.authMode'],
  [agentRuns, 'items?', 'extraHostPathMounts'],
  [both(since('1.18.0'), is('k8sClientExponentialBackoff.enabled')), 'items?', 'extraEnv'],
  [operatorRuns, 'items?', 'operator.extraHostPathMounts operator.topologySpreadConstraints'],
  [envoyRuns, 'items?', 'envoy.extraHostPathMounts'],
  [relayRuns, 'items?', 'hubble.relay.topologySpreadConstraints'],
  [hubbleUiRuns, 'items?', 'hubble.ui.topologySpreadConstraints'],
  [mesh, 'items?', 'clustermesh.apiserver.topologySpreadConstraints'],
  [is('clustermesh.config.enabled'), 'items?', 'clustermesh.config.clusters'],
  [spire, 'string', 'authentication.mutual.spire.adminSocketPath authentication.mutual.spire.agentSocketPath'],
];

/** One such demand: at the path stands a map, or a value of the type. */
interface Demand {
  condition: Condition;
  segments: readonly string[];
  wants: 'map' | 'bool' | 'string' | 'bool?' | 'text?' | 'items?';
  /** Helm's words where nothing stands there. */
  missing: string;
  /** Helm's words where something else stands there. */
  other: string;
}

let all: Demand[] | undefined;
const demandsOf = new Map<string, Demand[]>();

function allDemands(): Demand[] {
  const demands: Demand[] = [];
  const add = (condition: Condition, path: string, wants: Demand['wants'], missing: string, other: string) =>
    demands.push({ condition, segments: splitPath(path), wants, missing, other });
  for (const [condition, list] of [...maps, ...mapsOfVersions]) {
    for (const entry of list.split(/\s+/)) {
      const dot = entry.lastIndexOf('.');
      const field = entry.slice(dot + 1);
      add(
        condition,
        entry.slice(0, dot),
        'map',
        `nil pointer evaluating interface {}.${field}`,
        `can't evaluate field ${field} in type interface {}`,
      );
    }
  }
  for (const [condition, list] of keyed) {
    for (const path of list.split(' '))
      add(
        condition,
        path,
        'map',
        'wrong type for value; expected map[string]interface {}; got interface {}',
        'wrong type for value; expected map[string]interface {}',
      );
  }
  for (const [condition, type, list] of typed) {
    const name = type.replace('?', '').replace('text', 'string');
    const other =
      type === 'text?'
        ? 'incompatible types for comparison'
        : type === 'items?'
          ? "range can't iterate over it"
          : `wrong type for value; expected ${name}`;
    for (const path of list.split(' ')) add(condition, path, type, `invalid value; expected ${name}`, other);
  }
  return demands;
}

/** The demands of a version: those on what its defaults hold. */
function demands(version: string): Demand[] {
  let known = demandsOf.get(version);
  if (!known) {
    const defaults = chartDefaults(version);
    all ??= allDemands();
    known = all.filter(({ segments, wants }) => {
      const standard = at(defaults, segments);
      return standard !== undefined && (wants !== 'map' || standard.kind === 'map');
    });
    demandsOf.set(version, known);
  }
  return known;
}

function meets(node: Exclude<Tree, { kind: 'opaque' }>, wants: Demand['wants']): boolean {
  switch (wants) {
    case 'map':
      return node.kind === 'map';
    case 'bool':
      return node.kind === 'scalar' && typeof node.value === 'boolean';
    case 'string':
      return node.kind === 'scalar' && typeof node.value === 'string';
    case 'bool?':
      return !isTruthy(node) || meets(node, 'bool');
    case 'text?':
      return node.kind === 'scalar' && (node.value === null || typeof node.value === 'string');
    case 'items?':
      if (node.kind === 'scalar') return node.value === null;
      return (node.kind === 'list' ? node.items : [...node.entries.values()]).every(
        (item) => item.kind === 'map' || item.kind === 'opaque',
      );
  }
}

const mayMiss = (wants: Demand['wants']): boolean => wants.endsWith('?');

/** What Helm's template engine fails on: a map that a `null` removed or that is none, a value of a type that a function does not take. */
export function nullRefusals(values: ChartValues): Refusal[] {
  const refusals: Refusal[] = [];
  for (const demand of demands(values.version)) {
    const node = standing(values, demand.segments);
    if (node === 'unknown' || (node === undefined ? mayMiss(demand.wants) : meets(node, demand.wants)) || !holds(demand.condition, values))
      continue;
    const nothing = node === undefined || (node.kind === 'scalar' && node.value === null);
    refusals.push({ path: joinPath(demand.segments), message: nothing ? demand.missing : demand.other });
  }
  return refusals;
}

/** What stands at the path; unknown where it cannot be seen, or where something above it is at fault already. */
function standing(values: ChartValues, segments: readonly string[]): Exclude<Tree, { kind: 'opaque' }> | undefined | 'unknown' {
  let node: Tree | undefined = values.tree;
  for (const key of segments) {
    if (node?.kind !== 'map') return 'unknown';
    node = node.entries.get(key) ?? node.unseen;
  }
  return node?.kind === 'opaque' ? 'unknown' : node;
}

/** A condition that cannot be known, or that fails itself, refuses nothing here. */
function holds(condition: Condition, values: ChartValues): boolean {
  try {
    return condition(values);
  } catch (error) {
    if (error instanceof ReadsOpaque || error instanceof TemplateError) return false;
    throw error;
  }
}
