import type { ChartValues } from '../chart-values.ts';
import { envoyRuns, hasEnvoyDaemonSet } from './components.ts';
import type { FactFamily, FactRule } from './fact-rule.ts';
import { apiServerRules, argsText, containerRules, environment, imageRule, present, when } from './workload.ts';

const container = 'cilium-envoy.cilium-envoy';
const path = ['envoy.enabled', 'l7Proxy'];

const localised = (values: ChartValues): boolean =>
  envoyRuns(values) && values.since('1.20.0-pre.2') && values.truthy('envoy.nodeLocality.enabled');

/** From 1.16.2 on the Service comes with the DaemonSet; 1.15.8, 1.16.0 and 1.16.1 have none. */
function hasService(values: ChartValues): boolean {
  if (!envoyRuns(values) || !values.truthy('envoy.prometheus.enabled')) return false;
  if (values.before('1.16.0-pre.0')) return values.version !== '1.15.8' && values.truthy('proxy.prometheus.enabled');
  return values.version !== '1.16.0' && values.version !== '1.16.1';
}

const configMapIgnoresPreflight = (values: ChartValues): boolean => /^1\.18\.[1-5]$|^1\.19\.0-pre\.[0-3]$/.test(values.version);

function logLevel(values: ChartValues): string {
  const verbose = values.truthy('debug.verbose') ? values.text('debug.verbose')!.split(values.before('1.14.2') ? ',' : ' ') : [];
  const debug = values.truthy('debug.enabled');
  if (verbose.includes('envoy') && (debug || values.before('1.15.0-pre.0'))) return 'trace';
  if (verbose.includes('flow') && debug) return 'debug';
  return values.since('1.17.0-pre.1') ? values.textOr('envoy.log.defaultLevel', 'info') : 'info';
}

function args(values: ChartValues): string {
  const fixed: string[] = [];
  if (values.since('1.16.0-pre.2')) {
    if (values.truthy('envoy.securityContext.capabilities.keepCapNetBindService')) fixed.push('--keep-cap-net-bind-service');
    fixed.push('--');
  }
  if (localised(values)) fixed.push('--service-zone', '@/var/run/cilium/envoy-locality-config/service-zone');
  fixed.push(
    '-c /var/run/cilium/envoy/bootstrap-config.json',
    `--base-id ${values.since('1.16.0-pre.0') ? values.int('envoy.baseID') : 0}`,
    `--log-level ${logLevel(values)}`,
  );
  if (values.before('1.17.0-rc.0')) fixed.push(`--log-format ${values.text('envoy.log.format') ?? ''}`);
  if (values.truthy('envoy.log.path')) fixed.push(`--log-path ${values.text('envoy.log.path')}`);
  return argsText(fixed, values.find('envoy.extraArgs'));
}

export const ciliumEnvoyDaemonset: readonly FactRule[] = [
  present('DaemonSet/cilium-envoy', path, envoyRuns),
  present('ConfigMap/cilium-envoy-config', path, (values) =>
    configMapIgnoresPreflight(values) ? hasEnvoyDaemonSet(values) : envoyRuns(values),
  ),
  present('Service/cilium-envoy', ['envoy.prometheus.enabled', ...path], hasService),
  ...containerRules({
    name: container,
    path: ['envoy.securityContext.privileged', ...path],
    rendered: envoyRuns,
    image: 'envoy.image',
    capabilities: 'envoy.securityContext.capabilities.envoy',
    privileged: (values) => values.truthy('envoy.securityContext.privileged'),
  }),
  imageRule('cilium-envoy.lookup-bootstrap-locality', ['envoy.nodeLocality.enabled'], localised, 'image'),
  ...apiServerRules(container, envoyRuns),
  when(envoyRuns, `args.${container}`, 'envoy.extraArgs', args),
  when(envoyRuns, 'hostNetwork.cilium-envoy', path, () => 'true'),
  ...(['sockets', 'artifacts'] as const).map((part) =>
    when(
      (values) => envoyRuns(values) && (part === 'sockets' || values.since('1.15.0-pre.1')),
      `hostPath.cilium-envoy.envoy-${part}`,
      'daemon.runPath',
      (values) => `${values.text('daemon.runPath') ?? ''}/envoy/${part}`,
    ),
  ),
  when(
    (values) => envoyRuns(values) && values.truthy('bpf.autoMount.enabled'),
    'hostPath.cilium-envoy.bpf-maps',
    'bpf.autoMount.enabled',
    () => '/sys/fs/bpf',
  ),
];

/** `envoy.extraEnv`. */
export const ciliumEnvoyExtras: readonly FactFamily[] = [
  {
    path: 'envoy.extraEnv',
    *facts(values) {
      if (envoyRuns(values)) yield* environment(container, values.find('envoy.extraEnv'));
    },
  },
];
