import type { FilePlace, Tree } from '../model.ts';
import { at, isMap, textAt } from '../tree.ts';

/** A private key in PEM; in a Secret's `data` it is base64 once more. */
const PEM = /-----BEGIN (?!(?:[A-Z0-9]+ )*PUBLIC)(?:[A-Z0-9]+ )*KEY-----/;
const ENCODED = /^\s*LS0tLS1CRUdJTi/;

/** The Secrets of a manifest that hold a private key which anybody can read, by name; encrypted and templated ones hold none. */
export function privateKeysOf(objects: readonly Tree[]): { name: string; place: FilePlace }[] {
  const keys: { name: string; place: FilePlace }[] = [];
  for (const object of objects) {
    if (textAt(object, 'kind') !== 'Secret') continue;
    const name = textAt(object, 'metadata.name') ?? '';
    const place = firstKey(at(object, 'data'), true) ?? firstKey(at(object, 'stringData'), false);
    if (place) keys.push({ name, place });
  }
  return keys;
}

function firstKey(data: Tree | undefined, encoded: boolean): FilePlace | undefined {
  if (!isMap(data)) return undefined;
  for (const value of data.entries.values()) {
    if (value.kind !== 'scalar' || typeof value.value !== 'string' || !('file' in value.place)) continue;
    if (PEM.test(encoded ? decoded(value.value) : value.value)) return value.place;
  }
  return undefined;
}

/** The head of what base64 text stands for; nothing where it is no PEM. */
function decoded(text: string): string {
  return ENCODED.test(text) ? Buffer.from(text.trim().slice(0, 200), 'base64').toString('latin1') : '';
}
