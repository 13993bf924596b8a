import { goText, isTruthy } from '../chart-values.ts';
import { hasKey, isBackported, isSince } from './cilium-configmap-key.ts';
import { configMapRuns } from './components.ts';
import type { Condition, RefusalRule } from './fact-rule.ts';
import { ipamMode } from './named-templates.ts';
import { check, dig } from './refusal-check.ts';

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
export const removedKeys: readonly RefusalRule[] = [
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
