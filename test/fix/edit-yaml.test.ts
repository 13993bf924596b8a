import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { editYaml } from '../../shared/fix/yaml/edit.ts';
import type { Plain } from '../../shared/fix/yaml/value.ts';
import { Random } from '../generated/random.ts';
import { randomMap, randomValue, typed } from './documents.ts';

// Documents as people type them, and one edit each: it does what it says, touches no line but its own, and everything else means what it meant. A seed that fails fails again.
const SEEDS = 800;

type Values = { [key: string]: Plain };

function pathsOf(values: Values, path: string[] = []): string[][] {
  return Object.entries(values).flatMap(([key, value]) => [
    [...path, key],
    ...(value !== null && typeof value === 'object' && !Array.isArray(value) ? pathsOf(value, [...path, key]) : []),
  ]);
}

function at(values: Plain | undefined, path: readonly string[]): Plain | undefined {
  return path.reduce<Plain | undefined>(
    (inner, key) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    values,
  );
}

/** Another parser than Helm's, for what both read alike. */
function read(text: string): Plain {
  const documents = [...parseAllDocuments(text.replace(/^\uFEFF/, ''))];
  return (documents[0]?.toJS() ?? {}) as Plain;
}

/** The same values without one path, and without the maps that are empty for it. */
function without(values: Values, [key, ...rest]: readonly string[]): Values {
  const copy = { ...values };
  const inner = copy[key!];
  if (rest.length === 0) delete copy[key!];
  else if (inner !== null && typeof inner === 'object' && !Array.isArray(inner)) {
    const left = without(inner, rest);
    if (Object.keys(left).length === 0) delete copy[key!];
    else copy[key!] = left;
  }
  return copy;
}

function inAnyOrder(value: Plain): unknown {
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(inAnyOrder);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inAnyOrder(inner)]),
  );
}

/** Lines that one text has and the other has not, as a diff of prefix and suffix sees them. */
function changed(before: string, after: string): { gone: string[]; come: string[] } {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { gone: a.slice(head, a.length - tail), come: b.slice(head, b.length - tail) };
}

describe('an edit of a random document', () => {
  const refused = { set: 0, add: 0, remove: 0 };

  it('does what it says and nothing else', { timeout: 60_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      // The runner is told of progress on the way.
      if (seed % 100 === 0) await setImmediate();
      const random = new Random(seed);
      const values = randomMap(random);
      const text = typed(values, random);
      expect(inAnyOrder(read(text)), `seed ${seed}`).toEqual(inAnyOrder(values));
      const path = random.pick(pathsOf(values));
      const kind = random.pick(['set', 'add', 'remove'] as const);
      const keys =
        kind === 'add'
          ? [
              ...path.slice(0, random.between(0, path.length - 1)),
              random.pick(['new', 'zeta', 'alpha']),
              ...random.some(['deep', 'er'], random.between(0, 2)),
            ]
          : path;
      const value = randomValue(random);
      const result = editYaml(text, { document: 0, path: [] }, keys, kind === 'remove' ? 'remove' : { set: value });
      if ('why' in result) {
        refused[kind]++;
        continue;
      }
      const about = `seed ${seed}: ${kind} ${keys.join(' . ')} ${JSON.stringify(value)}\n${text}\n=====\n${result.text}`;
      const after = read(result.text) as Values;
      expect(inAnyOrder(without(after ?? {}, keys)), about).toEqual(inAnyOrder(without(values, keys)));
      const now = at(after, keys);
      if (kind === 'remove') expect(now, about).toBeUndefined();
      else expect(inAnyOrder(now ?? null), about).toEqual(inAnyOrder(value));
      const { gone, come } = changed(text, result.text);
      const old = at(values, keys);
      const isLeaf = (one: Plain | undefined) => one === undefined || one === null || typeof one !== 'object';
      if (kind === 'set' && isLeaf(old) && isLeaf(value))
        expect(
          [gone.length, come.length].every((n) => n <= 1),
          about,
        ).toBe(true);
      if (kind === 'add') expect(gone.length, about).toBeLessThanOrEqual(1);
      if (kind === 'remove') expect(come.length, about).toBeLessThanOrEqual(gone.length);
      expect(result.text.endsWith('\n'), about).toBe(text.endsWith('\n'));
      if (!/(?<!\r)\n/.test(text) && text.includes('\n')) expect(result.text, about).not.toMatch(/(?<!\r)\n/);
      if (!text.includes('\r')) expect(result.text, about).not.toContain('\r');
      for (const line of text.split('\n').filter((one) => /^# (Values of Cilium|the end|why)/.test(one)))
        expect(result.text, about).toContain(line);
      if (kind !== 'remove')
        expect(editYaml(result.text, { document: 0, path: [] }, keys, { set: value }), about).toEqual({ text: result.text });
    }
  });

  it('is refused seldom', () => {
    for (const kind of ['set', 'add', 'remove'] as const) expect(refused[kind], kind).toBeLessThan(SEEDS * 0.06);
  });
});
