import { describe, expect, test } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { List, Mapping, Tree } from '../../model.ts';
import { at, opaque, toPlain } from '../../tree.ts';
import { applyJsonPatch, isJsonPatch } from './json-patch.ts';

const tree = (text: string): Tree => parseYaml(wholeFile('patch.yaml', text)).documents[0]!.tree;
const BASE = '{a: {b: 1, "c/d": 2, "e~f": 3}, l: [x, w], s: text}';
const apply = (patch: string, partial = false, base = BASE) => {
  const { tree: result, refusals } = applyJsonPatch(tree(base) as Mapping, tree(patch) as List, partial);
  return refusals.length > 0 ? refusals.map(({ message }) => message) : toPlain(result);
};
const whole = toPlain(tree(BASE)) as Record<string, object>;

// https://www.rfc-editor.org/rfc/rfc6902
describe('an operation of RFC 6902', () => {
  test.each<[string, unknown]>([
    ['[{op: add, path: /n, value: {x: 1}}]', { ...whole, n: { x: 1 } }],
    ['[{op: add, path: /a/b, value: 5}]', { ...whole, a: { ...whole.a, b: 5 } }],
    ['[{op: add, path: /a/c~1d, value: 5}]', { ...whole, a: { ...whole.a, 'c/d': 5 } }],
    ['[{op: replace, path: /a/e~0f, value: 5}]', { ...whole, a: { ...whole.a, 'e~f': 5 } }],
    ['[{op: add, path: /n}]', { ...whole, n: null }],
    ['[{op: add, path: /l/-, value: z}]', { ...whole, l: ['x', 'w', 'z'] }],
    ['[{op: add, path: /l/2, value: z}]', { ...whole, l: ['x', 'w', 'z'] }],
    ['[{op: add, path: /l/0, value: z}]', { ...whole, l: ['z', 'x', 'w'] }],
    ['[{op: replace, path: /l/0, value: z}]', { ...whole, l: ['z', 'w'] }],
    ['[{op: remove, path: /l/0}]', { ...whole, l: ['w'] }],
    ['[{op: remove, path: /a}]', { l: ['x', 'w'], s: 'text' }],
    ['[{op: copy, from: /a/b, path: /n}]', { ...whole, n: 1 }],
    ['[{op: move, from: /l, path: /a/l}]', { a: { ...whole.a, l: ['x', 'w'] }, s: 'text' }],
    ['[{op: move, from: /l/0, path: /l/1}]', { ...whole, l: ['w', 'x'] }],
    ['[{op: test, path: /a/b, value: 1}]', whole],
    ['[{op: add, path: /n, value: {}}, {op: add, path: /n/x, value: 1}]', { ...whole, n: { x: 1 } }],
    ['[]', whole],
  ])('%s', (patch, result) => expect(apply(patch)).toEqual(result));

  test.each([
    ['[{op: add, path: /n/x, value: 1}]', 'the path /n/x does not exist'],
    ['[{op: replace, path: /n, value: 1}]', 'the path /n does not exist'],
    ['[{op: remove, path: /n}]', 'the path /n does not exist'],
    ['[{op: remove, path: /l/2}]', 'the path /l/2 does not exist'],
    ['[{op: copy, from: /n, path: /m}]', 'the path /n does not exist'],
    ['[{op: move, from: /n, path: /m}]', 'the path /n does not exist'],
    ['[{op: add, path: /l/3, value: z}]', 'the index 3 is out of range'],
    ['[{op: add, path: /l/x, value: z}]', 'the index x is out of range'],
    ['[{op: add, path: /s/x, value: z}]', 'nothing can be added under a scalar (x)'],
    ['[{op: add, path: "", value: {}}]', 'the whole document cannot be replaced'],
    ['[{op: add, path: n, value: 1}]', 'an operation needs op and path'],
    ['[{path: /n, value: 1}]', 'an operation needs op and path'],
    ['[{op: add, value: 1}]', 'an operation needs op and path'],
    ['[5]', 'an operation must be a map'],
    ['[{op: merge, path: /n}]', 'unexpected kind: merge'],
  ])('that fails ends the patch: %s', (patch, message) => expect(apply(patch)).toEqual([`JSON6902 patch: ${message}`]));
});

test('what came before the operation that fails stays, and what comes after is not looked at', () => {
  const { tree: result, refusals } = applyJsonPatch(
    tree(BASE) as Mapping,
    tree('[{op: remove, path: /a}, {op: remove, path: /n}, {op: remove, path: /s}, {op: remove, path: /m}]') as List,
    false,
  );
  expect(refusals).toHaveLength(1);
  expect(refusals[0]!.path).toEqual(['n']);
  expect(toPlain(result)).toEqual({ l: ['x', 'w'], s: 'text' });
});

describe('of a document that is not whole, an operation', () => {
  test.each<[string, unknown]>([
    ['[{op: add, path: /n/x/y, value: 1}]', { ...whole, n: { x: { y: 1 } } }],
    ['[{op: add, path: /n/-, value: 1}]', { ...whole, n: [1] }],
    ['[{op: add, path: /n/0, value: 1}]', { ...whole, n: [1] }],
    ['[{op: replace, path: /n/x, value: 1}]', { ...whole, n: { x: 1 } }],
    ['[{op: remove, path: /n}]', whole],
    ['[{op: copy, from: /n, path: /m}]', whole],
    ['[{op: add, path: /a/b/c, value: 1}]', ['JSON6902 patch: nothing can be added under a scalar (c)']],
  ])('finds its parents: %s', (patch, result) => expect(apply(patch, true)).toEqual(result));
});

describe('what cannot be known', () => {
  const hidden = opaque('is a variable', { file: 'base.yaml', line: 1, column: 1 });
  const base = { ...(tree(BASE) as Mapping), entries: new Map([...(tree(BASE) as Mapping).entries, ['h', hidden]]) };

  test('stays so, whatever an operation writes into it', () => {
    for (const patch of ['[{op: add, path: /h/x, value: 1}]', '[{op: replace, path: /h/x/y, value: 1}]', '[{op: remove, path: /h/x}]']) {
      const { tree: result, refusals } = applyJsonPatch(base, tree(patch) as List, false);
      expect(refusals).toEqual([]);
      expect(at(result, 'h')).toBe(hidden);
    }
    expect(at(applyJsonPatch(base, tree('[{op: copy, from: /h/x, path: /n}]') as List, false).tree, 'n')).toBe(hidden);
    expect(at(applyJsonPatch(base, tree('[{op: add, path: /h, value: 1}]') as List, false).tree, 'h')).toMatchObject({ value: 1 });
  });

  test('hides the document where an operation cannot', () => {
    const patch = {
      ...(tree('[{op: add, path: /n, value: 1}]') as List),
      items: [hidden, ...(tree('[{op: add, path: /n, value: 1}]') as List).items],
    };
    const { tree: result } = applyJsonPatch(base, patch, false);
    expect(at(result, 'unheard')).toBe(hidden);
    expect(at(result, 'n')).toMatchObject({ value: 1 });
  });
});

test.each([
  ['[{op: add}]', true],
  ['[]', true],
  ['{op: add}', false],
  ['a', false],
])('%s is a JSON patch: %s', (text, expected) => {
  expect(isJsonPatch([tree(text)])).toBe(expected);
  expect(isJsonPatch([tree(text), tree(text)])).toBe(false);
});
