import type { Impact, Level, Outcome, Row } from '../model.ts';

const GRAVITY: Record<Level, number> = { error: 3, warning: 2, note: 1 };

const LEVEL: Record<Impact, Level | null> = {
  disruptive: 'error',
  'boot-critical': 'error',
  behaviour: 'warning',
  additive: 'note',
  none: null,
};

/** Every outcome, the worst first: the outcome of several clusters is the first that one of them has. */
export const WORST_FIRST: readonly Outcome[] = ['drifted', 'undecided', 'aligned', 'nothing'];

/** A number that is higher for what weighs more; 0 for what has no level. */
export function gravity(level: Level | null): number {
  return level === null ? 0 : GRAVITY[level];
}

/** True for a level that `fail-on` makes an exit code of. */
export function reaches(level: Level | null, failOn: Level | 'never'): boolean {
  return failOn !== 'never' && gravity(level) >= GRAVITY[failOn];
}

/** The level of a setting that drifts, as its impact alone says it. */
export function levelOf(impact: Impact): Level | null {
  return LEVEL[impact];
}

/** True for what breaks a cluster when it drifts. */
export function isGrave({ impact }: { impact: Impact }): boolean {
  return LEVEL[impact] === 'error';
}

/** True for a row that cannot be known, and would be an error if it drifted: it leaves its cluster undecided. */
export function couldBeError(row: Pick<Row, 'status' | 'impact'>): boolean {
  return row.status === 'opaque' && isGrave(row);
}
