import semver from 'semver';
import { parseYaml } from '../../../language/yaml/parse.ts';
import { mayTakeForEver } from '../../../regular-expression.ts';
import { checksum } from '../checksum.ts';
import type { Caller } from './evaluate.ts';
import { formatPrintf, formatPrintln } from './printf.ts';
import { fromTree, type GoMap, type GoValue, isTruthy, keysOf, lookUp, print, toJson, toYaml, UNSEEN, Unknown } from './values.ts';

type Call = (args: GoValue[], caller: Caller) => GoValue;

/** True for a function of text/template, of sprig as Argo CD offers it, or of Helm. */
export function isFunction(name: string, helm: boolean): boolean {
  return FUNCTIONS.has(name) || (helm && (HELM.has(name) || UNKNOWABLE.has(name)));
}

/** Calls a function. What is worked out from an unknown argument is unknown. */
export function callFunction(name: string, args: GoValue[], caller: Caller): GoValue {
  if (caller.helm && UNKNOWABLE.has(name))
    return caller.unknown(`the template function ${name} gives another value every time, or asks the cluster`);
  const call = FUNCTIONS.get(name) ?? HELM.get(name);
  if (!call) return caller.fail(`calls a function that does not exist: ${name}`);
  if (!TAKES_UNKNOWN.has(name)) for (const arg of args) if (arg instanceof Unknown) return arg;
  const result = call(args, caller);
  // What a function makes of its arguments may double each time.
  const size = typeof result === 'string' || Array.isArray(result) ? result.length : result instanceof Map ? result.size : 0;
  return size > LARGEST ? caller.fail('works on too much text') : result;
}

/** True where a function is declared to take a map in that place, and one without entries will do. */
export function takesMap(name: string, index: number): boolean {
  return MAPS.has(name) || (index === 0 && MAP_FIRST.has(name)) || (index > 0 && name === 'pluck');
}

const MAPS = new Set(['keys', 'merge', 'mustMerge', 'mergeOverwrite', 'mustMergeOverwrite']);
const MAP_FIRST = new Set(['get', 'hasKey', 'omit', 'pick', 'unset', 'values']);

/** Helm's and sprig's functions whose result Git does not hold. */
const UNKNOWABLE = new Set([
  'lookup',
  'now',
  'date',
  'dateModify',
  'htmlDate',
  'ago',
  'randAlpha',
  'randAlphaNum',
  'randNumeric',
  'randAscii',
  'randInt',
  'randBytes',
  'uuidv4',
  'genCA',
  'genSelfSignedCert',
  'genSignedCert',
  'genPrivateKey',
  'derivePassword',
  'htpasswd',
  'bcrypt',
  'encryptAES',
  'decryptAES',
  'getHostByName',
  'env',
  'expandenv',
]);
/** They look at containers or decide themselves what an unknown argument means. */
const TAKES_UNKNOWN = new Set([
  'list',
  'tuple',
  'dict',
  'set',
  'toYaml',
  'toJson',
  'mustToJson',
  'toPrettyJson',
  'append',
  'prepend',
  'print',
  'printf',
  'println',
  'quote',
  'squote',
  'cat',
  'default',
  'toString',
  'required',
  'include',
  'tpl',
  'coalesce',
  'ternary',
  'hasKey',
  'get',
  'dig',
  'index',
  'first',
  'last',
  'merge',
  'mergeOverwrite',
  'kindIs',
  'indent',
  'nindent',
]);

const MOST_REPEATS = 10_000;
/** Characters of a text, items of a list. */
const LARGEST = 1_000_000;

function text(value: GoValue, caller: Caller): string {
  return value === undefined || value === null ? '' : print(value, caller.marks);
}

function number(value: GoValue): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : typeof value === 'string' ? Number(value) || 0 : 0;
}

function integer(value: GoValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string')
    return /^[-+]?\d+$/.test(value) ? BigInt(value.replace(/^\+/, '')) : /^0x[0-9a-f]+$/i.test(value) ? BigInt(value) : 0n;
  const n = number(value);
  return Number.isFinite(n) ? BigInt(Math.trunc(n)) : 0n;
}

function list(value: GoValue, caller: Caller): GoValue[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return caller.fail('gives a function something that is no list');
  caller.marks.spend(value.length);
  return value;
}

