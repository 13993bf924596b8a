import type { Setting, SettingValue } from '../cilium/setting.ts';
import { settingAt, settings } from '../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Cell, Place, Row } from '../model.ts';
import { at, originOf, splitPath } from '../tree.ts';
import { sameValue } from './equality.ts';
import { otherRows } from './other-values.ts';
import { redact } from './redact.ts';
import { levelOf } from './weight.ts';

/** Older names of settings: their rows are there already. */
const FORMER = new Set(settings.map((s) => s.formerly).filter((name) => name !== undefined));

/** The alignment table of two releases that were worked out: a row per setting of the catalogue, then every other value that drifts, by path. */
export function buildTable(bootstrap: EvaluatedRelease, argocd: EvaluatedRelease): Row[] {
  const rows = settings.map((setting) => settingRow(setting, bootstrap, argocd));
  const others = otherRows(bootstrap, argocd, (path) => settingAt(path) !== undefined || FORMER.has(path) || isSettingInDisguise(path));
  return [...rows.map((row) => saidBelow(row, others)), ...others].map(redact);
}

/** A setting that is a map, where what differs in it has rows of its own: they name the key and the edit. */
function saidBelow(row: Row, others: readonly Row[]): Row {
  const below = others.filter(({ setting, status }) => status === 'drifted' && setting.startsWith(`${row.setting}.`));
  if (row.status !== 'drifted' || below.length === 0) return row;
  return { ...row, status: 'irrelevant', level: null, why: `only follows from ${below.map(({ setting }) => setting).join(', ')}` };
}

/** A key of the agent's configuration written by hand: the setting that is read from it has the row. */
function isSettingInDisguise(path: string): boolean {
  const [first, key, ...rest] = splitPath(path);
  return (
    first === 'extraConfig' && key !== undefined && rest.length === 0 && settings.some((setting) => setting.facts.includes(`config.${key}`))
  );
}

function settingRow(setting: Setting, bootstrap: EvaluatedRelease, argocd: EvaluatedRelease): Row {
  const left = readSide(setting, bootstrap);
  const right = readSide(setting, argocd);
  const row: Row = {
    setting: setting.path,
    status: 'aligned',
    impact: setting.impact,
    level: null,
    bootstrap: cell(setting, left, bootstrap),
    argocd: cell(setting, right, argocd),
  };
  if (left.opaque || right.opaque) {
    if (left.opaque && right.opaque && sameOpaque(left, right))
      return { ...row, why: 'both sides read the same text, which cannot be known here' };
    const meaningless = setting.irrelevant?.(bootstrap.facts, argocd.facts);
    if (meaningless !== undefined) return { ...row, status: 'irrelevant', why: meaningless };
    return { ...row, status: 'opaque', level: null, why: (left.opaque ?? right.opaque)!.reason };
  }
  if (sameValue(setting.equality, left.value, right.value)) return row;
  const agent = agentDefault(setting, bootstrap, argocd);
  if (agent !== undefined && sameValue(setting.equality, left.value ?? agent, right.value ?? agent)) {
    for (const side of ['bootstrap', 'argocd'] as const) {
      if ((side === 'bootstrap' ? left : right).value === undefined)
        row[side] = { value: typed(setting, agent), origin: 'default', place: { source: 'agent default' } };
    }
    return { ...row, why: 'the one side writes what the agent does anyway' };
  }
  const meaningless = setting.irrelevant?.(bootstrap.facts, argocd.facts);
  if (meaningless !== undefined) return { ...row, status: 'irrelevant', why: meaningless };
  if (setting.addedByArgocd && left.value !== 'true' && right.value === 'true')
    return { ...row, impact: 'additive', status: 'drifted', level: levelOf('additive'), why: 'Argo CD adds what the bootstrap leaves out' };
  const level = setting.level ?? levelOf(setting.impact);
  if (isDefault(row.bootstrap) && isDefault(row.argocd) && bootstrap.version !== argocd.version) {
    return {
      ...row,
      status: 'drifted',
      level: level === 'error' ? 'warning' : level,
      why: `the chart's default changed between ${bootstrap.version} and ${argocd.version}`,
    };
  }
  return { ...row, setting: writtenName(setting, bootstrap, argocd), status: 'drifted', level, why: setting.why };
}

/** The older name of a setting, where somebody wrote that one and nobody today's. */
function writtenName(setting: Setting, ...sides: EvaluatedRelease[]): string {
  const wrote = (path: string) => sides.some((side) => at(side.user, path) !== undefined);
  return setting.formerly !== undefined && wrote(setting.formerly) && !wrote(setting.path) ? setting.formerly : setting.path;
}

function readSide(setting: Setting, release: EvaluatedRelease): SettingValue {
  if (release.declaration.opaque) return { value: undefined, opaque: release.declaration.opaque };
  return setting.read(release.facts, release.version);
}

function cell(setting: Setting, read: SettingValue, release: EvaluatedRelease): Cell {
  if (read.opaque) return { value: null, origin: 'opaque', place: read.opaque.place, why: read.opaque.reason };
  const node = release.effective && at(release.effective, setting.path);
  const fact = setting.facts.map((name) => release.facts.get(name)).find((f) => f !== undefined);
  const value = read.value === undefined ? null : typed(setting, read.value);
  const place: Place | null = read.place ?? fact?.place ?? (node && node.kind !== 'opaque' ? node.place : null);
  if (value === null && node === undefined) return { value, origin: 'absent', place };
  const origin = fact?.origin ?? (node ? originOf(node) : place === null ? 'absent' : 'derived');
  // Somebody wrote another key there, and the chart makes this value of it.
  const follows = origin === 'set' && release.effective !== undefined && at(release.user, setting.path) === undefined;
  return { value, origin: origin === 'opaque' || follows ? 'derived' : origin, place };
}

/** The value in its own type: what text of the manifest stands for. */
function typed(setting: Setting, value: string | string[]): unknown {
  if (Array.isArray(value)) return value;
  if (setting.equality === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (setting.equality === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}

function sameOpaque(left: SettingValue, right: SettingValue): boolean {
  const [a, b] = [left.opaque!, right.opaque!];
  return (
    a.text === b.text &&
    'file' in a.place &&
    'file' in b.place &&
    a.place.file === b.place.file &&
    a.place.line === b.place.line &&
    a.place.column === b.place.column
  );
}

function agentDefault(setting: Setting, bootstrap: EvaluatedRelease, argocd: EvaluatedRelease): string | undefined {
  if (typeof setting.agentDefault !== 'function') return setting.agentDefault;
  const version = bootstrap.version ?? argocd.version;
  return version === null ? undefined : setting.agentDefault(version);
}

/** Nobody wrote it: the chart, or the agent itself, speaks. */
export function isDefault(cell: Cell): boolean {
  return (
    cell.origin === 'default' || cell.origin === 'absent' || (cell.origin === 'derived' && (cell.place === null || 'source' in cell.place))
  );
}
