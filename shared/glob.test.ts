import { describe, expect, it } from 'vitest';
import { type GlobOptions, glob } from './glob.ts';

const GO: GlobOptions = { sets: true, escapes: true };
const DOUBLESTAR: GlobOptions = { ...GO, globstar: true, braces: true };
const GOBWAS: GlobOptions = { ...GO, crosses: true, braces: true };

describe('a glob fits', () => {
  it.each([
    [GO, 'clusters/*/cilium', 'clusters/home/cilium', true],
    [GO, 'clusters/*/cilium', 'clusters/home/x/cilium', false],
    [GO, '*', '', true],
    [GO, 'a?c', 'abc', true],
    [GO, 'a?c', 'a/c', false],
    [GO, 'a[b-d]c', 'acc', true],
    [GO, 'a[!b-d]c', 'acc', false],
    [GO, 'a[^b]c', 'axc', true],
    [GO, 'a\\*c', 'a*c', true],
    [GO, 'a\\*c', 'abc', false],
    [GO, '{a,b}', '{a,b}', true],
    [GO, '**', 'a/b', false],
    [GO, 'é?', 'é😀', true],
    [DOUBLESTAR, '**/values.yaml', 'values.yaml', true],
    [DOUBLESTAR, '**/values.yaml', 'a/b/values.yaml', true],
    [DOUBLESTAR, '**/values.yaml', 'a/b/xvalues.yaml', false],
    [DOUBLESTAR, 'a/**/b', 'a/b', true],
    [DOUBLESTAR, 'a/**/b', 'a/x/y/b', true],
    [DOUBLESTAR, 'a/**', 'a/b/c', true],
    [DOUBLESTAR, 'a**c', 'abc', true],
    [DOUBLESTAR, 'a**c', 'a/c', false],
    [DOUBLESTAR, 'x/{a,b*}.yaml', 'x/bcd.yaml', true],
    [DOUBLESTAR, 'x/{a,{b,c}}.yaml', 'x/c.yaml', true],
    [DOUBLESTAR, 'x/{a,b}.yaml', 'x/c.yaml', false],
    [DOUBLESTAR, 'x/{}.yaml', 'x/.yaml', true],
    [DOUBLESTAR, '.*', '.env', true],
    [GOBWAS, '*.yaml', 'a/b.yaml', true],
    [GOBWAS, '{*.yml,*.yaml}', 'a/b.yaml', true],
    [GOBWAS, '{*.yml,*.yaml}', 'a/b.json', false],
  ] as const)('%o %s: %s %s', (options, pattern, text, expected) => {
    expect(glob(pattern, options)?.(text)).toBe(expected);
  });

  it.each(['[', '[a', '[z-a]', '{a,[}'])('no pattern: %s', (pattern) => {
    expect(glob(pattern, DOUBLESTAR)).toBe(undefined);
  });

  it('in time that grows with pattern and text, and not with the ways to match', () => {
    const text = 'a'.repeat(5000);
    for (const pattern of [
      '*a'.repeat(200),
      '{a,*a}'.repeat(100),
      '{a,aa}'.repeat(100),
      '**/'.repeat(100),
      '{'.repeat(500),
      '{,'.repeat(15),
    ])
      expect(glob(`${pattern}b`, DOUBLESTAR)?.(text) ?? false).toBe(false);
  });
});
