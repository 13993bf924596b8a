import { escapeUnsafe } from '../shared/report/escape.ts';

/** Prints texts of any origin. */
export type Log = (text: string) => void;

/** A log that no text can use for a workflow command: every line break is one that we make, and neither `::` at the begin of a line nor `##[` anywhere is left as it is. https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
export function createLog(stdout: (text: string) => void): Log {
  return (text) => stdout(`${harmless(text)}\n`);
}

/** The text with nothing in it that a runner would obey or a terminal would act on. */
export function harmless(text: string): string {
  return text
    .split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/)
    .map((line) =>
      escapeUnsafe(line.replaceAll('\t', ' '))
        .replaceAll('##[', '# #[')
        .replace(/^(\s*):(?=:)/u, '$1: '),
    )
    .join('\n');
}
