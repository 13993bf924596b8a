import { type ChartValues, isTruthy, TemplateError } from '../chart-values.ts';
import {
  backported,
  before,
  duration,
  either,
  every,
  fixed,
  hasKey,
  inside,
  isSince,
  joined,
  key,
  plain,
  quoted,
  set,
  since,
  textOf,
  when,
  whenKey,
  whenPresent,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { cniChainingMode, isDeployedSince, readSecretsOnlyFromSecretsNamespace, secretSyncEnabled } from './named-templates.ts';

/** Identities, network policy, host firewall, DNS proxy. */
export const policyKeys: readonly FactRule[] = [
  key('identity-allocation-mode', 'identityAllocationMode', plain),
  key('identity-management-mode', 'identityManagementMode', since('1.18.0', quoted)),
  key('identity-change-grace-period', 'identityChangeGracePeriod', whenSet(duration)),
  key('labels', 'labels', whenKey()),
  key('node-labels', 'nodeLabels', since('1.18.0', whenKey())),
  key('enable-node-selector-labels', 'nodeSelectorLabels', since('1.16.0', quoted)),
  key('enable-remote-node-identity', 'remoteNodeIdentity', before('1.16.0', quoted)),
  key(
    'enable-well-known-identities',
    ['wellKnownIdentities.enabled', 'etcd.managed'],
    either(whenSet(fixed('true')), before('1.16.0', when(set('etcd.managed'), fixed('true'))), fixed('false')),
  ),

  key('enable-policy', 'policyEnforcementMode', whenKey(lower)),
  key('policy-audit-mode', 'policyAuditMode', whenKey()),
  key('policy-cidr-match-mode', 'policyCIDRMatchMode', since('1.15.0', whenKey(joined(' ')))),
  key('policy-deny-response', 'policyDenyResponse', since('1.19.0', whenSet())),
  key('enable-non-default-deny-policies', 'enableNonDefaultDenyPolicies', since('1.17.0', quoted)),
  key('enable-endpoint-lockdown-on-policy-overflow', 'endpointLockdownOnMapOverflow', since('1.17.0', quoted)),
  key('endpoint-policy-update-timeout', 'endpointPolicyUpdateTimeoutDuration', backported(['1.18.9', '1.19.3'], whenSet())),
  key('enable-source-ip-verification', 'daemon.enableSourceIPVerification', since('1.17.0', whenKey())),
  key(
    'enable-k8s-networkpolicy',
    'k8sNetworkPolicy.enabled',
    since('1.16.0', whenKey(), when(every(set('k8sNetworkPolicy'), set('k8sNetworkPolicy.enabled')))),
  ),
  key('enable-k8s-cluster-network-policy', 'k8sClusterNetworkPolicy.enabled', since('1.20.0', whenSet(fixed('true')))),
  key(
    'enable-host-firewall',
    'hostFirewall.enabled',
    since('1.19.6', quoted, when(every(set('hostFirewall'), set('hostFirewall.enabled')))),
  ),

  key(
    'enable-policy-secrets-sync',
    ['tls.secretSync.enabled', 'tls.readSecretsOnlyFromSecretsNamespace', 'tls.secretsBackend'],
    since('1.17.0', when(every(readSecretsOnlyFromSecretsNamespace, secretSyncEnabled), fixed('true'))),
  ),
  key(
    'policy-secrets-only-from-secrets-namespace',
    ['tls.readSecretsOnlyFromSecretsNamespace', 'tls.secretsBackend'],
    since('1.17.0', when(readSecretsOnlyFromSecretsNamespace, fixed('true'))),
  ),
  key('policy-secrets-namespace', 'tls.secretsNamespace.name', since('1.17.0', when(readSecretsOnlyFromSecretsNamespace))),

  key('dns-policy-unload-on-shutdown', 'dnsPolicyUnloadOnShutdown', whenKey()),
  ...inside(
    (values) => hasKey(values, 'standaloneDnsProxy') && isSince(values, '1.19.0') && isTruthy(values.node('standaloneDnsProxy.enabled')),
    [
      key('enable-standalone-dns-proxy', 'standaloneDnsProxy.enabled'),
      key('standalone-dns-proxy-server-port', 'standaloneDnsProxy.serverPort'),
    ],
  ),
  ...inside(set('dnsProxy'), [
    key(
      'dnsproxy-enable-transparent-mode',
      ['dnsProxy.enableTransparentMode', 'cni.chainingMode'],
      since('1.14.6', either(whenKey(), transparentModeDefault)),
    ),
    key('dnsproxy-socket-linger-timeout', 'dnsProxy.socketLingerTimeout', backported(['1.14.14', '1.15.8'], whenPresent())),
    key('tofqdns-dns-reject-response-code', 'dnsProxy.dnsRejectResponseCode', whenSet()),
    key('tofqdns-enable-dns-compression', 'dnsProxy.enableDnsCompression', whenKey()),
    key('tofqdns-endpoint-max-ip-per-hostname', 'dnsProxy.endpointMaxIpPerHostname', whenSet()),
    key('tofqdns-idle-connection-grace-period', 'dnsProxy.idleConnectionGracePeriod', whenSet()),
    key('tofqdns-max-deferred-connection-deletes', 'dnsProxy.maxDeferredConnectionDeletes', whenSet()),
    key('tofqdns-min-ttl', 'dnsProxy.minTtl', whenSet()),
    key('tofqdns-pre-cache', 'dnsProxy.preCache', whenSet()),
    key('tofqdns-proxy-port', 'dnsProxy.proxyPort', whenSet()),
    key('tofqdns-proxy-response-max-delay', 'dnsProxy.proxyResponseMaxDelay', whenSet()),
    key('tofqdns-preallocate-identities', 'dnsProxy.preAllocateIdentities', since('1.18.0', quoted)),
  ]),
];

function lower(values: ChartValues, path: string): string {
  const node = values.node(path);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string')
    throw new TemplateError(path, `wrong type for value; expected string; got ${textOf(node)}`);
  return node.value.toLowerCase();
}

function transparentModeDefault(values: ChartValues): string | undefined {
  return cniChainingMode(values) === 'none' ? String(isDeployedSince(values, '1.12')) : undefined;
}
