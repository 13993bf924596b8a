import type { AlignedCluster } from '../align/align.ts';
import type { Declaration, Layer, Side } from '../model.ts';
import type { ValuesMap } from './values-maps.ts';

/** Who else reads what stands at a place. */
export interface Readers {
  /** The other side of the same cluster does. */
  bothSides: boolean;
  /** Names of the other clusters that do. */
  clusters: string[];
}

/** Who else than one side of a cluster reads a map of values. A file that is read only for a word in it counts as well: nobody knows which. */
export function readersOf(map: ValuesMap, clusters: readonly AlignedCluster[], own: number, side: Side): Readers {
  const others = clusters.filter(
    (cluster, i) => i !== own && [cluster.bootstrap, cluster.argocd].some((release) => release && reads(release.declaration, map)),
  );
  const opposite = clusters[own]?.[side === 'bootstrap' ? 'argocd' : 'bootstrap'];
  return { bothSides: opposite ? reads(opposite.declaration, map) : false, clusters: others.map(({ name }) => name ?? '(no name)') };
}

function reads({ layers, files }: Declaration, { file, isFile, layer }: ValuesMap): boolean {
  if (!isFile) return layers.some((other) => samePlace(other, layer));
  return files.includes(file) || layers.some(({ place }) => 'file' in place && place.file === file);
}

function samePlace(a: Layer, b: Layer): boolean {
  const [one, other] = [a, b].map((layer) => (layer.kind === 'set' ? layer.place : layer.tree.place));
  return JSON.stringify(one) === JSON.stringify(other);
}
