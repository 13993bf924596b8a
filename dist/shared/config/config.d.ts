import type { FilePlace, Level } from '../model.js';
/** The name of the file, at the repository's root. */
export declare const CONFIG_FILE = ".cilium-align.yaml";
/** A name that is easily taken for the right one. */
export declare const MISTAKEN_NAME: string;
/** What a cluster may be called. */
export declare const CLUSTER_NAME: RegExp;
/** A configuration that was read without a fault. */
export interface Config {
    /** Relative to the repository's root. */
    file: string;
    clusters: readonly ConfiguredCluster[];
    failOn?: Level | 'never';
    undecided?: 'fail' | 'warn';
    /** By the id of a rule or the Helm path of a setting. */
    levels: ReadonlyMap<string, Level>;
    allow: readonly Allowance[];
}
/** Where what speaks for a cluster stands. Paths are relative to the root, without a slash at the end; none: to be inferred. */
export interface ConfiguredCluster {
    name: string;
    talos: readonly string[];
    bootstrap: readonly string[];
    argocd: readonly string[];
}
/** A difference or finding that is meant to be: of a setting, of a rule, or of a rule about one setting. */
export interface Allowance {
    setting?: string;
    rule?: string;
    cluster?: string;
    reason: string;
    /** The last day, as YYYY-MM-DD. */
    until?: string;
    /** Where the entry stands. */
    place: FilePlace;
}
/** Something in the file that cannot be used; `message` is free of what was written. */
export interface ConfigProblem {
    message: string;
    place: FilePlace;
}
