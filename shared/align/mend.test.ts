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
  ['kubeProxyReplacement', 'true', 'false', []],
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
  expect(edits('l2announcements.enabled', left, right, ...versions)[0]).toBe('add `--set l2announcements.enabled=true`');
});

test('what a chart works out of another setting is left alone where the other side has an exact edit', () => {
  const derived: Cell = { ...cell(true, 'argocd.yaml'), origin: 'derived' };
  expect(edits('socketLB.hostNamespaceOnly', unset(false), derived)).toEqual(['add `--set socketLB.hostNamespaceOnly=true`', undefined]);
});

test('a default that counts because of another setting is written over', () => {
  const derived: Cell = { ...cell('helm', 'bootstrap.yaml'), origin: 'derived' };
  expect(edits('hubble.tls.auto.method', derived, cell('cronJob', 'argocd.yaml'))[0]).toBe('add `--set hubble.tls.auto.method=cronJob`');
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