function map(value: GoValue, caller: Caller): GoMap {
  if (!(value instanceof Map)) return caller.fail('gives a function something that is no map');
  caller.marks.spend(value.size);
  return value;
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

const deepEqual = (a: GoValue, b: GoValue, caller: Caller): boolean =>
  typeof a === typeof b && toJson(a, caller.marks) === toJson(b, caller.marks);

function regex(pattern: string, subject: string, caller: Caller, flags = ''): RegExp | Unknown {
  if (mayTakeForEver(pattern, subject)) return caller.unknown('its regular expression is not worked out here');
  try {
    const insensitive = pattern.startsWith('(?i)');
    return new RegExp(insensitive ? pattern.slice(4) : pattern, `${flags}u${insensitive ? 'i' : ''}`);
  } catch {
    return caller.unknown('its regular expression is not worked out here');
  }
}

function withRegex(
  pattern: GoValue,
  value: GoValue,
  caller: Caller,
  use: (expression: RegExp, subject: string) => GoValue,
  flags = '',
): GoValue {
  const subject = text(value, caller);
  const expression = regex(text(pattern, caller), subject, caller, flags);
  return expression instanceof Unknown ? expression : use(expression, subject);
}

function merge(into: GoMap, from: GoMap, overwrite: boolean, depth = 0): GoMap {
  if (depth > 60) return into;
  for (const [key, value] of from) {
    const known = into.get(key);
    if (known instanceof Map && value instanceof Map) merge(known, value, overwrite, depth + 1);
    else if (!into.has(key) || (overwrite ? value !== undefined && value !== null : !isTruthy(known))) into.set(key, value);
  }
  return into;
}

function copy(value: GoValue, caller: Caller): GoValue {
  caller.marks.spend(100);
  if (Array.isArray(value)) return value.map((item) => copy(item, caller));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copy(item, caller)]));
  return value;
}

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

function parsed(source: string, caller: Caller): GoValue {
  const { documents, problems } = parseYaml({ file: '', text: source, line: 1, indent: 0, exact: false }, { templates: false });
  if (problems.length > 0) caller.fail('cannot read YAML');
  const marked = caller.marks.in(source);
  return marked ? new Unknown(marked) : fromTree(documents[0]?.tree);
}

function kind(value: GoValue): string {
  if (value === undefined || value === null) return 'invalid';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'slice' : value instanceof Map ? 'map' : typeof value;
}

const indented = (count: GoValue, value: string, caller: Caller) => {
  const pad = ' '.repeat(Math.max(0, Math.min(Number(integer(count)), 200)));
  caller.marks.spend(pad.length * (value.split('\n').length - 1));
  return pad + value.replaceAll('\n', `\n${pad}`);
};

const words = (value: string) =>
  value
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '');
const quoted = (value: string) =>
  `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}"`;

/** Lower case, everything but letters, digits, `-` and `.` becomes `-`, at most 253 characters, alphanumeric at both ends. */
export function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-_.]+|[-_.]+$/g, '');
}

