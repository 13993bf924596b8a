import semver from 'semver';
import { type GoValue, isTruthy, Unknown } from '../values.ts';
import { type Call, type Caller, deepEqual, text } from './arguments.ts';

/** Functions of templates that decide and compare. */
export const LOGIC: readonly [string, Call][] = [
  ['not', ([value]) => !isTruthy(value)],
  ['eq', ([a, ...others], caller) => others.some((b) => equal(a, b, caller))],
  ['ne', ([a, b], caller) => !equal(a, b, caller)],
  ['lt', ([a, b], caller) => compare(a, b, caller) < 0],
  ['le', ([a, b], caller) => compare(a, b, caller) <= 0],
  ['gt', ([a, b], caller) => compare(a, b, caller) > 0],
  ['ge', ([a, b], caller) => compare(a, b, caller) >= 0],
  ['default', ([fallback, value]) => (value instanceof Unknown || isTruthy(value) ? value : fallback)],
  ['empty', ([value]) => !isTruthy(value)],
  ['coalesce', (args) => args.find((arg) => arg instanceof Unknown || isTruthy(arg))],
  ['ternary', ([yes, no, test]) => (test instanceof Unknown ? test : test === true ? yes : no)],
  ['all', (args) => args.every(isTruthy)],
  ['any', (args) => args.some(isTruthy)],
  ['fail', ([message], caller) => caller.fail(`fails: ${text(message, caller)}`)],
  ['kindOf', ([value]) => kind(value)],
  ['typeOf', ([value]) => type(value)],
  ['kindIs', ([wanted, value], caller) => (value instanceof Unknown ? value : kind(value) === text(wanted, caller))],
  ['typeIs', ([wanted, value], caller) => type(value) === text(wanted, caller)],
  ['deepEqual', ([a, b], caller) => deepEqual(a, b, caller)],
  [
    'semverCompare',
    ([range, version], caller) => {
      const known = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+].*)?$/.exec(text(version, caller));
      if (!known) return caller.fail('compares something that is no version');
      const [, major, minor = '0', patch = '0', more = ''] = known;
      return isWithin(`${major}.${minor}.${patch}${more}`, text(range, caller));
    },
  ],
];

/** As Masterminds' semver reads a constraint: a comma is "and", `!=` is known, and `1.19-0` is 1.19.0-0. */
function isWithin(version: string, range: string): boolean {
  const includePrerelease = range.includes('-');
  return range.split('||').some((alternative) => {
    const whole = alternative
      .replaceAll(',', ' ')
      .replace(/(?<![\d.])(\d+)(?:\.(\d+))?-(?=\w)/g, (_, major, minor = '0') => `${major}.${minor}.0-`);
    const unwanted = [...whole.matchAll(/!=\s*(\S+)/g)].map(([, other]) => other!);
    return (
      semver.satisfies(version, whole.replace(/!=\s*\S+/g, ''), { includePrerelease }) &&
      !unwanted.some((other) => semver.satisfies(version, other, { includePrerelease }))
    );
  });
}

function compare(a: GoValue, b: GoValue, caller: Caller): number {
  const numeric = (value: GoValue) => typeof value === 'number' || typeof value === 'bigint';
  if (numeric(a) && numeric(b)) {
    if (typeof a !== typeof b) caller.fail('compares numbers of different types');
    return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return caller.fail('compares things of different types');
}

function equal(a: GoValue, b: GoValue, caller: Caller): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || a instanceof Map || Array.isArray(b) || b instanceof Map) return caller.fail('compares maps or lists');
  if (typeof a !== typeof b) return caller.fail('compares things of different types');
  return a === b;
}

function type(value: GoValue): string {
  return (
    ({ slice: '[]interface {}', map: 'map[string]interface {}', invalid: '<nil>' } as Record<string, string>)[kind(value)] ?? kind(value)
  );
}

function kind(value: GoValue): string {
  if (value === undefined || value === null) return 'invalid';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'slice' : value instanceof Map ? 'map' : typeof value;
}
