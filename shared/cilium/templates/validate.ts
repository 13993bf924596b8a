import type { ChartValues } from '../chart-values.ts';
import { isBackported, isEqual, isSince } from './cilium-configmap-key.ts';
import { agentRuns, configMapRuns, envoyRuns, operatorRuns } from './components.ts';
import type { Condition, RefusalRule } from './fact-rule.ts';
import { ipamMode, isDeployedSince, kubeProxyReplacement } from './named-templates.ts';
import { check } from './refusal-check.ts';

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

const inAnyController: Condition = (values) => values.truthy('ingressController.enabled') || values.truthy('gatewayAPI.enabled');

const etpKnown = (values: ChartValues, path: string): boolean => isEqual(values, path, 'Cluster') || isEqual(values, path, 'Local');

const nameSkipped: Condition = (values) => !isSince(values, '1.17.0') && !isDeployedSince(values, '1.16');

const skipHint = (values: ChartValues): string =>
  isSince(values, '1.17.0') ? '' : ". Configure 'upgradeCompatibility' to 1.15 or earlier to temporarily skip this check at your own risk";

const withCiliumEndpointSlice: Condition = (values) =>
  isSince(values, '1.16.0')
    ? values.truthy('ciliumEndpointSlice.enabled') || (!isSince(values, '1.18.0') && values.truthy('enableCiliumEndpointSlice'))
    : isEqual(values, 'enableCiliumEndpointSlice', true);

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

/** Combinations that the chart refuses; those of Hubble and of the cluster mesh stand in files of their own. */
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
];
