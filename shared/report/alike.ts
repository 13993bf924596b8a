import { gravity } from '../align/weight.ts';
import type { Cluster, Finding, Level, Report, Row } from '../model.ts';
import { leavesUndecided } from './problems.ts';
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

const KINDS: Alike['kind'][] = ['row', 'finding', 'defaults'];

/** Every drifting row, changed default and finding of the report, the worst first, and of one level first what leaves a cluster undecided; what clusters say alike is said once. */
export function alikesOf(report: Report): Alike[] {
  const found = new Map<string, Alike>();
  for (const cluster of report.clusters) {
    for (const rows of [cluster.rows.filter((row) => row.change !== 'resolved'), cluster.rows.filter((row) => row.change === 'resolved')])
      for (const alike of alikesIn(cluster, rows)) add(found, keyOf(alike), alike);
  }
  for (const finding of report.findings) {
    const cluster = report.clusters.find((c) => c.name === finding.cluster);
    const alike: Alike = {
      kind: 'finding',
      ...of(finding),
      clusters: cluster === undefined ? [] : [cluster],
      members: [{ cluster, finding }],
    };
    add(found, keyOf(alike), alike);
  }
  const order = new Map(
    [...found.values()].map((alike) => [alike, (isDecisive(alike, report) ? 0 : 1 + KINDS.indexOf(alike.kind)) - 4 * gravity(alike.level)]),
  );
  return [...order.keys()].sort((a, b) => order.get(a)! - order.get(b)!);
}

function isDecisive(alike: Alike, report: Report): boolean {
  return alike.kind === 'finding' && alike.members.some(({ finding }) => leavesUndecided(finding, report));
}

function alikesIn(cluster: Cluster, rows: Row[]): Alike[] {
  const { byLevel, followers, changedDefaults } = groupRows({ ...cluster, rows }, []);
  const drifting = [...byLevel.error, ...byLevel.warning, ...byLevel.note];
  return [
    ...drifting.map(
      (row): Alike => ({ kind: 'row', ...of(row), clusters: [cluster], members: [{ cluster, row, followers: followers.get(row) ?? [] }] }),
    ),
    ...byState(changedDefaults).map((rows): Alike => {
      const level = rows.some((row) => row.level === 'warning') ? 'warning' : 'note';
      return { kind: 'defaults', ...of(rows[0]!), level, clusters: [cluster], members: [{ cluster, rows }] };
    }),
  ];
}

/** One more that is alike joins those that are there; a second one of the same cluster, or one of none, stands for itself. */
function add(found: Map<string, Alike>, key: string, one: Alike): void {
  const known = found.get(key);
  if (known === undefined) found.set(key, one);
  else if (one.clusters.length === 0 || one.clusters.some((cluster) => known.clusters.includes(cluster))) add(found, `${key}+`, one);
  else {
    known.clusters.push(...one.clusters);
    (known.members as unknown[]).push(...one.members);
  }
}

function of({ level, change, suppressed }: Pick<Row, 'level' | 'change' | 'suppressed'>): Omit<Common, 'clusters'> {
  return { level: level ?? 'note', change, suppressed };
}

/** The same for what reads the same. */
function keyOf({ kind, level, change, suppressed, members }: Alike): string {
  return JSON.stringify([kind, level, change, suppressed, ...wordsOf({ kind, members } as Alike)]);
}

function wordsOf(alike: Alike): unknown[] {
  if (alike.kind === 'row') {
    const { row } = alike.members[0]!;
    return [row.setting, row.why, valueText(row.bootstrap), valueText(row.argocd)];
  }
  if (alike.kind === 'defaults') {
    const { cluster, rows } = alike.members[0]!;
    return [cluster.bootstrap?.chartVersion, cluster.argocd?.chartVersion, rows.map((row) => row.setting)];
  }
  const { rule, setting, message, cluster, places } = alike.members[0]!.finding;
  let words = cluster === null ? message : message.replaceAll(cluster, '␣');
  for (const place of places) if ('file' in place) words = words.replaceAll(placeText(place), '␣').replaceAll(place.file, '␣');
  return [rule, setting, words];
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
