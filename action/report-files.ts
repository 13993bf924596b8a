import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../shared/model.ts';
import { renderJson } from '../shared/report/json.ts';
import { renderSarif } from '../shared/report/sarif.ts';

/** Writes the report for later steps, each run of the step into a folder of its own, and gives the paths. */
export function writeReportFiles(
  report: Report,
  summary: string,
  temporary: string,
  version: string,
): { json: string; sarif: string; summary: string } {
  const folder = mkdtempSync(join(temporary, 'cilium-align-'));
  const [json, sarif, page] = [join(folder, 'report.json'), join(folder, 'report.sarif'), join(folder, 'summary.md')];
  writeFileSync(json, renderJson(report));
  writeFileSync(sarif, renderSarif(report, version));
  writeFileSync(page, summary);
  return { json, sarif, summary: page };
}
