import type { ChartValues } from '../chart-values.ts';
import { hubbleUiRuns, relayRuns } from './components.ts';
import type { FactRule } from './fact-rule.ts';
import { argsText, imageRule, present, when } from './workload.ts';

const hubbleOn = (values: ChartValues): boolean => values.truthy('hubble.enabled');

const agentWithHubble = (values: ChartValues): boolean => values.truthy('agent') && hubbleOn(values);

const hasMetrics = (values: ChartValues): boolean =>
  hubbleOn(values) &&
  (values.truthy('hubble.metrics.enabled') || (values.since('1.17.0-pre.3') && values.truthy('hubble.metrics.dynamic.enabled')));

/** Hubble's own Services. */
export const hubbleServices: readonly FactRule[] = [
  present('Service/hubble-peer', ['hubble.enabled', 'agent'], agentWithHubble),
  present('Service/hubble-metrics', ['hubble.metrics.enabled', 'hubble.enabled'], hasMetrics),
];

/** Hubble Relay. */
export const hubbleRelay: readonly FactRule[] = [
  ...['Deployment/hubble-relay', 'Service/hubble-relay', 'ConfigMap/hubble-relay-config'].map((object) =>
    present(object, ['hubble.relay.enabled', 'hubble.enabled'], relayRuns),
  ),
  present(
    'Service/hubble-relay-metrics',
    ['hubble.relay.prometheus.enabled', 'hubble.relay.enabled'],
    (values) => relayRuns(values) && values.truthy('hubble.relay.prometheus.enabled'),
  ),
  when(relayRuns, 'replicas.hubble-relay', 'hubble.relay.replicas', (values) => values.text('hubble.relay.replicas')),
  imageRule('hubble-relay.hubble-relay', ['hubble.relay.enabled', 'hubble.enabled'], relayRuns, 'hubble.relay.image'),
  when(relayRuns, 'args.hubble-relay.hubble-relay', 'debug.enabled', (values) =>
    argsText(['serve', ...(values.truthy('debug.enabled') ? ['--debug'] : [])], undefined),
  ),
  when(relayRuns, 'hostNetwork.hubble-relay', 'hubble.relay.enabled', () => 'false'),
];

/** Hubble UI. */
export const hubbleUi: readonly FactRule[] = [
  ...['Deployment/hubble-ui', 'Service/hubble-ui', 'ConfigMap/hubble-ui-nginx'].map((object) =>
    present(object, ['hubble.ui.enabled', 'hubble.enabled'], hubbleUiRuns),
  ),
  present(
    'Ingress/hubble-ui',
    ['hubble.ui.ingress.enabled', 'hubble.ui.enabled'],
    (values) => hubbleUiRuns(values) && values.truthy('hubble.ui.ingress.enabled'),
  ),
  when(hubbleUiRuns, 'replicas.hubble-ui', 'hubble.ui.replicas', (values) => values.text('hubble.ui.replicas')),
  ...(['frontend', 'backend'] as const).map((part) =>
    imageRule(`hubble-ui.${part}`, ['hubble.ui.enabled', 'hubble.enabled'], hubbleUiRuns, `hubble.ui.${part}.image`),
  ),
  when(hubbleUiRuns, 'hostNetwork.hubble-ui', 'hubble.ui.enabled', () => 'false'),
];

/** The way that Hubble's certificates are made, where they are made by the chart. */
function method(values: ChartValues): string | undefined {
  if (!hubbleOn(values) || !values.truthy('hubble.tls.enabled') || !values.truthy('hubble.tls.auto.enabled')) return undefined;
  return values.text('hubble.tls.auto.method');
}

const path = ['hubble.tls.auto.method', 'hubble.tls.auto.enabled', 'hubble.tls.enabled', 'hubble.enabled'];
const relayServer = (values: ChartValues): boolean => values.truthy('hubble.relay.tls.server.enabled');

/** `tls-provided`: certificates that the values bring; from 1.16.1 not where a Secret exists already. */
const provided = (values: ChartValues, existing: string): boolean =>
  hubbleOn(values) &&
  values.truthy('hubble.tls.enabled') &&
  !values.truthy('hubble.tls.auto.enabled') &&
  !(values.since('1.16.1') && values.truthy(`${existing}.existingSecret`));

const leafs: readonly [name: string, existing: string, needed: (values: ChartValues, asSecret: boolean) => boolean][] = [
  ['hubble-server-certs', 'hubble.tls.server', (values, asSecret) => !asSecret || values.truthy('agent')],
  ['hubble-relay-client-certs', 'hubble.relay.tls.client', (values) => values.truthy('hubble.relay.enabled')],
  ['hubble-relay-server-certs', 'hubble.relay.tls.server', (values) => values.truthy('hubble.relay.enabled') && relayServer(values)],
  [
    'hubble-ui-client-certs',
    'hubble.ui.tls.client',
    (values) => values.truthy('hubble.ui.enabled') && values.truthy('hubble.relay.enabled') && relayServer(values),
  ],
];

/** Who makes Hubble's certificates: Secrets of Helm's own, a CronJob and Job, or cert-manager. From 1.19 the Job's name ends in a digest and is not a fact here. */
export const hubbleCertificates: readonly FactRule[] = [
  ...leafs.flatMap(([name, existing, needed]) => [
    present(`Secret/${name}`, path, (values) => (method(values) === 'helm' || provided(values, existing)) && needed(values, true)),
    present(`Certificate/${name}`, path, (values) => method(values) === 'certmanager' && needed(values, false)),
  ]),
  present(
    'CronJob/hubble-generate-certs',
    ['hubble.tls.auto.schedule', ...path],
    (values) => method(values) === 'cronJob' && values.truthy('hubble.tls.auto.schedule'),
  ),
  present('Job/hubble-generate-certs', path, (values) => method(values) === 'cronJob' && values.before('1.19.0-pre.0')),
];
