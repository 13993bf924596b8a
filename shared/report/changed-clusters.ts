import type { Cluster, Place, Release, Side } from '../model.ts';
import { hasSameValues } from './changed-rows.ts';

const SIDES: readonly Side[] = ['bootstrap', 'argocd'];

/** One cluster in both reports; `base` null for one that is new, `head` null for one that is gone. */
export interface ClusterPair {
  head: Cluster | null;
  base: Cluster | null;
}

/**
 * Which cluster of the one report is which of the other: those of one name, then, because a name may change with a file, those that share most
 * of what declares them and of what is set in them. Where one is left on each side it is the same.
 */
export function matchClusters(head: readonly Cluster[], base: readonly Cluster[]): ClusterPair[] {
  const partners = new Map<Cluster, Cluster>();
  const only = (clusters: readonly Cluster[], name: string | null) => {
    const found = clusters.filter((c) => c.name === name);
    return name !== null && found.length === 1 ? found[0] : undefined;
  };
  for (const cluster of head) {
    const other = only(base, cluster.name);
    if (other && only(head, cluster.name)) partners.set(cluster, other);
  }
  const leftHead = head.filter((c) => !partners.has(c));
  let leftBase = base.filter((c) => ![...partners.values()].includes(c));
  const scored = leftHead
    .flatMap((one) => leftBase.map((other) => ({ one, other, score: likeness(one, other) })))
    .filter(({ score }) => score >= ENOUGH || (leftHead.length === 1 && leftBase.length === 1))
    .sort((a, b) => b.score - a.score);
  for (const { one, other } of scored) {
    if (partners.has(one) || !leftBase.includes(other)) continue;
    partners.set(one, other);
    leftBase = leftBase.filter((c) => c !== other);
  }
  return [
    ...head.map((cluster) => ({ head: cluster, base: partners.get(cluster) ?? null })),
    ...leftBase.map((cluster) => ({ head: null, base: cluster })),
  ];
}

/** Below this it is another cluster: a copy of everything but of the files themselves reaches it, one shared ApplicationSet does not. */
const ENOUGH = 2;

/** How much speaks for two clusters being one. */
function likeness(one: Cluster, other: Cluster): number {
  let score = 0;
  for (const side of SIDES) {
    const [a, b] = [one[side], other[side]];
    if (!a || !b) continue;
    if (fileOf(a.place) === fileOf(b.place)) score += 1;
    score += 2 * share(new Set(a.files), new Set(b.files));
    if (a.form === b.form && a.name === b.name && a.namespace === b.namespace) score += 0.5;
  }
  return score + 2 * shareOfRows(one, other);
}

function fileOf(place: Place | Release['place']): string {
  return 'file' in place ? place.file : place.source;
}

function share<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const both = [...a].filter((x) => b.has(x)).length;
  const all = a.size + b.size - both;
  return all === 0 ? 0 : both / all;
}

/** Of the rows that somebody writes in one of the two, how many have the same values in both. */
function shareOfRows(one: Cluster, other: Cluster): number {
  const others = new Map(other.rows.map((row) => [row.setting, row]));
  const written = one.rows.filter((row) => {
    const twin = others.get(row.setting);
    return [row, ...(twin ? [twin] : [])].some(({ bootstrap, argocd }) => bootstrap.origin === 'set' || argocd.origin === 'set');
  });
  if (written.length === 0) return 0;
  return (
    written.filter((row) => {
      const twin = others.get(row.setting);
      return twin !== undefined && hasSameValues(row, twin);
    }).length / written.length
  );
}
