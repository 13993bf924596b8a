import type { Report } from '../model.ts';
import type { TableOptions } from './table.ts';

/** What a format may want to know beside the report. */
export interface FormatOptions extends TableOptions {
  /** Version of cilium-align. */
  version: string;
}

/** Every `--format`, one line each; a run loads only the one that it prints. */
export const formats = {
  table: async (report, options) => (await import('./table.ts')).renderTable(report, options),
  json: async (report) => (await import('./json.ts')).renderJson(report),
  markdown: async (report) => (await import('./markdown.ts')).renderMarkdown(report),
  sarif: async (report, options) => (await import('./sarif.ts')).renderSarif(report, options.version),
  junit: async (report) => (await import('./junit.ts')).renderJunit(report),
  github: async (report) => (await import('./github.ts')).renderGithub(report),
} satisfies Record<string, (report: Report, options: FormatOptions) => Promise<string>>;

/** The name of a format. */
export type Format = keyof typeof formats;
