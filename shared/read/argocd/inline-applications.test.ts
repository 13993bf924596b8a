import { expect, test } from 'vitest';
import { check } from '../../check.ts';
import { memoryRepository } from '../../repository/memory.ts';

const ROOT = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: root, namespace: argocd}
spec:
  source: {repoURL: https://git.example.org/acme/platform.git, targetRevision: HEAD, path: apps}
  destination: {name: home, namespace: argocd}
`;
const CILIUM = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2}
  destination: {name: home, namespace: kube-system}
`;
const patch = (manifest: string) =>
  `cluster:\n  network: {cni: {name: none}}\n  inlineManifests:\n    - name: argocd\n      contents: |\n${manifest.replaceAll(/^/gm, '        ')}\n`;

test.each([
  [
    'an Application that Talos applies at bootstrap is one of Argo CD',
    { 'talos/patches/argocd.yaml': patch(CILIUM) },
    'talos/patches/argocd.yaml:10',
  ],
  [
    'it leads to others as one that lies in a file does',
    { 'talos/patches/argocd.yaml': patch(ROOT), 'apps/cilium.yaml': CILIUM },
    'apps/cilium.yaml:5',
  ],
])('%s', (_, files, place) => {
  const { clusters } = check(memoryRepository(files), { failOn: 'error', undecided: 'fail' });
  expect(clusters.map(({ argocd }) => argocd && 'file' in argocd.place && `${argocd.place.file}:${argocd.place.line}`)).toEqual([place]);
  expect(clusters[0]!.argocd!.files).toContain('talos/patches/argocd.yaml');
});

const SET = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: apps, namespace: argocd}
spec:
  goTemplate: true
  generators: [list: {elements: [{clusterName: CLUSTER_NAME}]}]
  template:
    metadata: {name: cilium}
    spec:
      sources:
        - repoURL: https://helm.cilium.io
          chart: cilium
          targetRevision: 1.18.2
          helm: {valueFiles: ['$v/values/{{.clusterName}}.yaml']}
        - {repoURL: https://git.example.org/acme/platform.git, ref: v}
      destination: {server: https://kubernetes.default.svc, namespace: kube-system}
`;

test('a set that Talos applies is filled in as Argo CD does it, and the one that it was made from is no other cluster', () => {
  const applied = (name: string) => patch(SET.replace('CLUSTER_NAME', name));
  const { clusters, unused } = check(
    memoryRepository({
      'appset.yaml': SET,
      'clusters/one/talos.yaml': applied('one'),
      'clusters/two/talos.yaml': applied('two'),
      'values/one.yaml': 'MTU: 1400\n',
      'values/two.yaml': 'MTU: 1300\n',
    }),
    { failOn: 'error', undecided: 'fail' },
  );
  expect(clusters.map(({ name, argocd }) => [name, argocd?.chartVersion, argocd?.files])).toEqual([
    ['one', '1.18.2', ['clusters/one/talos.yaml', 'values/one.yaml']],
    ['two', '1.18.2', ['clusters/two/talos.yaml', 'values/two.yaml']],
  ]);
  expect(unused).toEqual([
    { file: 'appset.yaml', why: 'has CLUSTER_NAME to fill in: Talos applies what is made from it (clusters/one/talos.yaml)' },
  ]);
});
