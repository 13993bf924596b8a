import { brotliDecompressSync } from 'node:zlib';
import type { Tree } from '../model.ts';
import { joinPath, splitPath } from '../tree.ts';
import type { ChartValues } from './chart-values.ts';
import packedSchema from './data/schema.ts';
import type { Refusal } from './templates/fact-rule.ts';

/** What a value must be: the words of JSON Schema that the charts use. */
export interface Shape {
  type?: string | string[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  items?: Shape;
  properties?: Record<string, Shape>;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

/** The committed form: for each path `first version, last version, shape` triples, all as numbers. */
export interface StoredSchema {
  versions: string[];
  shapes: Shape[];
  paths: Record<string, number[]>;
}

/** What one version demands, as a tree of keys. */
interface Demands {
  shape?: Shape;
  keys: Map<string, Demands>;
}

let stored: StoredSchema | undefined;
const demandsOf = new Map<string, Demands | undefined>();
const most = 50;

/**
 * What values.schema.json of the chart (1.16 and later) refuses, in Helm's words; nothing for earlier charts.
 * Unknown keys are never refused: the charts' schemas allow them.
 */
export function schemaRefusals(values: ChartValues): Refusal[] {
  const { version } = values;
  if (!demandsOf.has(version)) demandsOf.set(version, readDemands(version));
  const demands = demandsOf.get(version);
  const refusals: Refusal[] = [];
  if (demands) check(values.tree, demands, [], refusals);
  return refusals;
}

function readDemands(version: string): Demands | undefined {
  stored ??= JSON.parse(brotliDecompressSync(Buffer.from(packedSchema, 'base64')).toString()) as StoredSchema;
  const number = stored.versions.indexOf(version);
  let root: Demands | undefined;
  for (const path in stored.paths) {
    const ranges = stored.paths[path]!;
    for (let i = 0; i < ranges.length; i += 3) {
      if (ranges[i]! > number || ranges[i + 1]! < number) continue;
      root ??= { keys: new Map() };
      let node = root;
      if (path !== '') {
        for (const key of splitPath(path)) {
          let next = node.keys.get(key);
          if (!next) {
            next = { keys: new Map() };
            node.keys.set(key, next);
          }
          node = next;
        }
      }
      node.shape = stored.shapes[ranges[i + 2]!]!;
    }
  }
  return root;
}

/** Only what somebody wrote is looked at: a chart's own defaults pass its schema. */
function check(node: Tree, demands: Demands, path: string[], refusals: Refusal[]): void {
  if (refusals.length >= most || node.kind === 'opaque') return;
  if (demands.shape && (node.kind === 'map' || node.origin !== 'default')) {
    const fault = faultOf(node, demands.shape, []);
    if (fault) {
      const pointer = [...path, ...fault.at].map((key) => `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
      refusals.push({ path: joinPath(path), message: `at '${pointer}': ${fault.words}` });
      return;
    }
  }
  if (node.kind !== 'map') return;
  for (const [key, child] of node.entries) {
    const below = demands.keys.get(key);
    if (below) check(child, below, [...path, key], refusals);
  }
}

/** In the order in which Helm names them. */
const kinds = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

interface Fault {
  at: string[];
  words: string;
}

/** The first thing that a value is and must not be. What cannot be known is no fault. */
function faultOf(node: Tree, shape: Shape, at: string[]): Fault | undefined {
  if (node.kind === 'opaque') return undefined;
  const kind = kindOf(node);
  const { type } = shape;
  if (type !== undefined) {
    const wanted = typeof type === 'string' ? [type] : type;
    const fits = wanted.some((want) => want === kind || (want === 'integer' && isInteger(node)));
    if (!fits) return { at, words: `got ${kind}, want ${kinds.filter((one) => wanted.includes(one)).join(' or ')}` };
  }
  if (shape.enum && !(node.kind === 'scalar' && shape.enum.includes(node.value))) {
    return {
      at,
      words: `value must be ${shape.enum.length === 1 ? '' : 'one of '}${shape.enum.map((one) => (typeof one === 'string' ? `'${one}'` : String(one))).join(', ')}`,
    };
  }
  if (node.kind === 'scalar' && typeof node.value === 'number') {
    if (shape.minimum !== undefined && node.value < shape.minimum)
      return { at, words: `minimum: got ${node.value}, want ${shape.minimum}` };
    if (shape.maximum !== undefined && node.value > shape.maximum)
      return { at, words: `maximum: got ${node.value}, want ${shape.maximum}` };
  }
  if (shape.anyOf && !shape.anyOf.some((choice) => faultOf(node, choice, at) === undefined)) return { at, words: "'anyOf' failed" };
  if (shape.oneOf && !shape.oneOf.some((choice) => faultOf(node, choice, at) === undefined)) {
    const listed = shape.oneOf.find((choice) => choice.enum);
    return (listed && faultOf(node, listed, at)) ?? { at, words: "'oneOf' failed, none matched" };
  }
  if (node.kind === 'list' && shape.items) {
    for (const [i, item] of node.items.entries()) {
      const fault = faultOf(item, shape.items, [...at, String(i)]);
      if (fault) return fault;
    }
  }
  if (node.kind === 'map' && shape.properties) {
    for (const [key, child] of node.entries) {
      const below = Object.hasOwn(shape.properties, key) ? shape.properties[key] : undefined;
      const fault = below && faultOf(child, below, [...at, key]);
      if (fault) return fault;
    }
  }
  return undefined;
}

function kindOf(node: Exclude<Tree, { kind: 'opaque' }>): string {
  if (node.kind === 'list') return 'array';
  if (node.kind === 'map') return 'object';
  if (node.value === null) return 'null';
  return typeof node.value;
}

const isInteger = (node: Tree): boolean => node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value);
