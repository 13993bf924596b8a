import { type ChartValues, isTruthy } from '../chart-values.ts';
import {
  backported,
  before,
  duration,
  either,
  fixed,
  isBackported,
  joined,
  key,
  plain,
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
  whole,
} from './cilium-configmap-key.ts';
import type { FactRule } from './fact-rule.ts';
import { isChained, isDeployedSince } from './named-templates.ts';

/** A map's size: an exact number from 1.16.8 and 1.17.2 on, Go's notation (`1e+06`) before. */
const mapSize: Value = backported(['1.16.8', '1.17.2'], whole, quoted);

/** The eBPF datapath: maps, monitor, events. */
export const bpfKeys: readonly FactRule[] = [
  key(
    'enable-bpf-clock-probe',
    'bpfClockProbe',
    either(
      whenKey(),
      when((values) => isDeployedSince(values, '1.8'), fixed('true')),
    ),
  ),
  key('enable-bpf-tproxy', 'bpf.tproxy', whenPresent()),
  key(
    'enable-host-legacy-routing',
    ['bpf.hostLegacyRouting', 'cni.chainingMode', 'cni.chainingTarget'],
    either(whenPresent(), when(isChained, fixed('true'))),
  ),
  key('enable-tcx', 'bpf.enableTCX', since('1.16.0', whenKey())),
  key(
    'datapath-mode',
    ['bpf.datapathMode', 'loadBalancer.standalone'],
    either(before('1.18.0', when(isStandaloneLoadBalancer, fixed('lb-only'))), since('1.16.0', whenKey())),
  ),

  key('monitor-aggregation', 'bpf.monitorAggregation', plain),
  key('monitor-aggregation-interval', 'bpf.monitorInterval', duration),
  key('monitor-aggregation-flags', 'bpf.monitorFlags', plain),
  key('ip-tracing-option-type', 'bpf.monitorTraceIPOption', since('1.19.0', whenSet())),
  key('bpf-events-default-rate-limit', 'bpf.events.default.rateLimit', since('1.17.0', whenSet())),
  key('bpf-events-default-burst-limit', 'bpf.events.default.burstLimit', since('1.17.0', whenSet())),
  key('bpf-events-drop-enabled', 'bpf.events.drop.enabled', since('1.16.0', quoted)),
  key('bpf-events-policy-verdict-enabled', 'bpf.events.policyVerdict.enabled', since('1.16.0', quoted)),
  key('bpf-events-trace-enabled', 'bpf.events.trace.enabled', since('1.16.0', quoted)),

  key('bpf-map-dynamic-size-ratio', 'bpf.mapDynamicSizeRatio', mapDynamicSizeRatio),
  key('bpf-node-map-max', 'bpf.nodeMapMax', since('1.15.4', whenSet())),
  key('bpf-auth-map-max', 'bpf.authMapMax', whenSet(mapSize)),
  key('bpf-ct-global-tcp-max', 'bpf.ctTcpMax', conntrackMax('524288')),
  key('bpf-ct-global-any-max', 'bpf.ctAnyMax', conntrackMax('262144')),
  key('bpf-conntrack-accounting', 'bpf.ctAccounting', since('1.17.0', whenSet(mapSize))),
  key('bpf-nat-global-max', 'bpf.natMax', whenSet(mapSize)),
  key('bpf-neigh-global-max', 'bpf.neighMax', whenSet(mapSize)),
  key('bpf-policy-map-max', 'bpf.policyMapMax', whenKey(mapSize)),
  key('bpf-policy-map-pressure-metrics-threshold', 'bpf.policyMapPressureMetricsThreshold', since('1.19.0', whenNumber())),
  key('bpf-policy-stats-map-max', 'bpf.policyStatsMapMax', since('1.18.0', whenKey(whole))),
  key('bpf-lb-map-max', 'bpf.lbMapMax', whenKey(mapSize)),
  key('bpf-distributed-lru', 'bpf.distributedLRU.enabled', since('1.17.2', quoted)),
  key('preallocate-bpf-maps', 'bpf.preallocateMaps'),
  key('nat-map-stats-entries', 'nat.mapStatsEntries', since('1.16.1', quoted)),
  key('nat-map-stats-interval', 'nat.mapStatsInterval', since('1.16.1', quoted)),
  key('vlan-bpf-bypass', 'bpf.vlanBypass', whenSet(joined(' '))),
  key('disable-external-ip-mitigation', 'bpf.disableExternalIPMitigation', since('1.16.0', whenSet())),
];

function isStandaloneLoadBalancer(values: ChartValues): boolean {
  return values.has('loadBalancer') && set('loadBalancer.standalone')(values);
}

/** Zero counts as unset: the chart's own ratio then holds, unless the cluster is older than 1.8. */
function mapDynamicSizeRatio(values: ChartValues, path: string): string | undefined {
  const node = values.node(path);
  const isSet = isBackported(values, ['1.17.5'])
    ? node?.kind === 'scalar' && Number(node.value) !== 0 && !Number.isNaN(Number(node.value))
    : isTruthy(node);
  if (isSet) return textOf(node);
  return isDeployedSince(values, '1.8') ? '0.0025' : undefined;
}

/** Clusters older than 1.8 have fixed sizes. */
function conntrackMax(old: string): Value {
  return either(
    whenSet(mapSize),
    when((values) => !isDeployedSince(values, '1.8'), fixed(old)),
  );
}
