import type { Config } from '../shared/config/config.js';
import type { Level, Report } from '../shared/model.js';
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
export declare function compareWithBase(report: Report, base: Report, options?: BaseOptions): Report;
