import type { Report } from '../model.ts';

/** The report as JSON, two blanks a level, with a final newline; described by schema/report.schema.json. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
