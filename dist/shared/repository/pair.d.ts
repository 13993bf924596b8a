import type { Repository } from './repository.js';
/** A repository and what every place in it is called by: `talos` makes `talos:/patches/cilium.yaml`. Best its name at the Git host, or its folder: URLs and paths from the other one are known by it. */
export interface NamedRepository {
    name: string;
    repository: Repository;
}
/** The Talos bootstrap in one repository, Argo CD's side in another. The names differ, and hold neither `/` nor `:`. */
export interface RepositoryPair {
    bootstrap: NamedRepository;
    argocd: NamedRepository;
    /** The side whose repository the run belongs to, if it does to one: annotations and code scanning can only point into that one. */
    here: 'bootstrap' | 'argocd' | null;
}
/** One repository for both sides, or one for each. */
export type Repositories = Repository | RepositoryPair;
/** True where each side has its own. */
export declare function isPair(repositories: Repositories): repositories is RepositoryPair;
