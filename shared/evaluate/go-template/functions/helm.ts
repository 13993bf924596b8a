import { Unknown } from '../values.ts';
import { type Call, text } from './arguments.ts';

/** Functions that Helm adds to those of sprig. */
export const HELM: readonly [string, Call][] = [
  [
    'required',
    ([message, value], caller) =>
      value === undefined || value === null || value === ''
        ? caller.unknown(`${text(message, caller) || 'the value'}: nothing in Git sets it`)
        : value,
  ],
  ['include', ([name, data], caller) => (name instanceof Unknown ? name : caller.include(text(name, caller), data))],
  ['tpl', ([template, data], caller) => (template instanceof Unknown ? template : caller.evaluate(text(template, caller), data))],
];
