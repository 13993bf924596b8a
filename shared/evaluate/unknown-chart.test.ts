import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';

const files = (version: string, application: boolean): Record<string, string> => ({
  'up.sh': `helm install cilium cilium/cilium --version ${version} -n kube-system --set ipam.mode=kubernetes\n`,
  ...(application && {
    'app.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium}\nspec:\n  source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: ${version}, helm: {valuesObject: {ipam: {mode: kubernetes}}}}\n  destination: {server: https://kubernetes.default.svc, namespace: kube-system}\n`,
  }),
});

test.each([
  ['older than the charts whose templates are followed', '1.13.4', 'undecided', ['opaque']],
  ['of a minor that is not out yet', '1.99.1', 'undecided', ['opaque']],
  ['the oldest that is followed', '1.14.0', 'aligned', ['aligned']],
])('a chart %s is not judged by what it is not', (_, version, outcome, statuses) => {
  const both = check(memoryRepository(files(version, true)), { failOn: 'error', undecided: 'fail' });
  expect(both.outcome).toBe(outcome);
  expect(both.findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect([...new Set(both.clusters[0]!.rows.filter(({ setting }) => setting !== 'version').map(({ status }) => status))]).toEqual(statuses);
  const alone = check(memoryRepository(files(version, false)), { failOn: 'error', undecided: 'fail' });
  expect([alone.outcome, alone.findings.filter(({ level }) => level === 'error')]).toEqual(['nothing', []]);
});
