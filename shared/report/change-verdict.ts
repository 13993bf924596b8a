import { couldBeError } from '../align/weight.ts';
import type { Cluster, Level, Outcome, Report, Row } from '../model.ts';
import { type Alike, type AlikeRow, alikesOf } from './alike.ts';
import { plainText } from './escape.ts';
import { count, verdictOf } from './verdict.ts';
import { SIDE_WORDS, shorten, valueText } from './words.ts';

type Change = NonNullable<Row['change']>;

/** What a change does, as counts that a person would make: what follows from another row is not counted beside it, what several clusters say alike is counted once. */
interface Tally {
  /** Settings that differ, by the worst level that one has in any cluster. */
  rows: Record<Level, Set<string>>;
  findings: Record<Level, number>;
  /** Versions that are apart, and settings whose chart default differs between them; neither is grave by itself. */
  versions: AlikeRow[];
  defaults: Set<string>;
  clusters: Set<Cluster>;
}

/** The verdict with its mark, in one sentence or two: what the change does where there is a base, else what is. Plain text with code in backticks. No change that fails by the policy is marked as good. */
export function markedVerdict(report: Report): { mark: string; sentence: string } {
  if (report.base === undefined) return { mark: MARK[report.outcome], sentence: verdictOf(report) };
  const { mark, sentence } = changeVerdict(report);
  return { mark: report.exitCode === 1 ? MARK.drifted : mark, sentence };
}

function changeVerdict(report: Report): { mark: string; sentence: string } {
  const alikes = alikesOf(report);
  const [introduced, existing, resolved] = [tally(alikes, 'introduced'), tally(alikes, 'existing'), tally(alikes, 'resolved')];
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

/** Whether the change does something that its author should be told without asking: it adds or resolves more than notes, moves versions apart, hides something grave, or takes a side away. */
export function isWorthSaying(report: Report): boolean {
  if (report.base === undefined) return report.outcome === 'drifted' || report.outcome === 'undecided';
  const alikes = alikesOf(report);
  const [introduced, resolved] = [tally(alikes, 'introduced'), tally(alikes, 'resolved')];
  return size(introduced) + introduced.versions.length + size(resolved) + hidden(report).length > 0 || removal(report) !== undefined;
}

/** The report as it stands, without what the base alone has. */
export function withoutResolved(report: Report): Report {
  const stands = ({ change }: { change?: Change }) => change !== 'resolved';
  const clusters = report.clusters.map((cluster) => ({ ...cluster, rows: cluster.rows.filter(stands) }));
  return { ...report, clusters, findings: report.findings.filter(stands) };
}

/** The mark that stands before a verdict. */
export const MARK: Record<Outcome, string> = { drifted: '✗', undecided: '?', aligned: '✓', nothing: '–' };

function addition(report: Report, { rows, findings, versions, defaults, clusters }: Tally): { mark: string; sentence: string } | undefined {
  const [differences, grave, errors, changed] = [rows.error.size + rows.warning.size, rows.error.size, findings.error, defaults.size];
  const where = whereOf(clusters.size, report.clusters.length);
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
  if (unknown.length > 0)
    return {
      mark: '?',
      sentence: `After this change, Git does not say whether both sides agree about ${count(unknown.length, 'disruptive setting')}: ${shorten(unknown, 3)}.`,
    };
  if (versions.length > 0) {
    const { row } = versions[0]!.members[0]!;
    const what = versions.length > 1 ? '' : `: bootstrap ${valueText(row.bootstrap)}, Argo CD ${valueText(row.argocd)}`;
    const others = [
      differences > 0 ? count(differences, 'other difference') : '',
      changed > 0 ? count(changed, 'changed chart default') : '',
    ];
    const beside = others.filter((part) => part !== '').join(' and ');
    const end =
      beside === ''
        ? 'Nothing disruptive comes with it.'
        : `With it come${differences + changed === 1 ? 's' : ''} ${beside}, and nothing disruptive.`;
    return { mark: '!', sentence: `This change moves the versions apart${where}${what}. ${end}` };
  }
  if (differences + changed > 0)
    return {
      mark: '!',
      sentence: `This change adds ${count(differences + changed, 'difference')}${where}, ${differences + changed === 1 ? 'not disruptive' : 'none of them disruptive'}.`,
    };
  if (findings.warning > 0)
    return { mark: '!', sentence: `This change adds ${count(findings.warning, 'warning')}${where}, and no difference.` };
  return undefined;
}

function whereOf(having: number, all: number): string {
  if (all < 2) return '';
  if (having < all) return ` in ${having} of ${all} clusters`;
  return all === 2 ? ' in both clusters' : ` in all ${all} clusters`;
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

/** Settings that cannot be known now, and were known before or had another value on the side that is known. */
function hidden({ clusters }: Report): string[] {
  const rows = clusters.flatMap((cluster) => cluster.rows);
  const settings = new Set(
    rows.filter((r) => couldBeError(r) && r.change === 'introduced' && !r.suppressed).map((r) => plainText(r.setting)),
  );
  return [...settings].map((setting) => `\`${setting}\``);
}

function standing(existing: Tally): string {
  const differences = existing.rows.error.size + existing.rows.warning.size + existing.defaults.size;
  const grave = existing.rows.error.size;
  const others = existing.findings.error + existing.findings.warning;
  const disruptive = grave === 0 ? '' : grave === differences ? 'disruptive ' : '';
  const parts = [
    differences === 0
      ? ''
      : `${count(differences, `${disruptive}difference`)}${grave > 0 && grave < differences ? ` (${grave} disruptive)` : ''}`,
    others === 0
      ? ''
      : count(others, existing.findings.error > 0 ? 'error or warning' : 'warning').replace('error or warnings', 'errors and warnings'),
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

function problems({ rows, findings, defaults }: Tally): string {
  const differences = rows.error.size + rows.warning.size + defaults.size;
  const others = findings.error + findings.warning;
  return [differences === 0 ? '' : count(differences, 'difference'), others === 0 ? '' : count(others, 'finding')]
    .filter((part) => part !== '')
    .join(' and ');
}

function size({ rows, findings, defaults }: Tally): number {
  return rows.error.size + rows.warning.size + defaults.size + findings.error + findings.warning;
}

function tally(alikes: readonly Alike[], change: Change): Tally {
  const result: Tally = {
    rows: { error: new Set(), warning: new Set(), note: new Set() },
    findings: { error: 0, warning: 0, note: 0 },
    versions: [],
    defaults: new Set(),
    clusters: new Set(),
  };
  for (const alike of alikes) {
    if (alike.change !== change || alike.suppressed) continue;
    const isApart = alike.kind === 'row' && alike.members[0]!.row.setting === 'version' && alike.level === 'note';
    if (alike.kind === 'finding') result.findings[alike.level]++;
    else if (isApart) result.versions.push(alike);
    else if (alike.kind === 'row') result.rows[alike.level].add(alike.members[0]!.row.setting);
    else if (alike.level !== 'note') for (const { rows } of alike.members) for (const row of rows) result.defaults.add(row.setting);
    if (alike.level !== 'note' || isApart) for (const cluster of alike.clusters) result.clusters.add(cluster);
  }
  for (const setting of result.rows.error) result.rows.warning.delete(setting);
  return result;
}
