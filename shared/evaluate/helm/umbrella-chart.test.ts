import { describe, expect, it } from 'vitest';
import type { Layer, Mapping, ValuesLayer } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { fromPlain, toPlain } from '../../tree.ts';
import type { Fault } from '../fault.ts';
import { coalesce, mergeLayers } from './merge.ts';
import { ciliumOfChart } from './umbrella-chart.ts';

const place = { file: 'given.yaml', line: 1, column: 1 };
const layer = (plain: unknown): ValuesLayer => ({ kind: 'values-file', place, tree: fromPlain(plain, place) });
const chart = { k: 1, m: { x: 1, n: null }, top: null };
const CHART = `apiVersion: v2
name: net
version: 1.0.0
dependencies:
  - { name: cilium, alias: cil, version: 1.18.1, repository: https://helm.cilium.io }
`;

/** Recorded from Helm 4.3.1 (ProcessDependencies and ToRenderValues), and the same in Argo CD's Helm 4.2. */
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

/** The same where the released chart holds `mid`, and only that holds Cilium: `helm template` of Helm 4.3 and of Argo CD's Helm 4.2. */
const deeper: [string, own: unknown, mid: unknown, given: unknown, result: unknown][] = [
  ['nulls of the chart between', {}, { cil: { k: null, m: { x: null } } }, {}, { m: { n: null } }],
  ['its nulls and a name above', { mid: { cil: { z: 1 } } }, { cil: { k: null, m: { x: null } } }, {}, { m: { n: null }, z: 1 }],
  ['nulls of the released chart', { mid: { cil: { k: null, m: { x: null } } } }, {}, {}, { k: 1, m: { n: null, x: 1 } }],
  ['its nulls, and the chart between is named', { mid: { cil: { k: null, m: { x: null } } } }, {}, { mid: { a: 1 } }, { m: { n: null } }],
  ['its nulls over the values between', { mid: { cil: { k: null } } }, { cil: { z: 1 } }, {}, { k: 1, m: { n: null, x: 1 }, z: 1 }],
];

const DEEPER = {
  'net/Chart.yaml': 'name: net\nversion: 1.0.0\ndependencies: [{ name: mid, version: 1.0.0 }]\n',
  'net/charts/mid/Chart.yaml': CHART.replace('name: net', 'name: mid'),
};

function cilium(own: unknown, given: Layer[], files: Record<string, string> = { 'net/Chart.yaml': CHART }) {
  const faults: Fault[] = [];
  const repository = memoryRepository({ ...files, 'net/values.yaml': JSON.stringify(own) });
  const [part] = ciliumOfChart(repository, 'net', given, faults);
  const { layers, umbrella } = part!;
  const defaults = fromPlain(chart, { source: 'chart default' }, 'default') as Mapping;
  const values = toPlain(coalesce(defaults, mergeLayers(layers).tree, { umbrella: umbrella!.named }));
  return { given: toPlain(mergeLayers(layers).tree), values, layers, messages: faults.map(({ message }) => message) };
}

const flags = (...texts: string[]): Layer => ({
  kind: 'set',
  place,
  flags: texts.map((text) => ({ flag: text.startsWith('{') ? 'set-json' : 'set', text, place })),
});

describe('ciliumOfChart', () => {
  it.each(recorded)('%s', (_, own, given, result) => {
    const { values, messages } = cilium(own, [layer(given)]);
    expect(messages).toEqual([]);
    expect(values).toEqual(result);
  });

  it.each(deeper)('%s', (_, own, mid, given, result) => {
    const { values, messages } = cilium(own, [layer(given)], { ...DEEPER, 'net/charts/mid/values.yaml': JSON.stringify(mid) });
    expect(messages).toEqual([]);
    expect(values).toEqual(result);
  });

  it('lets the parent chart’s globals win over those under the alias', () => {
    const { given } = cilium({ global: { a: 2, t: { x: 1 } }, cil: { global: { a: 3, t: { y: 2 } } } }, []);
    expect(given).toEqual({ global: { a: 2, t: { x: 1, y: 2 } } });
  });

  it.each([
    ['cil.l[1]=z,cil.k=5,other=1', { k: 5, l: ['p', 'z', 'r'] }],
    ['other.cil.k=5,cil.k=6,cil.t=a\\,b', { k: 6, l: ['p', 'q', 'r'], t: 'a,b' }],
    ['cil.l={a,b},cil.k=1', { k: 1, l: ['a', 'b'] }],
    ['cilium.k=5', { l: ['p', 'q', 'r'] }],
    ['{"cil": {"k": 5}, "other": {"k": 6}}', { k: 5, l: ['p', 'q', 'r'] }],
  ])('takes from %s what is for the dependency', (text, values) => {
    expect(cilium({}, [layer({ cil: { l: ['p', 'q', 'r'] } }), flags(text)]).given).toEqual(values);
  });

  it('lets a flag name the dependency', () => {
    expect(cilium({ cil: { k: null } }, [flags('cil.z=1')]).values).toEqual({ m: { n: null, x: 1 }, z: 1 });
    expect(cilium({ cil: { k: null } }, [flags('other=1')]).values).toEqual({ k: 1, m: { x: 1 } });
  });

  it('lets nulls of the chart delete in Helm 3', () => {
    const files = { 'net/Chart.yaml': CHART, 'net/values.yaml': JSON.stringify({ cil: { k: null } }) };
    const [part] = ciliumOfChart(memoryRepository(files), 'net', [], [], 3);
    expect(toPlain(mergeLayers(part!.layers).tree)).toEqual({ k: null });
  });

  it('refuses anything but a map under the alias', () => {
    const { layers, messages } = cilium({}, [layer({ cil: null })]);
    expect(messages).toEqual(["Helm refuses the values: cil must be a map of the dependency's values"]);
    expect(layers.at(-1)).toMatchObject({ tree: { kind: 'opaque' } });
  });
});
