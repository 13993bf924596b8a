import { type ChartValues, isTruthy } from '../chart-values.ts';
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
  has,
  inside,
  isSince,
  joined,
  key,
  pairs,
  plain,
  quoted,
  set,
  since,
  some,
  textOf,
  when,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { envoyDaemonSetEnabled, envoyXdsMode } from './named-templates.ts';

/** Layer 7: Envoy, CiliumEnvoyConfig, Ingress, Gateway API. */
export const envoyKeys: readonly FactRule[] = [
  key('enable-l7-proxy', 'l7Proxy', when(has('l7Proxy'))),
  key('disable-envoy-version-check', 'disableEnvoyVersionCheck', when(has('disableEnvoyVersionCheck'))),
  key('external-envoy-proxy', ['envoy.enabled', 'l7Proxy'], envoyDaemonSetEnabled),
  key(
    'envoy-xds-mode',
    'envoy.xdsMode',
    since('1.20.0', (values) => envoyXdsMode(values) || undefined),
  ),
  key(
    'proxy-prometheus-port',
    ['envoy.prometheus.port', 'proxy.prometheus.port', 'envoy.enabled'],
    when((values) => !hasDaemonSet(values), prometheusPort),
  ),
  key(
    'proxy-admin-port',
    ['envoy.debug.admin.port', 'envoy.debug.admin.enabled'],
    since(
      '1.16.0',
      when(
        every((values) => !hasDaemonSet(values), set('envoy.debug.admin.enabled')),
        whenSet(),
      ),
    ),
  ),
  key('sidecar-istio-proxy-image', 'proxy.sidecarImageRegex', before('1.16.0', quoted)),

  key('proxy-xff-num-trusted-hops-ingress', 'envoy.xffNumTrustedHopsL7PolicyIngress', backported(['1.14.11', '1.15.5'], quoted)),
  key('proxy-xff-num-trusted-hops-egress', 'envoy.xffNumTrustedHopsL7PolicyEgress', backported(['1.14.11', '1.15.5'], quoted)),
  key('proxy-connect-timeout', 'envoy.connectTimeoutSeconds'),
  key('proxy-initial-fetch-timeout', 'envoy.initialFetchTimeoutSeconds', since('1.16.4', quoted)),
  key('proxy-max-active-downstream-connections', 'envoy.maxGlobalDownstreamConnections', since('1.19.0', quoted)),
  key('proxy-max-requests-per-connection', 'envoy.maxRequestsPerConnection'),
  key('proxy-max-connection-duration-seconds', 'envoy.maxConnectionDurationSeconds'),
  key('proxy-idle-timeout-seconds', 'envoy.idleTimeoutDurationSeconds', backported(['1.14.11', '1.15.5'], quoted)),
  key('proxy-max-concurrent-retries', 'envoy.maxConcurrentRetries', since('1.17.0', quoted)),
  key('proxy-use-original-source-address', 'envoy.useOriginalSourceAddress', since('1.19.0', quoted)),
  key('proxy-cluster-max-connections', 'envoy.clusterMaxConnections', since('1.19.0', quoted)),
  key('proxy-cluster-max-pending-requests', 'envoy.clusterMaxPendingRequests', since('1.20.0', quoted)),
  key('proxy-cluster-max-requests', 'envoy.clusterMaxRequests', since('1.19.0', quoted)),
  key('http-retry-count', 'envoy.httpRetryCount', since('1.17.0', quoted)),
  key('http-stream-idle-timeout', 'envoy.streamIdleTimeoutDurationSeconds', since('1.18.4', quoted)),
  key('envoy-node-locality-enabled', 'envoy.nodeLocality.enabled', since('1.20.0', quoted)),
  key('envoy-base-id', 'envoy.baseID', since('1.16.0', quoted)),
  key('envoy-http-upstream-linger-timeout', 'envoy.httpUpstreamLingerTimeout', since('1.18.0', whenSet())),
  key('envoy-policy-restore-timeout', 'envoy.policyRestoreTimeoutDuration', since('1.17.2', whenSet())),
  key('envoy-log', 'envoy.log.path', whenSet()),
  key('envoy-default-log-level', 'envoy.log.defaultLevel', since('1.17.0', whenSet())),
  key('envoy-access-log-enabled', 'envoy.log.accessLogEnabled', since('1.20.0', quoted)),
  key('envoy-access-log-buffer-size', 'envoy.log.accessLogBufferSize', since('1.16.7', whenSet())),
  key('envoy-keep-cap-netbindservice', 'envoy.securityContext.capabilities.keepCapNetBindService', since('1.16.0', quoted)),

  ...inside(
    some(
      set('envoyConfig.enabled'),
      set('ingressController.enabled'),
      set('gatewayAPI.enabled'),
      every(has('loadBalancer'), equals('loadBalancer.l7.backend', 'envoy')),
    ),
    [
      key(
        'enable-envoy-config',
        ['envoyConfig.enabled', 'ingressController.enabled', 'gatewayAPI.enabled', 'loadBalancer.l7.backend'],
        fixed('true'),
      ),
      key('envoy-config-retry-interval', 'envoyConfig.retryInterval', since('1.16.0', duration)),
      key('envoy-secrets-namespace', 'envoyConfig.secretsNamespace.name', when(set('envoyConfig.enabled'))),
    ],
  ),

  ...inside(set('ingressController.enabled'), [
    key('enable-ingress-controller', 'ingressController.enabled', fixed('true')),
    key('enforce-ingress-https', 'ingressController.enforceHttps'),
    key('enable-ingress-proxy-protocol', 'ingressController.enableProxyProtocol', since('1.15.0', quoted)),
    key('enable-ingress-secrets-sync', 'ingressController.secretsNamespace.sync'),
    key('ingress-secrets-namespace', 'ingressController.secretsNamespace.name'),
    key('ingress-lb-annotation-prefixes', 'ingressController.ingressLBAnnotationPrefixes', joined(' ')),
    key('ingress-default-lb-mode', 'ingressController.loadbalancerMode', plain),
    key('ingress-shared-lb-service-name', 'ingressController.service.name', plain),
    key('ingress-default-xff-num-trusted-hops', 'ingressController.xffNumTrustedHops', since('1.20.0', quoted)),
    key('ingress-use-remote-address', 'ingressController.useRemoteAddress', since('1.20.0', quoted)),
    ...inside(every(set('ingressController.defaultSecretNamespace'), set('ingressController.defaultSecretName')), [
      key('ingress-default-secret-namespace', 'ingressController.defaultSecretNamespace'),
      key('ingress-default-secret-name', 'ingressController.defaultSecretName'),
    ]),
    ...inside(chart('1.16.0'), [
      key('ingress-hostnetwork-enabled', 'ingressController.hostNetwork.enabled'),
      key('ingress-hostnetwork-shared-listener-port', 'ingressController.hostNetwork.sharedListenerPort'),
      key('ingress-hostnetwork-http-listener-port', 'ingressController.hostNetwork.httpPort', since('1.20.0', quoted)),
      key('ingress-hostnetwork-https-listener-port', 'ingressController.hostNetwork.httpsPort', since('1.20.0', quoted)),
      key('ingress-hostnetwork-tls-passthrough-listener-port', 'ingressController.hostNetwork.tlsPassthroughPort', since('1.20.0', quoted)),
      key('ingress-hostnetwork-nodelabelselector', 'ingressController.hostNetwork.nodes.matchLabels', pairs),
    ]),
  ]),

  ...inside(set('gatewayAPI.enabled'), [
    key('enable-gateway-api', 'gatewayAPI.enabled', fixed('true')),
    key('enable-gateway-api-secrets-sync', 'gatewayAPI.secretsNamespace.sync'),
    key('gateway-api-secrets-namespace', 'gatewayAPI.secretsNamespace.name'),
    ...inside(chart('1.16.0'), [
      key('enable-gateway-api-proxy-protocol', 'gatewayAPI.enableProxyProtocol'),
      key(
        'enable-gateway-api-app-protocol',
        ['gatewayAPI.enableAppProtocol', 'gatewayAPI.enableAlpn'],
        either(whenSet(), at('gatewayAPI.enableAlpn')),
      ),
      key('enable-gateway-api-alpn', 'gatewayAPI.enableAlpn'),
      key('gateway-api-xff-num-trusted-hops', 'gatewayAPI.xffNumTrustedHops'),
      key('gateway-api-use-remote-address', 'gatewayAPI.useRemoteAddress', since('1.20.0', quoted)),
      key('gateway-api-service-externaltrafficpolicy', 'gatewayAPI.externalTrafficPolicy'),
      key('gateway-api-hostnetwork-enabled', 'gatewayAPI.hostNetwork.enabled'),
      key('gateway-api-hostnetwork-nodelabelselector', 'gatewayAPI.hostNetwork.nodes.matchLabels', pairs),
    ]),
  ]),
];

