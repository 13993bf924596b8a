import { expect, test } from 'vitest';
import { check } from '../../check.ts';
import { memoryRepository } from '../../repository/memory.ts';

const FILES = {
  'charts/apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 0.1.0\n',
  'charts/apps/values.yaml': 'defaults: {}\n',
  'charts/apps/templates/application.yaml': `{{- range $name, $app := .Values.applications }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ $name }}
{{- $labels := $app.labels }}
  labels: {{ merge $labels (dict "from" "apps") | toJson }}
spec:
  source:
    repoURL: {{ $.Values.defaults.repoURL }}
    targetRevision: HEAD
    path: {{ $app.source.path }}
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  syncPolicy:
    syncOptions: {{ $.Values.defaults.syncOptions | toJson }}
{{- end }}
`,
  'cluster/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmGlobals: {chartHome: ../charts}\nhelmCharts:\n  - name: apps\n    valuesFile: defaults.yaml\n    additionalValuesFiles: [network.yaml]\n',
  'cluster/defaults.yaml': 'defaults:\n  repoURL: https://git.example.org/acme/platform.git\n  syncOptions: [ServerSideApply=true]\n',
  'cluster/network.yaml':
    'applications:\n  cilium:\n    source: {path: components/cilium}\n    destination: {namespace: kube-system}\n  pools:\n    source: {path: components/pools}\n    destination: {namespace: kube-system}\n',
  'components/cilium/kustomization.yaml':
    'helmCharts:\n  - name: cilium\n    repo: https://helm.cilium.io\n    version: 1.18.2\n    releaseName: cilium\n    namespace: kube-system\n',
};
const ROOT = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: root, namespace: argocd}
spec:
  source: {repoURL: https://git.example.org/acme/platform.git, targetRevision: HEAD, path: cluster}
  destination: {server: https://kubernetes.default.svc, namespace: argocd}
`;

test.each([
  ['on its own', {}],
  ['below a root Application', { 'root.yaml': ROOT }],
])('Applications of a chart that a kustomization inflates are whole, %s', (_, more) => {
  const { clusters, findings } = check(memoryRepository({ ...FILES, ...more }), { failOn: 'error', undecided: 'fail' });
  expect(clusters.map(({ argocd }) => argocd?.place)).toEqual([{ file: 'components/cilium/kustomization.yaml', line: 2, column: 11 }]);
  expect(clusters[0]!.argocd!.files).toEqual(
    expect.arrayContaining([
      'cluster/kustomization.yaml',
      'cluster/network.yaml',
      'charts/apps/templates/application.yaml',
      ...Object.keys(more),
    ]),
  );
  // The defaults that every Application gets are another file's.
  expect(findings.map(({ rule }) => rule)).not.toContain('client-side-apply');
});
