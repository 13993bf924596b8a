import type { Cluster, Finding, Level, Report, Row } from '../model.ts';
import { groupRows } from './row-groups.ts';
import { placeText, valueText } from './words.ts';

interface Common {
  level: Level;
  change: Row['change'];
  suppressed: Row['suppressed'];
  /** Who has it, in the report's order; empty for a finding about the repository. */
  clusters: Cluster[];
}

/** One difference, and the clusters that have it with the same values; the places may differ. */
export interface AlikeRow extends Common {
  kind: 'row';
  /** `followers` drift because of the same written value. */
  members: { cluster: Cluster; row: Row; followers: readonly Row[] }[];
}

/** One finding, and the clusters that have it; its words may name another cluster or file in each. */
export interface AlikeFinding extends Common {
  kind: 'finding';
  members: { cluster: Cluster | undefined; finding: Finding }[];
}

/** Rows that differ only because the chart's default changed between the two versions. */
export interface AlikeDefaults extends Common {
  kind: 'defaults';
  members: { cluster: Cluster; rows: readonly Row[] }[];
}

export type Alike = AlikeRow | AlikeFinding | AlikeDefaults;

const GRAVITY: Record<Level, number> = { error: 0, warning: 1, note: 2 };

/** Every drifting row, changed default and finding of the report, the worst first; what clusters say alike is said once. */
export function alikesOf(report: Report): Alike[] {
  const found = new Map<string, Alike>();
  for (const cluster of report.clusters) {
    const { byLevel, followers, changedDefaults } = groupRows(cluster, []);
    for (const row of [...byLevel.error, ...byLevel.warning, ...byLevel.note])
      add(found, rowKey(row), {
        kind: 'row',
        ...of(row),
        clusters: [cluster],
        members: [{ cluster, row, followers: followers.get(row) ?? [] }],
      });
    for (const rows of byState(changedDefaults)) {
      const level = rows.some((row) => row.level === 'warning') ? ('warning' as const) : ('note' as const);
      const key = [
        rows[0]!.change,
        rows[0]!.suppressed,
        cluster.bootstrap?.chartVersion,
        cluster.argocd?.chartVersion,
        rows.map((row) => row.setting),
      ];
      add(found, JSON.stringify(key), { kind: 'defaults', ...of(rows[0]!), level, clusters: [cluster], members: [{ cluster, rows }] });
    }
  }
  report.findings.forEach((finding, i) => {
    const cluster = report.clusters.find((c) => c.name === finding.cluster);
    const key = cluster === undefined ? `${i}` : findingKey(finding);
    add(found, key, { kind: 'finding', ...of(finding), clusters: cluster === undefined ? [] : [cluster], members: [{ cluster, finding }] });
  });
  const order = ({ kind, level }: Alike) => GRAVITY[level] * 3 + ['row', 'finding', 'defaults'].indexOf(kind);
  return [...found.values()].sort((a, b) => order(a) - order(b));
}

/** One more that is alike joins those that are there; a second one of the same cluster stands for itself. */
function add(found: Map<string, Alike>, key: string, one: Alike): void {
  const known = found.get(key);
  if (known === undefined) found.set(key, one);
  else if (one.clusters.some((cluster) => known.clusters.includes(cluster))) add(found, `${key}+`, one);
  else {
    known.clusters.push(...one.clusters);
    (known.members as unknown[]).push(...one.members);
  }
}

function of({ level, change, suppressed }: Pick<Row, 'level' | 'change' | 'suppressed'>): Omit<Common, 'clusters'> {
  return { level: level ?? 'note', change, suppressed };
}

function rowKey(row: Row): string {
  return JSON.stringify([row.setting, row.level, row.change, row.suppressed, row.why, valueText(row.bootstrap), valueText(row.argocd)]);
}

function findingKey({ rule, setting, level, change, suppressed, message, cluster, places }: Finding): string {
  let words = cluster === null ? message : message.replaceAll(cluster, '␣');
  for (const place of places) if ('file' in place) words = words.replaceAll(placeText(place), '␣').replaceAll(place.file, '␣');
  return JSON.stringify([rule, setting, level, change, suppressed, words]);
}

/** Rows that share what became of them. */
function byState(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const state = JSON.stringify([row.change, row.suppressed]);
    groups.set(state, [...(groups.get(state) ?? []), row]);
  }
  return [...groups.values()];
}
