import { error, notice, warning } from '@actions/core';
import { harmless } from './log.ts';

const ANNOTATE = { error, warning, notice };

/** Says something as an annotation of the run, at a line where there is one. The runner's own escapes are its library's, the text is made harmless here. */
export function tell(level: keyof typeof ANNOTATE, message: string, place?: { file: string; line: number; column: number }): void {
  ANNOTATE[level](harmless(message), {
    title: 'cilium-align',
    ...(place && { file: place.file, startLine: place.line, startColumn: place.column }),
  });
}
