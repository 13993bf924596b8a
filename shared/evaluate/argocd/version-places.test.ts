import { expect, test } from 'vitest';
import { argocdDeclarations } from '../../read/argocd/index.ts';
import { memoryRepository } from '../../repository/memory.ts';

const REPOSITORY = 'https://git.example.org/acme/platform.git';
const set = (goTemplate: boolean, version: string) => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: apps, namespace: argocd}
spec:
  goTemplate: ${goTemplate}
  generators: [git: {repoURL: ${REPOSITORY}, revision: HEAD, files: [path: 'apps/*/app.yaml']}]
  template:
    metadata: {name: cilium}
    spec:
      source:
        repoURL: https://helm.cilium.io
        chart: cilium
        targetRevision: '${version}'
      destination: {server: https://kubernetes.default.svc, namespace: kube-system}
`;

test.each([
  ['go template', true, '{{ .chart.version }}', { file: 'apps/cilium/app.yaml', line: 2, column: 12 }],
  ['flat parameters', false, '{{chart.version}}', { file: 'apps/cilium/app.yaml', line: 2, column: 12 }],
  ['a part of the version alone', true, '1.{{ .minor }}', { file: 'appset.yaml', line: 13, column: 25 }],
])('a version that a file of parameters holds stands there: %s', (_, goTemplate, version, place) => {
  const files = { 'appset.yaml': set(goTemplate, version), 'apps/cilium/app.yaml': 'chart:\n  version: 1.18.2\nminor: "18.2"\n' };
  const candidates = Object.entries(files).map(([path, text]) => ({ path, text }));
  const { declarations } = argocdDeclarations(memoryRepository(files), candidates);
  expect(declarations).toMatchObject([{ chartVersion: '1.18.2', chartVersionPlace: place }]);
});
