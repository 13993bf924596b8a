import type { AssignedCluster } from '../align/align.ts';
import { normalName } from '../align/cluster-evidence.ts';
import type { Declaration, Side, TalosCluster, Unused } from '../model.ts';
import type { ConfiguredCluster } from './config.ts';

/** What the configured clusters get, and what is left to be paired by evidence. */
export interface Assignment {
  assigned: AssignedCluster[];
  declarations: Declaration[];
  talos: TalosCluster[];
  unused: Unused[];
}

/**
 * Gives declarations and machine configurations to the clusters whose paths they stand below, or read from.
 * A side without paths gets what names the cluster; where one cluster alone has no paths for a side, also what names none.
 */
export function assignClusters(
  declarations: readonly Declaration[],
  talos: readonly TalosCluster[],
  clusters: readonly ConfiguredCluster[],
): Assignment {
  const assigned = clusters.map(({ name }): AssignedCluster => ({ name, declarations: [], talos: [], others: [] }));
  if (clusters.length === 0) return { assigned, declarations: [...declarations], talos: [...talos], unused: [] };
  const left: Assignment = { assigned, declarations: [], talos: [], unused: [] };
  const [unclaimed, unclaimedTalos]: [Declaration[], TalosCluster[]] = [[], []];
  for (const declaration of declarations) {
    const { side, place, files } = declaration;
    const owner = ownerOf(clusters, place.file, files, (c) => pathsOf(c, side), namesOf(declaration));
    (owner === undefined ? unclaimed : assigned[owner]!.declarations).push(declaration);
  }
  for (const machines of talos) {
    const owner = ownerOf(clusters, machines.place.file, machines.files, (c) => c.talos, namesOf(machines));
    (owner === undefined ? unclaimedTalos : assigned[owner]!.talos).push(machines);
  }
  const known = knownNames(assigned);
  const namedBy = (names: ReadonlySet<string>) => known.findIndex((own) => [...names].some((name) => own.has(name)));
  // Where no name in the repository is that of the only cluster, names tell nothing.
  const isNew = clusters.length === 1 && ![...declarations, ...talos].some((one) => namedBy(namesOf(one)) === 0);
  const homeOf = (names: ReadonlySet<string>, free: readonly number[]) => {
    const named = namedBy(names);
    if (named >= 0 || (names.size > 0 && !isNew)) return named;
    return free.length === 1 ? free[0]! : clusters.length === 1 ? 0 : -1;
  };
  for (const declaration of unclaimed) {
    const { side, place, rank, rankWhy } = declaration;
    const free = clusters.flatMap((cluster, i) => (cluster[side].length === 0 ? [i] : []));
    const home = homeOf(namesOf(declaration), free);
    if (free.includes(home)) assigned[home]!.declarations.push(declaration);
    else if (home >= 0)
      assigned[home]!.others.push({
        declaration,
        why: `the configuration names other paths for the ${SIDE[side]} of ${clusters[home]!.name}`,
      });
    else if (rank > 2) left.declarations.push(declaration);
    else left.unused.push({ file: place.file, why: `stands below no path that the configuration gives to a cluster; ${rankWhy}` });
  }
  for (const machines of unclaimedTalos) {
    const free = clusters.flatMap((cluster, i) => (cluster.talos.length === 0 ? [i] : []));
    const reading = free.filter((i) => assigned[i]!.declarations.some(({ files }) => files.some((file) => machines.files.includes(file))));
    const home = reading.length === 1 ? reading[0]! : homeOf(namesOf(machines), free);
    if (free.includes(home)) assigned[home]!.talos.push(machines);
    else if (home < 0) left.talos.push(machines);
    else
      left.unused.push({
        file: machines.place.file,
        why: `the configuration names other paths for the Talos machine configuration of ${clusters[home]!.name}`,
      });
  }
  return left;
}

/** The names that each cluster goes by: its own, and those of what stands below its paths where no other cluster's does. */
function knownNames(assigned: readonly AssignedCluster[]): Set<string>[] {
  const all = assigned.map(({ declarations, talos }) => new Set([...declarations, ...talos].flatMap((one) => [...namesOf(one)])));
  return assigned.map(({ name }, i) => {
    const own = [...all[i]!].filter((other) => !all.some((theirs, j) => j !== i && theirs.has(other)));
    const theirs = new Set(assigned.filter((_, j) => j !== i).map((other) => normalName(other.name)));
    return new Set([normalName(name), ...own.filter((other) => !theirs.has(other))]);
  });
}

const SIDE: Record<Side, string> = { bootstrap: 'bootstrap', argocd: 'Argo CD side' };

/** A bootstrap often stands in the machine configuration; where it has no paths of its own it may stand elsewhere too. */
function pathsOf(cluster: ConfiguredCluster, side: Side): readonly string[] {
  return side === 'argocd' ? cluster.argocd : cluster.bootstrap.length > 0 ? cluster.bootstrap : cluster.talos;
}

/** The cluster with the longest path above the declaring file, else the only one with a path above a file that is read; of equals the one that is named. */
function ownerOf(
  clusters: readonly ConfiguredCluster[],
  declaring: string,
  files: readonly string[],
  paths: (cluster: ConfiguredCluster) => readonly string[],
  known: ReadonlySet<string>,
): number | undefined {
  const depths = clusters.map((cluster) => depth(declaring, paths(cluster)));
  const deepest = Math.max(...depths);
  const above = clusters.flatMap((_, i) => (deepest >= 0 && depths[i] === deepest ? [i] : []));
  if (above.length === 1) return above[0];
  const reading = clusters.flatMap((cluster, i) =>
    (above.length === 0 || above.includes(i)) && files.some((file) => file !== declaring && depth(file, paths(cluster)) >= 0) ? [i] : [],
  );
  if (reading.length === 1) return reading[0];
  const candidates = reading.length > 0 ? reading : above;
  const named = candidates.filter((i) => known.has(normalName(clusters[i]!.name)));
  return named.length === 1 ? named[0] : undefined;
}

/** How long the longest of the paths is that a file stands below; -1 where it stands below none. */
function depth(file: string, paths: readonly string[]): number {
  return Math.max(-1, ...paths.filter((path) => path === '' || file === path || file.startsWith(`${path}/`)).map((path) => path.length));
}

/** What says by more than a guess which cluster it belongs to. */
function namesOf(one: Declaration | TalosCluster): Set<string> {
  const named = one.clusters.filter(({ name, strength }) => strength >= 2 && name !== 'in-cluster').map(({ name }) => normalName(name));
  // The name of a declaration is that of its release.
  return new Set('side' in one || one.name === null ? named : [normalName(one.name), ...named]);
}
