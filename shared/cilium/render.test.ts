import { describe, expect, test } from 'vitest';
import { readRecording } from '../../test/helm/recorded.ts';
import { coalesce } from '../evaluate/helm/merge.ts';
import type { Mapping } from '../model.ts';
import { fromPlain } from '../tree.ts';
import { ChartValues } from './chart-values.ts';
import { chartDefaults } from './charts.ts';
import { renderFacts } from './render.ts';
import { factRules } from './templates/index.ts';

const recording = readRecording();
// Which Secrets there are follows from certificates, which the recording leaves out.
const recordedNames = new Set(recording.cases.flatMap(({ renders }) => renders.flatMap(({ facts }) => [...(facts?.keys() ?? [])])));
const modelled = factRules()
  .map((rule) => rule.fact)
  .filter((fact) => recordedNames.has(fact) && !fact.startsWith('present.Secret/'));
const place = { source: 'test' };

function render(values: unknown, version: string) {
  const tree = coalesce(chartDefaults(version), fromPlain(values, place), { helm: 4 }) as Mapping;
  return renderFacts(new ChartValues(tree, version, recording));
}

describe.each(recording.versions)('what Helm renders of %s', (version) => {
  test('is what every rule works out, and Helm refuses where a rule does', () => {
    const wrong: string[] = [];
    for (const { name, values, renders } of recording.cases) {
      const recorded = renders.find((render) => render.version === version)!;
      const { facts, refusals } = render(values, version);
      if ((recorded.error !== undefined) !== refusals.length > 0)
        wrong.push(`${name}: Helm says ${recorded.error}, rules say ${JSON.stringify(refusals)}`);
      if (recorded.error !== undefined && !refusals.some(({ message }) => recorded.error!.includes(message))) {
        wrong.push(`${name}: Helm says ${recorded.error}, rules say other words: ${JSON.stringify(refusals)}`);
      }
      if (!recorded.facts) continue;
      for (const fact of modelled) {
        const said = facts.get(fact)?.value;
        if (said !== recorded.facts.get(fact)) wrong.push(`${name}: ${fact} is ${said}, Helm renders ${recorded.facts.get(fact)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
