import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { knownVersion } from '../cilium/charts.ts';
import { memoryRepository } from '../repository/memory.ts';

test('a chart too new to be known is worked out with the images of its neighbour, and nobody wrote those', () => {
  const asked = '1.18.99';
  expect(knownVersion(asked)?.version).not.toBe(asked);
  const report = check(
    memoryRepository({ 'up.sh': `helm install cilium cilium/cilium --version ${asked} -n kube-system --set MTU=1400\n` }),
    { failOn: 'error', undecided: 'fail' },
  );
  expect(report.clusters[0]?.bootstrap?.chartVersion).toBe(asked);
  expect(report.findings.map(({ rule }) => rule)).not.toContain('image-of-another-version');
});
