import type { ClusterEvidence, Declaration, TalosCluster } from '../model.ts';
import { repositoryOf, withoutRepository } from '../place.ts';

/** The declarations that speak for one cluster. */
export interface PairedCluster {
  name: string | null;
  bootstrap: Declaration | null;
  argocd: Declaration | null;
  talos: TalosCluster | null;
  others: { declaration: Declaration; why: string }[];
}

/** Declarations of one side that compete for one cluster, the best first. */
interface Group {
  names: Map<string, number>;
  declarations: Declaration[];
}

/**
 * Pairs declarations into clusters by evidence: what names them, which files they share, where they stand.
 * Within a cluster the best ranked declaration of each side speaks; the others are set aside with the reason.
 */
export function pairClusters(unplaced: readonly Declaration[], talos: readonly TalosCluster[]): PairedCluster[] {
  const known = new Set([
    ...namesOf(unplaced.flatMap((d) => d.clusters)).keys(),
    ...talos.flatMap((t) => t.clusters.map((c) => normalize(c.name))),
  ]);
  const declarations = withoutCopies(namedByNeighbours(namedByDirectories(unplaced, namesSaid(unplaced, talos)), talos), talos);
  const network = declarations.filter((d) => d.network !== false);
  const apart = (a: Declaration, b: Declaration) => standApart(a, b, known);
  const bootstraps = group(
    network.filter((d) => d.side === 'bootstrap'),
    apart,
  );
  const argocds = group(
    network.filter((d) => d.side === 'argocd'),
    apart,
  );
  const clusters = match(bootstraps, argocds, areOne(bootstraps, argocds, talos) ? () => false : apart).map(({ bootstrap, argocd }) =>
    toCluster(bootstrap, argocd),
  );
  attachTalos(clusters, talos, known);
  nameClusters(clusters);
  const second = declarations.filter((d) => d.network === false);
  for (const declaration of second) {
    const home = clusters.find((c) => c[declaration.side] !== null) ?? clusters[0];
    home?.others.push({ declaration, why: 'installs another part of the chart, not the network' });
  }
  return clusters.sort((a, b) => order(a) - order(b) || compareText(a.name ?? '', b.name ?? ''));
}

/** Two repositories that hold one cluster each hold the same one, whatever they call it. */
function areOne(bootstraps: readonly Group[], argocds: readonly Group[], talos: readonly TalosCluster[]): boolean {
  if (bootstraps.length !== 1 || argocds.length !== 1) return false;
  const [left, right] = [bootstraps[0]!, argocds[0]!].map((g) => repositoryOf(g.declarations[0]!.place.file));
  return left !== right && new Set(talos.flatMap(({ name }) => (name === null ? [] : [normalize(name)]))).size < 2;
}

/** What clusters are called; a directory's name is a guess that counts only where a machine configuration has no better one. */
function namesSaid(declarations: readonly Declaration[], talos: readonly TalosCluster[]): Set<string> {
  return new Set([
    ...namesOf(declarations.flatMap((d) => d.clusters)).keys(),
    ...talos.flatMap(({ name, clusters }) =>
      name === null ? clusters.map((c) => normalize(c.name)) : [normalize(name), ...namesOf(clusters).keys()],
    ),
  ]);
}

/** What stands below a directory that has the name of a cluster, and of one only, belongs to that one. */
function namedByDirectories(declarations: readonly Declaration[], known: ReadonlySet<string>): Declaration[] {
  return declarations.map((declaration) => {
    const directories = homes({ place: declaration.place, files: [] }, known);
    const name = directories[0]?.name;
    if (name === undefined || directories.some((other) => other.name !== name)) return declaration;
    if (declaration.clusters.some((c) => c.strength >= 2 && normalize(c.name) === name)) return declaration;
    return { ...declaration, clusters: [...declaration.clusters, { name, why: 'it stands in a directory of that name', strength: 2 }] };
  });
}

