import type { Report, Row } from '../model.ts';

/** A part of a report; `isQuiet`: it was there before, and does not count. */
export interface ReportPart {
  part: Report;
  isQuiet: boolean;
}

/** The report without what is resolved: where a base was compared with, what is new, then what was there before, each as a report of its own. */
export function partsOf(report: Report): ReportPart[] {
  if (!report.base) return [{ part: report, isQuiet: false }];
  return (['introduced', 'existing'] as const).map((change) => ({
    part: {
      ...report,
      // Rows without a change agree.
      clusters: report.clusters.map((cluster) => ({
        ...cluster,
        rows: cluster.rows.filter((r) => r.change === undefined || r.change === change),
      })),
      findings: report.findings.filter((f) => f.change === change),
    },
    isQuiet: isQuiet({ change }, report),
  }));
}

/** True for what was there before where only what is new counts. */
export function isQuiet({ change }: Pick<Row, 'change'>, { base }: Report): boolean {
  return change === 'existing' && base?.fails === 'new';
}
