import { expect, test } from 'vitest';
import type { Cell, Cluster, Release, Row } from '../model.ts';
import { mendsOf } from './mend.ts';

const release = (side: 'bootstrap' | 'argocd'): Release => ({
  side,
  form: side === 'bootstrap' ? 'helm-command' : 'application',
  name: 'cilium',
  namespace: 'kube-system',
  chartVersion: '1.18.2',
  place: { file: `${side}.yaml`, line: 1, column: 1 },
  files: [`${side}.yaml`],
  layers: [],
});
const cell = (value: unknown, file: string): Cell => ({ value, origin: 'set', place: { file, line: 2, column: 3 } });
const mends = (setting: string, left: unknown, right: unknown, talos: Cluster['talos']) => {
  const row: Row = {
    setting,
    status: 'drifted',
    impact: 'boot-critical',
    level: 'error',
    bootstrap: cell(left, 'bootstrap.yaml'),
    argocd: cell(right, 'argocd.yaml'),
  };
  return mendsOf(row, { bootstrap: release('bootstrap'), argocd: release('argocd'), talos }).map((m) => m.side);
};

const WITHOUT_KUBE_PROXY: Cluster['talos'] = { contract: null, facts: { kubeProxy: cell('disabled', 'talos.yaml') } };

test.each([
  ['k8sServiceHost', null, 'localhost', ['bootstrap']],
  ['k8sServicePort', 7445, null, ['argocd']],
  ['kubeProxyReplacement', 'true', 'false', ['argocd']],
  ['k8sServiceHost', 'localhost', '10.0.0.1', ['bootstrap', 'argocd']],
])('without kube-proxy no edit takes the way to the API server away: %s', (setting, left, right, expected) => {
  expect(mends(setting, left, right, WITHOUT_KUBE_PROXY)).toEqual(expected);
});

const edits = (
  setting: string,
  left: Cell,
  right: Cell,
  bootstrap: Partial<Release> = {},
  argocd: Partial<Release> = {},
): (string | undefined)[] => {
  const row: Row = { setting, status: 'drifted', impact: 'boot-critical', level: 'warning', bootstrap: left, argocd: right };
  const found = mendsOf(row, {
    bootstrap: { ...release('bootstrap'), ...bootstrap },
    argocd: { ...release('argocd'), ...argocd },
    talos: null,
  });
  return (['bootstrap', 'argocd'] as const).map((side) => found.find((m) => m.side === side)?.edit);
};
const unset = (value: unknown): Cell => ({ value, origin: 'default', place: { source: 'chart default' } });

test('no edit writes a key that the older chart does not know', () => {
  const [left, right] = [unset(false), cell(true, 'argocd.yaml')];
  const versions = [{ chartVersion: '1.16.3' }, { chartVersion: '1.20.0' }] as const;
  expect(edits('bpf.lbAlgorithmAnnotation', left, right, ...versions)[0]).toBeUndefined();
  expect(edits('bpf.lbAlgorithmAnnotation', left, { ...right, origin: 'derived' }, ...versions)).toEqual([undefined, undefined]);
  expect(edits('l2announcements.enabled', left, right, ...versions)[0]).toBe('add `--set=l2announcements.enabled=true`');
});

test('what a chart works out of another setting is left alone where the other side has an exact edit', () => {
  const derived: Cell = { ...cell(true, 'argocd.yaml'), origin: 'derived' };
  expect(edits('socketLB.hostNamespaceOnly', unset(false), derived)).toEqual(['add `--set=socketLB.hostNamespaceOnly=true`', undefined]);
});

test('a default that counts because of another setting is written over', () => {
  const derived: Cell = { ...cell('helm', 'bootstrap.yaml'), origin: 'derived' };
  expect(edits('hubble.tls.auto.method', derived, cell('cronJob', 'argocd.yaml'))[0]).toBe('add `--set=hubble.tls.auto.method=cronJob`');
  expect(edits('hubble.tls.auto.method', derived, cell('cronJob', 'argocd.yaml'), { form: 'helmfile' })[0]).toBe(
    'write `hubble.tls.auto.method: cronJob`',
  );
});

test('in a file that an umbrella chart reads too, the values of Cilium itself stand at the top', () => {
  const layers: Release['layers'] = [{ kind: 'values-file', place: { file: 'values.yaml', line: 1, column: 1 } }];
  expect(
    edits(
      'ipam.mode',
      unset('cluster-pool'),
      cell('kubernetes', 'values.yaml'),
      { form: 'helmfile', layers },
      { form: 'umbrella-chart', layers },
    ),
  ).toEqual(["add `ipam.mode: kubernetes` at the top, not below the dependency's name,", undefined]);
  const files = ['values.yaml', 'cilium/Chart.yaml'];
  expect(
    edits(
      'ipam.mode',
      unset('cluster-pool'),
      cell('kubernetes', 'values.yaml'),
      { form: 'values-file', layers, files },
      { form: 'umbrella-chart', layers },
    )[0],
  ).toBe("add `ipam.mode: kubernetes` below the dependency's name");
});

