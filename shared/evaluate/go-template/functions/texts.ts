import { posix } from 'node:path';
import { normalizeName } from '../normalize-name.ts';
import { formatPrintf, formatPrintln } from '../printf.ts';
import { type GoValue, print, Unknown } from '../values.ts';
import { type Call, type Caller, integer, MOST_REPEATS, text, texts } from './arguments.ts';

/** Functions of templates that make one text of others. */
export const TEXTS: readonly [string, Call][] = [
  [
    'print',
    (args, caller) =>
      args
        .map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + print(arg, caller.marks, true))
        .join(''),
  ],
  ['println', (args, caller) => formatPrintln(args, caller.marks)],
  ['printf', ([format, ...args], caller) => formatPrintf(text(format, caller), args, caller.marks)],
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
  [
    'title',
    ([value], caller) =>
      text(value, caller).replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before: string, c: string) => before + c.toUpperCase()),
  ],
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
      return texts(value, caller).join(between);
    },
  ],
  [
    'toString',
    ([value], caller) => (value instanceof Unknown ? value : value === undefined || value === null ? '<nil>' : print(value, caller.marks)),
  ],
  ['toStrings', ([value], caller) => texts(value, caller)],
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
  ['base', ([value], caller) => posix.basename(text(value, caller)) || (text(value, caller) === '' ? '.' : '/')],
  ['dir', ([value], caller) => posix.join(text(value, caller).replace(/[^/]*$/, '')).replace(/(?<=.)\/$/, '')],
  ['ext', ([value], caller) => /\.[^./]*$/.exec(text(value, caller))?.[0] ?? ''],
];

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
