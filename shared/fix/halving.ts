import type { Attempt } from './model.ts';
import { goal, type SideEffect } from './side-effects.ts';
import { unitsIn } from './units.ts';

/** What of one cluster is to be tried, one after the other. Told what else than it should came of each, it goes on. */
export type Halving = Generator<readonly Attempt[], void, SideEffect[]>;

/** All attempts at once, then by halves where that does harm, down to one unit, whose other edits come next; one that no edit is left of is given up. */
export function* halve(attempts: readonly Attempt[], giveUp: (attempt: Attempt, why: string) => void): Halving {
  if (attempts.length === 0) return;
  const effects = yield attempts;
  if (effects.length === 0) return;
  const units = unitsIn(attempts);
  if (units.length === 1) {
    const next = attempts.map((attempt) => ({ ...attempt, changes: attempt.changes.slice(1) }));
    if (attempts.length === 1 && next[0]!.changes.length > 0) yield* halve(next, giveUp);
    else for (const attempt of attempts) giveUp(attempt, effects[0]!.why);
    return;
  }
  const failing = new Set(effects.map(({ cluster, setting, isGoal }) => (isGoal ? goal(cluster!, setting!) : '')));
  const isBad = (unit: readonly Attempt[]) => unit.some(({ cluster, row }) => failing.has(goal(cluster, row.setting)));
  const [bad, good] = [units.filter(isBad), units.filter((unit) => !isBad(unit))];
  const middle = Math.ceil(units.length / 2);
  const parts = bad.length > 0 && good.length > 0 ? [good, ...bad.map((unit) => [unit])] : [units.slice(0, middle), units.slice(middle)];
  for (const part of parts) yield* halve(part.flat(), giveUp);
}

/** The same from the middle of it on: what it wanted to try last comes first again. */
export function* startingWith({ halving, attempts }: { halving: Halving; attempts: readonly Attempt[] }): Halving {
  let next: IteratorResult<readonly Attempt[], void> = { value: attempts, done: false };
  while (!next.done) next = halving.next(yield next.value);
}
