import { describe, expect, test } from 'vitest';
import { type Recording, readRecording } from '../../../test/helm/recorded.ts';
import { coalesce } from '../../evaluate/helm/merge.ts';
import type { Mapping } from '../../model.ts';
import { fromPlain, opaque } from '../../tree.ts';
import { ChartValues, ReadsOpaque, TemplateError } from '../chart-values.ts';
import { chartDefaults } from '../charts.ts';
import { ciliumConfigmap, ciliumConfigmapExtras, configKeys } from './cilium-configmap.ts';

const recording = readRecording();
const everyKey = readRecording('every-key');
const place = { source: 'test' };

function chartValues(written: unknown, version: string, kubeVersion = recording.kubeVersion): ChartValues {
  const tree = coalesce(chartDefaults(version), fromPlain(written, place), { helm: 4 }) as Mapping;
  return new ChartValues(tree, version, { ...recording, kubeVersion });
}

/** The ConfigMap's data; an empty text equals an absent key. */
function renderConfig(values: ChartValues): Map<string, string> {
  const data = new Map<string, string>();
  for (const rule of ciliumConfigmap) {
    const text = rule.value(values);
    if (text) data.set(rule.fact, text);
  }
  for (const family of ciliumConfigmapExtras) for (const { fact, value } of family.facts(values)) if (value) data.set(fact, value);
  return data;
}

function differences({ cases }: Recording, version: string): string[] {
  const wrong: string[] = [];
  for (const { name, values, renders } of cases) {
    const recorded = renders.find((render) => render.version === version)!.facts;
    if (!recorded) continue;
    const data = renderConfig(chartValues(values, version));
    for (const fact of new Set([...data.keys(), ...recorded.keys()])) {
      if (!fact.startsWith('config.')) continue;
      const said = data.get(fact) ?? '';
      const rendered = recorded.get(fact) ?? '';
      if (said !== rendered) wrong.push(`${name}: ${fact} is ${JSON.stringify(said)}, Helm renders ${JSON.stringify(rendered)}`);
    }
  }
  return wrong;
}

const ruleOf = (fact: string) => ciliumConfigmap.find((rule) => rule.fact === fact)!;

describe('cilium-config is what Helm renders', () => {
  test.each(recording.versions)('by chart %s from every recorded document', (version) => {
    expect(differences(recording, version)).toEqual([]);
  });

  test.each(everyKey.versions)('by chart %s with nearly every key written', (version) => {
    expect(differences(everyKey, version)).toEqual([]);
  });
});

test("the recordings write every key but those for which the charts' own schema admits nothing but null", () => {
  const written = new Set(
    [recording, everyKey].flatMap(({ cases }) =>
      cases.flatMap(({ renders }) => renders.flatMap(({ facts }) => [...(facts?.keys() ?? [])])),
    ),
  );
  const unwritten = [...configKeys()].filter((name) => !written.has(`config.${name}`));
  expect(unwritten.sort()).toEqual(['endpoint-policy-update-timeout', 'envoy-http-upstream-linger-timeout']);
});

test('every key has one rule', () => {
  expect(configKeys().size).toBe(ciliumConfigmap.length);
});

test.each([
  ['1.26.9', '1.15.19', '5', '10'],
  ['v1.27.0', '1.15.19', '10', '20'],
  ['1.26.9', '1.14.19', '5', '10'],
  ['1.33.0', '1.17.18', undefined, undefined],
])("the API client's limits on Kubernetes %s by chart %s", (kubeVersion, version, qps, burst) => {
  const values = chartValues({}, version, kubeVersion);
  expect(ruleOf('config.k8s-client-qps').value(values)).toBe(qps);
  expect(ruleOf('config.k8s-client-burst').value(values)).toBe(burst);
});

describe('what cannot be known', () => {
  const secret = opaque('it is a variable', { file: 'values.yaml', line: 1, column: 1 });
  const withOpaque = (path: 'MTU' | 'extraConfig' | 'gatewayAPI') => {
    const values = chartValues({}, '1.20.0');
    const entries = new Map(values.tree.entries).set(path, secret);
    return new ChartValues({ ...values.tree, entries }, '1.20.0', recording);
  };

  test.each([
    ['MTU', ['config.mtu']],
    ['gatewayAPI', ['config.enable-gateway-api', 'config.bpf-lb-sock-hostns-only', 'config.enable-envoy-config']],
    ['extraConfig', ['config.mtu', 'config.ipam', 'config.enable-hubble']],
  ] as const)('%s makes every fact opaque that depends on it', (path, facts) => {
    for (const fact of facts) expect(() => ruleOf(fact).value(withOpaque(path))).toThrow(ReadsOpaque);
  });

  test('one value leaves the others alone', () => {
    expect(ruleOf('config.ipam').value(withOpaque('MTU'))).toBe('cluster-pool');
  });
});

test.each([
  [{ hubble: null }, 'config.enable-hubble'],
  [{ conntrackGCInterval: 'soon' }, 'config.conntrack-gc-interval'],
  [{ policyEnforcementMode: 5 }, 'config.enable-policy'],
  [{ upgradeCompatibility: 1.16 }, 'config.bpf-map-dynamic-size-ratio'],
])('%j makes the template fail', (written, fact) => {
  expect(() => ruleOf(fact).value(chartValues(written, '1.14.19'))).toThrow(TemplateError);
});
