import { describe, expect, test } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Tree } from '../../model.ts';
import { at, opaque, toPlain } from '../../tree.ts';
import { applyJsonPatch, PatchError, readJsonPatch } from './json-patch.ts';

const tree = (text: string): Tree => parseYaml(wholeFile('patch.yaml', text)).documents[0]!.tree;
const BASE = '{a: {b: 1, "c/d": 2, "e~f": 3}, l: [x, w], s: text}';
const whole = toPlain(tree(BASE)) as Record<string, object>;
const apply = (patch: string, base: Tree = tree(BASE)) => applyJsonPatch(base, readJsonPatch(tree(patch)));

// https://www.rfc-editor.org/rfc/rfc6902
describe('an operation of RFC 6902', () => {
  test.each<[string, unknown]>([
    ['[{op: add, path: /n, value: {x: 1}}]', { ...whole, n: { x: 1 } }],
    ['[{op: add, path: /a/b, value: 5}]', { ...whole, a: { ...whole.a, b: 5 } }],
    ['[{op: replace, path: /a/c~1d, value: 5}]', { ...whole, a: { ...whole.a, 'c/d': 5 } }],
    ['[{op: replace, path: /a/e~0f, value: 5}]', { ...whole, a: { ...whole.a, 'e~f': 5 } }],
    ['[{op: add, path: /n, value: null}]', { ...whole, n: null }],
    ['[{op: add, path: /l/-, value: z}]', { ...whole, l: ['x', 'w', 'z'] }],
    ['[{op: add, path: /l/2, value: z}]', { ...whole, l: ['x', 'w', 'z'] }],
    ['[{op: add, path: /l/0, value: z}]', { ...whole, l: ['z', 'x', 'w'] }],
    ['[{op: replace, path: /l/0, value: z}]', { ...whole, l: ['z', 'w'] }],
    ['[{op: remove, path: /l/1}]', { ...whole, l: ['x'] }],
    ['[{op: remove, path: /a}]', { l: ['x', 'w'], s: 'text' }],
    ['[{op: remove, path: /a/b}]', { ...whole, a: { 'c/d': 2, 'e~f': 3 } }],
    ['[{op: replace, path: "", value: {k: 1}}]', { k: 1 }],
    ['[{op: copy, from: /a/b, path: /n}]', { ...whole, n: 1 }],
    ['[{op: move, from: /l, path: /a/l}]', { a: { ...whole.a, l: ['x', 'w'] }, s: 'text' }],
    ['[{op: move, from: /l/0, path: /l/1}]', { ...whole, l: ['w', 'x'] }],
    ['[{op: test, path: /a/b, value: 1}]', whole],
    ['[{op: add, path: /n, value: [{}]}, {op: add, path: /n/0/x, value: 1}]', { ...whole, n: [{ x: 1 }] }],
    ['[]', whole],
  ])('%s', (patch, result) => expect(toPlain(apply(patch))).toEqual(result));

  test.each([
    ['[{op: add, path: /n/x, value: 1}]', 'changes a path that does not exist'],
    ['[{op: replace, path: /n, value: 1}]', 'changes a path that does not exist'],
    ['[{op: remove, path: /n}]', 'changes a path that does not exist'],
    ['[{op: remove, path: /l/2}]', 'changes a list item that does not exist'],
    ['[{op: replace, path: /l/2, value: z}]', 'changes a list item that does not exist'],
    ['[{op: add, path: /l/3, value: z}]', 'changes a list item that does not exist'],
    ['[{op: add, path: /l/x, value: z}]', 'changes a list item that does not exist'],
    ['[{op: add, path: /s/x, value: z}]', 'changes a path below a value that is no map'],
    ['[{op: copy, from: /n, path: /m}]', 'copies from a path that does not exist'],
    ['[{op: move, from: /n, path: /m}]', 'copies from a path that does not exist'],
    ['[{op: add, path: /n}]', 'has an operation `add` without a value'],
    ['[{op: replace, path: /n}]', 'has an operation `replace` without a value'],
    ['[{op: test, path: /n}]', 'has an operation `test` without a value'],
    ['[{op: merge, path: /n, value: 1}]', 'has an operation without a valid `op`'],
    ['[{path: /n, value: 1}]', 'has an operation without a valid `op`'],
    ['[{op: remove}]', 'has an operation without a `path`'],
    ['[{op: remove, path: 5}]', 'has an operation without a `path`'],
    ['[5]', 'has an operation without a valid `op`'],
    ['{op: remove, path: /a}', 'is no list of operations'],
  ])('that fails: %s', (patch, message) => {
    expect(() => apply(patch)).toThrow(PatchError);
    expect(() => apply(patch)).toThrow(message);
  });
});

test('what cannot be known stays so, whatever an operation writes into it', () => {
  const hidden = opaque('is a variable', { file: 'base.yaml', line: 1, column: 1 });
  const base = tree(BASE) as Mapping;
  const below = { ...base, entries: new Map([...base.entries, ['h', hidden]]) } as Tree;
  expect(at(apply('[{op: replace, path: /h/x/z, value: 1}]', below), 'h')).toBe(hidden);
  expect(at(apply('[{op: replace, path: /h, value: 1}]', below), 'h')).toMatchObject({ value: 1 });
  const unseen = { ...base, unseen: hidden } as Tree;
  expect(toPlain(apply('[{op: remove, path: /n}]', unseen))).toEqual(toPlain(unseen));
  expect(at(apply('[{op: add, path: /n/x, value: 1}]', unseen), 'n')).toBe(hidden);
});
