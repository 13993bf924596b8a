import type { AssignedCluster } from '../align/align.ts';
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
  // Without a configuration nothing is set aside for want of a path.
  if (clusters.length === 0) return { assigned: [], declarations: [...declarations], talos: [...talos], unused: [] };
  const assigned = clusters.map(({ name }): AssignedCluster => ({ name, declarations: [], talos: [], others: [] }));
  if (clusters.length === 0) return { assigned, declarations: [...declarations], talos: [...talos], unused: [] };
  const left: Assignment = { assigned, declarations: [], talos: [], unused: [] };
  for (const declaration of declarations) {
    const { side, place, files } = declaration;
    const owner = ownerOf(
      clusters,
      place.file,
      files,
      (c) => pathsOf(c, side),
      declaration.clusters.map(({ name }) => name),
    );
    if (owner !== undefined) {
      assigned[owner]!.declarations.push(declaration);
      continue;
    }
    const named = clusters.findIndex(({ name }) => names(declaration, name));
    const free = clusters.flatMap((cluster, i) => (pathsOf(cluster, side).length === 0 ? [i] : []));
    const only = named >= 0 ? named : isNamed(declaration) ? -1 : free.length === 1 ? free[0]! : clusters.length === 1 ? 0 : -1;
    if (only < 0) {
      if (declaration.rank > 2) left.declarations.push(declaration);
      else
        left.unused.push({
          file: place.file,
          why: `stands below no path that the configuration gives to a cluster; ${declaration.rankWhy}`,
        });
    } else if (free.includes(only)) assigned[only]!.declarations.push(declaration);
    else
      assigned[only]!.others.push({
        declaration,
        why: `the configuration names other paths for the ${SIDE[side]} of ${clusters[only]!.name}`,
      });
  }
  for (const machine of talos) {
    const known = [machine.name ?? '', ...machine.clusters.map(({ name }) => name)];
    const owner = ownerOf(clusters, machine.place.file, machine.files, (c) => c.talos, known);
    const named = clusters.findIndex(({ name }) => known.some((own) => same(own, name)));
    const free = clusters.flatMap((cluster, i) => (cluster.talos.length === 0 ? [i] : []));
    const index = owner ?? (free.includes(named) ? named : named < 0 && free.length === 1 && machine.name === null ? free[0]! : -1);
    if (index >= 0) assigned[index]!.talos.push(machine);
    else if (named < 0) left.talos.push(machine);
    else
      left.unused.push({
        file: machine.place.file,
        why: `the configuration names other paths for the Talos machine configuration of ${clusters[named]!.name}`,
      });
  }
  return left;
}

const SIDE: Record<Side, string> = { bootstrap: 'bootstrap', argocd: 'Argo CD side' };

/** A bootstrap stands in the machine configuration more often than beside it. */
function pathsOf(cluster: ConfiguredCluster, side: Side): readonly string[] {
  return side === 'argocd' ? cluster.argocd : cluster.bootstrap.length > 0 ? cluster.bootstrap : cluster.talos;
}

/** The cluster with the longest path above the declaring file, else the only one with a path above a file that is read; of equals the one that is named. */
function ownerOf(
  clusters: readonly ConfiguredCluster[],
  declaring: string,
  files: readonly string[],
  paths: (cluster: ConfiguredCluster) => readonly string[],
  known: readonly string[],
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
  const named = candidates.filter((i) => known.some((name) => same(name, clusters[i]!.name)));
  return named.length === 1 ? named[0] : undefined;
}

/** How long the longest of the paths is that a file stands below; -1 where it stands below none. */
function depth(file: string, paths: readonly string[]): number {
  return Math.max(-1, ...paths.filter((path) => path === '' || file === path || file.startsWith(`${path}/`)).map((path) => path.length));
}

function names(declaration: Declaration, name: string): boolean {
  return declaration.clusters.some((evidence) => evidence.strength >= 2 && same(evidence.name, name));
}

function isNamed(declaration: Declaration): boolean {
  return declaration.clusters.some(({ name, strength }) => strength >= 2 && name !== 'in-cluster');
}

function same(a: string, b: string): boolean {
  return a.toLowerCase().replaceAll('_', '-') === b.toLowerCase().replaceAll('_', '-');
}
