import type { Declaration, TalosCluster } from '../model.ts';
import { commonSegments, homes, namesOf, normalName } from './cluster-evidence.ts';

/** The declarations with what directories and neighbours say of the cluster that each belongs to, and without what copied values say against it. */
export function placeDeclarations(unplaced: readonly Declaration[], talos: readonly TalosCluster[]): Declaration[] {
  return withoutCopies(namedByNeighbours(namedByDirectories(unplaced, namesSaid(unplaced, talos)), talos), talos);
}

/** What clusters are called; a directory's name is a guess that counts only where a machine configuration has no better one. */
function namesSaid(declarations: readonly Declaration[], talos: readonly TalosCluster[]): Set<string> {
  return new Set([
    ...namesOf(declarations.flatMap((d) => d.clusters)).keys(),
    ...talos.flatMap(({ name, clusters }) =>
      name === null ? clusters.map((c) => normalName(c.name)) : [normalName(name), ...namesOf(clusters).keys()],
    ),
  ]);
}

/** What stands below a directory that has the name of a cluster, and of one only, belongs to that one. */
function namedByDirectories(declarations: readonly Declaration[], known: ReadonlySet<string>): Declaration[] {
  return declarations.map((declaration) => {
    const directories = homes({ place: declaration.place, files: [] }, known);
    const name = directories[0]?.name;
    if (name === undefined || directories.some((other) => other.name !== name)) return declaration;
    if (declaration.clusters.some((c) => c.strength >= 2 && normalName(c.name) === name)) return declaration;
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
    if (near.some(({ cluster, shared }) => shared === first.shared && normalName(cluster.name!) !== normalName(first.cluster.name!)))
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
