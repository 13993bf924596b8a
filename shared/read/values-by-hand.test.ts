import { expect, it } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm: {valuesObject: {ipam: {mode: kubernetes}}}
`;

it('takes a values file that somebody points at for that side', () => {
  const repository = memoryRepository({ 'app.yaml': application, 'talos/first.yaml': 'ipam:\n  mode: cluster-pool\n' });
  const report = check(repository, { failOn: 'error', undecided: 'fail', bootstrap: 'talos/first.yaml' });
  expect(report.clusters[0]?.bootstrap).toMatchObject({ form: 'values-file', files: ['talos/first.yaml'], chartVersion: null });
  expect(report.clusters[0]?.rows.find((row) => row.setting === 'ipam.mode')).toMatchObject({
    status: 'drifted',
    bootstrap: { value: 'cluster-pool', place: { file: 'talos/first.yaml', line: 2 } },
    argocd: { value: 'kubernetes' },
  });
});

it('takes nothing else for one', () => {
  const repository = memoryRepository({ 'app.yaml': application, 'list.yaml': '- a\n' });
  expect(check(repository, { failOn: 'error', undecided: 'fail', bootstrap: 'list.yaml' }).outcome).toBe('nothing');
});
