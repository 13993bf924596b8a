import { expect, test } from 'vitest';
import type { Declaration, Layer } from '../model.ts';
import { emptyMap, fromPlain } from '../tree.ts';
import { Room } from './room.ts';

const place = { file: 'values.yaml', line: 1, column: 1 };
/** A release of so many written values; the list of them is never made. */
const release = (file: string, values: number, tree = fromPlain([1, { a: 2 }], place)): Declaration => {
  const layers: Layer[] = [
    { kind: 'values-file', place, tree },
    { kind: 'set', place, flags: { length: values } as never },
  ];
  return { place: { file, line: 1, column: 1 }, layers } as Declaration;
};

test('clusters are held until together they write as many values as one run works out, and each that is not is named', () => {
  const room = new Room();
  expect(room.holds([release('a', 199_000), release('b', 0)])).toBe(true);
  expect(room.holds([release('c', 199_000), null])).toBe(true);
  expect(room.holds([release('d', 1_000), release('e', 1_000)])).toBe(false);
  expect(room.unused.map(({ file, broken, leftOut }) => [file, broken, leftOut])).toEqual([
    ['d', true, true],
    ['e', true, true],
  ]);
  expect(room.holds([release('f', 0), null])).toBe(true);
  expect(room.holds([null, null])).toBe(true);
});

test('maps, lists and what stands in them count, and what two releases share counts for both', () => {
  const items = Array.from({ length: 100_000 }, () => emptyMap(place));
  const tree = { kind: 'list' as const, items, place, origin: 'set' as const };
  const room = new Room();
  for (const file of ['a', 'b', 'c']) expect(room.holds([release(file, 0, tree)])).toBe(true);
  expect(room.holds([release('d', 0, tree)])).toBe(false);
});
