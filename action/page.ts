import type { Report } from '../shared/model.ts';
import { renderMarkdown } from '../shared/report/markdown.ts';
import { prose } from '../shared/report/markdown-text.ts';
import { harmless } from './log.ts';

/** What stands beside the report on the page that comment and summary show; plain text. */
export interface Circumstances {
  /** Why the step fails, where what was found does not say it. */
  because?: string | undefined;
  /** The other repository could not be read: what that means, and what to do about it. */
  unread: { headline: string; advice: string } | undefined;
  /** What a reader must know to take the report for what it is, a sentence each. */
  notices: readonly string[];
  /** What the change makes of the configuration, a sentence each. */
  configuration: readonly string[];
}

/** What people see, as Markdown of at most `limit` bytes. */
export function pageOf(report: Report, circumstances: Circumstances, limit: number): string {
  const { because } = circumstances;
  if (because === undefined) return pageOfReport(report, circumstances, limit);
  // A page that begins with ✓ beside a step that failed would be believed.
  const mark = `### ✗ ${prose(because, 1000)} `;
  const page = pageOfReport(report, circumstances, limit - Buffer.byteLength(mark));
  return page.replace(/^### \S+ /, () => mark);
}

function pageOfReport(report: Report, { unread, notices, configuration }: Circumstances, limit: number): string {
  const remarks = { notices, configuration };
  if (unread === undefined) return renderMarkdown(report, limit, remarks);
  const head = [
    `### ? ${prose(unread.headline, 1000)}`,
    '',
    '```',
    ...harmless(unread.advice.slice(0, 4000)).split('\n').map(unfenced),
    '```',
    '',
  ].join('\n');
  const rest = renderMarkdown(report, limit - Buffer.byteLength(head), remarks);
  return `${head}${rest.slice(rest.indexOf('\n') + 1)}`;
}

function unfenced(line: string): string {
  return line.replaceAll('`', "'");
}
