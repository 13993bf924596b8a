import { reaches } from '../shared/align/weight.ts';
import type { Level, Report } from '../shared/model.ts';

/** What the step makes of the report. */
export interface Verdict {
  fails: boolean;
  /** What was found, and why the step fails where that is not said with it. */
  words: string;
  level: Level;
  /** Why the step fails, where what was found does not say it. */
  because?: string;
}

export interface VerdictOptions {
  /** The report in a sentence. */
  words: string;
  failOn: Level | 'never';
  undecided: 'fail' | 'warn';
  requires: boolean;
  /** The other repository could not be read. */
  unread: boolean;
  /** The change breaks the configuration. */
  isBroken: boolean;
}

/** Whether the step fails, from the findings alone. */
export function verdict(report: Report, options: VerdictOptions): Verdict {
  const why = reason(report, options);
  const level = why !== undefined ? 'error' : isOpen(report) || options.unread ? 'warning' : 'note';
  return { fails: why !== undefined, words: `${options.words}${why ?? ''}`, level, ...(why && { because: why.trim() }) };
}

/** Why the step fails, as an end of the verdict; empty where the verdict says it, undefined where the step does not fail. */
function reason(report: Report, { failOn, undecided, requires, unread, isBroken }: VerdictOptions): string | undefined {
  if (report.exitCode === 1) {
    const grave = openOf(report).filter(({ level }) => reaches(level, failOn));
    if (grave.length === 0) return UNDECIDED;
    return report.base && grave.every(({ change }) => change === 'existing')
      ? ' `fail-on-new: false` lets what was there before count.'
      : '';
  }
  if (isBroken) return ' The change breaks the configuration.';
  if (unread) return undecided === 'fail' && failOn !== 'never' ? UNDECIDED : undefined;
  return requires && report.outcome === 'nothing' ? ' `require: true` asks for both sides.' : undefined;
}

const UNDECIDED = ' `undecided: fail` asks for certainty.';

/** Something is undecided or disagrees that was not there before. */
function isOpen(report: Report): boolean {
  const { outcome, base } = report;
  if (outcome === 'undecided') return base?.outcome !== 'undecided';
  return outcome === 'drifted' && openOf(report).some(({ level, change }) => level === 'error' && (!base || change === 'introduced'));
}

/** What stands and nobody allows. */
function openOf({ clusters, findings }: Report) {
  const rows = clusters.flatMap((cluster) => cluster.rows);
  return [...rows, ...findings].filter(({ suppressed, change }) => !suppressed && change !== 'resolved');
}
