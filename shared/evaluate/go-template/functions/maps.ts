import { type GoMap, type GoValue, isTruthy, keysOf, lookUp, UNSEEN, Unknown } from '../values.ts';
import { type Call, type Caller, integer, map, text } from './arguments.ts';

/** Functions of templates that make, read and change maps, and what looks into maps and lists alike. */
export const MAPS: readonly [string, Call][] = [
  [
    'len',
    ([value], caller) =>
      Array.isArray(value)
        ? BigInt(value.length)
        : value instanceof Map
          ? BigInt(keysOf(value).length)
          : typeof value === 'string'
            ? BigInt(new TextEncoder().encode(value).length)
            : caller.fail('asks for the length of something that has none'),
  ],
  ['index', ([value, ...keys], caller) => index(value, keys, caller)],
  [
    'dict',
    (args, caller) => {
      const result: GoMap = new Map();
      for (let i = 0; i < args.length; i += 2) result.set(text(args[i], caller), i + 1 < args.length ? args[i + 1] : '');
      return result;
    },
  ],
  ['get', ([from, key], caller) => (from instanceof Unknown ? from : (lookUp(map(from, caller), text(key, caller)) ?? ''))],
  ['set', ([into, key, value], caller) => (into instanceof Unknown ? into : map(into, caller).set(text(key, caller), value))],
  [
    'unset',
    ([from, key], caller) => {
      map(from, caller).delete(text(key, caller));
      return from;
    },
  ],
  [
    'hasKey',
    ([from, key], caller) => {
      if (from instanceof Unknown) return from;
      const known = map(from, caller);
      return known.has(text(key, caller)) ? true : (known.get(UNSEEN) ?? false);
    },
  ],
  ['keys', (args, caller) => args.flatMap((arg) => keysOf(map(arg, caller)))],
  ['values', ([from], caller) => keysOf(map(from, caller)).map((key) => (from as GoMap).get(key))],
  [
    'pluck',
    ([key, ...maps], caller) =>
      maps.flatMap((one) => (map(one, caller).has(text(key, caller)) ? [(one as GoMap).get(text(key, caller))] : [])),
  ],
  [
    'pick',
    ([from, ...keys], caller) => new Map([...map(from, caller)].filter(([key]) => keys.some((wanted) => text(wanted, caller) === key))),
  ],
  [
    'omit',
    ([from, ...keys], caller) => new Map([...map(from, caller)].filter(([key]) => !keys.some((wanted) => text(wanted, caller) === key))),
  ],
  ['merge', ([into, ...others], caller) => mergeAll(into, others, false, caller)],
  ['mustMerge', ([into, ...others], caller) => mergeAll(into, others, false, caller)],
  ['mergeOverwrite', ([into, ...others], caller) => mergeAll(into, others, true, caller)],
  ['mustMergeOverwrite', ([into, ...others], caller) => mergeAll(into, others, true, caller)],
  ['deepCopy', ([value], caller) => copy(value, caller)],
  [
    'dig',
    (args, caller) => {
      const keys = args.slice(0, -2);
      let found: GoValue = args.at(-1);
      for (const key of keys) {
        if (found instanceof Unknown) return found;
        const next: GoValue = found instanceof Map ? lookUp(found, text(key, caller)) : undefined;
        if (next === undefined) return args.at(-2);
        found = next;
      }
      return found;
    },
  ],
];

function index(value: GoValue, keys: readonly GoValue[], caller: Caller): GoValue {
  let found = value;
  for (const key of keys) {
    if (found instanceof Unknown) return found;
    if (key instanceof Unknown) return key;
    if (found instanceof Map) found = lookUp(found, text(key, caller));
    else if (Array.isArray(found)) {
      const at = Number(integer(key));
      if (at < 0 || at >= found.length) caller.fail('asks for a list item that does not exist');
      found = found[at];
    } else if (typeof found === 'string') found = BigInt(found.charCodeAt(Number(integer(key))));
    else caller.fail('asks for an item of something that has none');
  }
  return found;
}

function mergeAll(into: GoValue, others: GoValue[], overwrite: boolean, caller: Caller): GoValue {
  for (const value of [into, ...others]) if (value instanceof Unknown) return value;
  return others.reduce<GoMap>((result, other) => merge(result, copy(map(other, caller), caller) as GoMap, overwrite), map(into, caller));
}

function merge(into: GoMap, from: GoMap, overwrite: boolean, depth = 0): GoMap {
  if (depth > 60) return into;
  for (const [key, value] of from) {
    const known = into.get(key);
    if (known instanceof Map && value instanceof Map) merge(known, value, overwrite, depth + 1);
    else if (!into.has(key) || overwrite || !isTruthy(known)) into.set(key, value);
  }
  return into;
}

function copy(value: GoValue, caller: Caller): GoValue {
  caller.marks.spend(100);
  if (Array.isArray(value)) return value.map((item) => copy(item, caller));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copy(item, caller)]));
  return value;
}
