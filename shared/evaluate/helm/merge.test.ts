import { describe, expect, it } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import type { Layer, Mapping, Opaque, Tree } from '../../model.ts';
import { at, fromPlain, toPlain } from '../../tree.ts';
import { coalesce, mergeLayers } from './merge.ts';
import { readValues } from './values-document.ts';

const place = { file: 'values.yaml', line: 1, column: 1 };
const defaults = fromPlain(
  {
    scalar: 'def',
    num: 7,
    bool: true,
    list: ['a', 'b'],
    map: { x: 1, sub: { z: 2, w: 3 } },
    emptymap: {},
    nul: null,
    m: { nul: null, e: 1 },
    ln: [null],
  },
  { source: 'chart default 1.0.0' },
  'default',
) as Mapping;
const whole = {
  scalar: 'def',
  num: 7,
  bool: true,
  list: ['a', 'b'],
  map: { x: 1, sub: { z: 2, w: 3 } },
  emptymap: {},
  m: { e: 1 },
  ln: [null],
};
const file = (text: string, name = 'values.yaml'): Layer => ({
  kind: 'values-file',
  place: { file: name, line: 1, column: 1 },
  tree: readValues(wholeFile(name, text), 4).tree,
});
const GONE = Symbol('gone');

function values(layers: readonly string[], helm: 3 | 4): Record<string, unknown> {
  return toPlain(coalesce(defaults, mergeLayers(layers.map((text) => file(text))).tree, { helm })) as Record<string, unknown>;
}

/** Layers left to right and what becomes of the keys named; recorded from Helm 3.19.4 and 4.3.1, which agree here. */
const nulls: [layers: string[], result: Record<string, unknown>][] = [
  [['scalar: null'], { scalar: GONE }],
  [['scalar: ~'], { scalar: GONE }],
  [['scalar:'], { scalar: GONE }],
  [['list: null'], { list: GONE }],
  [['map: null'], { map: GONE }],
  [['emptymap: null'], { emptymap: GONE }],
  [['map: {x: null}'], { map: { sub: { z: 2, w: 3 } } }],
  [['map: {sub: {z: null}}'], { map: { x: 1, sub: { w: 3 } } }],
  [['map: {sub: {z: null, w: null}}'], { map: { x: 1, sub: {} } }],
  [['newkey: null'], { newkey: null }],
  [['new: {a: null, b: 1}'], { new: { a: null, b: 1 } }],
  [['emptymap: {a: null}'], { emptymap: { a: null } }],
  [['list: [null, 1]'], { list: [null, 1] }],
  [['list: [{a: null}]'], { list: [{ a: null }] }],
  [['map: {}'], { map: whole.map }],
  [['list: []'], { list: [] }],
  [['scalar: ""'], { scalar: '' }],
  [['bool: ""'], { bool: '' }],
  [['scalar: null', 'scalar: back'], { scalar: 'back' }],
  [['scalar: a', 'scalar: null'], { scalar: GONE }],
  [['map: null', 'map: {x: 9}'], { map: { x: 9, sub: { z: 2, w: 3 } } }],
  [['map: null', 'map: {}'], { map: whole.map }],
  [['map: {x: 9}', 'map: null'], { map: GONE }],
  [['map: {x: null}', 'map: {sub: {z: 9}}'], { map: { sub: { z: 9, w: 3 } } }],
  [['new: {a: 1, b: 2}', 'new: {a: null}'], { new: { a: null, b: 2 } }],
  [['list: [c]', 'list: [d, e]'], { list: ['d', 'e'] }],
  [['map: 5', 'map: {x: 9}'], { map: { x: 9, sub: { z: 2, w: 3 } } }],
  [['map: {x: 9}', 'map: 5'], { map: 5 }],
  [['map: [1]'], { map: [1] }],
  [['map: false'], { map: false }],
  [['map: {sub: 5}'], { map: { x: 1, sub: 5 } }],
  [['scalar: {a: 1}'], { scalar: { a: 1 } }],
  [['list: {a: 1}'], { list: { a: 1 } }],
  [['map: {x: {a: 1}}'], { map: { x: { a: 1 }, sub: { z: 2, w: 3 } } }],
  [['nul: {a: 1}'], { nul: { a: 1 } }],
  [['emptymap: 5'], { emptymap: 5 }],
  [['nul: null'], { nul: GONE }],
  [[], { ln: [null] }],
];

