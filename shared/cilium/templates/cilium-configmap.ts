import type { Tree } from '../../model.ts';
import { type ChartValues, goText, isTruthy, ReadsOpaque, TemplateError } from '../chart-values.ts';
import { agentKeys, operatorKeys } from './cilium-configmap-agent.ts';
import { bpfKeys } from './cilium-configmap-bpf.ts';
import { cniKeys } from './cilium-configmap-cni.ts';
import { encryptionKeys } from './cilium-configmap-encryption.ts';
import { authenticationKeys, envoyKeys } from './cilium-configmap-envoy.ts';
import { hubbleKeys } from './cilium-configmap-hubble.ts';
import { cloudKeys, ipamKeys } from './cilium-configmap-ipam.ts';
import { isNull, isSince, sortedEntries } from './cilium-configmap-key.ts';
import { loadBalancingKeys } from './cilium-configmap-loadbalancing.ts';
import { policyKeys } from './cilium-configmap-policy.ts';
import { routingKeys } from './cilium-configmap-routing.ts';
import { configMapRuns } from './components.ts';
import type { FactFamily, FactRule, FamilyFact } from './fact-rule.ts';

/** Every key that the template of the ConfigMap cilium-config can write, in charts 1.14.0 and later. */
export const ciliumConfigmap: readonly FactRule[] = [
  agentKeys,
  operatorKeys,
  routingKeys,
  ipamKeys,
  cloudKeys,
  cniKeys,
  bpfKeys,
  loadBalancingKeys,
  policyKeys,
  encryptionKeys,
  envoyKeys,
  authenticationKeys,
  hubbleKeys,
].flatMap((keys) => keys.map(written));

/** Keys that only `extraConfig` writes, which may be any key at all; none that {@link ciliumConfigmap} has. */
export const ciliumConfigmapExtras: readonly FactFamily[] = [{ path: 'extraConfig', facts: extraFacts }];

/** The names of all keys that {@link ciliumConfigmap} knows, without `config.`. */
export function configKeys(): ReadonlySet<string> {
  keys ??= new Set(ciliumConfigmap.map((rule) => rule.fact.slice('config.'.length)));
  return keys;
}

let keys: ReadonlySet<string> | undefined;

function* extraFacts(values: ChartValues): Generator<FamilyFact> {
  const extra = values.find('extraConfig');
  if (extra?.kind !== 'map' || !isTruthy(extra) || !isWritten(values)) return;
  for (const [name, node] of sortedEntries(extra)) {
    if (!configKeys().has(name)) yield { fact: `config.${name}`, value: node.kind === 'opaque' ? '' : extraText(node), node };
  }
}

/** `extraConfig` stands last and may repeat a key: of a key that stands twice the last one counts. */
function written(rule: FactRule): FactRule {
  const name = rule.fact.slice('config.'.length);
  const paths = typeof rule.path === 'string' ? [rule.path] : rule.path;
  return {
    fact: rule.fact,
    path: [extraPath(name), ...paths],
    value: (values) => {
      if (!isWritten(values)) return undefined;
      const extra = extraNode(values, name);
      if (extra === undefined) return templateText(rule, values);
      const own = isAfterExtraConfig(values, name) ? templateText(rule, values) : undefined;
      return own ?? extraText(extra);
    },
  };
}

/** A pre-release is read like its release, but some keys came between the two: what such a key asks for is no fault of the values. */
function templateText(rule: FactRule, values: ChartValues): string | undefined {
  try {
    return rule.value(values);
  } catch (error) {
    if (error instanceof TemplateError && values.version.includes('-')) return undefined;
    throw error;
  }
}

/** In 1.14 these stand behind `extraConfig`. */
function isAfterExtraConfig(values: ChartValues, name: string): boolean {
  return (
    !isSince(values, '1.15.0') &&
    /^(agent-not-ready-taint-key|external-envoy-proxy|envoy-log|mesh-auth-.*|proxy-(xff|connect|max|idle)-.*)$/.test(name)
  );
}

/** Looks without being recorded as a read: a fact that `extraConfig` says nothing about does not come from there. */
function extraNode(values: ChartValues, name: string): Tree | undefined {
  const extra = values.tree.entries.get('extraConfig');
  if (extra?.kind === 'opaque') throw new ReadsOpaque(extra);
  const node = extra?.kind === 'map' ? (extra.entries.get(name) ?? extra.unseen) : undefined;
  if (node?.kind === 'opaque') throw new ReadsOpaque(node);
  return node;
}

/** Asked for every key, and worked out once. */
function isWritten(values: ChartValues): boolean {
  let answer = writtenMaps.get(values);
  if (answer === undefined) {
    answer = configMapRuns(values);
    writtenMaps.set(values, answer);
  }
  return answer;
}

const writtenMaps = new WeakMap<ChartValues, boolean>();

function extraPath(name: string): string {
  return `extraConfig.${name.replace(/[\\.]/g, '\\$&')}`;
}

/** `toYaml` keeps whole numbers whole. */
function extraText(node: Tree | undefined): string {
  if (node === undefined || isNull(node)) return '';
  return node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value) ? String(node.value) : goText(node);
}
