import { expect, test } from 'vitest';
import { programDeclarations } from './programs.ts';

const JOB = (version: string) =>
  `import pulumi\nimport pulumiverse_talos as talos\nmanifest = f"""\nkind: Job\nspec:\n  containers:\n    - image: quay.io/cilium/cilium-cli-ci:latest\n      command: [cilium, install, ${version}]\n"""\n`;

test.each([
  [
    'a chart',
    'main.ts',
    `import * as k from '@pulumi/kubernetes';\nnew k.helm.v3.Release('c', { chart: 'cilium', version: '1.18.2' });\n`,
    ['helm-command 1.18.2'],
  ],
  ['the Job of a manifest', 'talos.py', JOB('--version=v1.18.2'), ['cilium-cli-job 1.18.2']],
  ['a Job whose version is a variable', 'talos.py', JOB('--version=v{version}'), ['cilium-cli-job null']],
  ['a comment', 'talos.py', JOB('x').replace('    - image', '#   - image'), []],
  ['a program of something else', 'talos.py', JOB('x').replace(/^import.*\n/gm, ''), []],
])('%s', (_, path, text, expected) => {
  const found = programDeclarations([{ path, text }]);
  expect(found.map((d) => `${d.form} ${d.chartVersion}`)).toEqual(expected);
  expect(found.every((d) => d.opaque !== undefined)).toBe(true);
});
