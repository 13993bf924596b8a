import type { Tree } from '../../model.ts';
import { type ChartValues, goText, isTruthy, TemplateError } from '../chart-values.ts';
import { hasKey, isBackported, isEqual, isSince } from './cilium-configmap-key.ts';
import { agentRuns, configMapRuns, envoyRuns, operatorRuns } from './components.ts';
import type { RefusalRule } from './fact-rule.ts';
import { ipamMode, isDeployedSince, kubeProxyReplacement } from './named-templates.ts';

type Condition = (values: ChartValues) => boolean;

/** A check: where the condition holds, the chart fails with these words. */
function check(path: string, refused: Condition, message: string | ((values: ChartValues) => string), api?: string): RefusalRule {
  return {
    path,
    ...(api === undefined ? {} : { api }),
    refuses: (values) => (refused(values) ? (typeof message === 'string' ? message : message(values)) : undefined),
  };
}

/** `dig "a" "b" "" .Values.AsMap`: the node or nothing; a step through anything but a map is an error. */
function dig(values: ChartValues, path: string): Tree | undefined {
  const segments = path.split('.');
  for (let depth = 1; depth < segments.length; depth++) {
    const above = values.find(segments.slice(0, depth).join('.'));
    if (above === undefined) return undefined;
    if (above.kind !== 'map') throw new TemplateError(path, `interface conversion: interface {} is not map[string]interface {}`);
  }
  return values.find(path);
}

const removed = (what: string, since: string, minor: string): string =>
  `${what} ${since} been removed in v${minor}. For details please refer to https://docs.cilium.io/en/v${minor}/operations/upgrade/#helm-options`;

const from =
  (...versions: string[]) =>
  (refused: Condition): Condition =>
  (values) =>
    isBackported(values, versions) && refused(values);

const digs =
  (...paths: string[]): Condition =>
  (values) =>
    paths.some((path) => isTruthy(dig(values, path)));

const is =
  (path: string): Condition =>
  (values) =>
    values.truthy(path);

const v115 = from('1.15.8', '1.16.2');
const v116 = from('1.16.2');
const v118 = from('1.18.0');

/** Keys that were removed, and that the chart refuses instead of ignoring. */
export const deprecations: readonly RefusalRule[] = [
  check(
    'enableCiliumEndpointSlice',
    v118(digs('enableCiliumEndpointSlice')),
    removed('enableCiliumEndpointSlice', 'was deprecated in v1.16 and has', '1.18'),
  ),
  check(
    'ciliumEndpointSlice.sliceMode',
    v118(digs('ciliumEndpointSlice.sliceMode')),
    removed('ciliumEndpointSlice.sliceMode', 'has', '1.18'),
  ),
  ...['keyFile', 'mountPath', 'secretName', 'interface'].map((key) =>
    check(
      `encryption.${key}`,
      v116(digs(`encryption.${key}`)),
      removed('encryption.{keyFile,mountPath,secretName,interface}', 'were deprecated in v1.14 and has', '1.16'),
    ),
  ),
  check(
    'proxy.prometheus.enabled',
    v116((values) => {
      const node = dig(values, 'proxy.prometheus.enabled');
      return node !== undefined && goText(node) !== '';
    }),
    removed('proxy.prometheus.enabled and proxy.prometheus.port', 'were deprecated in v1.14 and has', '1.16'),
  ),
  check(
    'proxy.prometheus.port',
    v116(digs('proxy.prometheus.port')),
    removed('proxy.prometheus.enabled and proxy.prometheus.port', 'were deprecated in v1.14 and has', '1.16'),
  ),
  check('endpointStatus', v116(digs('endpointStatus')), removed('endpointStatus', 'has', '1.16')),
  check('remoteNodeIdentity', v116(digs('remoteNodeIdentity')), removed('remoteNodeIdentity', 'was deprecated in v1.15 and has', '1.16')),
  check(
    'containerRuntime.integration',
    v116(digs('containerRuntime.integration')),
    removed('containerRuntime.integration', 'was deprecated in v1.14 and has', '1.16'),
  ),
  check(
    'etcd.managed',
    v116(digs('etcd.managed')),
    removed('etcd.managed', 'was deprecated in v1.10', '1.16').replace(' been', ' has been'),
  ),
  check('tunnel', v115(is('tunnel')), removed('tunnel', 'was deprecated in v1.14 and has', '1.15')),
  ...['cert', 'key'].map((key) =>
    check(
      `clustermesh.apiserver.tls.ca.${key}`,
      v115(digs(`clustermesh.apiserver.tls.ca.${key}`)),
      removed('clustermesh.apiserver.tls.ca.cert and clustermesh.apiserver.tls.ca.key', 'were deprecated in v1.14 and has', '1.15'),
    ),
  ),
  ...['enableK8sEventHandover', 'enableCnpStatusUpdates'].map((path) =>
    check(path, v115(is(path)), removed(path, 'was deprecated in v1.14 and has', '1.15')),
  ),
  ...(['4', '6'] as const).map((family) =>
    check(
      `ipam.operator.clusterPoolIPv${family}PodCIDR`,
      (values) =>
        !isSince(values, '1.19.0') &&
        configMapRuns(values) &&
        (ipamMode(values) === 'cluster-pool' || (ipamMode(values) === 'cluster-pool-v2beta' && !isSince(values, '1.15.0'))) &&
        values.truthy(`ipv${family}.enabled`) &&
        hasKey(values, `ipam.operator.clusterPoolIPv${family}PodCIDR`),
      `Value ipam.operator.clusterPoolIPv${family}PodCIDR removed, use ipam.operator.clusterPoolIPv${family}PodCIDRList instead`,
    ),
  ),
];

