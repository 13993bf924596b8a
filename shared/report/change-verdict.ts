import type { Cluster, Finding, Level, Outcome, Report, Row } from '../model.ts';
import { plainText } from './escape.ts';
import { groupRows } from './row-groups.ts';
import { count, verdictOf } from './verdict.ts';
import { SIDE_WORDS } from './words.ts';

type Change = NonNullable<Row['change']>;

/** What a change does, as counts that a person would make: what follows from another row, or from a changed chart default, is not counted beside it; what several clusters say alike is counted once. */
interface Tally {
  rows: Record<Level, Set<string>>;
  findings: Record<Level, Set<string>>;
  clusters: Set<Cluster>;
}

/** The verdict with its mark, in one sentence or two: what the change does where there is a base, else what is. Plain text with code in backticks. */
export function markedVerdict(report: Report): { mark: string; sentence: string } {
  if (report.base === undefined) return { mark: MARK[report.outcome], sentence: verdictOf(report) };
  const [introduced, existing, resolved] = [tally(report, 'introduced'), tally(report, 'existing'), tally(report, 'resolved')];
  const added = addition(report, introduced);
  const gone = size(resolved);
  const removed = removal(report);
  if (added) {
    const others = gone > 0 ? ` It resolves ${gone} other${gone === 1 ? '' : 's'}.` : '';
    return { mark: added.mark, sentence: `${added.sentence}${others}${removed === undefined ? '' : ` ${removed}`}` };
  }
  if (removed !== undefined) return { mark: '–', sentence: removed };
  const before = standing(existing);
  const unsure = report.outcome === 'undecided' || report.outcome === 'nothing';
  const mark = unsure ? MARK[report.outcome] : '✓';
  const rest = unsure ? ` ${verdictOf(withoutResolved(report))}` : '';
  const one = size(existing) === 1;
  if (gone > 0)
    return {
      mark,
      sentence: `This change resolves ${problems(resolved)}.${before === '' ? '' : ` ${before} stay${one ? 's' : ''} as before.`}${rest}`,
    };
  if (before !== '') return { mark, sentence: `Nothing new: ${before} ${one ? 'was' : 'were'} there before this change.${rest}` };
  return { mark, sentence: `Nothing new. ${verdictOf(withoutResolved(report))}` };
}

/** Whether the change does something that its author should be told without asking: it adds or resolves more than notes, hides something grave, or takes a side away. */
export function isWorthSaying(report: Report): boolean {
  if (report.base === undefined) return report.outcome === 'drifted' || report.outcome === 'undecided';
  const changed = size(tally(report, 'introduced')) + size(tally(report, 'resolved')) + hidden(report);
  return changed > 0 || removal(report) !== undefined;
}

/** The report as it stands, without what the base alone has. */
export function withoutResolved(report: Report): Report {
  const stands = ({ change }: { change?: Change }) => change !== 'resolved';
  const clusters = report.clusters.map((cluster) => ({ ...cluster, rows: cluster.rows.filter(stands) }));
  return { ...report, clusters, findings: report.findings.filter(stands) };
}

/** The mark that stands before a verdict. */
export const MARK: Record<Outcome, string> = { drifted: '✗', undecided: '?', aligned: '✓', nothing: '–' };

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

/** What the change takes out of Git, where it leaves nothing to compare. */
function removal({ clusters }: Report): string | undefined {
  const [first, ...others] = clusters.filter(({ gone }) => gone !== undefined && gone.length > 0);
  if (first === undefined) return undefined;
  const what = first.gone!.length === 2 ? 'both sides' : `the ${SIDE_WORDS[first.gone![0]!]} side`;
  const name = first.name === null ? '' : ` of ${plainText(first.name, 80)}`;
  const more = others.length === 0 ? '' : `, and of ${count(others.length, 'other cluster')}`;
  return `This change takes ${what}${name} out of Git${more}: nothing is left there to compare.`;
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
    const rowsOf = cluster.rows.filter((row) => (row.change === 'resolved') === (change === 'resolved'));
    const { byLevel } = groupRows({ ...cluster, rows: rowsOf }, []);
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
