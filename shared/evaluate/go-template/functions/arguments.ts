import { type GoMap, type GoValue, type Marks, print, toJson, type Unknown } from '../values.ts';

/** What functions may ask of the running template. */
export interface Caller {
  readonly marks: Marks;
  readonly helm: boolean;
  unknown(reason: string): Unknown;
  fail(message: string): never;
  include(name: string, data: GoValue): string;
  evaluate(template: string, data: GoValue): string;
}

/** A function of templates. */
export type Call = (args: GoValue[], caller: Caller) => GoValue;

/** An argument as text; nothing is the empty one. */
export function text(value: GoValue, caller: Caller): string {
  return value === undefined || value === null ? '' : print(value, caller.marks);
}

/** An argument as a float64, as sprig casts it. */
export function number(value: GoValue): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : typeof value === 'string' ? Number(value) || 0 : 0;
}

/** An argument as an int64, as sprig casts it. */
export function integer(value: GoValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') return integerIn(value);
  const n = number(value);
  return Number.isFinite(n) ? BigInt(Math.trunc(n)) : 0n;
}

/** A text as Go reads an integer of any base, `010` is 8; 0 where it reads none. */
function integerIn(value: string): bigint {
  const read = /^([-+]?)(?:0x([\da-f]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9]\d*))$/i.exec(value.replace(/(?<=[\da-f])_(?=[\da-f])/gi, ''));
  if (!read) return 0n;
  const [, sign, hex, binary, octal, decimal] = read;
  const size = BigInt(
    hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : octal !== undefined ? `0o${octal}` : decimal!,
  );
  return sign === '-' ? -size : size;
}

/** The items of a list as texts, as sprig makes them: nothing is no item. */
export function texts(value: GoValue, caller: Caller): string[] {
  return list(value, caller).flatMap((item) => (item === undefined || item === null ? [] : [text(item, caller)]));
}

/** An argument that must be a list. */
export function list(value: GoValue, caller: Caller): GoValue[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return caller.fail('gives a function something that is no list');
  caller.marks.spend(value.length);
  return value;
}

/** An argument that must be a map. */
export function map(value: GoValue, caller: Caller): GoMap {
  if (!(value instanceof Map)) return caller.fail('gives a function something that is no map');
  caller.marks.spend(value.size);
  return value;
}

/** True for values that print as the same JSON. */
export const deepEqual = (a: GoValue, b: GoValue, caller: Caller): boolean =>
  typeof a === typeof b && toJson(a, caller.marks) === toJson(b, caller.marks);

/** Items and repetitions that a function makes at the most. */
export const MOST_REPEATS = 10_000;