/** Where Talos's clusters stand in directories of their own, what nothing names belongs to the one that it stands nearest to. */
function namedByNeighbours(declarations: readonly Declaration[], talos: readonly TalosCluster[]): Declaration[] {
  const clusters = talos.filter(({ name, rank }) => name !== null && rank >= 4);
  if (clusters.length < 2) return [...declarations];
  return declarations.map((declaration) => {
    if (namesOf(declaration.clusters).size > 0) return declaration;
    const near = clusters
      .map((cluster) => ({
        cluster,
        shared: Math.max(
          ...[cluster.place.file, ...cluster.files.slice(0, 16)].map((file) => commonSegments(file, declaration.place.file)),
        ),
      }))
      .sort((a, b) => b.shared - a.shared);
    const first = near[0]!;
    if (near.some(({ cluster, shared }) => shared === first.shared && normalize(cluster.name!) !== normalize(first.cluster.name!)))
      return declaration;
    const name = first.cluster.name!;
    const why = `it stands beside the machine configuration of ${name}`;
    return { ...declaration, clusters: [...declaration.clusters, { name, why, strength: 2 }] };
  });
}

/** Where something else names a declaration's cluster, and somebody else confirms that name, `cluster.name` of copied values has no say. */
function withoutCopies(declarations: readonly Declaration[], talos: readonly TalosCluster[]): Declaration[] {
  const said = new Map<string, number>();
  for (const { clusters } of [...declarations, ...talos])
    for (const name of namesOf(clusters.filter(({ copied }) => !copied)).keys()) said.set(name, (said.get(name) ?? 0) + 1);
  return declarations.map((declaration) => {
    const own = namesOf(declaration.clusters.filter(({ copied }) => !copied));
    if (![...own.keys()].some((name) => said.get(name)! > 1)) return declaration;
    return { ...declaration, clusters: declaration.clusters.filter(({ copied }) => !copied) };
  });
}

/** Says that two declarations belong to two clusters. */
type Apart = (a: Declaration, b: Declaration) => boolean;

function group(declarations: Declaration[], apart: Apart): Group[] {
  const groups: Group[] = [];
  const unnamed: Declaration[] = [];
  const ranked = [...declarations].sort(byRank);
  for (const declaration of ranked) {
    const names = namesOf(declaration.clusters);
    if (names.size === 0) {
      unnamed.push(declaration);
      continue;
    }
    const home = groups.find(
      (g) => [...names.keys()].some((name) => g.names.has(name)) && !g.declarations.some((d) => apart(d, declaration)),
    );
    if (home) {
      home.declarations.push(declaration);
      for (const [name, strength] of names) home.names.set(name, Math.max(strength, home.names.get(name) ?? 0));
    } else groups.push({ names, declarations: [declaration] });
  }
  for (const declaration of unnamed) {
    const home = groups.length === 1 ? groups[0] : closest(declaration, groups);
    if (home) home.declarations.push(declaration);
    else groups.push({ names: new Map(), declarations: [declaration] });
  }
  for (const g of groups) g.declarations.sort(byRank);
  // Groups that only weak declarations make are claims about some cluster, not clusters of their own.
  const strong = groups.filter((g) => g.declarations[0]!.rank >= 4);
  if (strong.length === 1) {
    for (const weak of groups.filter((g) => g !== strong[0] && g.declarations[0]!.rank <= 2))
      strong[0]!.declarations.push(...weak.declarations);
    return groups.filter((g) => g === strong[0] || g.declarations[0]!.rank > 2);
  }
  return groups;
}

function match(bootstraps: Group[], argocds: Group[], apart: Apart): { bootstrap: Group | null; argocd: Group | null }[] {
  const scored = bootstraps.flatMap((bootstrap) =>
    argocds.map((argocd) => ({ bootstrap, argocd, score: affinity(bootstrap, argocd, apart) })),
  );
  scored.sort(
    (a, b) =>
      b.score - a.score ||
      b.bootstrap.declarations[0]!.rank - a.bootstrap.declarations[0]!.rank ||
      b.argocd.declarations[0]!.rank - a.argocd.declarations[0]!.rank,
  );
  const pairs: { bootstrap: Group | null; argocd: Group | null }[] = [];
  const used = new Set<Group>();
  for (const { bootstrap, argocd, score } of scored) {
    if (score < 0 || used.has(bootstrap) || used.has(argocd)) continue;
    // Without anything in common only the last of each side may meet.
    if (score === 0 && bootstraps.filter((g) => !used.has(g)).length > 1 && argocds.filter((g) => !used.has(g)).length > 1) continue;
    used.add(bootstrap).add(argocd);
    pairs.push({ bootstrap, argocd });
  }
  for (const bootstrap of bootstraps) if (!used.has(bootstrap)) pairs.push({ bootstrap, argocd: null });
  for (const argocd of argocds) if (!used.has(argocd)) pairs.push({ bootstrap: null, argocd });
  return pairs;
}

