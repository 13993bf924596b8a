import type { Declaration, TalosCluster } from '../model.ts';
import { repositoryOf, withoutRepository } from '../place.ts';
import { attachTalos } from './attach-talos.ts';
import { CHART_DEFAULT, commonSegments, directoriesOf, homes, namesOf, normalName } from './cluster-evidence.ts';
import { placeDeclarations } from './place-declarations.ts';

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
    ...talos.flatMap((t) => t.clusters.map((c) => normalName(c.name))),
  ]);
  const declarations = placeDeclarations(unplaced, talos);
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
  const pairs = match(bootstraps, argocds, areOne(bootstraps, argocds, talos) ? () => false : apart);
  const clusters = attachTalos(
    pairs.map(({ bootstrap, argocd }) => toCluster(bootstrap, argocd)),
    talos,
    known,
  );
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
  return left !== right && new Set(talos.flatMap(({ name }) => (name === null ? [] : [normalName(name)]))).size < 2;
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

function toCluster(bootstrap: Group | null, group: Group | null): PairedCluster {
  const argocd = bootstrap && group ? nearest(group, bootstrap) : group;
  const others = [...aside(bootstrap), ...aside(argocd)];
  return { name: null, bootstrap: bootstrap?.declarations[0] ?? null, argocd: argocd?.declarations[0] ?? null, talos: null, others };
}

/** Of declarations with equal evidence, the one comes first whose directories alone share a word with what the other side is called: `apps/lab` beside `lab-talos`. */
function nearest(group: Group, other: Group): Group {
  const first = group.declarations[0]!;
  const equals = group.declarations.filter((d) => d.rank === first.rank && namesOf(d.clusters).size === namesOf(first.clusters).size);
  if (equals.length < 2) return group;
  const words = equals.map(({ place }) => wordsOf(directoriesOf(place.file)));
  const speaking = other.declarations[0]!;
  const said = wordsOf([...directoriesOf(speaking.place.file), ...namesOf(speaking.clusters).keys()]);
  const scores = words.map((own) => [...own].filter((word) => said.has(word) && !words.every((all) => all.has(word))).length);
  const most = Math.max(...scores);
  if (most === 0 || scores.filter((score) => score === most).length > 1) return group;
  const best = equals[scores.indexOf(most)]!;
  return { ...group, declarations: [best, ...group.declarations.filter((d) => d !== best)] };
}

function wordsOf(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => normalName(name).split(/[-.]/)).filter((word) => word.length > 2));
}

function aside(g: Group | null): { declaration: Declaration; why: string }[] {
  const [first, ...rest] = g?.declarations ?? [];
  return rest.map((declaration) => ({
    declaration,
    why: `${declaration.rank === first!.rank ? 'evidence as strong, and only one is compared' : 'weaker evidence'}: ${declaration.rankWhy}`,
  }));
}

/** Each cluster's name by the best evidence; where two would be called the same, both say more. */
function nameClusters(clusters: PairedCluster[]): void {
  for (const cluster of clusters) {
    const evidence = [...(cluster.bootstrap?.clusters ?? []), ...(cluster.argocd?.clusters ?? [])]
      .filter(({ name }) => normalName(name) !== CHART_DEFAULT)
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
