import { describe, expect, it } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { toPlain } from '../../tree.ts';
import { readValues } from './values-document.ts';

function read(text: string, helm: 3 | 4 = 4): unknown {
  const { tree, problems } = readValues(wholeFile('values.yaml', text), helm);
  if (tree.kind === 'opaque') {
    expect(problems.length).toBeGreaterThan(0);
    return 'refused';
  }
  expect(problems).toEqual([]);
  return toPlain(tree);
}

/** Recorded from `helm template -f` of Helm 3.19.4 and 4.3.1; one result where both agree. */
const documents: [text: string, helm3: unknown, helm4?: unknown][] = [
  ['', {}],
  ['# only a comment\n', {}],
  ['null', {}],
  ['~', {}],
  ['{}', {}],
  ['---\n', {}],
  ['[]', 'refused'],
  ['- a\n', 'refused'],
  ['text', 'refused'],
  ['5', 'refused'],
  ['""', 'refused'],
  ['a: 1\na: 2\n', { a: 2 }],
  ['a: {x: 1}\na: {z: 2}\n', { a: { z: 2 } }],
  ['yes: 1\ntrue: 2\n', { true: 2 }],
  ['1: a\n"1": b\n', { 1: 'b' }],
  ['m: {a: 1}\n---\nm: {b: 2}\n', { m: { a: 1 } }, { m: { a: 1, b: 2 } }],
  ['---\n---\na: 1\n', {}, { a: 1 }],
  ['---\na: 1\n---\n', { a: 1 }],
  ['a: 1\n...\n', { a: 1 }],
  ['a: 1\n...\nb: 2\n', { a: 1 }],
  ['%YAML 1.2\n---\na: 1\n', 'refused'],
  ['%YAML 1.1\n---\na: 1\n', { a: 1 }, 'refused'],
  ['a:\r\n  b: 1\r\n', { a: { b: 1 } }],
  ['a: \u0000\n', 'refused'],
  ['a:\n\tb: 1\n', 'refused'],
  ['a: &x {q: 1}\nb: *x\n', { a: { q: 1 }, b: { q: 1 } }],
  ['x: &x {q: 1}\nz: &z {q: 2, r: 3}\na:\n  <<: [*x, *z]\n', { x: { q: 1 }, z: { q: 2, r: 3 }, a: { q: 1, r: 3 } }],
  ['<<: {a: 1}\n', { a: 1 }],
  ['a: {q: 3, <<: {q: 4}}\n', { a: { q: 4 } }],
  ['a: {<<: {q: 4}, q: 3}\n', { a: { q: 3 } }],
  ['a: {<<: null}\n', 'refused'],
  ['a: {<<: 5}\n', 'refused'],
  ['a: *x\nx: &x 1\n', 'refused'],
  ['a: &x [*x]\n', 'refused'],
  ['a: |\n  a\n  b', { a: 'a\nb' }, { a: 'a\nb\n' }],
  ['{"a": [1, {"b": null}]}', { a: [1, { b: null }] }],
  ['a: [::1]\n', 'refused'],
];

describe('readValues', () => {
  it.each(documents)('%j', (text, helm3, helm4 = helm3) => {
    expect(read(text, 3)).toEqual(helm3);
    expect(read(text, 4)).toEqual(helm4);
  });

  it('names the place of what Helm refuses and not the value', () => {
    expect(readValues(wholeFile('v.yaml', 'a: 1\nb: "secret\n'), 4).problems).toEqual([
      { message: 'is not valid YAML: missing closing "quote', place: { file: 'v.yaml', line: 3, column: 1 } },
    ]);
  });
});
