import type { Level, Report } from '../shared/model.ts';

/** What the step makes of the report. */
export interface Verdict {
  fails: boolean;
  /** One sentence: what was found, and why the step fails where it does. */
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
  /** Faults of the configuration that the change proposes. */
  broken: number;
}

/** Whether the step fails, from the findings alone. */
export function verdict(report: Report, { words, undecided, requires, unread, broken }: VerdictOptions): Verdict {
  const isUndecided = unread && undecided === 'fail';
  const isMissing = requires && !unread && report.outcome === 'nothing';
  const fails = report.exitCode === 1 || isUndecided || isMissing || broken > 0;
  const why = isMissing ? ' The step fails because of `require: true`.' : broken > 0 ? ' The configuration of this change is broken.' : '';
  const level = fails ? 'error' : report.outcome === 'undecided' || report.outcome === 'drifted' ? 'warning' : 'note';
  return { fails, words: `${words}${why}`, level };
}
