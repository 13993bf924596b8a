import type { Report } from '../model.ts';
import { harmlessJson } from './escape.ts';

/** The report as JSON, two blanks a level, with a final newline; described by schema/report.schema.json. Nothing in it can harm a terminal or a build log. */
export function renderJson(report: Report): string {
  return harmlessJson(report);
}
