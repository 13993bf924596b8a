import { expect, it } from 'vitest';
import { fix } from '../../shared/fix/fix.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';

const BASE = 'kubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445\n';
const files = (bootstrap: string, argocd: string) => ({
  'argocd/cilium.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm:
      valuesObject:
${(BASE + argocd).trimEnd().replace(/^/gm, '        ')}
`,
  'bootstrap/values.yaml': BASE + bootstrap,
  'bootstrap/install.sh':
    '#!/bin/sh\nhelm upgrade --install cilium cilium/cilium --version 1.18.2 --namespace kube-system --values bootstrap/values.yaml\n',
  'talos/patch.yaml': 'cluster:\n  network:\n    cni: {name: none}\n  proxy: {disabled: true}\n',
});
const resultOf = (bootstrap: string, argocd: string) =>
  fix(memoryRepository(files(bootstrap, argocd)), { side: 'argocd', failOn: 'error', undecided: 'fail' });

it.each([
  ['ipam:\n  mode: kubernetes\n', 'ipam: {mode: cluster-pool}\n', 'ipam.mode'],
  ['cluster:\n  id: 1\n', 'cluster: {id: 2}\n', 'cluster.id'],
  ['tunnelProtocol: geneve\n', 'tunnelProtocol: vxlan\n', 'tunnelProtocol'],
])('what the cluster runs is not edited: %s', (bootstrap, argocd, setting) => {
  const { rows, files } = resultOf(bootstrap, argocd);
  expect(files).toEqual([]);
  expect(rows.find((row) => row.setting === setting)).toMatchObject({
    result: 'refused',
    why: expect.stringContaining('a running cluster cannot'),
  });
});

it('nor what the chart would change with it', () => {
  const { rows, files } = resultOf('gke:\n  enabled: true\n', '');
  expect(files).toEqual([]);
  expect(rows.find(({ setting }) => setting === 'gke.enabled')).toMatchObject({
    result: 'by hand',
    why: 'the edit was tried, and `routingMode` would change with it, and a running cluster cannot take another value',
  });
});
