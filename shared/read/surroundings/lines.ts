import type { Candidate } from '../../discover/candidate.ts';
import type { FilePlace } from '../../model.ts';

/** One line of a file that is not commented out. */
export interface Line {
  text: string;
  place: FilePlace;
}

/** The lines of a file that match, without those that a comment sign begins; bounded in number. */
export function matchingLines(
  { path, text }: Candidate,
  pattern: RegExp,
): { line: Line; match: RegExpExecArray; lines: readonly string[]; index: number }[] {
  if (!pattern.test(text)) return [];
  const lines = text.split('\n');
  const found: ReturnType<typeof matchingLines> = [];
  for (const [index, line] of lines.entries()) {
    const match = line.length < 4096 && !/^\s*(?:#|\/\/)/.test(line) ? pattern.exec(line) : null;
    if (match) found.push({ line: { text: line, place: { file: path, line: index + 1, column: match.index + 1 } }, match, lines, index });
    if (found.length >= 100) break;
  }
  return found;
}
