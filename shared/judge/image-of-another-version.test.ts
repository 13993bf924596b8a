import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';

const found = (version: string, values: string) =>
  check(
    memoryRepository({
      'install.sh': `helm install cilium cilium/cilium --version ${version} -n kube-system -f values.yaml\n`,
      'values.yaml': `securityContext:\n  privileged: true\n${values}`,
    }),
    { failOn: 'error', undecided: 'fail' },
  ).findings.filter(({ rule }) => rule === 'image-of-another-version').length;

test('a patch of the chart that is judged by the one before says nothing of an image', () => {
  expect(found('1.18.999', '')).toBe(0);
  expect(found('1.18.2', '')).toBe(0);
  expect(found('1.18.2', 'image:\n  tag: v1.18.1\n  useDigest: false\n')).toBe(1);
});
