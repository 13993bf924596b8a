import type { Level, Report } from '../shared/model.ts';
import { compareWithBase as compareWith } from '../shared/report/changes.ts';

/** What decides the exit code of a comparison with a base. */
export interface BaseOptions {
  /** From which level on. Default: `error`. */
  failOn?: Level | 'never';
  /** Whether something that cannot be known, and could be an error, makes it 1. Default: `fail`. */
  undecided?: 'fail' | 'warn';
  /** Only what is new since the base, or all that stands. Default: `new`. */
  fails?: 'new' | 'all';
  /** What a person calls the base: `origin/main`. */
  name?: string;
}

/**
 * The report of now with what an earlier one says of it: every open row and every finding is `introduced` or `existing`, and what only the base has is
 * appended as `resolved`. Both reports must have been made with one configuration, and neither of them by this function.
 */
export function compareWithBase(report: Report, base: Report, options: BaseOptions = {}): Report {
  const { failOn = 'error', undecided = 'fail', fails = 'new', name } = options;
  return compareWith(report, base, { failOn, undecided, fails, ...(name !== undefined && { name }) });
}
