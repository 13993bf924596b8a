import type { Repository } from './repository.js';
/**
 * The working tree at a directory: what lies under it and Git would not ignore (`.gitignore` at every level, `.git/info/exclude`, and the index, for what Git tracks is not ignored; read without Git).
 * `inner` are folders in it that other repositories are checked out to, and no part of this one.
 * Throws the file system's error where the directory cannot be read.
 */
export declare function directoryRepository(root: string, ...inner: readonly (string | undefined)[]): Repository;
/** A fresh checkout at a directory, in which nobody works: whatever lies under it is in Git, also where a `.gitignore` names it. Throws where any of its directories cannot be read. */
export declare function checkoutRepository(root: string): Repository;
