import { expect, it } from 'vitest';
import { check } from '../check.ts';
import { talconfig } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';
import { verdictOf } from './verdict.ts';

it('counts clusters with one side and those with neither apart', () => {
  const repository = memoryRepository({
    'talos/talconfig.yaml': talconfig(),
    'lab/talconfig.yaml': talconfig().replace('homelab', 'lab'),
    'lab/install.sh': '#!/bin/sh\ncilium install --version 1.18.2 --set cluster.name=lab\n',
  });
  const report = check(repository, { failOn: 'error', undecided: 'fail' });
  expect(verdictOf(report)).toBe('2 clusters: 1 with one side only, 1 with neither side.');
});
