import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import { bothSides } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';

const IPAM = 'ipam:\n  mode: kubernetes\n';

const rowsOf = (bootstrap: string, argocd: string, versions: Parameters<typeof bothSides>[2] = {}) =>
  check(memoryRepository(bothSides(IPAM + bootstrap, IPAM + argocd, versions)), {
    failOn: 'error',
    undecided: 'warn',
  }).clusters[0]!.rows.filter(({ status, setting }) => status !== 'aligned' && status !== 'irrelevant' && setting !== 'version');
const said = (...sides: Parameters<typeof rowsOf>) => rowsOf(...sides).map(({ setting, level }) => [setting, level]);

describe('a value outside the catalogue', () => {
  test.each([
    ['authentication:\n  queueSize: 2048\n', '', 'authentication.queueSize', 'warning', 'changes what the agent or the operator is told'],
    ['authentication:\n  queueSize: null\n', '', 'authentication.queueSize', 'warning', 'changes what the agent or the operator is told'],
    ['', 'extraConfig:\n  some-key: a\n', 'extraConfig.some-key', 'warning', 'changes what the agent or the operator is told'],
    ['sleepAfterInit: true\n', '', 'sleepAfterInit', 'warning', 'changes the rendered workloads'],
    ['extraArgs: [--a, --b]\n', 'extraArgs: [--b, --a]\n', 'extraArgs', 'warning', 'changes the rendered workloads'],
    ['extraArgs: [a, b]\n', 'extraArgs: [ab]\n', 'extraArgs', 'warning', 'changes the rendered workloads'],
    ['extraContainers:\n  - name: a\n', 'extraContainers:\n  - name: b\n', 'extraContainers', 'warning', 'changes the rendered workloads'],
    [
      'extraContainers:\n  - {a: x, b: z}\n',
      'extraContainers:\n  - {a: z, b: x}\n',
      'extraContainers',
      'warning',
      'changes the rendered workloads',
    ],
    ['annotations:\n  a: b\n', '', 'annotations.a', 'note', 'additive: nothing that the network depends on'],
    ['tolerations: []\n', '', 'tolerations', 'note', 'additive: nothing that the network depends on'],
    ['keepDeprecatedLabels: true\n', '', 'keepDeprecatedLabels', 'note', 'additive: nothing that the network depends on'],
  ])('that differs has a row: %j and %j', (bootstrap, argocd, setting, level, why) => {
    expect(rowsOf(bootstrap, argocd)).toEqual([expect.objectContaining({ setting, status: 'drifted', level, why })]);
    expect(rowsOf(argocd, bootstrap)).toEqual([expect.objectContaining({ setting, status: 'drifted', level, why })]);
  });

  test.each([
    ['the default', 'authentication:\n  queueSize: 1024\n', ''],
    ['a number as a text', 'authentication:\n  queueSize: "2048"\n', 'authentication:\n  queueSize: 2048\n'],
    ['a number in another notation', 'authentication:\n  queueSize: 2048.0\n', 'authentication:\n  queueSize: 2048\n'],
    ['an empty list', 'extraArgs: []\n', ''],
    ['an empty text', 'priorityClassName: ""\n', ''],
    ['nothing', 'sleepAfterInit: false\n', 'sleepAfterInit: null\n'],
    ['an empty map, and one that the chart fills', 'affinity: {}\n', 'affinity:\n  nodeAffinity: {}\n'],
    ['keys in another order', 'tolerations:\n  - {key: a, operator: Exists}\n', 'tolerations:\n  - {operator: Exists, key: a}\n'],
    ['a key that no template reads', 'k8sServiceLookupNamespace: a\n', ''],
    ['a key that no chart knows', 'nosuch: 1\n', ''],
    ['what a switch turns off on both sides', 'hubble:\n  relay:\n    replicas: 2\n', ''],
  ])('that means the same has none: %s', (_, bootstrap, argocd) => {
    expect(said(bootstrap, argocd)).toEqual([]);
    expect(said(argocd, bootstrap)).toEqual([]);
  });

  test('below a switch that is on, on one side at least, has a row', () => {
    const relay = (lines: string) => `hubble:\n  relay:\n    enabled: ${lines}`;
    expect(said(relay('true\n    replicas: 2\n'), relay('true\n'))).toEqual([['hubble.relay.replicas', 'note']]);
    expect(said(relay('true\n    replicas: 2\n'), relay('false\n'))).toContainEqual(['hubble.relay.replicas', 'note']);
    expect(said(relay('false\n    replicas: 2\n'), relay('true\n'))).toContainEqual(['hubble.relay.replicas', 'note']);
  });

  test('that is a switch itself has a row also where it is off, or shows no effect by itself', () => {
    expect(said('clustermesh:\n  apiserver:\n    podDisruptionBudget:\n      enabled: true\n', '')).toEqual([
      ['clustermesh.apiserver.podDisruptionBudget.enabled', 'note'],
    ]);
    expect(said('preflight:\n  enabled: true\n  podDisruptionBudget:\n    enabled: true\n', 'preflight:\n  enabled: true\n')).toEqual([
      ['preflight.podDisruptionBudget.enabled', 'note'],
    ]);
  });

  test('that one of both charts knows has a row', () => {
    const versions = { bootstrapVersion: '1.18.2', argocdVersion: '1.20.0' };
    expect(said('', 'secretsNamespaceLabels:\n  a: b\n', versions)).toContainEqual(['secretsNamespaceLabels.a', 'warning']);
  });

  test('is said once: of its keys where both sides hold a map, an empty one too', () => {
    expect(said('certgen:\n  podLabels: {}\n', 'certgen:\n  podLabels:\n    a: b\n')).toEqual([['certgen.podLabels.a', 'note']]);
    expect(said('certgen:\n  podLabels: {}\n', 'certgen:\n  podLabels: {}\n')).toEqual([]);
  });

  test('is listed by its path', () => {
    const values = 'sleepAfterInit: true\nannotations: {b: c}\nextraArgs: [x]\n';
    expect(said(values, '').map(([setting]) => setting)).toEqual(['annotations.b', 'extraArgs', 'sleepAfterInit']);
    expect(said('extraArgs: [x]\nannotations: {b: c}\n', 'sleepAfterInit: true\n').map(([setting]) => setting)).toEqual([
      'annotations.b',
      'extraArgs',
      'sleepAfterInit',
    ]);
  });

  test('shows what each side holds, and who says so', () => {
    const [row] = rowsOf('authentication:\n  queueSize: 2048\n', '');
    expect(row!.bootstrap).toEqual({ value: 2048, origin: 'set', place: { file: 'bootstrap/values.yaml', line: 4, column: 14 } });
    expect(row!.argocd).toEqual({ value: 1024, origin: 'default', place: { source: 'chart default 1.18.2' } });
    expect(rowsOf('annotations:\n  a: b\n', '')[0]!.argocd).toEqual({ value: null, origin: 'absent', place: null });
    expect(rowsOf('sleepAfterInit: false\n', 'sleepAfterInit: true\n')[0]!.bootstrap.value).toBe(false);
  });
});

