import type { AlignedCluster } from '../align/align.ts';
import type { Side } from '../model.ts';
import { at } from '../tree.ts';
import type { EditableFiles } from './files.ts';
import { type Readers, readersOf } from './readers.ts';
import type { ValuesMap } from './values-maps.ts';

/** What a plan is made in. */
export interface PlanContext {
  clusters: readonly AlignedCluster[];
  /** Position of the row's cluster. */
  cluster: number;
  side: Side;
  files: EditableFiles;
  /** Only this cluster is meant, so that others may change with it. */
  namesCluster: boolean;
}

/** A map of values that an edit of a row can go to. */
export interface Candidate {
  map: ValuesMap;
  /** Why it is not edited. */
  why: string | undefined;
  /** Other clusters that read it. */
  sharedWith: string[];
  onBothSides: boolean;
}

/** Where an edit can go, the best first. A value that is written is changed there; where others read that too, a later map of this cluster alone can say otherwise. */
export function placesFor(
  maps: readonly (ValuesMap | undefined)[],
  written: number | undefined,
  path: readonly string[],
  context: PlanContext,
): Candidate[] {
  const all = candidates(maps, path, context);
  if (written === undefined) return all;
  const own = all.filter(({ map }) => map === maps[written]);
  if (own[0]?.why === undefined && own.length > 0) return own;
  return [...all.filter(({ map, why }) => why === undefined && maps.indexOf(map) > written), ...own];
}

/** The maps of a release that a new key can be added to: those that may be edited first, of these the ones that nobody else reads, then where most of the path is written already, then the last. */
function candidates(maps: readonly (ValuesMap | undefined)[], path: readonly string[], context: PlanContext): Candidate[] {
  const depth = ({ layer }: ValuesMap) => {
    for (let n = path.length - 1; n > 0; n--) if (layer.kind !== 'set' && at(layer.tree, path.slice(0, n))?.kind === 'map') return n;
    return 0;
  };
  return maps
    .filter((map) => map !== undefined)
    .map((map): Candidate => {
      const readers = readersOf(map, context.clusters, context.cluster, context.side);
      return { map, why: whyNot(map, path, readers, context), sharedWith: readers.clusters, onBothSides: readers.bothSides };
    })
    .reverse()
    .sort(
      (a, b) =>
        Number(a.why !== undefined) - Number(b.why !== undefined) ||
        Number(a.sharedWith.length > 0) - Number(b.sharedWith.length > 0) ||
        depth(b.map) - depth(a.map),
    );
}

function whyNot(
  map: ValuesMap,
  path: readonly string[],
  { bothSides, clusters: others }: Readers,
  { clusters, cluster, files, namesCluster }: PlanContext,
): string | undefined {
  const refusal = files.refusal(map.file);
  if (refusal !== undefined) return refusal;
  // What an installer or a chart adds on one side alone is overruled there for both, with the value that the other side has already.
  if (bothSides && (map.layer.kind === 'set' || at(map.layer.tree, path) !== undefined))
    return 'both sides read it, so that an edit changes both: give this side a file of its own for the value';
  if (others.length === 0 || namesCluster) return undefined;
  const names = others.length > 4 ? `${others.slice(0, 3).join(', ')} and ${others.length - 3} more` : others.join(', ');
  return `${others.length === 1 ? `the cluster ${names} reads` : `the clusters ${names} read`} it too; --cluster ${clusters[cluster]!.name ?? 'NAME'} edits it all the same`;
}
