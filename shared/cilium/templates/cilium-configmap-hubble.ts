import { type ChartValues, isTruthy } from '../chart-values.ts';
import {
  at,
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
  isEqual,
  isSince,
  joined,
  key,
  prefixed,
  quoted,
  set,
  since,
  type Value,
  when,
  whenKey,
  whenPresent,
  whenSet,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';

/** Observability. */
export const hubbleKeys: readonly FactRule[] = [
  key('enable-hubble', 'hubble.enabled', since('1.17.2', quoted, whenSet())),
  ...inside(set('hubble.enabled'), [
    key('hubble-socket-path', 'hubble.socketPath'),
    key('hubble-event-queue-size', 'hubble.eventQueueSize', whenKey()),
    key('hubble-event-buffer-capacity', 'hubble.eventBufferCapacity', whenKey()),
    key('hubble-lost-event-send-interval', 'hubble.lostEventSendInterval', since('1.19.0', whenKey(duration))),

    key(
      'hubble-metrics-server',
      ['hubble.metrics.port', 'hubble.metrics.enabled', 'hubble.metrics.dynamic.enabled'],
      when(servesMetrics('1.17.0'), prefixed(':')),
    ),
    ...inside(every(chart('1.16.0'), servesMetrics('1.17.2')), [
      key('hubble-metrics-server-enable-tls', 'hubble.metrics.tls.enabled'),
      ...inside(set('hubble.metrics.tls.enabled'), [
        key('hubble-metrics-server-tls-cert-file', 'hubble.metrics.tls.enabled', fixed('/var/lib/cilium/tls/hubble-metrics/server.crt')),
        key('hubble-metrics-server-tls-key-file', 'hubble.metrics.tls.enabled', fixed('/var/lib/cilium/tls/hubble-metrics/server.key')),
        key(
          'hubble-metrics-server-tls-client-ca-files',
          'hubble.metrics.tls.server.mtls.enabled',
          whenSet(fixed('/var/lib/cilium/tls/hubble-metrics/client-ca.crt')),
        ),
      ]),
    ]),
    key('enable-hubble-open-metrics', 'hubble.metrics.enableOpenMetrics', when(servesMetrics('1.17.4'))),
    key('hubble-metrics', 'hubble.metrics.enabled', whenSet(folded)),
    key(
      'hubble-dynamic-metrics-config-path',
      'hubble.metrics.dynamic.enabled',
      since('1.17.0', when(hasDynamicMetrics, fixed('/dynamic-metrics-config/dynamic-metrics.yaml'))),
    ),
    key('hubble-network-policy-correlation-enabled', 'hubble.networkPolicyCorrelation.enabled', since('1.18.0', whenKey())),

    ...inside(every(chart('1.15.0'), set('hubble.redact'), equals('hubble.redact.enabled', true)), [
      key('hubble-redact-enabled', 'hubble.redact.enabled', fixed('true')),
      ...inside(set('hubble.redact.http'), [
        key('hubble-redact-http-urlquery', 'hubble.redact.http.urlQuery'),
        key('hubble-redact-http-userinfo', 'hubble.redact.http.userInfo'),
        key(
          'hubble-redact-http-headers-allow',
          'hubble.redact.http.headers.allow',
          when(set('hubble.redact.http.headers'), whenSet(folded)),
        ),
        key('hubble-redact-http-headers-deny', 'hubble.redact.http.headers.deny', when(set('hubble.redact.http.headers'), whenSet(folded))),
      ]),
      key('hubble-redact-kafka-apikey', 'hubble.redact.kafka.apiKey', before('1.20.0', when(set('hubble.redact.kafka')))),
    ]),

    ...inside(every(chart('1.15.0'), set('hubble.export')), [
      key(
        'hubble-export-file-max-size-mb',
        ['hubble.export.fileMaxSizeMb', 'hubble.export.static.fileMaxSizeMb'],
        movedToStatic('fileMaxSizeMb'),
      ),
      key(
        'hubble-export-file-max-backups',
        ['hubble.export.fileMaxBackups', 'hubble.export.static.fileMaxBackups'],
        movedToStatic('fileMaxBackups'),
      ),
      ...inside(set('hubble.export.static.enabled'), [
        key(
          'hubble-export-file-compress',
          ['hubble.export.fileCompress', 'hubble.export.static.fileCompress'],
          since('1.18.0', movedToStatic('fileCompress')),
        ),
        key(
          'hubble-export-aggregation-interval',
          ['hubble.export.aggregationInterval', 'hubble.export.static.aggregationInterval'],
          since('1.21.0', either(whenSet(duration), at('hubble.export.static.aggregationInterval', duration)), since('1.19.0', duration)),
        ),
        key('hubble-export-file-path', 'hubble.export.static.filePath'),
        key('hubble-export-fieldmask', 'hubble.export.static.fieldMask', joined(' ')),
        key('hubble-export-fieldaggregate', 'hubble.export.static.fieldAggregate', since('1.19.0', joined(' '))),
        key(
          'hubble-export-allowlist',
          'hubble.export.static.allowList',
          since('1.17.0', joined(' '), since('1.16.9', joined(''), joined(','))),
        ),
        key(
          'hubble-export-denylist',
          'hubble.export.static.denyList',
          since('1.17.0', joined(' '), since('1.16.9', joined(''), joined(','))),
        ),
      ]),
      key('hubble-flowlogs-config-path', 'hubble.export.dynamic.enabled', whenSet(fixed('/flowlog-config/flowlogs.yaml'))),
    ]),

    ...inside(has('hubble.listenAddress'), [
      key('hubble-listen-address', 'hubble.listenAddress'),
      key('hubble-disable-tls', 'hubble.tls.enabled', either(whenSet(fixed('false')), fixed('true'))),
      ...inside(set('hubble.tls.enabled'), [
        key('hubble-tls-cert-file', 'hubble.tls.enabled', fixed('/var/lib/cilium/tls/hubble/server.crt')),
        key('hubble-tls-key-file', 'hubble.tls.enabled', fixed('/var/lib/cilium/tls/hubble/server.key')),
        key('hubble-tls-client-ca-files', 'hubble.tls.enabled', fixed('/var/lib/cilium/tls/hubble/client-ca.crt')),
      ]),
    ]),

    ...inside(every(chart('1.16.0'), set('hubble.dropEventEmitter.enabled')), [
      key('hubble-drop-events', 'hubble.dropEventEmitter.enabled', fixed('true')),
      key('hubble-drop-events-interval', 'hubble.dropEventEmitter.interval'),
      key('hubble-drop-events-reasons', 'hubble.dropEventEmitter.reasons', joined(' ')),
    ]),
    key('hubble-prefer-ipv6', ['hubble.preferIpv6', 'preferIpv6', 'ipv4.enabled'], when(prefersIPv6, fixed('true'))),
    key('hubble-skip-unknown-cgroup-ids', 'hubble.skipUnknownCGroupIDs', whenPresent()),
  ]),
];

/** Metrics are served for the static list and, from the given chart on, for the dynamic one. */
function servesMetrics(dynamicSince: string) {
  return (values: ChartValues): boolean =>
    isTruthy(values.node('hubble.metrics.enabled')) ||
    (isSince(values, dynamicSince) && isTruthy(values.node('hubble.metrics.dynamic.enabled')));
}

/** Charts 1.17.2 and 1.17.3 ask for the static list as well. */
function hasDynamicMetrics(values: ChartValues): boolean {
  if (isSince(values, '1.17.2') && !isSince(values, '1.17.4') && !isTruthy(values.node('hubble.metrics.enabled'))) return false;
  return isTruthy(values.node('hubble.metrics.dynamic.enabled'));
}

/** From 1.18 on the leaf stands under `static`; its old place still wins. */
function movedToStatic(leaf: string): Value {
  return since('1.18.0', when(set('hubble.export.static.enabled'), either(whenSet(), at(`hubble.export.static.${leaf}`))), quoted);
}

function prefersIPv6(values: ChartValues): boolean {
  if (!isSince(values, '1.17.6')) return isTruthy(values.node('hubble.preferIpv6'));
  if (isEqual(values, 'hubble.preferIpv6', true)) return true;
  return (isSince(values, '1.20.0') && isEqual(values, 'preferIpv6', true)) || isEqual(values, 'ipv4.enabled', false);
}