const inConfigMap =
  (refused: Condition): Condition =>
  (values) =>
    configMapRuns(values) && refused(values);

const serviceMonitors: readonly (readonly string[])[] = [
  ['prometheus.enabled', 'prometheus.serviceMonitor.enabled'],
  ['operator.prometheus.enabled', 'operator.prometheus.serviceMonitor.enabled'],
  ['envoy.prometheus.enabled', 'envoy.prometheus.serviceMonitor.enabled'],
  ['hubble.relay.prometheus.enabled', 'hubble.relay.prometheus.serviceMonitor.enabled'],
];

const clustermesh: Condition = (values) =>
  values.truthy('clustermesh.useAPIServer') || (!isSince(values, '1.18.0') && values.truthy('externalWorkloads.enabled'));
const inAnyController: Condition = (values) => values.truthy('ingressController.enabled') || values.truthy('gatewayAPI.enabled');
const etpKnown = (values: ChartValues, path: string): boolean => isEqual(values, path, 'Cluster') || isEqual(values, path, 'Local');
const nameSkipped: Condition = (values) => !isSince(values, '1.17.0') && !isDeployedSince(values, '1.16');
const skipHint = (values: ChartValues): string =>
  isSince(values, '1.17.0') ? '' : ". Configure 'upgradeCompatibility' to 1.15 or earlier to temporarily skip this check at your own risk";
const allocatesByCrd: Condition = (values) =>
  ['crd', 'doublewrite-readkvstore', 'doublewrite-readcrd'].includes(values.text('identityAllocationMode') ?? '');
const withCiliumEndpointSlice: Condition = (values) =>
  isSince(values, '1.16.0')
    ? values.truthy('ciliumEndpointSlice.enabled') || (!isSince(values, '1.18.0') && values.truthy('enableCiliumEndpointSlice'))
    : isEqual(values, 'enableCiliumEndpointSlice', true);

/** Until 1.16.0 a certificate had to be given; later a Secret may exist already. */
const missing = (path: string, existing: string, needed: Condition): RefusalRule[] =>
  ['cert', 'key'].map((part) =>
    check(
      `${path}.${part}`,
      (values) => needed(values) && !(isSince(values, '1.16.1') && values.truthy(existing)) && !values.truthy(`${path}.${part}`),
      `missing ${path}.${part}`,
    ),
  );

