import type { GoValue } from '../values.ts';
import { type Call, integer, MOST_REPEATS, number } from './arguments.ts';

/** Functions of templates that calculate and count. */
export const NUMBERS: readonly [string, Call][] = [
  ['int', ([value]) => integer(value)],
  ['int64', ([value]) => integer(value)],
  ['toDecimal', ([value]) => integer(value)],
  ['atoi', ([value]) => integer(value)],
  ['float64', ([value]) => number(value)],
  ['add', (args) => args.reduce<bigint>((sum, arg) => sum + integer(arg), 0n)],
  ['add1', ([value]) => integer(value) + 1n],
  ['sub', ([a, b]) => integer(a) - integer(b)],
  ['mul', (args) => args.reduce<bigint>((product, arg) => product * integer(arg), 1n)],
  ['div', ([a, b], caller) => (integer(b) === 0n ? caller.fail('divides by zero') : integer(a) / integer(b))],
  ['mod', ([a, b], caller) => (integer(b) === 0n ? caller.fail('divides by zero') : integer(a) % integer(b))],
  ['max', (args) => extreme(args, 1)],
  ['min', (args) => extreme(args, -1)],
  ['floor', ([value]) => Math.floor(number(value))],
  ['ceil', ([value]) => Math.ceil(number(value))],
  ['until', ([count]) => Array.from({ length: Math.max(0, Math.min(Number(integer(count)), MOST_REPEATS)) }, (_, i) => BigInt(i))],
  [
    'untilStep',
    ([from, to, step]) => {
      const result: GoValue[] = [];
      const [end, by] = [integer(to), integer(step)];
      if (by === 0n) return result;
      for (let i = integer(from); (by > 0n ? i < end : i > end) && result.length < MOST_REPEATS; i += by) result.push(i);
      return result;
    },
  ],
  [
    'seq',
    (args) => {
      const [from, to] = args.length > 1 ? [integer(args[0]), integer(args.at(-1))] : [1n, integer(args[0])];
      const result: string[] = [];
      for (let i = from; i <= to && result.length < MOST_REPEATS; i++) result.push(String(i));
      return result.join(' ');
    },
  ],
];

/** The largest (`sign` 1) or smallest (-1) of integers. */
function extreme(args: GoValue[], sign: 1 | -1): bigint {
  let best = integer(args[0]);
  for (const arg of args) {
    const value = integer(arg);
    if (sign === 1 ? value > best : value < best) best = value;
  }
  return best;
}
