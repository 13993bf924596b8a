import { expect, test } from 'vitest';
import { cidrsOf, covers, overlaps, sameCidrs } from './cidr.ts';

test.each([
  ['10.0.0.0/8', ['10.0.0.0/8']],
  ['10.0.0.0/8, 10.244.0.0/16', ['10.0.0.0/8', '10.244.0.0/16']],
  [['10.0.0.0/8', 5, 'fd00::/8', 'auto', '10.0.0.1', '10.0.0.0/33'], ['10.0.0.0/8']],
  ['fd00::/8', []],
  [undefined, []],
  [{}, []],
])('the IPv4 prefixes of %j', (value, prefixes) => expect(cidrsOf(value)).toEqual(prefixes));

test.each([
  ['10.0.0.0/8', '10.244.0.0/16', true, true],
  ['10.244.0.0/16', '10.0.0.0/8', false, true],
  ['10.244.0.0/16', '10.244.0.0/16', true, true],
  ['10.244.0.0/16', '10.245.0.0/16', false, false],
  ['0.0.0.0/0', '10.0.0.0/8', true, true],
  ['fd00::/8', '10.0.0.0/8', false, false],
  ['fd00::/8', 'fd00:1::/32', true, true],
])('%s and %s: covers %s, shares %s', (outer, inner, isCovered, isShared) => {
  expect(covers(outer, inner)).toBe(isCovered);
  expect(overlaps(outer, inner)).toBe(isShared);
  expect(overlaps(inner, outer)).toBe(isShared);
});

test.each([
  [['10.0.0.0/8', '10.244.0.0/16'], ['10.244.9.9/16', '10.0.0.0/8', '10.0.0.0/8'], true],
  [['10.0.0.0/8'], ['10.0.0.0/8', '10.244.0.0/16'], false],
  [['10.0.0.0/8'], ['11.0.0.0/8'], false],
  [[], [], true],
])('%j and %j are the same prefixes: %s', (a, b, same) => expect(sameCidrs(a, b)).toBe(same));
