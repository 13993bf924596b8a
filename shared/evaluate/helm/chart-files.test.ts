import { expect, test } from 'vitest';
import { compare } from '../../check.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { Unknown } from '../go-template/values.ts';
import { filesOfChart } from './chart-files.ts';

const PLACE = { file: 'apps/Chart.yaml', line: 1, column: 1 };

const files = (more: Record<string, string> = {}) =>
  filesOfChart(
    memoryRepository({
      'apps/Chart.yaml': 'name: apps\n',
      'apps/values.yaml': 'a: 1\n',
      'apps/templates/x.yaml': 'x\n',
      'apps/cilium/app.yaml': 'path: apps/cilium\n',
      'apps/deep/er/app.yaml': 'deep\n',
      'apps/old/app.yaml': 'old\n',
      'apps/values/cilium.yaml': 'ipam: {mode: kubernetes}\n',
      'other/app.yaml': 'other\n',
      ...more,
    }),
    'apps',
    PLACE,
  );

// As Helm 4.3 answers for the same chart.
test.each([
  ['*/app.yaml', ['cilium/app.yaml', 'old/app.yaml']],
  ['**/app.yaml', ['cilium/app.yaml', 'deep/er/app.yaml', 'old/app.yaml']],
  ['{cilium,old}/*.yaml', ['cilium/app.yaml', 'old/app.yaml']],
  ['templates/*', []],
  ['*.yaml', []],
])('.Files.Glob %s', (pattern, expected) => {
  expect([...(files().matching(pattern) as Map<string, unknown>).keys()].sort()).toEqual(expected);
});

test('.Files.Get is a file of the chart, or empty', () => {
  const found = files();
  expect(found.content('values/cilium.yaml')).toBe('ipam: {mode: kubernetes}\n');
  for (const path of ['templates/x.yaml', 'values.yaml', 'missing.yaml', '../other/app.yaml']) expect(found.content(path)).toBe('');
});

test.each([
  ['old/\n', ['cilium/app.yaml']],
  ['/old\n# cilium\n', ['cilium/app.yaml']],
  ['*/app.yaml\n', []],
  ['ol?\n', ['cilium/app.yaml']],
  ['node_modules/\n', ['cilium/app.yaml', 'old/app.yaml']],
])('.helmignore %j keeps files from templates', (ignored, expected) => {
  const found = files({ 'apps/.helmignore': ignored });
  expect([...(found.matching('*/app.yaml') as Map<string, unknown>).keys()].sort()).toEqual(expected);
});

test('what else a template asks of its files is unknown', () => {
  expect([...files().values()].every((value) => value instanceof Unknown)).toBe(true);
  for (const pattern of ['[', '**app.yaml']) expect(files().matching(pattern)).toBeInstanceOf(Unknown);
  const ignored = files({ 'apps/.helmignore': 'old\n!cilium\n' });
  for (const value of [ignored.matching('*/app.yaml'), ignored.content('cilium/app.yaml')]) expect(value).toBeInstanceOf(Unknown);
});

test('a catalogue of applications: one file beside each chart, and a template that goes over them', () => {
  const { clusters } = compare(
    memoryRepository({
      'cluster.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: apps}\nspec:\n  source:\n    repoURL: https://github.com/o/r\n    targetRevision: main\n    path: apps\n    helm: {values: "cluster: {name: home}"}\n  destination: {server: https://kubernetes.default.svc, namespace: argocd}\n',
      'apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 0.1.0\n',
      'apps/.helmignore': 'node_modules/\n',
      'apps/templates/applications.yaml': `{{- $root := . -}}
{{- range $path, $_ := $root.Files.Glob "*/app.yaml" }}
{{- $app := $root.Files.Get $path | fromYaml }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ $path | dir }}
spec:
  source:
    repoURL: https://github.com/o/r
    targetRevision: main
    path: {{ $app.path }}
    helm:
      valuesObject: {{- toYaml $app.values | nindent 8 }}
  destination: {server: https://kubernetes.default.svc, namespace: {{ $app.namespace }}}
{{- end }}
`,
      'apps/cilium/Chart.yaml':
        'apiVersion: v2\nname: cilium\nversion: 0.1.0\ndependencies:\n  - {name: cilium, version: 1.18.2, repository: https://helm.cilium.io}\n',
      'apps/cilium/app.yaml': 'path: apps/cilium\nnamespace: kube-system\nvalues:\n  cilium:\n    ipam: {mode: kubernetes}\n',
      'install.sh': 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system\n',
      'apps/dns/app.yaml': 'path: apps/dns\nnamespace: dns\nvalues: {}\n',
    }),
    {},
  );
  const [cluster] = clusters;
  expect(cluster!.argocd?.declaration).toMatchObject({ form: 'umbrella-chart', chartVersion: '1.18.2', namespace: 'kube-system' });
  expect(cluster!.rows.find(({ setting }) => setting === 'ipam.mode')?.argocd.value).toBe('kubernetes');
});