const hubbleProvided =
  (...needed: string[]): Condition =>
  (values) =>
    values.truthy('hubble.enabled') &&
    values.truthy('hubble.tls.enabled') &&
    !values.truthy('hubble.tls.auto.enabled') &&
    needed.every((path) => values.truthy(path));

const meshProvided =
  (runs: Condition): Condition =>
  (values) =>
    !isSince(values, '1.20.0') &&
    runs(values) &&
    (!isSince(values, '1.18.0') || isEqual(values, 'clustermesh.apiserver.kvstoremesh.kvstoreMode', 'internal')) &&
    !values.truthy('clustermesh.apiserver.tls.auto.enabled') &&
    (!isSince(values, '1.16.0') || values.truthy('clustermesh.apiserver.tls.enableSecrets'));

const kvstoreMode = (values: ChartValues, mode: string): boolean =>
  isSince(values, '1.18.0') && values.text('clustermesh.apiserver.kvstoremesh.kvstoreMode') === mode;

const looksUp: Condition = (values) =>
  (isSince(values, '1.19.0') || ['1.16.0', '1.16.1', '1.16.2'].includes(values.version)) &&
  isEqual(values, 'k8sServiceHost', 'auto') &&
  (operatorRuns(values) || agentRuns(values) || envoyRuns(values));

const poolsOfOne = (family: '4' | '6'): Condition =>
  inConfigMap((values) => {
    if (!isSince(values, '1.20.0') || ipamMode(values) !== 'cluster-pool' || !values.truthy(`ipv${family}.enabled`)) return false;
    if (!values.truthy('nativeRoutingCIDRFromClusterPool') || values.truthy(`ipv${family}NativeRoutingCIDR`)) return false;
    const pools = values.find(`ipam.operator.clusterPoolIPv${family}PodCIDRList`);
    const count = pools?.kind === 'list' ? pools.items.length : pools?.kind === 'scalar' ? String(pools.value ?? '').split(' ').length : 0;
    return count !== 1;
  });

const withoutNativeCidr = (family: '4' | '6'): Condition =>
  inConfigMap((values) => {
    if (!isSince(values, '1.18.0') || !isEqual(values, 'routingMode', 'native')) return false;
    if (!values.truthy(`ipv${family}.enabled`) || !values.truthy(`enableIPv${family}Masquerade`) || values.truthy('ipMasqAgent.enabled'))
      return false;
    const ipam = ipamMode(values);
    if (family === '4' && (ipam === 'eni' || ipam === 'alibabacloud')) return false;
    return (
      !values.truthy(`ipv${family}NativeRoutingCIDR`) &&
      !(isSince(values, '1.20.0') && ipam === 'cluster-pool' && values.truthy('nativeRoutingCIDRFromClusterPool'))
    );
  });

