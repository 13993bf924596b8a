import { check as checkWith } from '../shared/check.ts';
import type { Config } from '../shared/config/config.ts';
import type { Level, Report } from '../shared/model.ts';
import type { Repositories } from '../shared/repository/pair.ts';
import { findConfig } from './find-config.ts';
import { FAIL_ON, requireChoice, UNDECIDED } from './require-choice.ts';

/** What may be decided for one check; each has the same meaning as on the command line. */
export interface CheckOptions {
  /** From which level on `exitCode` is 1. Default: what the configuration says, else `error`. It changes no outcome. */
  failOn?: Level | 'never';
  /** Whether an undecided outcome makes `exitCode` 1. Default: what the configuration says, else `fail`. */
  undecided?: 'fail' | 'warn';
  /** Only the cluster of this name; where there is none, the report has no clusters. */
  cluster?: string;
  /** Only what stands below this path of its repository speaks for the bootstrap; or the values file that the path is. */
  bootstrap?: string;
  /** The same for Argo CD's side. */
  argocd?: string;
  /** What governs instead of `.cilium-align.yaml` at the root (of two repositories, at the root of Argo CD's); `false`: nothing does. */
  config?: Config | false;
  /** The day as YYYY-MM-DD, on which an allowance of the configuration may have ended. Default: today, in UTC. */
  today?: string;
}

/**
 * Compares both sides and gives the report, the same that `cilium-align --format json` prints: `check(directoryRepository('.'))`.
 * Where each side has a repository of its own: `check({ bootstrap: { name: 'talos', repository }, argocd: { name: 'gitops', repository }, here: null })`.
 *
 * Whatever stands in the files ends in the report. Throws {@link FaultyConfiguration} for a `.cilium-align.yaml` that cannot be used,
 * {@link UnusableRepository} where a commit is not all there, a TypeError for an option that does not exist, and nothing else but for a bug.
 */
export function check(repositories: Repositories, options: CheckOptions = {}): Report {
  const { config: given, failOn, undecided, today, ...paths } = options;
  requireChoice('failOn', failOn, FAIL_ON);
  requireChoice('undecided', undecided, UNDECIDED);
  if (today !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(today)) throw new TypeError('today must be a day such as 2027-01-31');
  const config = given === false ? undefined : (given ?? findConfig(repositories));
  return checkWith(repositories, {
    ...paths,
    failOn: failOn ?? config?.failOn ?? 'error',
    undecided: undecided ?? config?.undecided ?? 'fail',
    today: today ?? new Date().toISOString().slice(0, 10),
    ...(config && { config }),
  });
}
