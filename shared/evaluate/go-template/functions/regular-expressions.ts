import { mayTakeForEver } from '../../../regular-expression.ts';
import { type GoValue, Unknown } from '../values.ts';
import { type Call, type Caller, integer, text } from './arguments.ts';

/** Functions of templates that search with a regular expression. */
export const REGULAR_EXPRESSIONS: readonly [string, Call][] = [
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
        (expression, subject) => subject.replace(expression, (...match) => expanded(text(by, caller), match)),
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
      withRegex(pattern, value, caller, (expression, subject) => split(expression, subject, Number(integer(count))), 'g'),
  ],
];

/** What stands in the place of a match: `$name` takes every letter, digit and underscore that follows. https://pkg.go.dev/regexp#Regexp.Expand */
function expanded(template: string, match: readonly unknown[]): string {
  const last = match.at(-1);
  const named = typeof last === 'object' ? (last as Record<string, string | undefined>) : {};
  const groups = match.slice(
    0,
    match.findIndex((part) => typeof part === 'number'),
  ) as (string | undefined)[];
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (mark, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    return mark === '$$' ? '$' : ((/^\d+$/.test(name) ? groups[Number(name)] : named[name]) ?? '');
  });
}

/** https://pkg.go.dev/regexp#Regexp.Split */
function split(expression: RegExp, subject: string, most: number): GoValue {
  if (most === 0) return null;
  if (subject === '') return [''];
  const parts: string[] = [];
  let [from, end] = [0, 0];
  for (const match of subject.matchAll(expression)) {
    if (most > 0 && parts.length === most - 1) break;
    end = match.index;
    if (end + match[0].length !== 0) parts.push(subject.slice(from, end));
    from = end + match[0].length;
  }
  if (end !== subject.length) parts.push(subject.slice(from));
  return parts;
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

function regex(pattern: string, subject: string, caller: Caller, flags = ''): RegExp | Unknown {
  if (mayTakeForEver(pattern, subject)) return caller.unknown('its regular expression is not worked out here');
  try {
    const insensitive = pattern.startsWith('(?i)');
    return new RegExp(insensitive ? pattern.slice(4) : pattern, `${flags}u${insensitive ? 'i' : ''}`);
  } catch {
    return caller.unknown('its regular expression is not worked out here');
  }
}