describe('coalesce', () => {
  it.each(nulls)('%j', (layers, result) => {
    for (const helm of [3, 4] as const) {
      const found = values(layers, helm);
      for (const [key, value] of Object.entries(result)) {
        if (value === GONE) expect(key in found).toBe(false);
        else expect(found[key]).toEqual(value);
      }
    }
  });

  it('keeps a null default with Helm 3 and drops it with Helm 4.2', () => {
    expect(values([], 3)).toEqual({ ...whole, nul: null, m: { nul: null, e: 1 } });
    expect(values([], 4)).toEqual(whole);
  });

  it('lets a null on a nested null default go with Helm 3 and stay with Helm 4.2', () => {
    expect(values(['m: {nul: null}'], 3).m).toEqual({ e: 1 });
    expect(values(['m: {nul: null}'], 4).m).toEqual({ nul: null, e: 1 });
  });

  it('brings nested null defaults back under an umbrella chart with Helm 4.2', () => {
    const user = mergeLayers([file('num: 8')]).tree;
    const found = toPlain(coalesce(defaults, user, { umbrella: true })) as Record<string, unknown>;
    expect(found.m).toEqual({ nul: null, e: 1 });
    expect('nul' in found).toBe(false);
  });

  it('keeps the place and origin of every leaf', () => {
    const user = mergeLayers([file('num: 8\nmap: {x: 1}', 'a.yaml'), file('map:\n  x: 2', 'b.yaml')]).tree;
    const found = coalesce(defaults, user);
    expect(at(found, 'map.x')).toMatchObject({ value: 2, origin: 'set', place: { file: 'b.yaml', line: 2, column: 6 } });
    expect(at(found, 'num')).toMatchObject({ value: 8, place: { file: 'a.yaml', line: 1, column: 6 } });
    expect(at(found, 'map.sub.z')).toMatchObject({ value: 2, origin: 'default', place: { source: 'chart default 1.0.0' } });
  });

  it('holds keys named like parts of JavaScript', () => {
    const found = coalesce(defaults, mergeLayers([file('__proto__: {x: 1}\nconstructor: 2\nmap: {__proto__: 3}')]).tree);
    expect(at(found, '__proto__.x')).toMatchObject({ value: 1 });
    expect(at(found, 'constructor')).toMatchObject({ value: 2 });
    expect(at(found, 'map.__proto__')).toMatchObject({ value: 3 });
  });
});

describe('what cannot be known', () => {
  const hidden: Opaque = { kind: 'opaque', reason: 'is remote', place };
  const layer = (tree: Tree): Layer => ({ kind: 'values-file', place, tree });

  it('hides what an opaque layer may have overwritten, and not what comes after it', () => {
    const found = coalesce(defaults, mergeLayers([file('num: 1\nbool: false'), layer(hidden), file('num: 2\nmap: {x: 3}')]).tree);
    expect(at(found, 'bool')).toBe(hidden);
    expect(at(found, 'scalar')).toBe(hidden);
    expect(at(found, 'num')).toMatchObject({ value: 2 });
    expect(at(found, 'map.x')).toMatchObject({ value: 3 });
    expect(at(found, 'map.sub')).toBe(hidden);
  });

  it('hides every value under an opaque one only there', () => {
    const found = coalesce(defaults, mergeLayers([file('map: {{ x }}\nnum: 1')]).tree);
    expect(at(found, 'map.x')).toMatchObject({ kind: 'opaque', place: { line: 1, column: 6 } });
    expect(at(found, 'num')).toMatchObject({ value: 1 });
  });

  it('hides the defaults of a map that has unseen keys', () => {
    const found = coalesce(defaults, mergeLayers([file('map:\n  {{- toYaml .x | nindent 2 }}\n  x: 5\nnum: 1')]).tree);
    expect(at(found, 'map.x')).toMatchObject({ value: 5 });
    expect(at(found, 'map.sub')).toMatchObject({ kind: 'opaque' });
    expect(at(found, 'scalar')).toMatchObject({ value: 'def' });
  });

  it('hides what a chart may hold beside the defaults that are known, below a map of the user too', () => {
    const known = { ...defaults, unseen: hidden };
    const found = coalesce(known, mergeLayers([file('num: 8\nnew: {a: {b: 1}}\nlist2: [1]')]).tree);
    expect(at(found, 'num')).toMatchObject({ value: 8 });
    expect(at(found, 'scalar')).toMatchObject({ value: 'def' });
    expect(at(found, 'new.a.b')).toMatchObject({ value: 1 });
    expect(at(found, 'new.a.c')).toBe(hidden);
    expect(at(found, 'list2.0')).toMatchObject({ value: 1 });
    expect(at(found, 'other')).toBe(hidden);
    const written = coalesce(known, mergeLayers([layer(hidden), file('new: {a: 1}')]).tree);
    expect(at(written, 'new.a')).toMatchObject({ value: 1 });
    expect(at(written, 'scalar')).toBe(hidden);
  });

  it('hides everything where the values are', () => {
    const found = coalesce(defaults, hidden);
    expect(at(found, 'scalar')).toBe(hidden);
    expect(at(found, 'map.x')).toBe(hidden);
  });
});

describe('layers that say nothing', () => {
  const start = { source: 'chart default 1.0.0' };

  it('leave the defaults where they stand', () => {
    expect(coalesce(defaults, mergeLayers([]).tree)).toMatchObject({ place: start, origin: 'default' });
    expect(coalesce(defaults, mergeLayers([file('num: 8')]).tree)).toMatchObject({ place: { file: 'values.yaml' }, origin: 'set' });
    expect(mergeLayers([]).tree.place).toEqual({ source: 'no values' });
  });

  it('are no layer: a file that is empty, or holds null alone', () => {
    const empty: Layer = { kind: 'values-file', place, tree: { kind: 'scalar', value: null, place, origin: 'set' } };
    expect(toPlain(mergeLayers([file('num: 8'), empty]).tree)).toEqual({ num: 8 });
    expect(toPlain(mergeLayers([file('num: 8'), file(''), file('{}')]).tree)).toEqual({ num: 8 });
  });
});
