import { settingAt } from '../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Cell, Place, TalosCluster } from '../model.ts';
import { at } from '../tree.ts';

/** What a setting amounts to on one side as text; undefined where it has no value or cannot be known. */
export function settingValue(release: EvaluatedRelease, path: string): string | undefined {
  const read = settingAt(path)?.read(release.facts, release.version);
  if (!read || read.opaque || release.version === null) return undefined;
  return Array.isArray(read.value) ? read.value.join(' ') : read.value;
}

/** True where the setting cannot be known on that side. */
export function isUnknown(release: EvaluatedRelease, path: string): boolean {
  return release.version === null || release.declaration.opaque !== undefined || settingAt(path)?.read(release.facts, release.version).opaque !== undefined;
}

/** Where a person would look for the setting on that side. */
export function settingPlace(release: EvaluatedRelease, path: string): Place {
  const node = release.effective && at(release.effective, path);
  const fact = settingAt(path)?.facts.map((name) => release.facts.get(name)).find((f) => f !== undefined);
  for (const place of [node?.place, fact?.place]) if (place && 'file' in place) return place;
  return node?.place ?? fact?.place ?? release.declaration.place;
}

/** A fact of the machine configuration that Git tells; undefined where it cannot be told. */
export function talosFact(talos: TalosCluster | null, name: string): Cell | undefined {
  const cell = talos?.facts[name];
  return cell === undefined || cell.value === null || cell.value === undefined || cell.origin === 'absent' || cell.origin === 'opaque' ? undefined : cell;
}

/** The sides that were found, with the words for them. */
export function sidesOf(cluster: { bootstrap: EvaluatedRelease | null; argocd: EvaluatedRelease | null }): { release: EvaluatedRelease; side: string }[] {
  const sides: { release: EvaluatedRelease; side: string }[] = [];
  if (cluster.bootstrap) sides.push({ release: cluster.bootstrap, side: 'the bootstrap' });
  if (cluster.argocd) sides.push({ release: cluster.argocd, side: 'Argo CD' });
  return sides;
}

/** "the bootstrap", "Argo CD" or "both sides". */
export function namesOf(sides: readonly { side: string }[]): string {
  return sides.length > 1 ? 'both sides' : (sides[0]?.side ?? 'neither side');
}
