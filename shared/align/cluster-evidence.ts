import type { ClusterEvidence, Declaration } from '../model.ts';
import { withoutRepository } from '../place.ts';

/** What `cluster.name` is where nobody names the cluster: values that somebody copied whole hold it, too. */
export const CHART_DEFAULT = 'default';

/** The names that evidence gives to a cluster, each with the strength of the best; what every cluster could be called names none. */
export function namesOf(evidence: readonly ClusterEvidence[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { name, strength } of evidence) {
    const key = normalName(name);
    if (strength >= 2 && key !== 'in-cluster' && key !== CHART_DEFAULT && key !== '')
      names.set(key, Math.max(strength, names.get(key) ?? 0));
  }
  return names;
}

/** A name as two tools may spell it: case and the kind of dash mean nothing. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** The directories on a declaration's way that are named like a cluster. */
export function homes(
  { place, files }: Pick<Declaration, 'place' | 'files'>,
  known: ReadonlySet<string>,
): { parent: string; name: string }[] {
  const found: { parent: string; name: string }[] = [];
  for (const file of new Set([place.file, ...files.slice(0, 8)])) {
    const segments = directoriesOf(file);
    segments.forEach((segment, i) => {
      const name = normalName(segment);
      if (known.has(name)) found.push({ parent: segments.slice(0, i).join('/'), name });
    });
  }
  return found;
}

/** How many directories two files share on their way. */
export function commonSegments(a: string, b: string): number {
  const [left, right] = [directoriesOf(a), directoriesOf(b)];
  let n = 0;
  while (n < left.length && left[n] === right[n]) n++;
  return n;
}

/** The directories on the way to a file; those of two repositories that are called the same most often hold the same. */
export function directoriesOf(file: string): string[] {
  return withoutRepository(file).split('/').slice(0, -1);
}
