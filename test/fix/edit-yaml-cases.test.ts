import { describe, expect, it } from 'vitest';
import type { MapAddress } from '../../shared/fix/yaml/documents.ts';
import { editYaml, type YamlEdit } from '../../shared/fix/yaml/edit.ts';

const TOP: MapAddress = { document: 0, path: [] };
const edited = (text: string, path: string, edit: YamlEdit, at = TOP) => {
  const result = editYaml(text, at, path.split('.'), edit);
  return 'text' in result ? result.text : result;
};

describe('a value that changes', () => {
  it.each([
    ['keeps its comment', 'a: true   # why\n', 'a', { set: false }, 'a: false   # why\n'],
    ['keeps its quotes', 'a: \'x\'\nb: "7445"\n', 'b', { set: 6443 }, 'a: \'x\'\nb: "6443"\n'],
    ['loses the quotes of a text where it is none', 'a: "true"\n', 'a', { set: false }, 'a: false\n'],
    ['gets quotes where it would read as something else', 'a: x\n', 'a', { set: 'yes' }, 'a: "yes"\n'],
    ['of a block becomes a line', 'a: >-\n  foo\n  bar\n\n\nb: 1\n', 'a', { set: 'z' }, 'a: z\n\n\nb: 1\n'],
    ['of a line becomes a block', 'a: x\nb: 1\n', 'a', { set: 'x\ny\n' }, 'a: |\n  x\n  y\nb: 1\n'],
    ['was never written', 'a:\nb: 1\n', 'a', { set: 'z' }, 'a: z\nb: 1\n'],
    ['was an alias', 'a: &x 1\nb: *x\n', 'b', { set: 2 }, 'a: &x 1\nb: 2\n'],
    ['has an anchor that nothing uses', 'a: &x 1\n', 'a', { set: 2 }, 'a: &x 2\n'],
    ['stands within brackets', 'a: {b: 1, c: 2}\n', 'a.b', { set: 'x, y' }, 'a: {b: "x, y", c: 2}\n'],
    [
      'is a list: items stay with their comments',
      'a:\n- x # X\n# of q\n- q\n- z\n',
      'a',
      { set: ['x', 'w', 'z', 'v'] },
      'a:\n- x # X\n- w\n- z\n- v\n',
    ],
    ['is a list in no order', 'a: [c, b]\n', 'a', { set: ['a', 'b', 'c'], unordered: true }, 'a: [c, b, a]\n'],
  ] as const)('%s', (_, text, path, edit, expected) => {
    expect(edited(text, path, edit as YamlEdit)).toBe(expected);
  });
});

describe('a key that is added', () => {
  it.each([
    ['to nothing', '', 'a.b', 1, 'a:\n  b: 1\n'],
    ['to comments alone', '# c\n', 'a.b', 1, '# c\na:\n  b: 1\n'],
    ['to empty brackets', '{}\n', 'a.b', 1, 'a:\n  b: 1\n'],
    ['to a marked document', '---\n', 'a', 1, '---\na: 1\n'],
    [
      'below the longest part of its path',
      'a:\n    b:\n        c: 1\nd: 2\n',
      'a.x.q',
      1,
      'a:\n    b:\n        c: 1\n    x:\n        q: 1\nd: 2\n',
    ],
    ['below a key without a value', 'a:    # why\nb: 2\n', 'a.q', 1, 'a:    # why\n  q: 1\nb: 2\n'],
    ['below null', 'a: ~ # why\nb: 2\n', 'a.q', 1, 'a: # why\n  q: 1\nb: 2\n'],
    ['within brackets', 'a: {x: 1}\n', 'a.w.z', ['p', 'q'], 'a: {x: 1, w: {z: [p, q]}}\n'],
    ['within brackets over lines', 'a: {\n  x: 1,\n}\n', 'a.q', 2, 'a: {\n  x: 1,\n  q: 2,\n}\n'],
    ['where the alphabet has it', 'a: 1\nc: 3\ne: 5\n', 'd', 4, 'a: 1\nc: 3\nd: 4\ne: 5\n'],
    ['with a blank line where all have one', 'a:\n  x: 1\n\nb:\n  x: 1\n', 'c.x', 1, 'a:\n  x: 1\n\nb:\n  x: 1\n\nc:\n  x: 1\n'],
    ['to a text without a last line break', 'a: 1', 'b', 2, 'a: 1\nb: 2'],
    ['with the line ends of the file', 'a: 1\r\n', 'b.c', [1], 'a: 1\r\nb:\r\n  c:\r\n    - 1\r\n'],
    ['with dashes as the file has them', 'a:\n- 1\n', 'b', [{ x: 1, q: 2 }], 'a:\n- 1\nb:\n- x: 1\n  q: 2\n'],
  ] as const)('%s', (_, text, path, set, expected) => {
    expect(edited(text, path, { set } as unknown as YamlEdit)).toBe(expected);
  });
});

