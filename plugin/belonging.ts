import type { AlignedCluster } from '../shared/align/align.ts';
import type { Finding } from '../shared/model.ts';

/** True for a file that nothing says to be another cluster's. */
export function couldSpeakFor(file: string, cluster: AlignedCluster, elsewhere: readonly AlignedCluster[]): boolean {
  if (elsewhere.length === 0 || filesOf(cluster).has(file)) return true;
  if (elsewhere.some((other) => filesOf(other).has(file))) return false;
  const folders = file.split('/').slice(0, -1);
  const isIn = ({ name }: AlignedCluster) => name !== null && folders.includes(name);
  return isIn(cluster) || !elsewhere.some(isIn);
}

/** True for a finding of the cluster, and for one of no cluster whose files could be its. */
export function concerns(finding: Finding, cluster: AlignedCluster, elsewhere: readonly AlignedCluster[]): boolean {
  if (finding.cluster !== null) return finding.cluster === cluster.name;
  return finding.places.some((place) => 'file' in place && couldSpeakFor(place.file, cluster, elsewhere));
}

function filesOf({ argocd, bootstrap, talos }: AlignedCluster): Set<string> {
  return new Set([...(argocd?.declaration.files ?? []), ...(bootstrap?.declaration.files ?? []), ...(talos?.files ?? [])]);
}
