import { redactText } from '../shared/align/redact.ts';
import { plainText } from '../shared/report/escape.ts';
import type { Settings } from './settings.ts';

/** What the gate found, in words; every text is one line. */
export interface Verdict {
  blocks: boolean;
  /** A sentence or two, short enough for the status line of Argo CD. */
  summary: string;
  /** The evidence, the worst first; a line that begins with a blank belongs to the one before it. */
  evidence: string[];
  /** What to do, in order. */
  todo: string[];
  /** What the reader should know beside it. */
  notes: string[];
}

/** A verdict that blocks before anything could be compared: one sentence on why, one on what to do. */
export function refused(summary: string, todo: string): Verdict {
  return { blocks: true, summary, evidence: [], todo: [todo], notes: [] };
}

/** What a process says and how it ends. */
export interface Ending {
  exitCode: 0 | 1;
  stderr: string;
}

/** Argo CD stores the text in the Application, in Redis and in logs, with about 230 characters of its own before it. */
const MOST_BYTES = 4000;
const LONGEST_LINE = 360;
const LONGEST_SUMMARY = 220;
const MOST_LAST = 6;

/** How a verdict ends under these settings: blocked only where nothing lets it pass. The text is bounded, and free of control characters and of what looks like a secret. */
export function endingOf(verdict: Verdict, settings: Pick<Settings, 'mode' | 'breakGlass' | 'notes'>): Ending {
  const { blocks, evidence, todo } = verdict;
  const { mode, breakGlass } = settings;
  const notes = [...verdict.notes, ...settings.notes];
  const summary = plainText(redactText(verdict.summary), LONGEST_SUMMARY);
  if (!blocks) {
    const glass = breakGlass === undefined ? [] : [`Break-glass is on and nothing would be blocked: ${breakGlass}`];
    return { exitCode: 0, stderr: bounded([`cilium-align passes: ${summary}`], [], [...glass, ...notes]) };
  }
  if (breakGlass !== undefined) {
    const first = [`cilium-align lets a blocked sync pass, break-glass is on: ${breakGlass}`, `Without it: ${summary}`];
    return { exitCode: 0, stderr: bounded(first, evidence, [...todo, 'Take CILIUM_ALIGN_BREAK_GLASS away when it is over.', ...notes]) };
  }
  if (mode !== 'enforce')
    return {
      exitCode: 0,
      stderr: bounded([`cilium-align would block, but its mode is ${mode}: ${summary}`], evidence, [...todo, ...notes]),
    };
  return { exitCode: 1, stderr: bounded([`cilium-align blocks: ${summary}`], evidence, [...todo, ...notes]) };
}

/** First lines and last ones whole, and of what stands between them as much as fits. */
function bounded(first: readonly string[], between: readonly string[], last: readonly string[]): string {
  const [head, tail] = [clean(first), clean(last.slice(0, MOST_LAST))];
  const all = clean(between);
  let left = MOST_BYTES - sizeOf([...head, ...tail, moreOf(all.length)]);
  const middle: string[] = [];
  for (const line of all) {
    left -= sizeOf([line]);
    if (left < 0) break;
    middle.push(line);
  }
  const rest = all.slice(middle.length).filter((line) => !line.startsWith(' ')).length;
  if (rest > 0) middle.push(moreOf(rest));
  return `${[...head, ...middle, ...tail].join('\n')}\n`;
}

function moreOf(count: number): string {
  return `… and ${count} more: \`npx cilium-align\` in the repository shows all.`;
}

/** Lines that can harm neither a terminal nor a log, and tell no secret; blanks at their start stay. */
function clean(lines: readonly string[]): string[] {
  return lines.map((line) => {
    const indent = /^ */.exec(line)![0];
    return `${indent}${plainText(redactText(line.slice(indent.length)), LONGEST_LINE)}`;
  });
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
