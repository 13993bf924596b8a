import { expect, test } from 'vitest';
import { compare } from '../check.ts';
import { application, bothSides } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';

test('what differs in a map is said once, with its own key', () => {
  const files = {
    ...bothSides('ipam:\n  mode: kubernetes', ''),
    'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\nlogOptions:\n  format: json'),
  };
  const rows = compare(memoryRepository(files), {}).clusters[0]!.rows.filter(({ setting }) => setting.startsWith('logOptions'));
  expect(rows.map(({ setting, status, why }) => [setting, status, why])).toEqual([
    ['logOptions', 'irrelevant', 'only follows from logOptions.format'],
    ['logOptions.format', 'drifted', 'changes the rendered workloads'],
  ]);
});
