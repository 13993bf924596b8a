import type { Report } from '../shared/model.ts';
import { renderGithub } from '../shared/report/github.ts';
import type { Verdict } from './verdict.ts';

/** The lines that make the runner annotate: the verdict at its own level, then the worst of the report within what the runner keeps. `onlyNew`: what was there before is left out. */
export function annotations(report: Report, { words, level }: Verdict, onlyNew: boolean): string[] {
  return renderGithub(onlyNew ? withoutExisting(report) : report, { level, message: words })
    .trimEnd()
    .split('\n');
}

function withoutExisting(report: Report): Report {
  const isNew = ({ change }: { change?: string }) => change !== 'existing';
  return {
    ...report,
    clusters: report.clusters.map((cluster) => ({ ...cluster, rows: cluster.rows.filter(isNew) })),
    findings: report.findings.filter(isNew),
  };
}
