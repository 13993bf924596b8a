import type { Cluster, Finding, Level, Outcome, Report, Row } from '../model.ts';
import { groupRows } from './row-groups.ts';
import { count, verdictOf } from './verdict.ts';

type Change = NonNullable<Row['change']>;

/** What a change does, as counts that a person would make: what follows from another row, or from a changed chart default, is not counted beside it; what several clusters say alike is counted once. */
interface Tally {
  rows: Record<Level, Set<string>>;
  findings: Record<Level, Set<string>>;
  clusters: Set<Cluster>;
}

/** Whether the report was compared with a base. */
export function hasBase(report: Report): boolean {
  return report.findings.some(isChanged) || report.clusters.some(({ rows }) => rows.some(isChanged));
}

/** The verdict with its mark, in one sentence: what the change does where there is a base, else what is. Plain text with code in backticks. */
export function markedVerdict(report: Report): { mark: string; sentence: string } {
  if (!hasBase(report)) return { mark: MARK[report.outcome], sentence: verdictOf(report) };
  const [introduced, existing, resolved] = (['introduced', 'existing', 'resolved'] as const).map((change) => tally(report, change));
  const added = addition(report, introduced!);
  const gone = size(resolved!);
  if (added)
    return { mark: added.mark, sentence: `${added.sentence}${gone > 0 ? ` It resolves ${gone} other${gone === 1 ? '' : 's'}.` : ''}` };
  const before = standing(existing!);
  const mark = report.outcome === 'undecided' || report.outcome === 'nothing' ? MARK[report.outcome] : '✓';
  const unsure = report.outcome === 'undecided' ? ` ${verdictOf(report)}` : '';
  if (gone > 0) {
    const rest = before === '' ? '' : ` ${before} stay${size(existing!) === 1 ? 's' : ''} as before.`;
    return { mark, sentence: `This change resolves ${problems(resolved!)}.${rest}${unsure}` };
  }
  if (before === '') return { mark, sentence: report.outcome === 'aligned' ? `Nothing new. ${verdictOf(report)}` : verdictOf(report) };
  return { mark, sentence: `Nothing new: ${before} ${size(existing!) === 1 ? 'was' : 'were'} there before this change.${unsure}` };
}

/** Whether the change does something that its author should be told without asking: it adds or resolves something above a note, or hides something grave. */
export function isWorthSaying(report: Report): boolean {
  if (!hasBase(report)) return report.outcome === 'drifted' || report.outcome === 'undecided';
  const [introduced, resolved] = [tally(report, 'introduced'), tally(report, 'resolved')];
  return size(introduced) + size(resolved) > 0 || hidden(report) > 0;
}

const MARK: Record<Outcome, string> = { drifted: '✗', undecided: '?', aligned: '✓', nothing: '–' };

function addition(report: Report, { rows, findings, clusters }: Tally): { mark: string; sentence: string } | undefined {
  const [differences, grave] = [rows.error.size + rows.warning.size, rows.error.size];
  const errors = findings.error.size;
  const where = report.clusters.length > 1 ? ` in ${clusters.size} of ${report.clusters.length} clusters` : '';
  if (grave > 0) {
    const how =
      grave === differences ? count(grave, 'new disruptive difference') : `${differences} new differences, ${grave} of them disruptive`;
    const besides = errors > 0 ? `, and ${count(errors, 'new error')} besides` : '';
    return { mark: '✗', sentence: `This change makes the bootstrap and Argo CD disagree${where}: ${how}${besides}.` };
  }
  if (errors > 0) {
    const besides =
      differences > 0 ? `, and ${count(differences, 'difference')} that ${differences === 1 ? 'is' : 'are'} not disruptive` : '';
    return { mark: '✗', sentence: `This change adds ${count(errors, 'error')}${where}${besides}.` };
  }
  const unknown = hidden(report);
  if (unknown > 0)
    return {
      mark: '?',
      sentence: `This change takes ${count(unknown, 'disruptive setting')} out of sight: whether both sides agree about ${unknown === 1 ? 'it' : 'them'} cannot be known from Git.`,
    };
  if (differences > 0)
    return {
      mark: '!',
      sentence: `This change adds ${count(differences, 'difference')}${where}, ${differences === 1 ? 'not disruptive' : 'none of them disruptive'}.`,
    };
  if (findings.warning.size > 0)
    return { mark: '!', sentence: `This change adds ${count(findings.warning.size, 'warning')}${where}, and no difference.` };
  return undefined;
}

/** Settings that a change has made unknowable. */
function hidden({ clusters }: Report): number {
  const rows = clusters.flatMap((cluster) => cluster.rows);
  return new Set(
    rows
      .filter(
        (r) =>
          r.status === 'opaque' &&
          r.change === 'introduced' &&
          !r.suppressed &&
          (r.impact === 'disruptive' || r.impact === 'boot-critical'),
      )
      .map((r) => r.setting),
  ).size;
}

function standing(existing: Tally): string {
  const differences = existing.rows.error.size + existing.rows.warning.size;
  const grave = existing.rows.error.size;
  const others = existing.findings.error.size + existing.findings.warning.size;
  const disruptive = grave === 0 ? '' : grave === differences ? 'disruptive ' : '';
  const parts = [
    differences === 0
      ? ''
      : `${count(differences, `${disruptive}difference`)}${grave > 0 && grave < differences ? ` (${grave} disruptive)` : ''}`,
    others === 0
      ? ''
      : count(others, existing.findings.error.size > 0 ? 'error or warning' : 'warning').replace(
          'error or warnings',
          'errors and warnings',
        ),
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

function problems({ rows, findings }: Tally): string {
  const differences = rows.error.size + rows.warning.size;
  const others = findings.error.size + findings.warning.size;
  return [differences === 0 ? '' : count(differences, 'difference'), others === 0 ? '' : count(others, 'finding')]
    .filter((part) => part !== '')
    .join(' and ');
}

function size({ rows, findings }: Tally): number {
  return rows.error.size + rows.warning.size + findings.error.size + findings.warning.size;
}

function tally(report: Report, change: Change): Tally {
  const result: Tally = { rows: emptyLevels(), findings: emptyLevels(), clusters: new Set() };
  for (const cluster of report.clusters) {
    const { byLevel } = groupRows(cluster, []);
    for (const level of ['error', 'warning', 'note'] as const) {
      const rows = byLevel[level].filter((row) => row.change === change && !row.suppressed);
      for (const row of rows) result.rows[level].add(row.setting);
      if (level !== 'note' && rows.length > 0) result.clusters.add(cluster);
    }
  }
  for (const finding of report.findings) {
    if (finding.change !== change || finding.suppressed) continue;
    result.findings[finding.level].add(kindOf(finding));
    const cluster = report.clusters.find((c) => c.name === finding.cluster);
    if (cluster && finding.level !== 'note') result.clusters.add(cluster);
  }
  // Where clusters differ about the gravity of a setting, the worst counts.
  for (const setting of result.rows.error) result.rows.warning.delete(setting);
  return result;
}

function kindOf({ rule, setting, message, cluster }: Finding): string {
  return JSON.stringify([rule, setting, cluster === null ? message : message.replaceAll(cluster, '')]);
}

function emptyLevels(): Record<Level, Set<string>> {
  return { error: new Set(), warning: new Set(), note: new Set() };
}

function isChanged({ change }: { change?: Change }): boolean {
  return change !== undefined;
}
