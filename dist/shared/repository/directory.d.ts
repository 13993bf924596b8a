import type { Repository } from './repository.js';
/**
 * The working tree at a directory: what lies under it and Git would not ignore (`.gitignore` at every level and `.git/info/exclude`, read without Git).
 * `inner` are folders in it that other repositories are checked out to, and no part of this one.
 * Throws the file system's error where the directory cannot be read.
 */
export declare function directoryRepository(root: string, ...inner: readonly (string | undefined)[]): Repository;
/** A fresh checkout at a directory, in which nobody works: whatever lies under it is in Git, also where a `.gitignore` names it. Throws where any of its directories cannot be read. */
export declare function checkoutRepository(root: string): Repository;
/** What a working tree's own `.git/info/exclude` says; '' where there is none. */
export declare function excludedIn(root: string): string;
