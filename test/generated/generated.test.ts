import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { check } from '../../shared/check.ts';
import type { Cluster, Release } from '../../shared/model.ts';
import { withoutRepository } from '../../shared/place.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';
import type { RepositoryPair } from '../../shared/repository/pair.ts';
import type { Files } from './plan.ts';
import { type Meant, write, writeFleet } from './write.ts';

// Repositories of which the truth is known because they were written from it: bootstrap form × Argo CD form × Talos form × layout, at random.
// A seed that fails fails again: `write(seed).files` is the repository.
const SEEDS = 1000;
const STEP = 100;

describe('a generated repository says what it was written from', () => {
  for (let first = 1; first <= SEEDS; first += STEP) {
    it(`seeds ${first} to ${first + STEP - 1}`, async () => {
      for (let seed = first; seed < first + STEP; seed++) {
        // The runner is told of progress between two repositories.
        await setImmediate();
        const { files, meant } = seed % 10 === 0 ? writeFleet(seed) : write(seed);
        const lines = meant.map(({ lines }) => lines.join('\n')).sort();
        const forms = `seed ${seed}: ${meant.map(({ forms }) => forms.join(', ')).join(' | ')}`;
        const { clusters } = check(memoryRepository(files), { failOn: 'error', undecided: 'fail' });
        expect(clusters.map((cluster) => said(cluster, meant)).sort(), forms).toEqual(lines);
        const pair = inTwo(files, meant);
        if (pair === undefined) continue;
        const apart = check(pair, { failOn: 'error', undecided: 'fail' });
        expect(apart.clusters.map((cluster) => said(cluster, meant)).sort(), `${forms}, in two repositories`).toEqual(lines);
      }
    });
  }
});

/** The same files in two repositories, where no directory holds both sides. */
function inTwo(files: Files, meant: readonly Meant[]): RepositoryPair | undefined {
  const top = (path: string) => path.split('/')[0]!;
  const argocd = new Set(meant.map(({ plan }) => top(plan.directories.argocd)));
  if (meant.some(({ plan }) => argocd.has(top(plan.directories.talos)))) return undefined;
  const of = (side: 'bootstrap' | 'argocd') => ({
    name: side,
    repository: memoryRepository(
      Object.fromEntries(Object.entries(files).filter(([path]) => argocd.has(top(path)) === (side === 'argocd'))),
    ),
  });
  return { bootstrap: of('bootstrap'), argocd: of('argocd'), here: 'argocd' };
}

/** What the report says of a cluster, in the words of {@link Meant}. */
function said({ bootstrap, argocd, talos, rows }: Cluster, meant: readonly Meant[]): string {
  const from = (release: Release | null) => (release?.files ?? []).map(withoutRepository).map((file) => file.replace(/^\//, ''));
  const plan = meant.find(({ plan }) => from(argocd).some((file) => file.startsWith(`${plan.directories.argocd}/`)))?.plan;
  if (plan === undefined) return `no cluster of these: ${from(bootstrap).join(', ')}`;
  const own = [...Object.values(plan.directories), 'base'];
  const strange = from(bootstrap).filter((file) => !own.some((directory) => file.startsWith(`${directory}/`)));
  const fact = (name: string) => [talos?.facts[name]?.value].flat().join(', ');
  return [
    plan.directories.argocd,
    `${bootstrap?.form} ${bootstrap?.chartVersion} from ${strange.length === 0 ? 'its own directories' : strange.join(', ')}, ${argocd?.form} ${argocd?.chartVersion}`,
    `cni ${fact('cni')}, kube-proxy ${fact('kubeProxy')}, pods ${fact('podSubnets')}`,
    ...[...plan.values.differs, ...plan.values.agrees].map((setting) => {
      const status = rows.find((row) => row.setting === setting)?.status ?? 'has no row';
      return `${setting} ${status === 'aligned' || status === 'irrelevant' ? 'agrees' : status}`;
    }),
  ].join('\n');
}
