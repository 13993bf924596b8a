import { describe, expect, it } from 'vitest';
import type { Mapping, ValuesLayer } from '../../model.ts';
import { fromPlain, toPlain } from '../../tree.ts';
import { coalesce, mergeLayers } from './merge.ts';
import { liftUmbrella } from './umbrella.ts';

const place = { file: 'values.yaml', line: 1, column: 1 };
const layer = (plain: unknown): ValuesLayer => ({ kind: 'values-file', place, tree: fromPlain(plain, place) });
const chart = { k: 1, m: { x: 1, n: null }, top: null };

/** Recorded from Helm 4.3.1 (ProcessDependencies and ToRenderValues). */
const recorded: [string, own: unknown, given: unknown, result: unknown][] = [
  ['a null of its own is ignored', { cil: { k: null, m: { x: null } } }, {}, { k: 1, m: { x: 1 } }],
  ['but deletes once a layer names the alias', { cil: { k: null, m: { x: null } } }, { cil: { z: 1 } }, { m: { n: null }, z: 1 }],
  ['own values', { cil: { k: 2 } }, {}, { k: 2, m: { x: 1 } }],
  ['a layer that does not name the alias', { cil: { k: 2 } }, { other: 1 }, { k: 2, m: { x: 1 } }],
  ['a given null deletes', {}, { cil: { k: null } }, { m: { x: 1, n: null } }],
  ['nested nulls', {}, { cil: { m: { x: null, n: null } } }, { k: 1, m: { n: null } }],
  ['nulls of no default, own', { cil: { m: { q: null }, r: null } }, {}, { k: 1, m: { x: 1 } }],
  [
    'nulls of no default, own and a layer',
    { cil: { m: { q: null }, r: null } },
    { cil: { s: 1 } },
    { k: 1, m: { n: null, q: null, x: 1 }, r: null, s: 1 },
  ],
  ['nulls of no default, given', {}, { cil: { m: { q: null }, r: null, top: null } }, { k: 1, m: { n: null, q: null, x: 1 }, r: null }],
  ['an empty map names the alias too', { cil: {} }, { cil: {} }, { k: 1, m: { n: null, x: 1 } }],
  ['own value, given null', { cil: { m: { x: 5 } } }, { cil: { m: { x: null } } }, { k: 1, m: { n: null } }],
  ['nothing', {}, {}, { k: 1, m: { x: 1 } }],
];

describe('liftUmbrella', () => {
  it.each(recorded)('%s', (_, own, given, result) => {
    const { layers, umbrella, problems } = liftUmbrella('cil', layer(own), [layer(given)]);
    const defaults = fromPlain(chart, { source: 'chart default' }, 'default') as Mapping;
    expect(problems).toEqual([]);
    expect(toPlain(coalesce(defaults, mergeLayers(layers).tree, { umbrella }))).toEqual(result);
  });

  it('lets the parent chart’s globals win over those under the alias', () => {
    const { layers } = liftUmbrella('cil', layer({ global: { a: 2, t: { x: 1 } }, cil: { global: { a: 3, t: { y: 2 } } } }), []);
    expect(toPlain(mergeLayers(layers).tree)).toEqual({ global: { a: 2, t: { x: 1, y: 2 } } });
  });

  it('applies flags to the values under the alias', () => {
    const flags = { kind: 'set' as const, place, flags: [{ flag: 'set' as const, text: 'cil.l[1]=z,cil.k=5,other=1', place }] };
    const { layers } = liftUmbrella('cil', undefined, [layer({ cil: { l: ['p', 'q', 'r'] } }), flags]);
    expect(toPlain(mergeLayers(layers).tree)).toEqual({ k: 5, l: ['p', 'z', 'r'] });
  });

  it('refuses anything but a map under the alias', () => {
    const { layers, problems } = liftUmbrella('cil', undefined, [layer({ cil: null })]);
    expect(problems).toEqual([{ message: 'cil is no map, and Helm refuses it: type mismatch on cil', place }]);
    expect(layers[0]?.tree.kind).toBe('opaque');
  });
});
