import { type Repository } from './repository.js';
/**
 * The files of a commit, read from Git's objects: what a clean checkout of it would hold below the directory, which may also be a bare repository.
 * A submodule is read where the working tree at the directory has it checked out, at the commit that this one records. No filter runs (line ends, LFS).
 * `commit` is a whole hash; {@link resolveRevision} makes one of what a person types.
 * `whole`: with folders that never hold configuration.
 * Throws {@link UnusableRepository}, also later from `read` and `bytes`, where a part of the commit is not here: a file is never taken for absent.
 */
export declare function gitRepository(directory: string, commit: string, { whole }?: {
    whole?: boolean | undefined;
}): Repository;
/** The hash of the commit that a person's word for it (branch, tag, `HEAD~1`, the beginning of a hash) names. Throws {@link UnusableRepository} that says what is wrong. */
export declare function resolveRevision(directory: string, text: string): string;
/** True where not all files of the working tree are checked out. */
export declare function isSparseCheckout(directory: string): boolean;
