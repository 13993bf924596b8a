import type { Report } from '../model.js';
import { type Ways } from './ways.js';
/** How wide the terminal is, whether it has colours, and whether what agrees and what is only noted is listed in full. */
export interface TableOptions {
    width: number;
    colour: boolean;
    showAll: boolean;
    /** Where the table is read; at a terminal unless given. */
    ways?: Ways;
}
/** The report for a person at a terminal: the verdict, what was compared, what differs worst first with the edits that mend it, what was left out. */
export declare function renderTable(report: Report, options: TableOptions): string;
