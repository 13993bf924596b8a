import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application, talconfig } from './example.ts';

const fix = (values: string) =>
  check(memoryRepository({ 'argocd/cilium.yaml': application(values), 'talos/talconfig.yaml': talconfig() }), {
    failOn: 'error',
    undecided: 'warn',
  }).findings.find(({ rule }) => rule === 'privileged-agent')?.fix;

test('lists that are written already are not asked for', () => {
  const lists = '  capabilities:\n    ciliumAgent: [NET_ADMIN]\n    cleanCiliumState: [NET_ADMIN]\n';
  expect(fix('securityContext:\n  privileged: true\n')).toContain('write the capability lists');
  expect(fix(`securityContext:\n  privileged: true\n${lists}`)).toContain('the capability lists that are written count then');
});
