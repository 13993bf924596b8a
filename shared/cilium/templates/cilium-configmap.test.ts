import { describe, expect, test } from 'vitest';
import { readRecording } from '../../../test/helm/recorded.ts';
import { coalesce } from '../../evaluate/helm/merge.ts';
import type { Mapping } from '../../model.ts';
import { fromPlain } from '../../tree.ts';
import { ChartValues } from '../chart-values.ts';
import { chartDefaults } from '../charts.ts';
import { ciliumConfigmap, ciliumConfigmapExtras, configKeys } from './cilium-configmap.ts';

const recording = readRecording();
const place = { source: 'test' };

/** The ConfigMap's data; an empty text equals an absent key. */
function renderConfig(written: unknown, version: string): Map<string, string> {
  const values = new ChartValues(coalesce(chartDefaults(version), fromPlain(written, place), { helm: 4 }) as Mapping, version, recording);
  const data = new Map<string, string>();
  for (const rule of ciliumConfigmap) {
    const text = rule.value(values);
    if (text) data.set(rule.fact, text);
  }
  for (const family of ciliumConfigmapExtras) for (const { fact, value } of family.facts(values)) if (value) data.set(fact, value);
  return data;
}

describe.each(recording.versions)('cilium-config of chart %s', (version) => {
  test('has every key as Helm renders it', () => {
    const wrong: string[] = [];
    for (const { name, values, renders } of recording.cases) {
      const recorded = renders.find((render) => render.version === version)!.facts;
      if (!recorded) continue;
      const data = renderConfig(values, version);
      for (const fact of new Set([...data.keys(), ...recorded.keys()])) {
        if (!fact.startsWith('config.')) continue;
        const said = data.get(fact) ?? '';
        const rendered = recorded.get(fact) ?? '';
        if (said !== rendered) wrong.push(`${name}: ${fact} is ${JSON.stringify(said)}, Helm renders ${JSON.stringify(rendered)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('every key has one rule', () => {
  expect(configKeys().size).toBe(ciliumConfigmap.length);
});
