import { describe, expect, test } from 'vitest';
import type { SetFlag } from '../../model.ts';
import { at, fromPlain, opaque, toPlain } from '../../tree.ts';
import { applyFlags, type FlagProblem } from './flag-order.ts';

const place = { file: 'install.sh', line: 3, column: 5 };
const flag = (kind: SetFlag['flag'], text: string, more: Partial<SetFlag> = {}): SetFlag => ({ flag: kind, text, place, ...more });
const apply = (below: unknown, ...flags: SetFlag[]) => {
  const problems: FlagProblem[] = [];
  const tree = applyFlags(fromPlain(below, place), flags, 4, problems);
  return { tree, problems };
};

describe('a whole document in --set-json', () => {
  test.each([
    ['{"a": 1}', { a: 1, k: 2 }],
    [' {"a": {"b": 1}}', { a: { b: 1 }, k: 2 }],
    ['{}', { k: 2 }],
  ])('%j lies over the values below', (text, expected) => {
    const { tree, problems } = apply({ k: 2 }, flag('set-json', text));
    expect(problems).toEqual([]);
    expect(toPlain(tree)).toEqual(expected);
  });

  test.each(['{"a"}', '{a: 1}', '{', '{"a": 1} x'])('%j is refused, and then nothing is known', (text) => {
    const { tree, problems } = apply({ k: 2 }, flag('set-json', text));
    expect(problems).toEqual([{ message: '--set-json holds no valid JSON', place }]);
    expect(at(tree, 'k')).toMatchObject({ kind: 'opaque' });
  });

  test('is one of --set-json alone', () => {
    expect(apply({}, flag('set', '{"a": 1}')).problems).toHaveLength(1);
    expect(apply({}, flag('set-string', '{"a": 1}')).problems).toHaveLength(1);
  });
});

describe('a flag that Helm refuses', () => {
  test('hides the keys that it names, also where the values below are a scalar or cannot be known', () => {
    const { tree, problems } = apply({ a: 1 }, flag('set', 'a.b=2'));
    expect(problems).toHaveLength(1);
    expect(at(tree, 'a.b')).toMatchObject({ kind: 'opaque', reason: problems[0]!.message });
    const hidden = opaque('is remote', place);
    const below = applyFlags(hidden, [flag('set', 'a')], 4, []);
    expect(at(below, 'a')).toMatchObject({ kind: 'opaque' });
    const scalar = applyFlags(fromPlain(5, place), [flag('set', 'a')], 4, []);
    expect(at(scalar, 'a')).toMatchObject({ kind: 'opaque' });
  });

  test('is no problem where it cannot be known: it is only hidden', () => {
    const hidden = opaque('is a variable', place, '$X');
    const { tree, problems } = apply({ a: 1, k: 2 }, flag('set', 'a.b=$X', { opaque: hidden }));
    expect(problems).toEqual([]);
    expect(at(tree, 'a.b')).toBe(hidden);
    expect(at(tree, 'k')).toMatchObject({ value: 2 });
  });
});
