import { expect, test } from 'vitest';
import { coalesce } from '../evaluate/helm/merge.ts';
import type { Mapping } from '../model.ts';
import { fromPlain } from '../tree.ts';
import { ChartValues } from './chart-values.ts';
import { chartDefaults, chartVersions } from './charts.ts';
import { schemaRefusals } from './values-schema.ts';

const place = { source: 'test' };
const context = { namespace: 'kube-system', kubeVersion: '1.33.0', apiVersions: [] };

function messages(values: unknown, version: string): string[] {
  const tree = coalesce(chartDefaults(version), fromPlain(values, place)) as Mapping;
  return schemaRefusals(new ChartValues(tree, version, context)).map(({ message }) => message);
}

test.each([
  [{ cluster: { id: 'x' } }, "at '/cluster/id': got string, want integer"],
  [{ cluster: { id: 1.5 } }, "at '/cluster/id': got number, want integer"],
  [{ hubble: { metrics: { enabled: 'a' } } }, "at '/hubble/metrics/enabled': got string, want null or array"],
  [{ bpf: 5 }, "at '/bpf': got number, want object"],
  [{ bpf: { monitorTraceIPOption: 300 } }, "at '/bpf/monitorTraceIPOption': maximum: got 300, want 255"],
  [{ scheduling: { mode: 'z' } }, "at '/scheduling/mode': value must be one of 'anti-affinity', 'kube-scheduler'"],
  [{ envoy: { xdsMode: 'foo' } }, "at '/envoy/xdsMode': value must be one of 'split', 'ads', 'strict-ads'"],
  [{ tolerations: [{ operator: 5 }] }, "at '/tolerations/0': 'anyOf' failed"],
])('%j is refused in the words of Helm', (values, words) => {
  expect(messages(values, '1.20.0')).toEqual([words]);
});

test.each([
  [{ MTU: null }],
  [{ MTU: 1400 }],
  [{ unknown: { key: [1] } }],
  [{ ['__proto__']: { toString: 5 } }],
  [{ constructor: { name: 5 } }],
])('%j is not refused', (values) => {
  expect(messages(values, '1.20.0')).toEqual([]);
});

test('charts before 1.16 have no schema', () => {
  expect(messages({ bpf: 5 }, '1.15.19')).toEqual([]);
});

test('the defaults of every chart pass its own schema', () => {
  for (const version of chartVersions()) expect(messages({}, version)).toEqual([]);
});
