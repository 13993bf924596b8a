import type { Config, ConfigProblem } from './config.js';
/** The configuration in a text, or everything that is wrong with it, in the order of the file. Never throws; no message quotes a value. */
export declare function readConfig(file: string, text: string): {
    config: Config;
} | {
    problems: ConfigProblem[];
};
