import { type Config, type ConfigProblem } from '../shared/config/config.js';
import { type Repositories } from '../shared/repository/pair.js';
/** A `.cilium-align.yaml` that cannot be used; `problems` holds all that is wrong with it, each with its place, and `message` the same as text. */
export declare class FaultyConfiguration extends Error {
    readonly problems: readonly ConfigProblem[];
    constructor(problems: readonly ConfigProblem[]);
}
/** The `.cilium-align.yaml` at the root, which {@link check} obeys where it is given no other; of two repositories, Argo CD's. Undefined where there is none. Throws {@link FaultyConfiguration}. */
export declare function findConfig(repositories: Repositories): Config | undefined;
