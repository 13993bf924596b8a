import packageJson from '../package.json' with { type: 'json' };
import type { Report } from '../shared/model.ts';
import { type Format, formats } from '../shared/report/formats.ts';
import { requireChoice } from './require-choice.ts';

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
export async function render(report: Report, format: Format, options: RenderOptions = {}): Promise<string> {
  requireChoice('format', format, Object.keys(formats));
  const { width = 100, colour = false, showAll = false } = options;
  return formats[format](report, { width, colour, showAll, version: packageJson.version });
}
