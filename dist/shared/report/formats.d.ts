import type { Report } from '../model.js';
import type { TableOptions } from './table.js';
/** What a format may want to know beside the report. */
export interface FormatOptions extends TableOptions {
    /** Version of cilium-align. */
    version: string;
}
/** Every `--format`, one line each; a run loads only the one that it prints. */
export declare const formats: {
    table: (report: Report, options: FormatOptions) => Promise<string>;
    json: (report: Report) => Promise<string>;
    markdown: (report: Report) => Promise<string>;
    sarif: (report: Report, options: FormatOptions) => Promise<string>;
    junit: (report: Report) => Promise<string>;
    github: (report: Report) => Promise<string>;
};
/** The name of a format. */
export type Format = keyof typeof formats;
