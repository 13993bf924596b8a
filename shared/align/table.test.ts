import { describe, expect, test } from 'vitest';
import { check, compare } from '../check.ts';
import { application, bothSides } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';
import { isDefault } from './table.ts';

const IPAM = 'ipam:\n  mode: kubernetes\n';
const policy = { failOn: 'error', undecided: 'warn' } as const;
const rows = (bootstrap: string, argocd: string, versions: Parameters<typeof bothSides>[2] = {}) =>
  check(memoryRepository(bothSides(IPAM + bootstrap, IPAM + argocd, versions)), policy).clusters[0]!.rows;
const row = (setting: string, ...sides: Parameters<typeof rows>) => rows(...sides).find((r) => r.setting === setting)!;
const drifted = (...sides: Parameters<typeof rows>) =>
  rows(...sides)
    .filter(({ status }) => status === 'drifted')
    .map(({ setting }) => setting);

test('what differs in a map is said once, with its own key', () => {
  const files = {
    ...bothSides('ipam:\n  mode: kubernetes', ''),
    'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\nlogOptions:\n  format: json'),
  };
  const found = compare(memoryRepository(files), {}).clusters[0]!.rows.filter(({ setting }) => setting.startsWith('logOptions'));
  expect(found.map(({ setting, status, why }) => [setting, status, why])).toEqual([
    ['logOptions', 'irrelevant', 'only follows from logOptions.format'],
    ['logOptions.format', 'drifted', 'changes the rendered workloads'],
  ]);
});

test('a setting that is no map keeps its row, whatever else differs', () => {
  const found = rows('debug:\n  enabled: true\nlogOptions:\n  format: json\n', 'MTU: 1400\n');
  expect(found.filter(({ status }) => status === 'drifted').map(({ setting }) => setting)).toEqual(
    expect.arrayContaining(['MTU', 'debug.enabled', 'logOptions.format']),
  );
});

describe('a key of the agent that somebody writes by hand', () => {
  test('is told by the setting that is read from it', () => {
    expect(drifted('extraConfig:\n  ipam: cluster-pool\n', '')).toEqual(['ipam.mode']);
    expect(drifted('extraConfig:\n  debug: "true"\n  unheard-of: a\n', '')).toEqual(['debug.enabled', 'extraConfig.unheard-of']);
  });
});