function slugify(args: GoValue[], caller: Caller): string {
  const size = typeof args[0] === 'bigint' ? Number(args[0]) : 50;
  const smart = args.some((arg) => arg === true);
  const words = text(args.at(-1), caller)
    .toLowerCase()
    .replace(/['"]/g, '')
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/[_-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (words.length <= size || !smart) return words.slice(0, size).replace(/-+$/, '');
  let short = '';
  for (const word of words.split('-')) {
    const longer = short === '' ? word : `${short}-${word}`;
    if (longer.length > size) break;
    short = longer;
  }
  return short === '' ? words.slice(0, size) : short;
}

const HELM = new Map<string, Call>([
  [
    'required',
    ([message, value], caller) =>
      value === undefined || value === null || value === ''
        ? caller.unknown(`${text(message, caller) || 'the value'}: nothing in Git sets it`)
        : value,
  ],
  ['include', ([name, data], caller) => (name instanceof Unknown ? name : caller.include(text(name, caller), data))],
  ['tpl', ([template, data], caller) => (template instanceof Unknown ? template : caller.evaluate(text(template, caller), data))],
]);

const FUNCTIONS = new Map<string, Call>([
  ['not', ([value]) => !isTruthy(value)],
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
    'print',
    (args, caller) =>
      args
        .map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + print(arg, caller.marks, true))
        .join(''),
  ],
  ['println', (args, caller) => formatPrintln(args, caller.marks)],
  ['printf', ([format, ...args], caller) => formatPrintf(text(format, caller), args, caller.marks)],
  ['html', ([value], caller) => text(value, caller).replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`)],
  ['urlquery', ([value], caller) => encodeURIComponent(Buffer.from(text(value, caller)).toString())],
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
  [
    'quote',
    (args, caller) =>
      args
        .filter((arg) => arg !== undefined && arg !== null)
        .map((arg) => quoted(text(arg, caller)))
        .join(' '),
  ],
  [
    'squote',
    (args, caller) =>
      args
        .filter((arg) => arg !== undefined && arg !== null)
        .map((arg) => `'${text(arg, caller)}'`)
        .join(' '),
  ],
  ['upper', ([value], caller) => text(value, caller).toUpperCase()],
  ['lower', ([value], caller) => text(value, caller).toLowerCase()],
  ['title', ([value], caller) => text(value, caller).replace(/(^|\s)(\S)/g, (_, blank: string, c: string) => blank + c.toUpperCase())],
  ['untitle', ([value], caller) => text(value, caller).replace(/(^|\s)(\S)/g, (_, blank: string, c: string) => blank + c.toLowerCase())],
  ['trim', ([value], caller) => text(value, caller).trim()],
  ['trimAll', ([cut, value], caller) => trimAll(text(value, caller), text(cut, caller))],
  ['trimall', ([cut, value], caller) => trimAll(text(value, caller), text(cut, caller))],
  [
    'trimPrefix',
    ([prefix, value], caller) =>
      text(value, caller).startsWith(text(prefix, caller)) ? text(value, caller).slice(text(prefix, caller).length) : text(value, caller),
  ],
  [
    'trimSuffix',
    ([suffix, value], caller) =>
      text(suffix, caller) !== '' && text(value, caller).endsWith(text(suffix, caller))
        ? text(value, caller).slice(0, -text(suffix, caller).length)
        : text(value, caller),
  ],
  [
    'trunc',
    ([count, value], caller) =>
      integer(count) < 0n ? text(value, caller).slice(Number(integer(count))) : text(value, caller).slice(0, Number(integer(count))),
  ],
  [
    'substr',
    ([from, to, value], caller) =>
      text(value, caller).slice(Math.max(0, Number(integer(from))), integer(to) < 0n ? undefined : Number(integer(to))),
  ],
  [
    'replace',
    ([from, to, value], caller) => {
      const [whole, part, by] = [text(value, caller), text(from, caller), text(to, caller)];
      caller.marks.spend(whole.split(part).length * by.length);
      return whole.replaceAll(part, () => by);
    },
  ],
  ['contains', ([part, value], caller) => text(value, caller).includes(text(part, caller))],
  ['hasPrefix', ([prefix, value], caller) => text(value, caller).startsWith(text(prefix, caller))],
  ['hasSuffix', ([suffix, value], caller) => text(value, caller).endsWith(text(suffix, caller))],
  [
    'repeat',
    ([count, value], caller) => {
      const [once, times] = [text(value, caller), Math.max(0, Math.min(Number(integer(count)), MOST_REPEATS))];
      caller.marks.spend(once.length * times);
      return once.repeat(times);
    },
  ],
  ['nospace', ([value], caller) => text(value, caller).replace(/\s/g, '')],
  [
    'cat',
    (args, caller) =>
      args
        .filter((arg) => arg !== undefined && arg !== null)
        .map((arg) => text(arg, caller))
        .join(' '),
  ],
  ['indent', ([count, value], caller) => indented(count, text(value, caller), caller)],
  ['nindent', ([count, value], caller) => `\n${indented(count, text(value, caller), caller)}`],
  [
    'split',
    ([separator, value], caller) =>
      new Map(
        text(value, caller)
          .split(text(separator, caller))
          .map((part, i) => [`_${i}`, part]),
      ),
  ],
  ['splitList', ([separator, value], caller) => text(value, caller).split(text(separator, caller))],
  [
    'splitn',
    ([separator, count, value], caller) =>
      new Map(splitN(text(value, caller), text(separator, caller), Number(integer(count))).map((part, i) => [`_${i}`, part])),
  ],
  [
    'join',
    ([separator, value], caller) => {
      if (!Array.isArray(value)) return text(value, caller);
      const between = text(separator, caller);
      caller.marks.spend(value.length * between.length);
      return value.map((item) => text(item, caller)).join(between);
    },
  ],
  [
    'sortAlpha',
    ([value], caller) =>
      list(value, caller)
        .map((item) => text(item, caller))
        .sort(),
  ],
  [
    'toString',
    ([value], caller) => (value instanceof Unknown ? value : value === undefined || value === null ? '<nil>' : print(value, caller.marks)),
  ],
  ['toStrings', ([value], caller) => list(value, caller).map((item) => text(item, caller))],
  ['toJson', ([value], caller) => toJson(value, caller.marks)],
  ['mustToJson', ([value], caller) => toJson(value, caller.marks)],
  ['toRawJson', ([value], caller) => toJson(value, caller.marks)],
  ['toPrettyJson', ([value], caller) => toJson(value, caller.marks, '  ')],
  ['fromJson', ([value], caller) => parsed(text(value, caller), caller)],
  ['mustFromJson', ([value], caller) => parsed(text(value, caller), caller)],
  ['fromJsonArray', ([value], caller) => parsed(text(value, caller), caller)],
  ['toYaml', ([value], caller) => toYaml(value, caller.marks)],
  ['fromYaml', ([value], caller) => parsed(text(value, caller), caller)],
  ['fromYamlArray', ([value], caller) => parsed(text(value, caller), caller)],
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
  ['list', (args) => [...args]],
  ['tuple', (args) => [...args]],
  [
    'dict',
    (args, caller) => {
      const result: GoMap = new Map();
      for (let i = 0; i < args.length; i += 2) result.set(text(args[i], caller), args[i + 1] ?? '');
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
  ['kindOf', ([value]) => kind(value)],
  ['typeOf', ([value]) => ({ slice: '[]interface {}', map: 'map[string]interface {}', invalid: '<nil>' })[kind(value)] ?? kind(value)],
  ['kindIs', ([wanted, value], caller) => (value instanceof Unknown ? value : kind(value) === text(wanted, caller))],
  ['typeIs', ([wanted, value], caller) => kind(value) === text(wanted, caller)],
  ['deepEqual', ([a, b], caller) => deepEqual(a, b, caller)],
  ['b64enc', ([value], caller) => Buffer.from(text(value, caller)).toString('base64')],
  ['b64dec', ([value], caller) => Buffer.from(text(value, caller), 'base64').toString()],
  ['sha256sum', ([value], caller) => checksum('sha256', text(value, caller))],
  ['sha1sum', ([value], caller) => checksum('sha1', text(value, caller))],
  ['regexMatch', ([pattern, value], caller) => withRegex(pattern, value, caller, (expression, subject) => expression.test(subject))],
  ['mustRegexMatch', ([pattern, value], caller) => withRegex(pattern, value, caller, (expression, subject) => expression.test(subject))],
  [
    'regexFind',
    ([pattern, value], caller) => withRegex(pattern, value, caller, (expression, subject) => expression.exec(subject)?.[0] ?? ''),
  ],
  [
    'regexReplaceAll',
    ([pattern, value, by], caller) =>
      withRegex(
        pattern,
        value,
        caller,
        (expression, subject) => subject.replace(expression, text(by, caller).replace(/\$\{(\w+)\}/g, '$$$1')),
        'g',
      ),
  ],
  [
    'regexReplaceAllLiteral',
    ([pattern, value, by], caller) =>
      withRegex(pattern, value, caller, (expression, subject) => subject.replace(expression, () => text(by, caller)), 'g'),
  ],
  [
    'regexSplit',
    ([pattern, value, count], caller) =>
      withRegex(pattern, value, caller, (expression, subject) =>
        integer(count) < 0n ? subject.split(expression) : subject.split(expression, Number(integer(count))),
      ),
  ],
  [
    'semverCompare',
    ([range, version], caller) => {
      try {
        return semver.satisfies(text(version, caller).replace(/^v/, ''), text(range, caller), {
          includePrerelease: text(range, caller).includes('-'),
        });
      } catch {
        return caller.unknown('its version comparison is not worked out here');
      }
    },
  ],
  ['base', ([value], caller) => text(value, caller).replace(/\/+$/, '').split('/').at(-1)],
  ['dir', ([value], caller) => text(value, caller).split('/').slice(0, -1).join('/') || '.'],
  ['ext', ([value], caller) => /\.[^./]*$/.exec(text(value, caller))?.[0] ?? ''],
  [
    'camelcase',
    ([value], caller) =>
      words(text(value, caller))
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(''),
  ],
  ['kebabcase', ([value], caller) => words(text(value, caller)).join('-').toLowerCase()],
  ['snakecase', ([value], caller) => words(text(value, caller)).join('_').toLowerCase()],
  ['plural', ([one, many, count]) => (integer(count) === 1n ? one : many)],
  ['normalize', ([value], caller) => normalizeName(text(value, caller))],
  ['slugify', (args, caller) => slugify(args, caller)],
]);

function mergeAll(into: GoValue, others: GoValue[], overwrite: boolean, caller: Caller): GoValue {
  for (const value of [into, ...others]) if (value instanceof Unknown) return value;
  return others.reduce<GoMap>((result, other) => merge(result, copy(map(other, caller), caller) as GoMap, overwrite), map(into, caller));
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

function trimAll(value: string, cut: string): string {
  let [from, to] = [0, value.length];
  while (from < to && cut.includes(value[from]!)) from++;
  while (to > from && cut.includes(value[to - 1]!)) to--;
  return value.slice(from, to);
}

function splitN(value: string, separator: string, count: number): string[] {
  const parts = value.split(separator);
  return parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}
