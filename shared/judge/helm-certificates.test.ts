import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { application } from './example.ts';

const SECRETS = ['cilium-ca', 'hubble-server-certs'];
const ignoring = (namespace?: string) =>
  `syncPolicy:\n  syncOptions: [RespectIgnoreDifferences=true]\nignoreDifferences:\n${SECRETS.map(
    (name) => `  - kind: Secret\n    name: ${name}\n${namespace ? `    namespace: ${namespace}\n` : ''}    jsonPointers: [/data]`,
  ).join('\n')}`;

test.each([
  ['no namespace holds in all', undefined, undefined, undefined],
  ['the namespace that Cilium goes to', 'kube-system', undefined, undefined],
  ['another namespace ignores nothing of them', 'cilium', undefined, 'they are in namespace kube-system, and it ignores those in cilium'],
  ['the chart may be told to use another namespace', 'cilium', 'cilium', undefined],
])('%s', (_, namespace, override, expected) => {
  const values = `hubble:\n  enabled: true\n${override ? `namespaceOverride: ${override}\n` : ''}`;
  const { findings } = check(memoryRepository({ 'argocd/cilium.yaml': application(values, { spec: ignoring(namespace) }) }), {
    failOn: 'error',
    undecided: 'warn',
  });
  const found = findings.find(({ rule }) => rule === 'hubble-certificates');
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found?.message).toContain(expected);
});
