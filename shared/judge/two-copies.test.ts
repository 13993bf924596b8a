import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { valuesApplication } from './example.ts';

const VALUES =
  'ipam:\n  mode: kubernetes\nk8sServiceHost: localhost\nk8sServicePort: 7445\nroutingMode: tunnel\noperator:\n  replicas: 1\n';
const HELMFILE =
  'releases:\n  - name: cilium\n    namespace: kube-system\n    chart: cilium/cilium\n    version: 1.18.2\n    values: [values.yaml.gotmpl]\n';

test.each([
  ['a template that only passes the file on is no copy', '{{ readFile "../argocd/values.yaml" }}', []],
  ['a template that repeats it is', VALUES, ['two-copies']],
])('%s', (_, template, expected) => {
  const { clusters, findings } = check(
    memoryRepository({
      'bootstrap/helmfile.yaml': HELMFILE,
      'bootstrap/values.yaml.gotmpl': template,
      'argocd/values.yaml': VALUES,
      'argocd/cilium.yaml': valuesApplication('argocd/values.yaml'),
    }),
    { failOn: 'error', undecided: 'fail' },
  );
  expect(clusters.map(({ outcome, bootstrap }) => [outcome, bootstrap?.form])).toEqual([['aligned', 'helmfile']]);
  expect(findings.filter(({ rule }) => rule === 'two-copies').map(({ rule }) => rule)).toEqual(expected);
});
