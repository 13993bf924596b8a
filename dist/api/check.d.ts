import type { Config } from '../shared/config/config.js';
import type { Level, Report } from '../shared/model.js';
import type { Repositories } from '../shared/repository/pair.js';
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
export declare function check(repositories: Repositories, options?: CheckOptions): Report;
