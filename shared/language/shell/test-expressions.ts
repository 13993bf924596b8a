import type { TestExpression, Word, WordPart } from 'unbash';
import { startOf } from '../../place.ts';
import type { Shell } from './interpreter.ts';
import { findPaths } from './paths.ts';
import { firstUnknown, knownText } from './text.ts';
import { fitsPattern, wordText } from './words.ts';

/** Whether `[[ … ]]` holds, as far as Git says it; what nobody has to give counts as not given only for `-z` and `-n` of nothing else. */
export function evaluateTest(test: TestExpression, shell: Shell): boolean | undefined {
  switch (test.type) {
    case 'TestUnary': {
      if (mayBeGiven(test.operand, shell)) return undefined;
      const text = wordText(test.operand, shell);
      const known = knownText(text);
      if (test.operator === '-z') return known === undefined ? undefined : known === '';
      if (test.operator === '-n') return known === undefined ? undefined : known !== '';
      if (test.operator === '-f' || test.operator === '-e' || test.operator === '-d') {
        const found =
          findPaths(text, shell, test.operator === '-d' ? 'directory' : 'file').length > 0 ||
          (test.operator === '-e' && findPaths(text, shell, 'directory').length > 0);
        return found ? true : undefined;
      }
      return undefined;
    }
    case 'TestBinary': {
      if (mayBeGiven(test.left, shell) || mayBeGiven(test.right, shell)) return undefined;
      const left = knownText(wordText(test.left, shell));
      const right = knownText(wordText(test.right, shell));
      if (left === undefined || right === undefined || left.length > 1024) return undefined;
      if (test.operator === '==' || test.operator === '=') return fitsPattern(left, right);
      if (test.operator === '!=') return !fitsPattern(left, right);
      return undefined;
    }
    case 'TestNot': {
      const inner = evaluateTest(test.operand, shell);
      if (inner === undefined) return undefined;
      return test.negations.length % 2 === 1 ? !inner : inner;
    }
    case 'TestGroup':
      return evaluateTest(test.expression, shell);
    case 'TestLogical': {
      const values = test.operands.map((operand) => evaluateTest(operand, shell));
      if (test.operator === '&&') return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
      return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
    }
  }
}

/** `${X:-}` of a variable that the environment may hold: that it has a default says nothing about its being set. */
function mayBeGiven(word: Word, shell: Shell): boolean {
  const parts = word.parts?.flatMap((part): readonly WordPart[] => (part.type === 'DoubleQuoted' ? part.parts : [part])) ?? [];
  return parts.some((part) => {
    if (part.type !== 'ParameterExpansion' || part.operation?.type !== 'Default') return false;
    const place = startOf('');
    const value = shell.variable(part.parameter, part.text, place);
    const target = part.prefix === '!' ? knownText(value) : part.parameter;
    if (target === undefined) return true;
    const unknown = firstUnknown(part.prefix === '!' ? shell.variable(target, part.text, place) : value);
    return unknown?.given === true;
  });
}