/** How much says that two groups are one cluster; negative where something says that they are not. */
function affinity(left: Group, right: Group, apart: Apart): number {
  let score = 0;
  for (const [name, strength] of left.names) {
    const other = right.names.get(name);
    if (other !== undefined) score += 4 * Math.min(strength, other);
  }
  const [a, b] = [left.declarations[0]!, right.declarations[0]!];
  const files = new Set(b.files);
  score += 6 * Math.min(2, a.files.filter((f) => files.has(f)).length);
  if (score === 0 && apart(a, b)) return -1;
  return score;
}

/** Two declarations stand in sibling directories that name two clusters. */
function standApart(a: Declaration, b: Declaration, known: ReadonlySet<string>): boolean {
  const left = homes(a, known);
  return homes(b, known).some(
    ({ parent, name }) => left.some((x) => x.parent === parent && x.name !== name) && !left.some((x) => x.name === name),
  );
}

/** The directories on a declaration's way that are named like a cluster. */
function homes({ place, files }: Pick<Declaration, 'place' | 'files'>, known: ReadonlySet<string>): { parent: string; name: string }[] {
  const found: { parent: string; name: string }[] = [];
  for (const file of new Set([place.file, ...files.slice(0, 8)])) {
    const segments = directoriesOf(file);
    segments.forEach((segment, i) => {
      const name = normalize(segment);
      if (known.has(name)) found.push({ parent: segments.slice(0, i).join('/'), name });
    });
  }
  return found;
}

function closest(declaration: Declaration, groups: Group[]): Group | undefined {
  let best: Group | undefined;
  let most = 0;
  for (const g of groups) {
    const files = new Set(g.declarations.flatMap((d) => [d.place.file, ...d.files.slice(0, 8)]));
    const shared = Math.max(...[...files].map((file) => commonSegments(file, declaration.place.file)));
    if (shared > most) {
      most = shared;
      best = g;
    }
  }
  return best;
}

function commonSegments(a: string, b: string): number {
  const [left, right] = [directoriesOf(a), directoriesOf(b)];
  let n = 0;
  while (n < left.length && left[n] === right[n]) n++;
  return n;
}

/** The directories on the way to a file; those of two repositories that are called the same most often hold the same. */
function directoriesOf(file: string): string[] {
  return withoutRepository(file).split('/').slice(0, -1);
}

function toCluster(bootstrap: Group | null, argocd: Group | null): PairedCluster {
  const others = [...aside(bootstrap), ...aside(argocd)];
  return { name: null, bootstrap: bootstrap?.declarations[0] ?? null, argocd: argocd?.declarations[0] ?? null, talos: null, others };
}

function aside(g: Group | null): { declaration: Declaration; why: string }[] {
  const [first, ...rest] = g?.declarations ?? [];
  return rest.map((declaration) => ({
    declaration,
    why: `${declaration.rank === first!.rank ? 'as much speaks for it, and only one is compared' : 'less speaks for it'}: ${declaration.rankWhy}`,
  }));
}