describe('a value that cannot be known', () => {
  const files = (bootstrap: string, argocd: string) => ({
    ...bothSides(IPAM, IPAM + argocd),
    'bootstrap.sh': `helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.2 --namespace kube-system --set ipam.mode=kubernetes ${bootstrap}\n`,
  });
  const rows = (bootstrap: string, argocd: string) =>
    check(memoryRepository(files(bootstrap, argocd)), { failOn: 'error', undecided: 'warn' }).clusters[0]!.rows.filter(
      ({ status }) => status === 'opaque' || status === 'drifted',
    );

  test('is neither the same nor another', () => {
    const [row, ...others] = rows('--set authentication.queueSize=$QUEUE', '');
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      setting: 'authentication.queueSize',
      status: 'opaque',
      level: null,
      bootstrap: { value: null, origin: 'opaque' },
      argocd: { value: 1024 },
    });
    expect(row!.why).toBe(row!.bootstrap.why);
    expect(row!.why).not.toBe('');
  });

  test('where no template reads it has no row', () => {
    expect(rows('--set k8sServiceLookupNamespace=$SPACE', '')).toEqual([]);
  });
});

const METRICS = `clustermesh:
  apiserver:
    metrics:
      enabled: true
      serviceMonitor:
        enabled: true
`;

test('metrics of an API server of the cluster mesh that neither side runs make no row', () => {
  expect(said('', METRICS)).toEqual([]);
  expect(said('clustermesh:\n  useAPIServer: false\n', METRICS)).toEqual([]);
});

test('metrics of one that runs do', () => {
  const mesh = 'clustermesh:\n  useAPIServer: true\n';
  expect(said(mesh, `${mesh}${METRICS.replace('clustermesh:\n', '')}`)).toEqual([
    ['clustermesh.apiserver.metrics.serviceMonitor.enabled', 'note'],
  ]);
});