/** Mutual authentication. */
export const authenticationKeys: readonly FactRule[] = [
  key('mesh-auth-enabled', 'authentication.enabled'),
  key('mesh-auth-queue-size', 'authentication.queueSize'),
  key('mesh-auth-rotated-identities-queue-size', 'authentication.rotatedIdentitiesQueueSize'),
  key('mesh-auth-gc-interval', 'authentication.gcInterval', duration),
  ...inside(set('authentication.mutual.spire.enabled'), [
    key('mesh-auth-mutual-enabled', 'authentication.mutual.spire.enabled', fixed('true')),
    key('mesh-auth-mutual-listener-port', 'authentication.mutual.port'),
    key('mesh-auth-mutual-connect-timeout', 'authentication.mutual.connectTimeout', since('1.15.0', duration)),
    key('mesh-auth-spire-agent-socket', 'authentication.mutual.spire.agentSocketPath'),
    key(
      'mesh-auth-spire-server-address',
      ['authentication.mutual.spire.serverAddress', 'authentication.mutual.spire.install.namespace'],
      spireServerAddress,
    ),
    key('mesh-auth-spire-server-connection-timeout', 'authentication.mutual.spire.connectionTimeout', plain),
    key('mesh-auth-spire-admin-socket', 'authentication.mutual.spire.adminSocketPath'),
    key('mesh-auth-spiffe-trust-domain', 'authentication.mutual.spire.trustDomain'),
  ]),
];

/** Until 1.15 only `envoy.enabled` was asked, whatever its type. */
function hasDaemonSet(values: ChartValues): boolean {
  return isSince(values, '1.16.0') ? envoyDaemonSetEnabled(values) === 'true' : isTruthy(values.node('envoy.enabled'));
}

function prometheusPort(values: ChartValues, path: string): string | undefined {
  if (!isSince(values, '1.16.0')) {
    if (!isTruthy(values.node('proxy.prometheus.enabled')) || !isTruthy(values.node('envoy.prometheus.enabled'))) return undefined;
    const port = values.node('proxy.prometheus.port');
    return textOf(isTruthy(port) ? port : values.node(path));
  }
  return isTruthy(values.node('envoy.prometheus.enabled')) ? textOf(values.node(path)) : undefined;
}

function spireServerAddress(values: ChartValues, path: string): string {
  const address = values.node(path);
  if (isTruthy(address)) return textOf(address);
  return `spire-server.${textOf(values.node('authentication.mutual.spire.install.namespace'))}.svc:8081`;
}
