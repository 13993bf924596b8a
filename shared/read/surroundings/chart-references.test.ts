import { expect, test } from 'vitest';
import { check } from '../../check.ts';
import { memoryRepository } from '../../repository/memory.ts';

const HELMFILE = `repositories:
  - name: cilium
    url: https://helm.cilium.io
releases:
  - name: cilium
    chart: cilium/cilium
    version: 1.18.2
`;
const APPLICATION = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium}
spec:
  source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2}
  destination: {namespace: kube-system}
`;
const ADDONS = `cilium:
  enabled: true
  chartRepository: https://helm.cilium.io/
  defaultVersion: 1.18.2
`;
const PROJECT = `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: network}
spec: {sourceRepos: ['https://helm.cilium.io']}
`;

test.each([
  ['is named where a side is missing', { 'helmfile.yaml': HELMFILE, 'addons/values.yaml': ADDONS }, ['addons/values.yaml']],
  ['is not named where both sides are there', { 'helmfile.yaml': HELMFILE, 'argocd.yaml': APPLICATION, 'addons/values.yaml': ADDONS }, []],
  ['is not named where it installs nothing', { 'helmfile.yaml': HELMFILE, 'project.yaml': PROJECT, '.github/bump.yaml': ADDONS }, []],
  [
    'is not named where a document tells of it',
    { 'helmfile.yaml': HELMFILE, 'README.md': 'helm repo add cilium https://helm.cilium.io' },
    [],
  ],
])('a file that names the chart of Cilium and that nothing leads to %s', (_, files, expected) => {
  const { unused } = check(memoryRepository(files), { failOn: 'error', undecided: 'fail' });
  expect(unused.filter(({ why }) => why.startsWith('names the chart')).map(({ file }) => file)).toEqual(expected);
});
