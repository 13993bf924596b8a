import type { TestExpression } from 'unbash';
import type { Shell } from './shell-interpreter.ts';
import { findPaths } from './shell-paths.ts';
import { knownText } from './shell-text.ts';
import { globExpression, wordText } from './shell-words.ts';

/** Whether `[[ … ]]` holds, as far as Git says it; what nobody has to give counts as not given only for `-z` and `-n` of nothing else. */
export function evaluateTest(test: TestExpression, shell: Shell): boolean | undefined {
  switch (test.type) {
    case 'TestUnary': {
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
      const left = knownText(wordText(test.left, shell));
      const right = knownText(wordText(test.right, shell));
      if (left === undefined || right === undefined || left.length > 1024) return undefined;
      if (test.operator === '==' || test.operator === '=')
        return right.split('*').length > 4 ? undefined : globExpression(right).test(left);
      if (test.operator === '!=') return right.split('*').length > 4 ? undefined : !globExpression(right).test(left);
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
