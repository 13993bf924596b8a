import { mayTakeForEver } from '../../../../regular-expression.ts';
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
];

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
