import type { Level, Report } from '../shared/model.ts';

/** What the step makes of the report. */
export interface Verdict {
  fails: boolean;
  /** What was found, and why the step fails where the report does not say it. */
  words: string;
  level: Level;
}

export interface VerdictOptions {
  /** The report in a sentence. */
  words: string;
  undecided: 'fail' | 'warn';
  requires: boolean;
  /** The other repository could not be read. */
  unread: boolean;
  /** The change breaks the configuration. */
  isBroken: boolean;
}

/** Whether the step fails, from the findings alone. */
export function verdict(report: Report, { words, undecided, requires, unread, isBroken }: VerdictOptions): Verdict {
  const isMissing = requires && !unread && report.outcome === 'nothing';
  const fails = report.exitCode === 1 || isMissing || isBroken || (unread && undecided === 'fail');
  const why = isMissing ? ' `require: true` asks for both sides.' : isBroken ? ' The change breaks the configuration.' : '';
  const level = fails ? 'error' : isOpen(report) || unread ? 'warning' : 'note';
  return { fails, words: `${words}${why}`, level };
}

/** Something is undecided or disagrees that was not there before. */
function isOpen({ outcome, base, clusters, findings }: Report): boolean {
  if (outcome === 'undecided') return base?.outcome !== 'undecided';
  if (outcome !== 'drifted') return false;
  const rows = clusters.flatMap((cluster) => cluster.rows);
  return [...rows, ...findings].some(
    ({ level, change, suppressed }) => level === 'error' && !suppressed && (!base || change === 'introduced'),
  );
}
