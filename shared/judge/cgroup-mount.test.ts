import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application, talconfig } from './example.ts';

test.each([
  ['cgroup:\n  hostRoot: /sys/fs/cgroup\n', 'Write `cgroup.autoMount.enabled: false`; `cgroup.hostRoot` is right already.'],
  ['ipam:\n  mode: kubernetes\n', 'Write `cgroup.autoMount.enabled: false` and `cgroup.hostRoot: /sys/fs/cgroup`.'],
  ['cgroup:\n  automount:\n    enabled: false\n', 'Write `cgroup.autoMount.enabled` instead of `cgroup.automount.enabled`.'],
])('what is right already is not asked for: %j', (values, fix) => {
  const { findings } = check(memoryRepository({ 'argocd/cilium.yaml': application(values), 'talos/talconfig.yaml': talconfig() }), {
    failOn: 'error',
    undecided: 'warn',
  });
  expect(findings.find(({ rule }) => rule === 'cgroup-mount')?.fix).toBe(fix);
});