test.each([
  ['1.18.2', '1.18.1', ['pin the chart version to 1.18.1', 'pin the chart version to 1.18.2']],
  ['1.18.1', '1.18.2', ['pin the chart version to 1.18.2', undefined]],
])('the bootstrap follows Argo CD, and an older Argo CD may be raised: %s and %s', (left, right, expected) => {
  expect(edits('version', cell(left, 'bootstrap.yaml'), cell(right, 'argocd.yaml'))).toEqual(expected);
});

const TALOS = { contract: null, facts: {} };

test.each([
  ['securityContext.capabilities.ciliumAgent', ['NET_ADMIN', 'SYS_MODULE'], ['NET_ADMIN'], ['bootstrap']],
  ['securityContext.capabilities.ciliumAgent', ['NET_ADMIN'], ['NET_ADMIN', 'SYS_MODULE'], ['argocd']],
  ['cgroup.autoMount.enabled', true, false, ['bootstrap']],
  ['cgroup.hostRoot', '/sys/fs/cgroup', '/run/cilium/cgroupv2', ['argocd']],
  ['l2announcements.enabled', true, false, ['bootstrap', 'argocd']],
])('no edit leads to what Talos refuses: %s', (setting, left, right, expected) => {
  expect(mends(setting, left, right, TALOS)).toEqual(expected);
  expect(mends(setting, left, right, null)).toEqual(['bootstrap', 'argocd']);
});

test('what native routing needs stays where native routing stays', () => {
  const both = { bootstrap: release('bootstrap'), argocd: release('argocd') };
  const row = (setting: string, bootstrap: unknown, argocd: unknown): Row => ({
    setting,
    status: 'drifted',
    impact: 'disruptive',
    level: 'error',
    bootstrap: cell(bootstrap, 'bootstrap.yaml'),
    argocd: cell(argocd, 'argocd.yaml'),
  });
  const range = row('ipv4NativeRoutingCIDR', null, '10.244.0.0/16');
  const sides = (rows: Row[]) => mendsOf(range, { ...both, rows }).map((m) => m.side);
  expect(sides([range, row('routingMode', 'tunnel', 'native')])).toEqual(['bootstrap']);
  expect(sides([range])).toEqual(['bootstrap', 'argocd']);
});

test('a value for a chart that Terraform renders goes into its values file, not beside a `set` block', () => {
  const file = { file: 'values.yaml', line: 1, column: 1 };
  const bootstrap: Release = {
    ...release('bootstrap'),
    form: 'terraform-helm',
    layers: [
      { kind: 'values-file', place: file },
      { kind: 'set', place: { file: 'main.tf', line: 25, column: 15 } },
    ],
  };
  const row: Row = {
    setting: 'loadBalancer.algorithm',
    status: 'drifted',
    impact: 'behaviour',
    level: 'warning',
    bootstrap: { value: null, origin: 'absent', place: null },
    argocd: cell('maglev', 'argocd.yaml'),
  };
  expect(mendsOf(row, { bootstrap, argocd: release('argocd') })[0]).toMatchObject({
    edit: 'add `loadBalancer.algorithm: maglev`',
    place: file,
  });
});

test('an older name that somebody wrote is mended there', () => {
  const row: Row = {
    setting: 'encryption.strictMode.enabled',
    status: 'drifted',
    impact: 'disruptive',
    level: 'error',
    bootstrap: { ...cell(true, 'bootstrap.yaml'), origin: 'derived' },
    argocd: { value: false, origin: 'default', place: { source: 'chart default 1.20.0' } },
  };
  const argocd: Release = { ...release('argocd'), chartVersion: '1.20.0' };
  expect(mendsOf(row, { bootstrap: release('bootstrap'), argocd }).map((m) => m.edit)).toEqual(['remove `encryption.strictMode.enabled`']);
});

test.each([
  ['127.0.0.1', '127.0.0.1', ['bootstrap']],
  ['10.0.0.10', '10.0.0.10', ['bootstrap', 'argocd']],
  ['10.0.0.10', '127.0.0.1', ['bootstrap', 'argocd']],
])('no edit leads every node to the API server of control planes: %s and %s', (left, right, expected) => {
  const row = (setting: string, a: unknown, b: unknown): Row => ({
    setting,
    status: a === b ? 'aligned' : 'drifted',
    impact: 'disruptive',
    level: null,
    bootstrap: cell(a, 'bootstrap.yaml'),
    argocd: cell(b, 'argocd.yaml'),
  });
  const port = row('k8sServicePort', 6443, 7445);
  const rows = [row('k8sServiceHost', left, right), port];
  expect(mendsOf(port, { bootstrap: release('bootstrap'), argocd: release('argocd'), talos: TALOS, rows }).map((m) => m.side)).toEqual(
    expected,
  );
});

test('where kube-proxy runs, a running cluster keeps what replaces it', () => {
  expect(mends('kubeProxyReplacement', 'true', 'false', { contract: null, facts: {} })).toEqual(['bootstrap']);
});
