import type { Report } from '../shared/model.ts';
import { renderGithub } from '../shared/report/github.ts';
import type { Verdict } from './verdict.ts';

/** The lines that make the runner annotate: the verdict at its own level, then the worst of the report within what the runner keeps. */
export function annotations(report: Report, { words, level }: Verdict): string[] {
  return renderGithub(report, { level, message: words }).trimEnd().split('\n');
}
