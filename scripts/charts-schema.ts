import { writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import type { Shape, StoredSchema } from '../shared/cilium/values-schema.ts';
import { joinPath } from '../shared/tree.ts';

interface SchemaNode extends Record<string, unknown> {
  properties?: Record<string, SchemaNode>;
}

/** What a node demands of its value itself: everything but its properties, which are paths of their own. */
function shapesOf(node: SchemaNode, path: readonly string[], found: Map<string, Shape>): Map<string, Shape> {
  const { properties, $schema: _, ...shape } = node;
  if (Object.keys(shape).length > 0) found.set(joinPath(path), shape as Shape);
  for (const [key, child] of Object.entries(properties ?? {})) shapesOf(child, [...path, key], found);
  return found;
}

/** Writes shared/cilium/data/schema.ts from the values.schema.json of every version that has one, in release order. */
export function writeSchemas(versions: readonly string[], schemas: ReadonlyMap<string, SchemaNode>): void {
  const shapes: string[] = [];
  const paths: StoredSchema['paths'] = {};
  for (const [number, version] of versions.entries()) {
    const schema = schemas.get(version);
    if (!schema) continue;
    for (const [path, shape] of [...shapesOf(schema, [], new Map())].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const text = JSON.stringify(shape);
      let known = shapes.indexOf(text);
      if (known < 0) known = shapes.push(text) - 1;
      paths[path] ??= [];
      const ranges = paths[path];
      if (ranges.at(-2) === number - 1 && ranges.at(-1) === known) ranges[ranges.length - 2] = number;
      else ranges.push(number, number, known);
    }
  }
  const stored: StoredSchema = { versions: [...versions], shapes: shapes.map((text) => JSON.parse(text) as Shape), paths };
  const text = brotliCompressSync(Buffer.from(JSON.stringify(stored))).toString('base64');
  writeFileSync(
    new URL('../shared/cilium/data/schema.ts', import.meta.url),
    `/** What the charts' values.schema.json demand of each path, as version ranges: JSON, brotli, base64. Written by scripts/charts.ts. */\nexport default '${text}';\n`,
  );
}
