/** One file that Git would track, by its path from the repository's root with forward slashes. `target`: it is a symbolic link to that path inside the root. */
export interface RepositoryFile {
    path: string;
    size: number;
    target?: string;
}
/**
 * The one door to files. Everything is relative to the root; nothing outside it can be reached, but what is said to lie beside it.
 * The list is made once; a text is read once and kept.
 */
export interface Repository {
    /** Every file below the root, sorted by path, without those that Git would ignore. */
    readonly files: readonly RepositoryFile[];
    /** The file at a path, symbolic links (of directories on the way too) followed inside the root; undefined where there is none. */
    file(path: string): RepositoryFile | undefined;
    /** True where the path is a directory with a file in it. */
    isDirectory(path: string): boolean;
    /** The files directly in a directory, and the names of its subdirectories. */
    directory(path: string): {
        files: RepositoryFile[];
        directories: string[];
    };
    /**
     * The text of a file as UTF-8 without a byte order mark.
     * Throws {@link UnreadableFile} where it is missing, larger than the limit, binary or not readable.
     */
    read(path: string): string;
    /** The bytes of a file, for a cheap look before it is decoded; only good until the next file is read. Same errors as {@link read}. */
    bytes(path: string): Uint8Array;
    /** Another repository, whose files can be reached below `name:/` and where it is a submodule, and are not listed. */
    readonly beside?: BesideIt;
}
/** A repository that can be reached from another one. */
export interface BesideIt {
    name: string;
    repository: Repository;
    /** Whether a URL of a Git host means it. */
    isAt(url: string): boolean;
    /** What a path that leads into it is called there; undefined for every other path. */
    pathOf(path: string): string | undefined;
}
/** A file that cannot be read; `message` is a phrase for people without the path. */
export declare class UnreadableFile extends Error {
    readonly path: string;
    constructor(path: string, message: string);
}
/** A file that is not read because those before it hold as much as one run takes: nobody can say what it is about. */
export declare class LeftOutFile extends UnreadableFile {
    constructor(path: string, message: string);
}
/** The repository as a whole cannot be used, or lacks what it should have; `message` says to a person what is missing and what to do. It may quote what was found: escape it where it is printed. */
export declare class UnusableRepository extends Error {
    constructor(message: string);
}
/** Files larger than this are named under `unused` and not read: no hand writes them, and a parser would not survive them. */
export declare const LARGEST_FILE: number;
/** Files are read as text until that holds this much together: twice of what the largest repositories take that were measured. */
export declare const MOST_TEXT: number;
