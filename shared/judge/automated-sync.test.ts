import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application } from './example.ts';

test.each([
  ['{prune: true, selfHeal: true, allowEmpty: true}', true],
  ['{prune: true, allowEmpty: false}', false],
  ['{selfHeal: true, allowEmpty: true}', false],
])('allowEmpty matters where Argo CD prunes: %s', (automated, said) => {
  const spec = `syncPolicy:\n  automated: ${automated}`;
  const { findings } = check(memoryRepository({ 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec }) }), {
    failOn: 'error',
    undecided: 'warn',
  });
  expect(findings.find(({ rule }) => rule === 'automated-sync')!.message.includes('allowEmpty')).toBe(said);
});
