import type { Report } from '../shared/model.js';
import { type Format } from '../shared/report/formats.js';
/** How the table is laid out; the other formats have nothing to choose. */
export interface RenderOptions {
    /** Columns of the terminal. Default: 100. */
    width?: number;
    /** With colours of a terminal. Default: without. */
    colour?: boolean;
    /** Also list what agrees and what is only noted. Default: no. */
    showAll?: boolean;
}
/** A report in one of the formats of the command line. What stood in files is escaped for the place that the format is made for. */
export declare function render(report: Report, format: Format, options?: RenderOptions): Promise<string>;
