import { couldBeError, gravity, reaches } from '../align/weight.ts';
import type { Cluster, Finding, Level, Outcome, Release, Report, Row, Side } from '../model.ts';
import { type ClusterPair, matchClusters } from './changed-clusters.ts';
import { matchFindings, type PlacedFinding } from './changed-findings.ts';
import { isOpen, wasThere } from './changed-rows.ts';

/** What decides the exit code of a comparison with a base. */
export interface ChangePolicy {
  failOn: Level | 'never';
  undecided: 'fail' | 'warn';
  /** Only what is new counts, or everything that stands, as without a base. */
  fails: 'new' | 'all';
  /** What a person calls the base. */
  name?: string;
}

const SIDES: readonly Side[] = ['bootstrap', 'argocd'];

/**
 * The report of the head with what the base says of it: every row that differs or cannot be known, and every finding, is `introduced` or `existing`;
 * what only the base has is appended as `resolved`, with the base's values and places, each row to its cluster.
 * New is what was not there, what weighs more, and a difference of other values; a version row only where the two versions are further apart.
 * Renamed clusters and files, other lines and other numbers in a message make nothing new.
 * A side that the base had and the head has not is `gone`, and what could no longer be looked at there is not resolved; a cluster that is gone as a whole
 * stands at the end, with neither side.
 * Both reports must have been made with one configuration: which one is the caller's to decide, and must be the base's where the head's author must not decide it.
 */
export function compareWithBase(head: Report, base: Report, policy: ChangePolicy): Report {
  const pairs = matchClusters(head.clusters, base.clusters);
  const clusters = pairs.map(compareCluster);
  const report: Report = {
    ...head,
    base: { name: policy.name ?? null, outcome: base.outcome, fails: policy.fails },
    clusters,
    findings: compareFindings(head, base, pairs),
  };
  return { ...report, exitCode: exitCodeOf(report, head, policy) };
}

function compareCluster({ head, base }: ClusterPair): Cluster {
  if (head === null)
    return { ...base!, outcome: 'nothing', bootstrap: null, argocd: null, others: [], talos: null, rows: [], gone: sidesOf(base!) };
  const before = new Map(base?.rows.map((row) => [row.setting, row]));
  const rows = head.rows.map(
    (row): Row => (isOpen(row) ? { ...row, change: wasThere(row, before.get(row.setting)) ? 'existing' : 'introduced' } : row),
  );
  const gone = goneSides({ head, base });
  if (gone.length > 0 || !base) return { ...head, rows, ...(gone.length > 0 && { gone }) };
  const open = new Set(rows.filter(isOpen).map(({ setting }) => setting));
  const resolved = base.rows.filter((row) => isOpen(row) && !open.has(row.setting)).map((row): Row => ({ ...row, change: 'resolved' }));
  return { ...head, rows: [...rows, ...resolved] };
}

function compareFindings(head: Report, base: Report, pairs: readonly ClusterPair[]): Finding[] {
  const placed = (side: 'head' | 'base', findings: readonly Finding[]): PlacedFinding[] =>
    findings.map((finding) => {
      const index = pairs.findIndex((pair) => pair[side]?.name === finding.cluster);
      return { finding, cluster: index < 0 ? '' : String(index) };
    });
  const [headFiles, baseFiles] = [filesOf(head), filesOf(base)];
  const isMoved = (from: string, to: string) => !headFiles.has(from) && !baseFiles.has(to);
  const partners = matchFindings(placed('head', head.findings), placed('base', base.findings), isMoved);
  const found = head.findings.map((finding): Finding => {
    const before = partners.get(finding);
    return { ...finding, change: before && gravity(finding.level) <= gravity(before.level) ? 'existing' : 'introduced' };
  });
  const matched = new Set(partners.values());
  const resolved = base.findings.flatMap((finding): Finding[] => {
    if (matched.has(finding)) return [];
    const pair = pairs.find(({ base: cluster }) => cluster !== null && cluster.name === finding.cluster);
    if (pair && goneSides(pair).length > 0) return [];
    return [{ ...finding, cluster: pair?.head ? pair.head.name : finding.cluster, change: 'resolved' }];
  });
  return [...found, ...resolved];
}

function sidesOf(cluster: Cluster): Side[] {
  return SIDES.filter((side) => cluster[side] !== null);
}

function goneSides({ head, base }: ClusterPair): Side[] {
  return base === null ? [] : sidesOf(base).filter((side) => head?.[side] == null);
}

/** Every file that a report names: one that neither report knows under both names may have been renamed. */
function filesOf(report: Report): Set<string> {
  const files = new Set<string>(report.unused.map(({ file }) => file));
  const addRelease = (release: Release | null) => {
    for (const file of release?.files ?? []) files.add(file);
  };
  for (const { bootstrap, argocd, others, rows } of report.clusters) {
    for (const release of [bootstrap, argocd, ...others.map((other) => other.release)]) addRelease(release);
    for (const row of rows) for (const { place } of [row.bootstrap, row.argocd]) if (place && 'file' in place) files.add(place.file);
  }
  for (const { places } of report.findings) for (const place of places) if ('file' in place) files.add(place.file);
  return files;
}

function exitCodeOf({ clusters, findings, outcome }: Report, head: Report, { failOn, undecided, fails }: ChangePolicy): Report['exitCode'] {
  if (fails === 'all') return head.exitCode;
  const rows = clusters.flatMap((cluster) => cluster.rows);
  const added = [...rows, ...findings].filter(({ change, suppressed }) => change === 'introduced' && !suppressed);
  const weighs = added.some(({ level }) => reaches(level, failOn));
  const isUnknown =
    head.unused.some(({ leftOut }) => leftOut) || rows.some((row) => couldBeError(row) && row.change === 'introduced' && !row.suppressed);
  const hides = failOn !== 'never' && undecided === 'fail' && isUnknown;
  return weighs || hides ? 1 : exitCodeOfOutcome(outcome);
}

function exitCodeOfOutcome(outcome: Outcome): Report['exitCode'] {
  return outcome === 'nothing' ? 3 : 0;
}
