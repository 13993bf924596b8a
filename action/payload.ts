import { readFileSync, statSync } from 'node:fs';
import type { Log } from './log.ts';

/** GitHub's own limit is 25 MB. */
const LARGEST = 64 * 1024 * 1024;

/** The event's payload; an empty one, with a line in the log, where there is none that can be read. */
export function readPayload(file: string | undefined, log: Log): unknown {
  if (file === undefined) return {};
  try {
    if (statSync(file).size > LARGEST) throw new Error('is larger than what GitHub sends');
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    log(`The event's payload cannot be read (${error instanceof Error ? error.message : 'unknown error'}); the run goes on without it.`);
    return {};
  }
}
