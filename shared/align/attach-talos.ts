import type { TalosCluster } from '../model.ts';
import { homes, namesOf, normalName } from './cluster-evidence.ts';
import type { PairedCluster } from './pair.ts';

/**
 * The clusters, each with the machine configuration that most says to be its own. One that asks for another CNI than Talos's own is a cluster
 * by itself, even where nothing in Git installs one. `known`: what clusters are called.
 */
export function attachTalos(
  clusters: readonly PairedCluster[],
  talos: readonly TalosCluster[],
  known: ReadonlySet<string>,
): PairedCluster[] {
  const left = new Set([...talos].sort((a, b) => b.rank - a.rank));
  const named = new Set(namesOf(clusters.flatMap(({ bootstrap, argocd }) => [bootstrap, argocd].flatMap((d) => d?.clusters ?? []))).keys());
  const attached = clusters.map((cluster) => {
    const best = bestOf(left, cluster, { known, named, isOnly: clusters.length === 1 });
    if (best === undefined) return cluster;
    left.delete(best);
    return { ...cluster, talos: best };
  });
  for (const alone of left) {
    if (alone.name === null || alone.rank < 4 || alone.facts.cni?.value !== 'none') continue;
    if (attached.some((c) => c.name === alone.name || c.talos?.name === alone.name)) continue;
    attached.push({ name: alone.name, bootstrap: null, argocd: null, talos: alone, others: [] });
  }
  return attached;
}

/** The candidate that shares most names and files with what the cluster declares, the better ranked one first. */
function bestOf(
  candidates: ReadonlySet<TalosCluster>,
  { bootstrap, argocd }: PairedCluster,
  { known, named, isOnly }: { known: ReadonlySet<string>; named: ReadonlySet<string>; isOnly: boolean },
): TalosCluster | undefined {
  if (bootstrap?.otherKubernetes !== undefined) return undefined;
  const declarations = [bootstrap, argocd].filter((d) => d !== null);
  const names = new Set([
    ...namesOf(declarations.flatMap((d) => d.clusters)).keys(),
    ...declarations.flatMap((d) => homes(d, known).map(({ name }) => name)),
  ]);
  const files = new Set(declarations.flatMap((d) => d.files));
  let best: TalosCluster | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const own = new Set([
      ...candidate.clusters.map(({ name }) => normalName(name)),
      ...(candidate.name === null ? homes(candidate, named).map(({ name }) => name) : [normalName(candidate.name)]),
    ]);
    const score =
      4 * [...own].filter((name) => names.has(name)).length +
      2 * Math.min(3, candidate.files.filter((file) => files.has(file)).length) +
      candidate.rank / 10;
    if (score > most && (score >= 2 || isOnly)) {
      most = score;
      best = candidate;
    }
  }
  return best;
}
