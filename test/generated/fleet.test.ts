import { expect, test } from 'vitest';
import { check } from '../../shared/check.ts';
import { renderTable } from '../../shared/report/table.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';
import { fleet } from './fleet.ts';
import type { ClusterPlan } from './plan.ts';
import { Random } from './random.ts';
import { randomPair } from './values.ts';

const DRIFTING = 'site-117';

test('two hundred clusters of one fleet are one report that can be read', () => {
  const { argocd } = randomPair(new Random(1));
  const clusters = Array.from({ length: 200 }, (_, i): ClusterPlan => {
    const name = `site-${String(i).padStart(3, '0')}`;
    const bootstrap = name === DRIFTING ? { ...argocd, k8sServiceHost: '192.0.2.7' } : argocd;
    return {
      name,
      directories: { talos: '', bootstrap: '', argocd: '' },
      bootstrapVersion: '1.18.2',
      argocdVersion: '1.18.2',
      values: { bootstrap, argocd, differs: [], agrees: [] },
    };
  });
  const report = check(memoryRepository(fleet(clusters)), { failOn: 'error', undecided: 'fail' });
  expect(report.clusters.map(({ name }) => name).sort()).toEqual(clusters.map(({ name }) => name));
  expect(report.clusters.filter(({ outcome }) => outcome === 'drifted').map(({ name }) => name)).toEqual([DRIFTING]);
  const lines = renderTable(report, { width: 100, colour: false, showAll: false }).split('\n');
  expect(lines.length).toBeLessThan(120);
  expect(lines.filter((line) => /^[✗✓?–] /.test(line))).toEqual([
    '✗ 200 clusters: 1 drifted, 199 without a disruptive difference.',
    expect.stringContaining(`✗ ${DRIFTING}: 1 disruptive difference`),
    expect.stringContaining('✓ site-000 and 198 more: '),
  ]);
});
