import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { type StoredCharts, storedValue } from '../shared/cilium/stored-charts.ts';
import type { Shape, StoredSchema } from '../shared/cilium/values-schema.ts';
import { joinPath, splitPath } from '../shared/tree.ts';

/** What is known of one version of the chart. */
export interface ChartRecord {
  /** Path to default, as JSON text. */
  defaults: Map<string, string>;
  honoured: Set<string>;
  free: Set<string>;
  schema?: SchemaNode;
}

/** values.schema.json as nested properties. */
export interface SchemaNode extends Record<string, unknown> {
  properties?: Record<string, SchemaNode>;
}

/** One export of a data file; read as text, so that whoever imports the module afterwards gets what was written meanwhile. */
function exported(file: string, name: string): string {
  const text = readFileSync(new URL(`../shared/cilium/data/${file}`, import.meta.url), 'utf8');
  return new RegExp(`export ${name} '([^']*)'`).exec(text)?.[1] ?? '';
}

function unpack<T>(file: string): T {
  return JSON.parse(brotliDecompressSync(Buffer.from(exported(file, 'default'), 'base64')).toString()) as T;
}

/** Every version that is recorded in shared/cilium/data. */
export function recordedCharts(): Map<string, ChartRecord> {
  const stored = unpack<StoredCharts>('charts.ts');
  const digests = exported('charts.ts', 'const digests =');
  const records = stored.versions.map((): ChartRecord => ({ defaults: new Map(), honoured: new Set(), free: new Set() }));
  for (const [above, group] of Object.entries(stored.defaults)) {
    for (const [key, ranges] of Object.entries(group)) {
      const path = joinPath(above === '' ? [key] : [...splitPath(above), key]);
      for (let r = 0; r < ranges.length; r += 3) {
        const value = JSON.stringify(storedValue(stored.values, digests, ranges[r + 2]!));
        for (let i = ranges[r]!; i <= ranges[r + 1]!; i++) records[i]!.defaults.set(path, value);
      }
    }
  }
  for (const field of ['honoured', 'free'] as const) {
    for (const [path, ranges] of Object.entries(stored[field])) {
      for (let r = 0; r < ranges.length; r += 2) for (let i = ranges[r]!; i <= ranges[r + 1]!; i++) records[i]![field].add(path);
    }
  }
  const schema = unpack<StoredSchema>('schema.ts');
  for (const [i, version] of schema.versions.entries()) {
    const at = stored.versions.indexOf(version);
    if (at >= 0) readSchema(schema, i, records[at]!);
  }
  return new Map(stored.versions.map((version, i) => [version, records[i]!]));
}

function readSchema(stored: StoredSchema, version: number, record: ChartRecord): void {
  for (const [path, ranges] of Object.entries(stored.paths)) {
    for (let r = 0; r < ranges.length; r += 3) {
      if (ranges[r]! > version || ranges[r + 1]! < version) continue;
      record.schema ??= {};
      Object.assign(nodeAt(record.schema, path === '' ? [] : splitPath(path)), stored.shapes[ranges[r + 2]!] satisfies Shape | undefined);
    }
  }
}

function nodeAt(root: SchemaNode, path: readonly string[]): SchemaNode {
  let node = root;
  for (const key of path) {
    node.properties ??= {};
    node.properties[key] ??= {};
    node = node.properties[key];
  }
  return node;
}
