import type { Cluster, Release, Side } from '../model.ts';

const SIDES: readonly Side[] = ['bootstrap', 'argocd'];

/** One cluster in both reports; `base` null for one that is new, `head` null for one that is gone. */
export interface ClusterPair {
  head: Cluster | null;
  base: Cluster | null;
}

/**
 * Which cluster of the one report is which of the other: those of one name, then, because a name may change with a file, those that share most
 * of what declares them and of what is set in them. Where there is only one in each report it is the same.
 */
export function matchClusters(head: readonly Cluster[], base: readonly Cluster[]): ClusterPair[] {
  const partners = new Map<Cluster, Cluster>();
  const [named, namedBefore] = [byName(head), byName(base)];
  for (const [name, cluster] of named) {
    const other = namedBefore.get(name);
    if (cluster && other) partners.set(cluster, other);
  }
  const taken = new Set(partners.values());
  const [leftHead, leftBase] = [head.filter((c) => !partners.has(c)), base.filter((c) => !taken.has(c))];
  const traits = new Map([...leftHead, ...leftBase].map((cluster) => [cluster, traitsOf(cluster)]));
  const scored = leftHead
    .flatMap((one) => leftBase.map((other) => ({ one, other, score: likeness(traits.get(one)!, traits.get(other)!) })))
    .filter(({ score }) => score >= ENOUGH || (head.length === 1 && base.length === 1))
    .sort((a, b) => b.score - a.score);
  for (const { one, other } of scored) {
    if (partners.has(one) || taken.has(other)) continue;
    partners.set(one, other);
    taken.add(other);
  }
  return [
    ...head.map((cluster) => ({ head: cluster, base: partners.get(cluster) ?? null })),
    ...leftBase.filter((c) => !taken.has(c)).map((cluster) => ({ head: null, base: cluster })),
  ];
}

/** The clusters by their names; null for a name that two have. */
function byName(clusters: readonly Cluster[]): Map<string, Cluster | null> {
  const found = new Map<string, Cluster | null>();
  for (const cluster of clusters) if (cluster.name !== null) found.set(cluster.name, found.has(cluster.name) ? null : cluster);
  return found;
}

/** Below this it is another cluster: a copy of everything but of the files themselves reaches it, one shared ApplicationSet does not. */
const ENOUGH = 2;

/** How much speaks for two clusters being one. */
function likeness(one: Traits, other: Traits): number {
  let score = 2 * shareOfValues(one.values, other.values);
  for (const side of SIDES) {
    const [a, b] = [one[side], other[side]];
    if (!a || !b) continue;
    if (a.file === b.file) score += 1;
    score += 2 * share(a.files, b.files);
    if (a.identity === b.identity) score += 0.5;
  }
  return score;
}

/** What tells clusters apart whatever they are called. */
interface Traits extends Record<Side, { file: string; files: ReadonlySet<string>; identity: string } | null> {
  /** Of every setting that somebody writes: both values. */
  values: ReadonlyMap<string, string>;
}

function traitsOf(cluster: Cluster): Traits {
  const written = cluster.rows.filter(({ bootstrap, argocd }) => bootstrap.origin === 'set' || argocd.origin === 'set');
  const of = (release: Release | null) =>
    release && {
      file: 'file' in release.place ? release.place.file : release.place.source,
      files: new Set(release.files),
      identity: JSON.stringify([release.form, release.name, release.namespace]),
    };
  return {
    bootstrap: of(cluster.bootstrap),
    argocd: of(cluster.argocd),
    values: new Map(written.map((row) => [row.setting, JSON.stringify([row.bootstrap.value, row.argocd.value])])),
  };
}

function share<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  let both = 0;
  for (const x of a) if (b.has(x)) both++;
  const all = a.size + b.size - both;
  return all === 0 ? 0 : both / all;
}

function shareOfValues(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): number {
  let [both, same] = [0, 0];
  for (const [setting, values] of a) {
    const others = b.get(setting);
    if (others === undefined) continue;
    both++;
    if (others === values) same++;
  }
  const all = a.size + b.size - both;
  return all === 0 ? 0 : same / all;
}
