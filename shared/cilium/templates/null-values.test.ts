import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { coalesce } from '../../evaluate/helm/merge.ts';
import { mergeTrees } from '../../evaluate/helm/merge-trees.ts';
import type { Mapping, Tree } from '../../model.ts';
import { fromPlain, joinPath } from '../../tree.ts';
import { ChartValues } from '../chart-values.ts';
import { chartDefaults } from '../charts.ts';
import { renderFacts } from '../render.ts';

const recorded = JSON.parse(readFileSync(new URL('../../../test/helm/nulls.json', import.meta.url), 'utf8')) as {
  versions: string[];
  refused: Record<string, string>;
};
const place = { source: 'test' };
const context = { namespace: 'kube-system', kubeVersion: '1.33.0', apiVersions: ['gateway.networking.k8s.io/v1/GatewayClass'] };

/** Every map of the chart's defaults that has something in it. */
function* maps(node: Tree, path: readonly string[] = []): Generator<string[]> {
  if (node.kind !== 'map') return;
  if (path.length > 0) yield [...path];
  for (const [key, child] of node.entries) yield* maps(child, [...path, key]);
}

const without = (path: readonly string[]): Tree =>
  fromPlain(
    path.reduceRight<unknown>((below, key) => ({ [key]: below }), null),
    place,
  );

describe.each(recorded.versions)('a null in place of a map of chart %s', (version) => {
  test('is refused where Helm refuses it', () => {
    const number = recorded.versions.indexOf(version);
    const cronJob = fromPlain({ hubble: { tls: { auto: { method: 'cronJob' } } } }, place);
    const wrong: string[] = [];
    for (const path of maps(chartDefaults(version))) {
      const ranges = recorded.refused[joinPath(path)]?.split(' ').map((range) => range.split('-').map(Number) as [number, number]) ?? [];
      const helm = ranges.some(([first, last]) => first <= number && number <= last);
      const user = mergeTrees(cronJob, without(path));
      const { refusals } = renderFacts(new ChartValues(coalesce(chartDefaults(version), user) as Mapping, version, context), {
        written: user,
      });
      if (helm !== refusals.length > 0)
        wrong.push(`${joinPath(path)}: Helm ${helm ? 'refuses' : 'renders'}, rules say ${JSON.stringify(refusals)}`);
      else if (helm && 'file' in refusals[0]!.place) wrong.push(`${joinPath(path)} has the wrong place`);
    }
    expect(wrong).toEqual([]);
  });
});
