import type { FilePlace, SourceText } from '../model.ts';

/** The same data with other names for its files. What is shared stays shared, and the original as it was. */
export function renameFiles<T>(data: T, nameOf: (path: string) => string): T {
  const known = new Map<object, object>();
  const copy = (value: unknown, key?: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    // What somebody wrote may look like a place.
    if (key === 'value') return value;
    const done = known.get(value);
    if (done) return done;
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      known.set(value, list);
      for (const item of value) list.push(key === 'files' && typeof item === 'string' ? nameOf(item) : copy(item));
      return list;
    }
    if (value instanceof Map) {
      const map = new Map<unknown, unknown>();
      known.set(value, map);
      for (const [own, item] of value) map.set(own, copy(item));
      return map;
    }
    const object: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
    known.set(value, object);
    for (const [own, item] of Object.entries(value)) object[own] = copy(item, own);
    if (isInFile(value)) object.file = nameOf(value.file);
    return object;
  };
  return copy(data) as T;
}

function isInFile(value: object): value is FilePlace | SourceText {
  return 'file' in value && typeof value.file === 'string' && 'line' in value && typeof value.line === 'number';
}
