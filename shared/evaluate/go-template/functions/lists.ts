import { isTruthy, Unknown } from '../values.ts';
import { type Call, deepEqual, integer, list, texts } from './arguments.ts';

/** Functions of templates that make and change lists. */
export const LISTS: readonly [string, Call][] = [
  ['list', (args) => [...args]],
  ['tuple', (args) => [...args]],
  [
    'first',
    ([value], caller) => (value instanceof Unknown ? value : typeof value === 'string' ? value.slice(0, 1) : list(value, caller)[0]),
  ],
  ['rest', ([value], caller) => list(value, caller).slice(1)],
  ['last', ([value], caller) => (value instanceof Unknown ? value : list(value, caller).at(-1))],
  ['initial', ([value], caller) => list(value, caller).slice(0, -1)],
  ['append', ([value, item], caller) => (value instanceof Unknown ? value : [...list(value, caller), item])],
  ['mustAppend', ([value, item], caller) => (value instanceof Unknown ? value : [...list(value, caller), item])],
  ['prepend', ([value, item], caller) => (value instanceof Unknown ? value : [item, ...list(value, caller)])],
  ['concat', (args, caller) => args.flatMap((arg) => list(arg, caller))],
  ['reverse', ([value], caller) => [...list(value, caller)].reverse()],
  [
    'uniq',
    ([value], caller) => list(value, caller).filter((item, i, all) => all.findIndex((other) => deepEqual(other, item, caller)) === i),
  ],
  ['without', ([value, ...gone], caller) => list(value, caller).filter((item) => !gone.some((other) => deepEqual(other, item, caller)))],
  ['has', ([item, value], caller) => list(value, caller).some((other) => deepEqual(other, item, caller))],
  ['compact', ([value], caller) => list(value, caller).filter(isTruthy)],
  [
    'slice',
    ([value, from, to], caller) =>
      (typeof value === 'string' ? value : list(value, caller)).slice(
        Number(integer(from ?? 0n)),
        to === undefined ? undefined : Number(integer(to)),
      ),
  ],
  ['sortAlpha', ([value], caller) => texts(value, caller).sort()],
];
