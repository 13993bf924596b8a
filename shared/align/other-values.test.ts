import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { bothSides } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';

const METRICS = `clustermesh:
  apiserver:
    metrics:
      enabled: true
      serviceMonitor:
        enabled: true
`;

const drifted = (bootstrap: string, argocd: string) =>
  check(memoryRepository(bothSides(bootstrap, argocd)), { failOn: 'error', undecided: 'warn' })
    .clusters[0]!.rows.filter(({ status, setting }) => status === 'drifted' && setting.startsWith('clustermesh.'))
    .map(({ setting }) => setting);

test('metrics of an API server of the cluster mesh that neither side runs make no row', () => {
  expect(drifted('ipam:\n  mode: kubernetes\n', `ipam:\n  mode: kubernetes\n${METRICS}`)).toEqual([]);
});

test('metrics of one that runs do', () => {
  const mesh = 'clustermesh:\n  useAPIServer: true\n';
  expect(drifted(mesh, `${mesh}${METRICS.replace('clustermesh:\n', '')}`)).toEqual([
    'clustermesh.apiserver.metrics.serviceMonitor.enabled',
  ]);
});

test('a key of extraConfig is what the agent is told', () => {
  const rows = check(
    memoryRepository(bothSides('ipam:\n  mode: kubernetes\n', 'ipam:\n  mode: kubernetes\nextraConfig:\n  some-key: a\n')),
    {
      failOn: 'error',
      undecided: 'warn',
    },
  ).clusters[0]!.rows;
  expect(rows.find(({ setting }) => setting === 'extraConfig.some-key')).toMatchObject({
    level: 'warning',
    why: 'changes what the agent or the operator is told',
  });
});
