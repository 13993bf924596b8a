import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { bothSides } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';

const NETWORK = `ipam:
  mode: kubernetes
kubeProxyReplacement: true
k8sServiceHost: localhost
k8sServicePort: 7445
operator:
  replicas: 1
cgroup:
  autoMount:
    enabled: false
  hostRoot: /sys/fs/cgroup
`;

/** What people leave out at bootstrap, because its images, definitions and certificates are not there yet. */
const ADDITIONS: [string, string][] = [
  ['Hubble', 'hubble:\n  enabled: true\n'],
  ['relay and UI', 'hubble:\n  enabled: true\n  relay:\n    enabled: true\n  ui:\n    enabled: true\n'],
  [
    'metrics of Hubble and dashboards',
    'hubble:\n  enabled: true\n  metrics:\n    enabled: [dns, drop, tcp]\n    enableOpenMetrics: true\n    dashboards:\n      enabled: true\n',
  ],
  ['metrics', 'prometheus:\n  enabled: true\nenvoy:\n  prometheus:\n    enabled: true\n'],
  ['service monitors', 'prometheus:\n  enabled: true\n  serviceMonitor:\n    enabled: true\n    trustCRDsExist: true\n    interval: 30s\n'],
  ['dashboards', 'dashboards:\n  enabled: true\n  namespace: monitoring\n'],
  ['resources', 'resources:\n  requests:\n    cpu: 100m\n    memory: 512Mi\nenvoy:\n  resources:\n    requests:\n      cpu: 100m\n'],
  ['labels and annotations', 'podAnnotations:\n  a: b\npodLabels:\n  c: d\n'],
];

const rowsOf = (bootstrap: string, argocd: string) =>
  check(memoryRepository(bothSides(bootstrap, argocd)), { failOn: 'warning', undecided: 'fail' }).clusters[0]!.rows.filter(
    (row) => row.status === 'drifted',
  );

test.each(ADDITIONS)('%s on the Argo CD side only is a note', (_, addition) => {
  const rows = rowsOf(`${NETWORK}hubble:\n  enabled: false\n`, NETWORK + addition);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => row.level !== 'note' || row.impact !== 'additive')).toEqual([]);
});

test('the chart turns Hubble on where Argo CD says nothing: a note too', () => {
  expect(rowsOf(`${NETWORK}hubble:\n  enabled: false\n`, NETWORK).map(({ setting, level }) => [setting, level])).toContainEqual([
    'hubble.enabled',
    'note',
  ]);
});

test('Hubble at bootstrap that Argo CD takes away is a warning', () => {
  const row = rowsOf(NETWORK, `${NETWORK}hubble:\n  enabled: false\n`).find(({ setting }) => setting === 'hubble.enabled');
  expect(row?.level).toBe('warning');
});
