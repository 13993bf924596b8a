import type { AlignedCluster } from '../align/align.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';

/** One side that was found, with the words for it. */
export interface SideOfCluster {
  release: EvaluatedRelease;
  name: 'the bootstrap' | 'Argo CD';
}

/** The sides that were found, the bootstrap first. */
export function sidesOf({ bootstrap, argocd }: Pick<AlignedCluster, 'bootstrap' | 'argocd'>): SideOfCluster[] {
  const sides: SideOfCluster[] = [];
  if (bootstrap) sides.push({ release: bootstrap, name: 'the bootstrap' });
  if (argocd) sides.push({ release: argocd, name: 'Argo CD' });
  return sides;
}

/** "the bootstrap", "Argo CD" or "both sides". */
export function namesOf(sides: readonly SideOfCluster[]): string {
  return sides.length > 1 ? 'both sides' : (sides[0]?.name ?? 'neither side');
}

/** The same at the beginning of a sentence. */
export function namesAtStart(sides: readonly SideOfCluster[]): string {
  const names = namesOf(sides);
  return names[0]!.toUpperCase() + names.slice(1);
}

/** The verb that follows: "says" for one side, "say" for both. */
export function verb(sides: readonly SideOfCluster[], one: string, both: string): string {
  return sides.length > 1 ? both : one;
}

/** The sides that lack something, where none of those found has it: a difference is the table's to say. */
export function ifAllSides(
  cluster: Pick<AlignedCluster, 'bootstrap' | 'argocd'>,
  lacks: (release: EvaluatedRelease) => boolean,
): SideOfCluster[] {
  const sides = sidesOf(cluster);
  return sides.length > 0 && sides.every(({ release }) => lacks(release)) ? sides : [];
}

/** True where the table has a row for the setting in which the sides differ. */
export function isRowOfTable({ rows }: Pick<AlignedCluster, 'rows'>, path: string): boolean {
  return rows.some((row) => row.setting === path && row.status === 'drifted');
}
