import { structuredPatch } from 'diff';
import type { EditedFile } from './model.ts';
import { redactYaml } from './yaml/redact.ts';

/** A stretch of a file that changes: lines that begin with a blank, `-` or `+`. */
export interface Hunk {
  /** As a unified diff says it: `@@ -31,7 +31,5 @@`. */
  head: string;
  lines: string[];
}

const CONTEXT = 3;
const MOST_CHANGED = 20_000;

/** What changes in a file, as a reader may see it: secrets are replaced in the lines around as well. */
export function hunksOf({ before, after }: Pick<EditedFile, 'before' | 'after'>): Hunk[] {
  const [old, now] = [before, after].map((text) => redactYaml(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')));
  const patch = structuredPatch('', '', old!, now!, '', '', { context: CONTEXT, maxEditLength: MOST_CHANGED });
  return (patch?.hunks ?? []).map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    head: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    lines: lines.filter((line) => !line.startsWith('\\')),
  }));
}
