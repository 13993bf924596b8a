import { expect, test } from 'vitest';
import { compare } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';

const KUSTOMIZATION =
  'helmCharts:\n  - name: cilium\n    repo: https://helm.cilium.io\n    version: 1.18.2\n    releaseName: cilium\n    namespace: kube-system\n';
const APPLICATIONS =
  'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: apps}\nspec:\n  goTemplate: true\n  generators:\n    - git: {repoURL: https://github.com/a/b, revision: HEAD, directories: [{path: apps/*}]}\n  template:\n    metadata: {name: "{{.path.basename}}"}\n    spec:\n      source: {repoURL: https://github.com/a/b, targetRevision: HEAD, path: "{{.path.path}}"}\n      destination: {server: https://kubernetes.default.svc, namespace: a}\n';

const sides = (files: Record<string, string>) => {
  const { clusters, unused } = compare(memoryRepository(files), {});
  return { sides: clusters.map((c) => [c.bootstrap?.declaration.place.file ?? null, c.argocd?.declaration.place.file ?? null]), unused };
};

test.each([
  [
    "a kustomization that only the bootstrap builds is not Argo CD's",
    {
      'boot/cilium/kustomization.yaml': KUSTOMIZATION,
      'boot/render.sh': 'kubectl kustomize --enable-helm ./cilium | kubectl apply -f -\n',
    },
    [['boot/render.sh', null]],
  ],
  [
    'neither is one that only a document builds',
    {
      'boot/cilium/kustomization.yaml': KUSTOMIZATION,
      'boot/README.md': '## Setup\n```sh\ncd boot\nkubectl kustomize cilium --enable-helm | kubectl apply -f -\n```\n',
    },
    [['boot/README.md', null]],
  ],
  ['one that nothing builds may be', { 'boot/cilium/kustomization.yaml': KUSTOMIZATION }, [[null, 'boot/cilium/kustomization.yaml']]],
  [
    'one that both lead to is both',
    { 'apps/cilium/kustomization.yaml': KUSTOMIZATION, 'boot.sh': 'kubectl kustomize --enable-helm apps/cilium | kubectl apply -f -\n' },
    [['boot.sh', 'apps/cilium/kustomization.yaml']],
  ],
])('%s', (_, files, expected) => {
  expect(sides({ ...files, 'argocd/apps.yaml': APPLICATIONS }).sides).toEqual(expected);
});

test('a kustomization that the bootstrap builds is used, where nothing uses Argo CD', () => {
  const files = {
    'boot/cilium/kustomization.yaml': KUSTOMIZATION,
    'boot/up.sh': 'kubectl kustomize --enable-helm ./cilium | kubectl apply -f -\n',
  };
  expect(sides(files)).toEqual({ sides: [['boot/up.sh', null]], unused: [] });
});

test.each([
  [[], 'boot/cilium/kustomization.yaml'],
  [['apps/cilium/kustomization.yaml'], undefined],
])("it is named as unused only while Argo CD's side is sought: %j", (applied, named) => {
  const files = {
    'boot/cilium/kustomization.yaml': KUSTOMIZATION,
    'boot/render.sh': 'kubectl kustomize --enable-helm ./cilium | kubectl apply -f -\n',
    'argocd/apps.yaml': APPLICATIONS,
    ...Object.fromEntries(applied.map((file) => [file, KUSTOMIZATION])),
  };
  expect(sides(files).unused.map(({ file }) => file)).toEqual(named === undefined ? [] : [named]);
});
