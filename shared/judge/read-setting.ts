import { settingAt } from '../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Cell, Place, TalosCluster } from '../model.ts';
import { at } from '../tree.ts';

/** Facts are there to be read: the chart version is known, or somebody rendered the manifest. */
function isReadable({ version, declaration }: EvaluatedRelease): boolean {
  return declaration.opaque === undefined && (version !== null || declaration.facts !== undefined);
}

/** What a setting of the catalogue amounts to on one side as text; undefined where it has no value or cannot be known. */
export function settingValue(release: EvaluatedRelease, path: string): string | undefined {
  if (!isReadable(release)) return undefined;
  const read = settingAt(path)?.read(release.facts, release.version);
  if (!read || read.opaque) return undefined;
  return Array.isArray(read.value) ? read.value.join(' ') : read.value;
}

/** True where the setting cannot be known on that side. */
export function isUnknown(release: EvaluatedRelease, path: string): boolean {
  return !isReadable(release) || settingAt(path)?.read(release.facts, release.version).opaque !== undefined;
}

/** A value of the chart as text after defaults, also outside the catalogue; undefined where it is none, is unknown, or the manifest is rendered. */
export function chartValue(release: EvaluatedRelease, path: string): string | undefined {
  const node = release.effective && at(release.effective, path);
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** Where a person would look for the setting on that side. */
export function settingPlace(release: EvaluatedRelease, path: string): Place {
  const node = release.effective && at(release.effective, path);
  const fact = settingAt(path)
    ?.facts.map((name) => release.facts.get(name))
    .find((f) => f !== undefined);
  for (const place of [node?.place, fact?.place]) if (place && 'file' in place) return place;
  return release.declaration.place;
}

/** A fact of the machine configuration that Git tells; undefined where it cannot be told, or where only an example tells it. */
export function talosFact(talos: TalosCluster | null, name: string): Cell | undefined {
  if (!talos || talos.rank < 3) return undefined;
  const cell = talos.facts[name];
  // A command that generates a configuration without a patch does not say what becomes of it.
  if (cell?.origin === 'default' && talos.owner === 'talosctl' && talos.files.length < 2) return undefined;
  return cell === undefined || cell.value === null || cell.value === undefined || cell.origin === 'absent' || cell.origin === 'opaque'
    ? undefined
    : cell;
}

/** Where the fact is written; the cluster's own place where it is a default. */
export function talosPlaces(talos: TalosCluster | null, cell: Cell | undefined): Place[] {
  if (cell?.place && 'file' in cell.place) return [cell.place];
  return talos ? [talos.place] : [];
}

/** The minor version of Talos 1 that runs; undefined where nothing says it. */
export function talosMinor(talos: TalosCluster | null): number | undefined {
  const said = talosFact(talos, 'talosVersion')?.value;
  const minor = /^v?1\.(\d+)/.exec(typeof said === 'string' ? said : '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** Whether Cilium does kube-proxy's work; undefined where that cannot be known. */
export function replacesKubeProxy(release: EvaluatedRelease): boolean | undefined {
  if (isUnknown(release, 'kubeProxyReplacement')) return undefined;
  const value = settingValue(release, 'kubeProxyReplacement') ?? 'false';
  if (value === 'true' || value === 'strict') return true;
  return value === 'false' || value === 'disabled' || value === '' ? false : undefined;
}
