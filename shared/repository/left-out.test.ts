import { expect, it } from 'vitest';
import { isIgnored, withRules } from './left-out.ts';

it('keeps out what the patterns name, and is not held up by one of many stars', () => {
  const rules = withRules([], '', `*.log\nbuild/**/out\n${'a/**/'.repeat(5)}b\n${'*a'.repeat(10)}b\n`);
  expect(isIgnored(rules, 'x/error.log')).toBe(true);
  expect(isIgnored(rules, 'build/a/b/out')).toBe(true);
  expect(isIgnored(rules, 'a/'.repeat(100) + 'a'.repeat(200))).toBe(false);
});
