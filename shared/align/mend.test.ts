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
