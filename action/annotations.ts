import type { Report, Row } from '../shared/model.ts';
import { renderGithub } from '../shared/report/github.ts';
import type { Verdict } from './verdict.ts';

/** What the runner is told besides: that a comment could not be written, that an input has no such name. */
const SPARE = 2;

/** The lines that make the runner annotate: the verdict at its own level, then the worst of the report within what the runner keeps. `onlyNew`: what was there before is left out, else it weighs the same. */
export function annotations(report: Report, { words, level }: Verdict, onlyNew: boolean): string[] {
  return renderGithub(onlyNew ? withoutExisting(report) : asItStands(report), { level, message: words }, SPARE)
    .trimEnd()
    .split('\n');
}

function withoutExisting(report: Report): Report {
  return filtered(report, ({ change }) => change !== 'existing');
}

function asItStands(report: Report): Report {
  const { base: _, ...standing } = filtered(report, ({ change }) => change !== 'resolved');
  return standing;
}

function filtered(report: Report, keeps: (of: { change?: Row['change'] }) => boolean): Report {
  return {
    ...report,
    clusters: report.clusters.map((cluster) => ({ ...cluster, rows: cluster.rows.filter(keeps) })),
    findings: report.findings.filter(keeps),
  };
}
