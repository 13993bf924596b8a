import { expect, test } from 'vitest';
import { check } from '../../check.ts';
import { memoryRepository } from '../../repository/memory.ts';

test('an Application whose directory is Jsonnet is there, and what it means is not known', () => {
  const repository = memoryRepository({
    'install.sh': 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system\n',
    'argocd/cilium.yaml':
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium, namespace: argocd}\nspec:\n  source: {repoURL: https://git.example.org/acme/platform.git, path: apps/cilium}\n  destination: {server: https://kubernetes.default.svc, namespace: kube-system}\n',
    'apps/cilium/helm.jsonnet': "{ chart: 'cilium', repoURL: 'https://helm.cilium.io', targetRevision: '1.18.2' }\n",
  });
  const { outcome, clusters } = check(repository, { failOn: 'error', undecided: 'fail' });
  expect(outcome).toBe('undecided');
  expect(clusters.map(({ argocd }) => argocd?.chartVersionWhy)).toEqual(['Jsonnet makes it']);
});