describe('the row of a setting', () => {
  test.each([
    ['k8sServicePort', 'k8sServiceHost: localhost\nk8sServicePort: "7445"\n', 7445],
    ['cluster.name', 'cluster:\n  name: "0123"\n', '0123'],
    ['k8sServiceHost', 'k8sServiceHost: "7445"\n', '7445'],
    ['bgpControlPlane.enabled', 'bgpControlPlane:\n  enabled: "true"\n', true],
    ['bpf.masquerade', 'bpf:\n  masquerade: "false"\n', false],
    ['devices', 'devices: [eth0, eth1]\n', ['eth0', 'eth1']],
  ])('%s shows the value in its own type', (setting, written, value) => {
    const { status, bootstrap } = row(setting, written, written);
    expect([status, Array.isArray(value) && typeof bootstrap.value === 'string' ? bootstrap.value.split(' ') : bootstrap.value]).toEqual([
      'aligned',
      value,
    ]);
  });

  test('says who speaks: the writer, the default, the chart that works it out, or nobody', () => {
    expect(row('ipam.mode', '', '').bootstrap).toEqual({
      value: 'kubernetes',
      origin: 'set',
      place: { file: 'bootstrap/values.yaml', line: 2, column: 9 },
    });
    expect(row('routingMode', '', '').argocd).toMatchObject({ value: 'tunnel', place: { source: 'chart default 1.18.2' } });
    expect(row('endpointRoutes.enabled', 'alibabacloud:\n  enabled: true\n', '').bootstrap).toMatchObject({
      value: true,
      origin: 'derived',
    });
    expect(row('k8sClientRateLimit.qps', '', 'k8sClientRateLimit:\n  qps: 11\n').bootstrap).toEqual({
      value: null,
      origin: 'absent',
      place: null,
    });
  });

  test('is aligned where one side writes what the agent does anyway', () => {
    const qps = 'k8sClientRateLimit:\n  qps: 10\n';
    const agent = { value: 10, origin: 'default', place: { source: 'agent default' } };
    for (const [found, other, own] of [
      [row('k8sClientRateLimit.qps', qps, ''), 'argocd', 'bootstrap'],
      [row('k8sClientRateLimit.qps', '', qps), 'bootstrap', 'argocd'],
    ] as const) {
      expect(found).toMatchObject({ status: 'aligned', why: 'the one side writes what the agent does anyway', [other]: agent });
      expect(found[own]).toMatchObject({ value: 10, origin: 'set' });
    }
    expect(row('k8sClientRateLimit.qps', qps, '', { bootstrapVersion: '1.17.0', argocdVersion: '1.17.0' }).status).toBe('aligned');
    expect(row('k8sClientRateLimit.qps', qps, qps.replace('10', '11')).status).toBe('drifted');
  });

  test('weighs a default that changed between two versions less than a value that somebody wrote', () => {
    const versions = { bootstrapVersion: '1.17.0', argocdVersion: '1.18.2' };
    expect(row('l2NeighDiscovery.enabled', '', '', versions)).toMatchObject({
      status: 'drifted',
      level: 'warning',
      why: "the chart's default changed between 1.17.0 and 1.18.2",
    });
    expect(row('l2NeighDiscovery.enabled', 'l2NeighDiscovery:\n  enabled: true\n', '', versions).why).not.toContain('default changed');
    expect(row('l2NeighDiscovery.enabled', '', 'l2NeighDiscovery:\n  enabled: false\n', versions).why).not.toContain('default changed');
  });

  test('is called by its older name where somebody wrote that one, and nobody the new one', () => {
    const strict = 'encryption:\n  enabled: true\n  type: wireguard\n  strictMode:\n';
    const old = `${strict}    enabled: true\n    cidr: 10.244.0.0/16\n`;
    const today = `${strict}    egress:\n      enabled: true\n      cidr: 10.244.0.0/16\n`;
    const on = { bootstrapVersion: '1.19.1', argocdVersion: '1.19.1' };
    const named = (...sides: [string, string]) =>
      drifted(...sides, on).filter((setting) => setting.endsWith('strictMode.enabled') || setting.endsWith('egress.enabled'));
    const off = 'encryption:\n  enabled: true\n  type: wireguard\n';
    expect(named(old, off)).toEqual(['encryption.strictMode.enabled']);
    expect(named(off, old)).toEqual(['encryption.strictMode.enabled']);
    expect(named(today, off)).toEqual(['encryption.strictMode.egress.enabled']);
    expect(drifted(old, today, on)).toEqual([]);
  });
});

describe('a value that cannot be known', () => {
  const SECRET = 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]';
  const files = (bootstrap: string, argocd: string) => ({
    'install.sh': `helm install cilium cilium --repo https://helm.cilium.io --version 1.18.2 -n kube-system -f ${bootstrap}\n`,
    'values.yaml': `${IPAM}k8sServiceHost: ${SECRET}\n`,
    'other.yaml': `${IPAM}k8sServiceHost: ${SECRET}\n`,
    'argocd/cilium.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  sources:
    - {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2, helm: {valueFiles: [$v/${argocd}]}}
    - {repoURL: https://git.example.org/acme/platform.git, ref: v}
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
`,
  });
  const host = (bootstrap: string, argocd: string) =>
    check(memoryRepository(files(bootstrap, argocd)), policy).clusters[0]!.rows.find(({ setting }) => setting === 'k8sServiceHost')!;

  test('is aligned where both sides read it from one place, and nowhere else', () => {
    expect(host('values.yaml', 'values.yaml')).toMatchObject({
      status: 'aligned',
      level: null,
      why: 'both sides read the same text, which cannot be known here',
    });
    const apart = host('values.yaml', 'other.yaml');
    expect(apart).toMatchObject({
      status: 'opaque',
      level: null,
      bootstrap: { value: null, origin: 'opaque' },
      argocd: { value: null, origin: 'opaque' },
    });
    expect(apart.why).toBe(apart.bootstrap.why);
  });
});

test.each([
  ['default', null, true],
  ['default', { file: 'a', line: 1, column: 1 }, true],
  ['absent', null, true],
  ['derived', null, true],
  ['derived', { source: 'chart default 1.18.2' }, true],
  ['derived', { file: 'a', line: 1, column: 1 }, false],
  ['set', { source: 'cilium install adds it' }, false],
  ['installer', { source: 'cilium install adds it' }, false],
  ['opaque', null, false],
] as const)('a cell that is %s at %j is nobody’s: %s', (origin, place, expected) => {
  expect(isDefault({ value: 1, origin, place })).toBe(expected);
});