function attachTalos(clusters: PairedCluster[], talos: readonly TalosCluster[], known: ReadonlySet<string>): void {
  const ranked = [...talos].sort((a, b) => b.rank - a.rank);
  const used = new Set<TalosCluster>();
  const named = new Set(namesOf(clusters.flatMap((c) => [...(c.bootstrap?.clusters ?? []), ...(c.argocd?.clusters ?? [])])).keys());
  for (const cluster of clusters) {
    const declarations = [cluster.bootstrap, cluster.argocd].filter((d) => d !== null);
    if (cluster.bootstrap?.otherKubernetes !== undefined) continue;
    const names = new Set([
      ...namesOf(declarations.flatMap((d) => d.clusters)).keys(),
      ...declarations.flatMap((d) => homes(d, known).map((h) => h.name)),
    ]);
    const files = new Set(declarations.flatMap((d) => d.files));
    let best: TalosCluster | undefined;
    let most = 0;
    for (const candidate of ranked) {
      if (used.has(candidate)) continue;
      const own = new Set([
        ...candidate.clusters.map((c) => normalize(c.name)),
        ...(candidate.name === null ? homes(candidate, named).map((h) => h.name) : [normalize(candidate.name)]),
      ]);
      const score =
        4 * [...own].filter((n) => names.has(n)).length +
        2 * Math.min(3, candidate.files.filter((f) => files.has(f)).length) +
        candidate.rank / 10;
      if (score > most && (score >= 2 || clusters.length === 1)) {
        most = score;
        best = candidate;
      }
    }
    if (best) {
      used.add(best);
      cluster.talos = best;
    }
  }
  // A machine configuration that asks for another CNI than Talos's own is a cluster, even where nothing in Git installs one.
  for (const alone of ranked) {
    if (used.has(alone) || alone.name === null || alone.rank < 4 || alone.facts.cni?.value !== 'none') continue;
    if (clusters.some((c) => c.name === alone.name || c.talos?.name === alone.name)) continue;
    clusters.push({ name: alone.name, bootstrap: null, argocd: null, talos: alone, others: [] });
  }
}

/** Each cluster's name by the best evidence; where two would be called the same, both say more. */
function nameClusters(clusters: PairedCluster[]): void {
  for (const cluster of clusters) {
    const evidence = [...(cluster.bootstrap?.clusters ?? []), ...(cluster.argocd?.clusters ?? [])]
      .filter(({ name }) => normalize(name) !== CHART_DEFAULT)
      .sort((a, b) => b.strength - a.strength)[0];
    cluster.name = cluster.talos?.name ?? evidence?.name ?? null;
  }
  const count = new Map<string | null, number>();
  for (const c of clusters) count.set(c.name, (count.get(c.name) ?? 0) + 1);
  const used = new Map<string, number>();
  for (const cluster of clusters) {
    if ((count.get(cluster.name) ?? 0) < 2) continue;
    const place = (cluster.argocd ?? cluster.bootstrap)?.place;
    const base = cluster.name ?? (place && directoriesOf(place.file).join('/')) ?? 'cluster';
    const nth = (used.get(base) ?? 0) + 1;
    used.set(base, nth);
    cluster.name = nth === 1 ? base : `${base} (${nth})`;
  }
}

/** What `cluster.name` is where nobody names the cluster: values that somebody copied whole hold it, too. */
const CHART_DEFAULT = 'default';

function namesOf(evidence: readonly ClusterEvidence[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { name, strength } of evidence) {
    const key = normalize(name);
    if (strength >= 2 && key !== 'in-cluster' && key !== CHART_DEFAULT && key !== '')
      names.set(key, Math.max(strength, names.get(key) ?? 0));
  }
  return names;
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Rank first; of equals, the one that names its cluster, the document that a reader of the repository begins with, then the one that stands with Talos's files. */
function byRank(a: Declaration, b: Declaration): number {
  return (
    b.rank - a.rank ||
    namesOf(b.clusters).size - namesOf(a.clusters).size ||
    isFirstDocument(b) - isFirstDocument(a) ||
    nearTalos(b) - nearTalos(a) ||
    compareText(a.place.file, b.place.file) ||
    a.place.line - b.place.line
  );
}

function isFirstDocument(declaration: Declaration): number {
  return /^readme\.mdx?$/i.test(withoutRepository(declaration.place.file)) ? 1 : 0;
}

function nearTalos(declaration: Declaration): number {
  return /(^|\/)(talos|omni)[^/]*\//i.test(withoutRepository(declaration.place.file)) ? 1 : 0;
}

function order(cluster: PairedCluster): number {
  return cluster.bootstrap && cluster.argocd ? 0 : 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
