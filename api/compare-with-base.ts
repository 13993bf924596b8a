import type { Config } from '../shared/config/config.ts';
import type { Level, Report } from '../shared/model.ts';
import { compareWithBase as compareWith } from '../shared/report/changes.ts';
import { FAIL_ON, requireChoice, UNDECIDED } from './require-choice.ts';

/** What decides the exit code of a comparison with a base. */
export interface BaseOptions {
  /** What a person calls the base: `origin/main`. */
  name?: string;
  /** The configuration that both reports were made with. */
  config?: Config | false;
  /** From which level on. Default: what the configuration says, else `error`. */
  failOn?: Level | 'never';
  /** Whether something that cannot be known, and could be an error, makes it 1. Default: what the configuration says, else `fail`. */
  undecided?: 'fail' | 'warn';
  /** Only what is new since the base, or all that stands. Default: `new`. */
  fails?: 'new' | 'all';
}

/**
 * The report with what an earlier one says of it: every open row and every finding is `introduced` or `existing`, and what only the base has is
 * appended as `resolved`. Both must come from {@link check} with one configuration: `config: findConfig(files) ?? false`.
 */
export function compareWithBase(report: Report, base: Report, options: BaseOptions = {}): Report {
  const { name, config, fails = 'new' } = options;
  const policy = config || undefined;
  requireChoice('failOn', options.failOn, FAIL_ON);
  requireChoice('undecided', options.undecided, UNDECIDED);
  requireChoice('fails', fails, ['new', 'all']);
  return compareWith(report, base, {
    failOn: options.failOn ?? policy?.failOn ?? 'error',
    undecided: options.undecided ?? policy?.undecided ?? 'fail',
    fails,
    ...(name !== undefined && { name }),
  });
}
