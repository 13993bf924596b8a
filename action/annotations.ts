import type { Report } from '../shared/model.ts';
import { renderGithub } from '../shared/report/github.ts';
import type { Verdict } from './verdict.ts';

/** What the runner is told besides: that a comment could not be written, that an input has no such name. */
const SPARE = 2;

/** The lines that make the runner annotate: the verdict at its own level, then the worst of the report within what the runner keeps. What was there before and does not count is left out: its lines are not the change's. */
export function annotations(report: Report, { words, level }: Verdict): string[] {
  const counting = report.base?.fails === 'new' ? withoutExisting(report) : report;
  return renderGithub(counting, { level, message: words }, SPARE).trimEnd().split('\n');
}

function withoutExisting(report: Report): Report {
  const isNew = ({ change }: { change?: string }) => change !== 'existing';
  return {
    ...report,
    clusters: report.clusters.map((cluster) => ({ ...cluster, rows: cluster.rows.filter(isNew) })),
    findings: report.findings.filter(isNew),
  };
}