describe('a key that goes', () => {
  it.each([
    ['takes its comment along', 'a: 1\n\n# about b\nb: 2\n\nc: 3\n', 'b', 'a: 1\n\nc: 3\n'],
    [
      'leaves a heading to those below it',
      '# the API\nx: 0\n\n# the API server\na: 1\nb: 2\n',
      'a',
      '# the API\nx: 0\n\n# the API server\nb: 2\n',
    ],
    ['leaves what somebody switched off', 'x: 0\n# a: 0\na: 1\n', 'a', 'x: 0\n# a: 0\n'],
    ['leaves what the file begins with', '# values\na: 1\nb: 2\n', 'a', '# values\nb: 2\n'],
    ['takes the maps along that would be empty', 'a:\n  b:\n    c: 1\nd: 2\n', 'a.b.c', 'd: 2\n'],
    ['keeps a comment in a map that it leaves empty', 'a:\n  # b: off\n  c: 1\nd: 2\n', 'a.c', 'a: {}\n  # b: off\nd: 2\n'],
    ['within brackets', 'a: {b: 1, c: 2}\n', 'a.c', 'a: {b: 1}\n'],
    ['as the last one of a text without a last line break', 'a: 1\nb: 2', 'b', 'a: 1'],
  ] as const)('%s', (_, text, path, expected) => {
    expect(edited(text, path, 'remove')).toBe(expected);
  });

  it('leaves the key of the values behind', () => {
    const text = 'spec:\n  valuesObject:\n    a: 1\n  x: 2\n';
    expect(edited(text, 'a', 'remove', { document: 0, path: ['spec', 'valuesObject'] })).toBe('spec:\n  valuesObject: {}\n  x: 2\n');
    expect(edited('- values:\n    - a: 1\n      b: 2\n', 'a', 'remove', { document: 0, path: [0, 'values', 0] })).toBe(
      '- values:\n    - b: 2\n',
    );
  });
});

describe('what is not edited', () => {
  it.each([
    ['a value that an alias means', 'a: &x 1\nb: *x\n', 'a', { set: 2 }, 'a YAML anchor'],
    ['a map that an alias means', 'a: &x {q: 1}\nb: *x\n', 'a.q', { set: 2 }, 'a YAML anchor'],
    ['what stands behind an alias', 'a: &x {q: 1}\nb: *x\n', 'b.q', { set: 2 }, 'behind an alias'],
    ['a map that takes keys in', 'b: &b {x: 1}\na:\n  <<: *b\n  y: 1\n', 'a.z', { set: 2 }, '<<'],
    ['a key that stands twice', 'a: 1\na: 2\n', 'a', { set: 3 }, 'twice'],
    ['a value with a tag', 'a: !!str 1\n', 'a', { set: 2 }, 'a tag'],
    ['a value with comments inside', 'a:\n  # why\n  b: 1\n', 'a', { set: 2 }, 'comments'],
    ['what is no YAML', 'a: {{ .x }}: [\n', 'a', { set: 2 }, 'not valid YAML'],
    ['a path through a text', 'a: x\n', 'a.b', { set: 2 }, 'holds no map'],
    ['a path that is not there', 'a: 1\n', 'b', 'remove', 'does not hold b itself'],
  ] as const)('%s', (_, text, path, edit, why) => {
    expect(edited(text, path, edit as YamlEdit)).toEqual({ why: expect.stringContaining(why) });
  });
});
