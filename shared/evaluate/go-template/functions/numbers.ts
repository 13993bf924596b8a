import type { GoValue } from '../values.ts';
import { type Call, integer, MOST_REPEATS, number, text } from './arguments.ts';

/** Functions of templates that calculate and count. */
export const NUMBERS: readonly [string, Call][] = [
  ['int', ([value]) => integer(value)],
  ['int64', ([value]) => integer(value)],
  // The text is one of octal digits.
  [
    'toDecimal',
    ([value], caller) => (/^[-+]?[0-7]+$/.test(text(value, caller)) ? integer(text(value, caller).replace(/^([-+]?)/, '$10')) : 0n),
  ],
  // Decimal alone, zeros in front or not.
  ['atoi', ([value], caller) => (/^[-+]?\d+$/.test(text(value, caller)) ? BigInt(text(value, caller).replace(/^\+/, '')) : 0n)],
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
  ['until', ([count]) => steps(0n, integer(count), integer(count) < 0n ? -1n : 1n)],
  ['untilStep', ([from, to, step]) => steps(integer(from), integer(to), integer(step))],
  [
    'seq',
    (args) => {
      if (args.length === 0) return '';
      const [from, to] = args.length > 1 ? [integer(args[0]), integer(args.at(-1))] : [1n, integer(args[0])];
      const one = to < from ? -1n : 1n;
      const by = args.length > 2 ? integer(args[1]) : one;
      return to < from && by > 0n ? '' : steps(from, to + one, by).join(' ');
    },
  ],
];

/** The integers from one up or down to another, which is none of them. */
function steps(from: bigint, end: bigint, by: bigint): bigint[] {
  const result: bigint[] = [];
  if (by === 0n) return result;
  for (let i = from; (by > 0n ? i < end : i > end) && result.length < MOST_REPEATS; i += by) result.push(i);
  return result;
}

/** The largest (`sign` 1) or smallest (-1) of integers. */
function extreme(args: GoValue[], sign: 1 | -1): bigint {
  let best = integer(args[0]);
  for (const arg of args) {
    const value = integer(arg);
    if (sign === 1 ? value > best : value < best) best = value;
  }
  return best;
}
