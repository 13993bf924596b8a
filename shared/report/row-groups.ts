import { isDefault } from '../align/table.ts';
import { unknownCell } from '../align/unknown-row.ts';
import { gravity } from '../align/weight.ts';
import type { Cluster, Finding, Level, Row } from '../model.ts';
import { splitPath } from '../tree.ts';
import { placeText } from './words.ts';

/** The rows of one cluster as a person wants them: what is grave in full, what follows from something else once. */
export interface RowGroups {
  /** Drifting rows by level, in the catalogue's order. */
  byLevel: Record<Level, Row[]>;
  /** By a row: those that drift because of the same written value, and are said with it. */
  followers: Map<Row, Row[]>;
  /** Rows that differ only because the chart's default changed between the two versions; said with the version. */
  changedDefaults: Row[];
  /** Rows that cannot be known, by reason and place; the gravest first. */
  unknown: { why: string; place: string; rows: Row[] }[];
}

const IMPACT: Record<Row['impact'], number> = { disruptive: 0, 'boot-critical': 1, behaviour: 2, additive: 3, none: 4 };

/** Groups the rows of a cluster; an unpinned version is left to the finding that asks for it. */
export function groupRows(cluster: Cluster, findings: readonly Finding[]): RowGroups {
  const byLevel: RowGroups['byLevel'] = { error: [], warning: [], note: [] };
  const changedDefaults: Row[] = [];
  const unknown = new Map<string, { why: string; place: string; rows: Row[] }>();
  const followers = new Map<Row, Row[]>();
  const versionDrifts = cluster.rows.some((r) => r.setting === 'version' && r.status === 'drifted');
  for (const row of cluster.rows) {
    if (row.status === 'drifted') {
      const leader = leaderOf(row, cluster.rows);
      if (versionDrifts && isDefault(row.bootstrap) && isDefault(row.argocd)) changedDefaults.push(row);
      else if (leader) followers.set(leader, [...(followers.get(leader) ?? []), row]);
      else byLevel[row.level ?? 'note'].push(row);
    } else if (row.status === 'opaque' && !(row.setting === 'version' && findings.some((f) => f.setting === 'version'))) {
      const { why, place: at } = unknownCell(row);
      const place = `${placeText(at)}${at && 'file' in at && why.startsWith('is not valid') ? `:${at.column}` : ''}`;
      const group = unknown.get(`${why}|${place}`) ?? { why, place, rows: [] };
      group.rows.push(row);
      unknown.set(`${why}|${place}`, group);
    }
  }
  const groups = [...unknown.values()];
  for (const { rows } of groups) rows.sort((a, b) => IMPACT[a.impact] - IMPACT[b.impact]);
  groups.sort((a, b) => IMPACT[a.rows[0]!.impact] - IMPACT[b.rows[0]!.impact]);
  return { byLevel, followers, changedDefaults, unknown: groups };
}

/** The row of the written value that a row's own value is derived from, where that row is as grave and differs too. */
function leaderOf(row: Row, rows: readonly Row[]): Row | undefined {
  for (const side of ['bootstrap', 'argocd'] as const) {
    const place = row[side].place;
    const other = row[side === 'bootstrap' ? 'argocd' : 'bootstrap'];
    if (row[side].origin !== 'derived' || place === null || !('file' in place) || other.origin === 'set') continue;
    const leader = rows.find((r) => {
      const at = r[side].place;
      return (
        r.status === 'drifted' &&
        r[side].origin === 'set' &&
        at !== null &&
        'file' in at &&
        at.file === place.file &&
        at.line === place.line &&
        at.column === place.column
      );
    });
    if (leader && gravity(leader.level ?? 'note') >= gravity(row.level ?? 'note')) return leader;
  }
  return undefined;
}

/** Setting names with those of one family folded where there are many: `MTU`, `hubble.* (5)`. */
export function foldNames(names: readonly string[]): string[] {
  const families = new Map<string, string[]>();
  for (const name of names) {
    const family = splitPath(name)[0]!;
    families.set(family, [...(families.get(family) ?? []), name]);
  }
  return [...families].flatMap(([family, members]) => (members.length > 2 ? [`${family}.* (${members.length})`] : members));
}
