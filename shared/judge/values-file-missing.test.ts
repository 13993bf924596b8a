import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { valuesApplication } from './example.ts';

const helmfile = (path: string) =>
  `repositories:\n  - {name: cilium, url: https://helm.cilium.io}\nreleases:\n  - name: cilium\n    namespace: kube-system\n    chart: cilium/cilium\n    version: 1.18.2\n    values: ['${path}']\n`;
const COMMAND =
  'helm repo add cilium https://helm.cilium.io\nhelm upgrade --install cilium cilium/cilium --version 1.18.2 -n kube-system -f old/values.yaml\n';

test.each([
  [
    'helmfile',
    { 'boot/helmfile.yaml': helmfile('../old/values.yaml') },
    'Name cilium/values.yaml, which Argo CD reads, or commit the file.',
  ],
  ['helm', { 'boot/up.sh': COMMAND }, 'Name cilium/values.yaml, which Argo CD reads, or commit the file.'],
  ['a document, which outlives what it names', { 'boot/README.md': `\`\`\`sh\n${COMMAND}\`\`\`\n` }, undefined],
  ['another file', { 'boot/helmfile.yaml': helmfile('../old/cilium.yaml') }, 'Correct the path, or commit the file.'],
  ['the file that is there', { 'boot/helmfile.yaml': helmfile('../cilium/values.yaml') }, undefined],
  ['one that helmfile may do without', { 'boot/helmfile.yaml': `missingFileHandler: Warn\n${helmfile('../old/values.yaml')}` }, undefined],
  ['a path that a variable decides', { 'boot/helmfile.yaml': helmfile('../{{ requiredEnv "CLUSTER" }}/values.yaml') }, undefined],
])('a values file of the bootstrap that is not in Git: %s', (_, files, fix) => {
  const { findings } = check(
    memoryRepository({
      ...files,
      'argocd/cilium.yaml': valuesApplication('cilium/values.yaml'),
      'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
    }),
    { failOn: 'error', undecided: 'fail' },
  );
  expect(findings.filter(({ rule }) => rule === 'values-file-missing').map((one) => [one.level, one.fix])).toEqual(
    fix === undefined ? [] : [['warning', fix]],
  );
});
