import { expect, test } from 'vitest';
import { normalizeCidr, sameValue } from './equality.ts';

type Case = [Parameters<typeof sameValue>[0], Parameters<typeof sameValue>[1], Parameters<typeof sameValue>[2]];

test.each<Case>([
  ['set', 'b a', 'a,b'],
  ['set', ['b', 'a', 'b'], ['a', 'b']],
  ['cidrs', '10.0.0.0/8 10.244.0.0/16', '10.244.0.0/16,10.0.0.0/8'],
  ['cidrs', '10.244.7.9/16', '10.244.0.0/16'],
  ['cidrs', 'fd00:0:0::/64', 'FD00::/64'],
  ['cidrs', ['10.244.0.0/16', '10.244.0.0/16'], '10.244.0.0/16'],
  ['cidrs', 'auto', 'auto'],
  ['number', '1e+06', '1000000'],
  ['number', '07445', '7445'],
  ['number', 'auto', 'auto'],
  ['number', '1 2e0', '1.0 2'],
  ['version', 'v1.18.2', '1.18.2'],
  ['list', 'a b', 'a, b'],
  ['text', 'a b', ['a', 'b']],
  ['text', undefined, ''],
  ['list', undefined, []],
  ['set', undefined, ''],
  ['boolean', undefined, 'false'],
  ['boolean', 'false', ''],
])('%s: %j means what %j means', (equality, left, right) => {
  expect(sameValue(equality, left, right)).toBe(true);
  expect(sameValue(equality, right, left)).toBe(true);
});

test.each<Case>([
  ['set', 'a b', 'a c'],
  ['set', 'a b', 'a b c'],
  ['cidrs', '10.244.0.0/16', '10.244.0.0/17'],
  ['cidrs', '10.244.0.0/16', '10.245.0.0/16'],
  ['cidrs', 'fd00::/64', 'fd01::/64'],
  ['cidrs', 'auto', 'none'],
  ['number', '7445', '6443'],
  ['number', '1', '1 2'],
  ['number', '1 2', '1 3'],
  ['number', 'auto', 'none'],
  ['number', ['0'], [' ']],
  ['version', 'v1.18.2', '1.18.3'],
  ['version', 'vanilla', 'anilla'],
  ['version', '1.v2', '1.2'],
  ['list', 'a b', 'b a'],
  ['list', 'a', 'a b'],
  ['list', 'a b', 'a c'],
  ['text', 'a', 'b'],
  ['text', 'ab', ['a', 'b']],
  ['text', undefined, 'a'],
  ['text', undefined, 'false'],
  ['boolean', undefined, 'true'],
  ['set', undefined, 'false'],
])('%s: %j does not mean what %j means', (equality, left, right) => {
  expect(sameValue(equality, left, right)).toBe(false);
  expect(sameValue(equality, right, left)).toBe(false);
});

test.each([
  ['10.244.3.1/16', '10.244.0.0/16'],
  ['2001:DB8::5/64', '2001:db8::/64'],
  ['10.244.0.0', '10.244.0.0'],
  ['', ''],
])('the prefix %j is %j', (written, normal) => {
  expect(normalizeCidr(written)).toBe(normal);
});
