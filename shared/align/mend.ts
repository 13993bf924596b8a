import { settingAt } from '../cilium/settings/index.ts';
import type { Cell, Cluster, Release, Row, Side } from '../model.ts';

/** One edit that would make a row agree, and the side that it changes. */
export interface Mend {
  side: Side;
  edit: string;
}

/** The edits that would make a drifting row agree: one for each side, or for the bootstrap alone where the running cluster cannot follow. */
export function mendsOf(row: Row, cluster: Pick<Cluster, 'bootstrap' | 'argocd'>): Mend[] {
  const { bootstrap, argocd } = cluster;
  if (!bootstrap || !argocd || row.status !== 'drifted') return [];
  if (row.setting === 'version') return [{ side: 'bootstrap', edit: `pin version ${row.argocd.value} at ${where(bootstrap, row.bootstrap)}` }];
  const mends: Mend[] = [{ side: 'bootstrap', edit: edit(row.setting, row.bootstrap, row.argocd, bootstrap) }];
  const setting = settingAt(row.setting);
  if (setting === undefined || setting.migratable) mends.push({ side: 'argocd', edit: edit(row.setting, row.argocd, row.bootstrap, argocd) });
  return mends;
}

function edit(path: string, from: Cell, to: Cell, release: Release): string {
  const place = where(release, from);
  if (release.form === 'rendered-manifest' || release.form === 'rendered-path') return `render ${release.place && 'file' in release.place ? release.place.file : 'the manifest'} again with ${assignment(path, to)}`;
  if (to.origin === 'default' || to.origin === 'absent') {
    if (from.origin === 'set') return `remove \`${path}\` at ${place}`;
  }
  const written = from.origin === 'set' && from.place !== null && 'file' in from.place;
  const flags = release.form === 'cilium-cli-job' || release.form === 'cilium-command' || release.form === 'helm-command';
  const lastLayer = release.layers.filter((l) => l.kind !== 'implicit').at(-1);
  if (flags && !written && (lastLayer === undefined || lastLayer.kind === 'set')) return `add \`--set ${assignment(path, to)}\` at ${place}`;
  return written ? `change \`${path}\` to \`${show(to.value)}\` at ${place}` : `add \`${assignment(path, to, ': ')}\` at ${place}`;
}

function assignment(path: string, cell: Cell, sign = '='): string {
  const value = Array.isArray(cell.value) && sign === '=' ? `{${cell.value.join(',')}}` : show(cell.value);
  return `${path}${sign}${value}`;
}

/** A value as a person would write it in YAML. */
export function show(value: unknown): string {
  if (value === null || value === undefined || value === '') return '""';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** Where somebody would edit: the value's own line, else the release's last layer, else its declaration. */
function where(release: Release, cell: Cell): string {
  const layer = release.layers.filter((l) => l.kind !== 'implicit').at(-1)?.place;
  for (const place of [cell.origin === 'set' ? cell.place : null, layer, release.place]) {
    if (place && 'file' in place) return `${place.file}:${place.line}`;
  }
  return release.files[0] ?? 'its declaration';
}