/** Combinations that the chart refuses. */
export const validations: readonly RefusalRule[] = [
  check(
    'k8sServiceHost',
    (values) =>
      isSince(values, '1.18.0') &&
      values.truthy('k8sServiceHostRef.name') &&
      values.truthy('k8sServiceHostRef.key') &&
      values.truthy('k8sServiceHost'),
    'Both k8sServiceHostRef and k8sServiceHost are set. Please set only one of them.',
  ),
  check('k8sServiceHost', looksUp, (values) =>
    isSince(values, '1.19.0')
      ? `ConfigMap ${values.textOr('k8sServiceLookupNamespace', 'kube-public')}/${values.textOr('k8sServiceLookupConfigMapName', 'cluster-info')} not found, please create it or set k8sServiceHost to a valid value`
      : 'wrong type for value; expected map[string]interface {}; got interface {}',
  ),
  check(
    'hubble.relay.enabled',
    (values) =>
      values.truthy('hubble.ui.enabled') && !values.truthy('hubble.ui.standalone.enabled') && !values.truthy('hubble.relay.enabled'),
    'Hubble UI requires .Values.hubble.relay.enabled=true',
  ),
  check(
    'hubble.ui.standalone.tls.certsVolume',
    (values) =>
      values.truthy('hubble.ui.enabled') &&
      values.truthy('hubble.ui.standalone.enabled') &&
      values.truthy('hubble.relay.tls.server.enabled') &&
      !values.truthy('hubble.ui.standalone.tls.certsVolume'),
    'Hubble UI in standalone with Hubble Relay server TLS enabled requires providing .Values.hubble.ui.standalone.tls.certsVolume for mounting client certificates in the backend pod',
  ),
  check(
    'hubble.enabled',
    (values) => values.truthy('hubble.relay.enabled') && !values.truthy('hubble.enabled'),
    'Hubble Relay requires .Values.hubble.enabled=true',
  ),
  check(
    'prometheus.serviceMonitor.trustCRDsExist',
    (values) =>
      serviceMonitors.some(
        (paths) =>
          paths.every((path) => values.truthy(path)) &&
          (isSince(values, '1.16.0') || !/^(envoy|hubble)/.test(paths[0]!) || values.truthy('proxy.prometheus.enabled')),
      ) &&
      !values.context.apiVersions.includes('monitoring.coreos.com/v1') &&
      !values.truthy('prometheus.serviceMonitor.trustCRDsExist'),
    'Service Monitor requires monitoring.coreos.com/v1 CRDs. Please refer to https://github.com/prometheus-operator/prometheus-operator/blob/main/example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml or set .Values.prometheus.serviceMonitor.trustCRDsExist=true',
    'monitoring.coreos.com/v1',
  ),
  check(
    'hubble.tls.auto.certManagerIssuerRef',
    (values) =>
      ['hubble.enabled', 'hubble.tls.enabled', 'hubble.tls.auto.enabled'].every((path) => values.truthy(path)) &&
      isEqual(values, 'hubble.tls.auto.method', 'certmanager') &&
      !values.truthy('hubble.tls.auto.certManagerIssuerRef'),
    'Hubble TLS certgen method=certmanager requires that user specifies .Values.hubble.tls.auto.certManagerIssuerRef',
  ),
  check(
    'hubble.redact.http.headers',
    (values) =>
      isSince(values, '1.15.0') && values.truthy('hubble.redact.http.headers.allow') && values.truthy('hubble.redact.http.headers.deny'),
    'Only one of .Values.hubble.redact.http.headers.allow, .Values.hubble.redact.http.headers.deny can be specified',
  ),
  check(
    'clustermesh.apiserver.tls.auto.certManagerIssuerRef',
    (values) =>
      clustermesh(values) &&
      values.truthy('clustermesh.apiserver.tls.auto.enabled') &&
      isEqual(values, 'clustermesh.apiserver.tls.auto.method', 'certmanager') &&
      !values.truthy('clustermesh.apiserver.tls.auto.certManagerIssuerRef'),
    'ClusterMesh TLS certgen method=certmanager requires that user specifies .Values.clustermesh.apiserver.tls.auto.certManagerIssuerRef',
  ),
  check(
    'l7Proxy',
    (values) =>
      (inAnyController(values) || (isBackported(values, ['1.14.2', '1.15.0']) && isEqual(values, 'loadBalancer.l7.backend', 'envoy'))) &&
      values.has('l7Proxy') &&
      !values.truthy('l7Proxy'),
    (values) =>
      `Ingress or Gateway API controller ${isBackported(values, ['1.14.2', '1.15.0']) ? 'or Envoy L7 Load Balancer  ' : ''}requires .Values.l7Proxy to be set to 'true'`,
  ),
  check(
    'ingressController.service.externalTrafficPolicy',
    (values) =>
      isSince(values, '1.16.0') &&
      values.truthy('ingressController.enabled') &&
      (isEqual(values, 'ingressController.service.type', 'LoadBalancer') ||
        isEqual(values, 'ingressController.service.type', 'NodePort')) &&
      !etpKnown(values, 'ingressController.service.externalTrafficPolicy'),
    "Cilium Ingress services of type 'LoadBalancer' or 'NodePort' need an externalTrafficPolicy set to 'Cluster' or 'Local'.",
  ),
  check(
    'gatewayAPI.externalTrafficPolicy',
    (values) => isSince(values, '1.16.0') && values.truthy('gatewayAPI.enabled') && !etpKnown(values, 'gatewayAPI.externalTrafficPolicy'),
    "Cilium GatewayAPI needs an externalTrafficPolicy set to 'Cluster' or 'Local'.",
  ),
  check(
    'kubeProxyReplacement',
    (values) =>
      (values.truthy('envoyConfig.enabled') || inAnyController(values)) &&
      (values.text('kubeProxyReplacement') === 'disabled' || (!values.has('kubeProxyReplacement') && !isDeployedSince(values, '1.14'))),
    "Ingress/Gateway API controller and EnvoyConfig require .Values.kubeProxyReplacement to be explicitly set to 'false' or 'true'",
  ),
  check(
    'kubeProxyReplacement',
    inConfigMap((values) => {
      const replacement = kubeProxyReplacement(values);
      return !['true', 'false', ...(isSince(values, '1.16.0') ? [] : ['disabled', 'partial', 'strict'])].includes(replacement);
    }),
    (values) =>
      `kubeProxyReplacement must be explicitly set to a valid value (${isSince(values, '1.16.0') ? 'true or false' : 'true, false, disabled (deprecated), partial (deprecated), or strict (deprecated)'}) to continue.`,
  ),
  check(
    'authentication.enabled',
    (values) => values.truthy('authentication.mutual.spire.enabled') && !values.truthy('authentication.enabled'),
    'SPIRE integration requires .Values.authentication.enabled=true and .Values.authentication.mutual.spire.enabled=true',
  ),
  check(
    'disableEndpointCRD',
    (values) => withCiliumEndpointSlice(values) && isEqual(values, 'disableEndpointCRD', true),
    (values) => {
      const path = isSince(values, '1.16.0') ? 'ciliumEndpointSlice.enabled' : 'enableCiliumEndpointSlice';
      return `if Cilium Endpoint Slice is enabled (.Values.${path}=true), it requires .Values.disableEndpointCRD=false`;
    },
  ),
  check(
    'cluster.name',
    (values) => isSince(values, '1.16.0') && isEqual(values, 'cluster.name', ''),
    'The cluster name is invalid: cannot be empty',
  ),
  check(
    'cluster.name',
    (values) => isSince(values, '1.16.0') && !nameSkipped(values) && Buffer.byteLength(values.text('cluster.name') ?? '') > 32,
    (values) => `The cluster name is invalid: must not be more than 32 characters${skipHint(values)}`,
  ),
  check(
    'cluster.name',
    (values) =>
      isSince(values, '1.16.0') && !nameSkipped(values) && !/^([a-z0-9][-a-z0-9]*)?[a-z0-9]$/.test(values.text('cluster.name') ?? ''),
    (values) =>
      `The cluster name is invalid: must consist of lower case alphanumeric characters and '-', and must start and end with an alphanumeric character${skipHint(values)}`,
  ),
  check(
    'cluster.name',
    (values) => isSince(values, '1.16.0') && isEqual(values, 'cluster.name', 'default') && values.int('cluster.id') !== 0,
    'The cluster name is invalid: cannot use default value with cluster.id != 0',
  ),
  check(
    'cluster.id',
    (values) => {
      if (!isBackported(values, ['1.16.4', '1.17.0'])) return false;
      const id = values.int('cluster.id');
      if (!((id >= 128 && id <= 255) || (id >= 384 && id <= 511))) return false;
      if (isBackported(values, ['1.16.7', '1.17.0']) && isEqual(values, 'extraConfig.allow-unsafe-policy-skb-usage', 'true')) return false;
      return values.truthy('eni.enabled') || values.truthy('alibabacloud.enabled') || isEqual(values, 'cni.chainingMode', 'aws-cni');
    },
    'Cilium is currently affected by a bug that causes traffic matched by network policies to be incorrectly dropped when running in either ENI mode (both AWS and AlibabaCloud) or AWS VPC CNI chaining mode, if the cluster ID is 128-255 (and 384-511 when maxConnectedClusters=511)',
  ),
  check(
    'clustermesh.apiserver.kvstoremesh.kvstoreMode',
    (values) => isSince(values, '1.18.0') && !kvstoreMode(values, 'internal') && !kvstoreMode(values, 'external'),
    '.Values.clustermesh.apiserver.kvstoremesh.kvstoreMode must have the value of external or internal',
  ),
  check(
    'identityAllocationMode',
    (values) =>
      isSince(values, '1.15.0') &&
      !isSince(values, '1.18.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      !isEqual(values, 'identityAllocationMode', 'crd'),
    (values) =>
      `The clustermesh-apiserver cannot be enabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}. To establish a Cluster Mesh, directly configure the parameters to access the remote kvstore through .Values.clustermesh.config`,
  ),
  check(
    'disableEndpointCRD',
    (values) =>
      isSince(values, '1.15.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      (!isSince(values, '1.18.0') || allocatesByCrd(values)) &&
      values.truthy('disableEndpointCRD'),
    'The clustermesh-apiserver cannot be enabled in combination with .Values.disableEndpointCRD=true',
  ),
  check(
    'clustermesh.apiserver.kvstoremesh.enabled',
    (values) =>
      isSince(values, '1.18.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      !allocatesByCrd(values) &&
      !values.truthy('clustermesh.apiserver.kvstoremesh.enabled'),
    (values) =>
      `The kvstoremesh container cannot be disabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}. To establish a Cluster Mesh, directly configure the parameters to access the remote kvstores through .Values.clustermesh.config`,
  ),
  check(
    'identityAllocationMode',
    (values) =>
      isSince(values, '1.15.0') &&
      !isSince(values, '1.18.0') &&
      values.truthy('externalWorkloads.enabled') &&
      !isEqual(values, 'identityAllocationMode', 'crd'),
    (values) =>
      `External workloads support cannot be enabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}`,
  ),
  check(
    'disableEndpointCRD',
    (values) =>
      isSince(values, '1.15.0') &&
      !isSince(values, '1.18.0') &&
      values.truthy('externalWorkloads.enabled') &&
      values.truthy('disableEndpointCRD'),
    'External workloads support cannot be enabled in combination with .Values.disableEndpointCRD=true',
  ),
  check(
    'clustermesh.useAPIServer',
    (values) => kvstoreMode(values, 'external') && !values.truthy('clustermesh.useAPIServer'),
    'kvstoremesh.kvstoreMode=external can only be used with clustermesh.useAPIServer=true',
  ),
  check(
    'clustermesh.apiserver.kvstoremesh.enabled',
    (values) => kvstoreMode(values, 'external') && !values.truthy('clustermesh.apiserver.kvstoremesh.enabled'),
    'kvstoremesh.kvstoreMode=external can only be used with kvstoremesh.enabled=true',
  ),
  check(
    'clustermesh.apiserver.replicas',
    (values) => kvstoreMode(values, 'external') && values.text('clustermesh.apiserver.replicas') !== '1',
    'Only single clustermesh-apiserver replica is allowed when kvstoreMode=external',
  ),
  check(
    'identityAllocationMode',
    (values) =>
      kvstoreMode(values, 'external') &&
      !['kvstore', 'doublewrite-readkvstore', 'doublewrite-readcrd'].includes(values.text('identityAllocationMode') ?? ''),
    (values) =>
      `KVStoreMesh with external etcd cannot be enabled in combination with .Values.identityAllocationMode=${values.text('identityAllocationMode')}`,
  ),
  check(
    'clustermesh.apiserver.tls',
    (values) =>
      isSince(values, '1.20.0') &&
      values.truthy('clustermesh.useAPIServer') &&
      !values.truthy('clustermesh.apiserver.tls.auto.enabled') &&
      ['server', 'admin', 'remote'].some((who) => isTruthy(dig(values, `clustermesh.apiserver.tls.${who}.cert`))),
    'The support for providing Cluster Mesh certs and keys as helm values has been removed. You must enable auto-generation or pre-create the corresponding secrets',
  ),
  check(
    'clustermesh.apiserver.tls.authMode',
    (values) =>
      clustermesh(values) && !['legacy', 'migration', 'cluster'].includes(values.text('clustermesh.apiserver.tls.authMode') ?? ''),
    '.Values.clustermesh.apiserver.tls.authMode must be one of legacy, migration, cluster',
  ),
  check(
    'clustermesh.maxConnectedClusters',
    (values) => isSince(values, '1.15.0') && ![255, 511].includes(values.int('clustermesh.maxConnectedClusters')),
    'max-connected-clusters must be set to 255 or 511',
  ),
  check(
    'envoy.baseID',
    (values) => isSince(values, '1.16.0') && (values.int('envoy.baseID') < 0 || values.int('envoy.baseID') > 4294967295),
    'envoy.baseID must be an int. Supported values 0 - 4294967295',
  ),
  check(
    'extraEnv',
    (values) => {
      if (!isSince(values, '1.18.0') || !values.truthy('k8sClientExponentialBackoff.enabled')) return false;
      const list = values.find('extraEnv');
      if (list?.kind !== 'list') return false;
      return list.items.some((item) => {
        const name = item.kind === 'map' ? item.entries.get('name') : undefined;
        return name?.kind === 'scalar' && (name.value === 'KUBE_CLIENT_BACKOFF_BASE' || name.value === 'KUBE_CLIENT_BACKOFF_DURATION');
      });
    },
    'k8sClientExponentialBackoff cannot be enabled when extraEnv contains KUBE_CLIENT_BACKOFF_BASE or KUBE_CLIENT_BACKOFF_DURATION',
  ),
  check(
    'dnsProxy.proxyPort',
    (values) =>
      isSince(values, '1.19.0') &&
      values.truthy('standaloneDnsProxy.enabled') &&
      (!values.truthy('dnsProxy.proxyPort') || values.int('dnsProxy.proxyPort') === 0),
    'standaloneDnsProxy requires dnsProxy.proxyPort to be explicitly set (e.g., 10094)',
  ),
  check(
    'bpf.tproxy',
    (values) =>
      isSince(values, '1.19.0') &&
      values.truthy('bpf.tproxy') &&
      (values.text('bpf.datapathMode') === 'netkit' || values.text('bpf.datapathMode') === 'netkit-l2'),
    '.Values.bpf.tproxy cannot be enabled with .Values.bpf.datapathMode=netkit or .Values.bpf.datapathMode=netkit-l2',
  ),
  check(
    'ipam.mode',
    (values) => isSince(values, '1.20.0') && isEqual(values, 'ipam.mode', 'eni') && !values.truthy('eni.enabled'),
    'ipam.mode=eni requires eni.enabled=true',
  ),
  check(
    'networkDriver.enabled',
    (values) =>
      isSince(values, '1.21.0') &&
      values.truthy('networkDriver.enabled') &&
      Number(/^v?1\.(\d+)/.exec(values.context.kubeVersion)?.[1] ?? 34) < 34,
    '.Values.networkDriver.enabled requires kubernetes version 1.34 or greater',
  ),
  check(
    'routingMode',
    inConfigMap(
      (values) =>
        isBackported(values, ['1.14.6', '1.15.0']) && values.truthy('gke.enabled') && values.textOr('routingMode', 'native') !== 'native',
    ),
    'RoutingMode must be set to native when gke.enabled=true',
  ),
  check(
    'routingMode',
    inConfigMap(
      (values) =>
        isBackported(values, ['1.14.6', '1.15.0']) &&
        !values.truthy('gke.enabled') &&
        values.truthy('aksbyocni.enabled') &&
        values.textOr('routingMode', 'tunnel') !== 'tunnel',
    ),
    'RoutingMode must be set to tunnel when aksbyocni.enabled=true',
  ),
  check('ipv4NativeRoutingCIDR', withoutNativeCidr('4'), 'ipv4NativeRoutingCIDR must be set when routingMode is native'),
  check('ipv6NativeRoutingCIDR', withoutNativeCidr('6'), 'ipv6NativeRoutingCIDR must be set when routingMode is native'),
  ...(['4', '6'] as const).map((family) =>
    check(
      `ipam.operator.clusterPoolIPv${family}PodCIDRList`,
      poolsOfOne(family),
      `nativeRoutingCIDRFromClusterPool requires exactly one CIDR in ipam.operator.clusterPoolIPv${family}PodCIDRList; set ipv${family}NativeRoutingCIDR explicitly instead`,
    ),
  ),
  check(
    'operator.removeNodeTaints',
    inConfigMap((values) => values.truthy('operator.setNodeTaints') && !values.truthy('operator.removeNodeTaints')),
    'Cannot have operator.setNodeTaintsMaxNodes and not operator.removeNodeTaints = false',
  ),
  check(
    'bgp.announce',
    inConfigMap(
      (values) =>
        !isSince(values, '1.17.0') &&
        values.truthy('bgp.enabled') &&
        !values.truthy('bgp.announce.loadbalancerIP') &&
        !values.truthy('bgp.announce.podCIDR'),
    ),
    'BGP was enabled, but no announcements were enabled. Please enable one or more announcements.',
  ),
  check(
    'operator.tolerations',
    (values) =>
      isSince(values, '1.18.0') &&
      !isSince(values, '1.19.0') &&
      operatorRuns(values) &&
      values.has('agentNotReadyTaintKey') &&
      !values.truthy('operator.tolerations'),
    'YAML parse error on cilium/templates/cilium-operator/deployment.yaml: error converting YAML to JSON: yaml: did not find expected key',
  ),
  check(
    'keepDeprecatedLabels',
    (values) =>
      agentRuns(values) &&
      values.truthy('keepDeprecatedLabels') &&
      values.truthy('gke.enabled') &&
      (isSince(values, '1.17.0') ? values.textOr('namespaceOverride', values.context.namespace) : values.context.namespace) ===
        'kube-system',
    "Invalid configuration: Installing Cilium on GKE with 'kubernetes.io/cluster-service' labels on 'kube-system' namespace causes Cilium DaemonSet to be removed by GKE. Either install Cilium on a different Namespace or install with '--set keepDeprecatedLabels=false'",
  ),
  ...missing('hubble.tls.server', 'hubble.tls.server.existingSecret', hubbleProvided('agent')),
  ...missing('hubble.relay.tls.client', 'hubble.relay.tls.client.existingSecret', hubbleProvided('hubble.relay.enabled')),
  ...missing(
    'hubble.relay.tls.server',
    'hubble.relay.tls.server.existingSecret',
    hubbleProvided('hubble.relay.enabled', 'hubble.relay.tls.server.enabled'),
  ),
  ...missing(
    'hubble.ui.tls.client',
    'hubble.ui.tls.client.existingSecret',
    hubbleProvided('hubble.ui.enabled', 'hubble.relay.enabled', 'hubble.relay.tls.server.enabled'),
  ),
  ...missing(
    'hubble.metrics.tls.server',
    'hubble.metrics.tls.server.existingSecret',
    (values) =>
      isSince(values, '1.16.0') &&
      values.truthy('agent') &&
      values.truthy('hubble.enabled') &&
      values.truthy('hubble.metrics.tls.enabled') &&
      !values.truthy('hubble.tls.auto.enabled'),
  ),
  ...(['server', 'admin', 'remote', 'client'] as const).flatMap((who) =>
    ['cert', 'key'].map((part) =>
      check(
        `clustermesh.apiserver.tls.${who}.${part}`,
        (values) =>
          meshProvided(
            who === 'remote'
              ? is('clustermesh.useAPIServer')
              : who === 'client'
                ? (v) => !isSince(v, '1.18.0') && v.truthy('externalWorkloads.enabled')
                : clustermesh,
          )(values) && !values.truthy(`clustermesh.apiserver.tls.${who}.${part}`),
        `missing clustermesh.apiserver.tls.${who}.${part}`,
      ),
    ),
  ),
];
