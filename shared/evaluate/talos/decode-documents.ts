import type { Mapping, Opaque, Place, Tree } from '../../model.ts';
import { isMap, isScalar } from '../../tree.ts';
import { type ConfigDocument, documentId, type TalosRefusal, V1ALPHA1 } from './config-document.ts';
import { documentKind } from './document-kinds.ts';
import { type Field, type FieldType, fieldsOf, fieldsOfDocument } from './machine-config-schema.ts';
import { type Delete, takeDeletes } from './patch-delete.ts';

/** What one text of a machine configuration or patch says, in the order in which Talos applies it. */
export interface DecodedDocuments {
  steps: (ConfigDocument | Delete)[];
  unseen?: Opaque;
  refusals: TalosRefusal[];
}

export interface DecodeOptions {
  /** `$patch: delete` has a meaning. */
  patch: boolean;
  /** The minor version of Talos 1 that reads it; undefined where it cannot be known: then only what every version refuses is refused. */
  minor?: number;
  /** That version's own tools read it, and no newer ones: these take a document twice. */
  exact: boolean;
}

const BRINGS_VERSION = new Set(['machine', 'cluster', 'debug', 'persist']);

/** From this version on a patch may say one document twice, and a delete of a missing document is skipped. */
export const LENIENT_MINOR = 14;

/**
 * Reads documents as strictly as Talos does: unknown kinds and keys and wrong types are refusals, and the documents are given all the same.
 * https://github.com/siderolabs/talos/blob/main/pkg/machinery/config/configloader/internal/decoder/decoder.go
 */
export function decodeDocuments(trees: readonly Tree[], options: DecodeOptions): DecodedDocuments {
  const steps: (ConfigDocument | Delete)[] = [];
  const refusals: TalosRefusal[] = [];
  const known = new Set<string>();
  let unseen: Opaque | undefined;
  for (const tree of trees) {
    if (tree.kind === 'opaque') {
      unseen ??= tree;
      continue;
    }
    if (isScalar(tree) && tree.value === null) continue;
    if (!isMap(tree)) {
      refusals.push({ message: 'expected a YAML document', place: tree.place, path: [] });
      continue;
    }
    let body: Mapping | undefined = tree;
    if (options.patch) {
      const taken = takeDeletes(tree);
      steps.push(...taken.deletes);
      refusals.push(...taken.refusals);
      body = taken.rest;
    }
    if (!body) continue;
    const document = identify(body);
    if ('message' in document) {
      refusals.push(document);
      continue;
    }
    const id = documentId(document);
    if (known.has(id) && !(options.patch && (!options.exact || options.minor === undefined || options.minor >= LENIENT_MINOR)))
      refusals.push({ message: `duplicate document ${id} is not allowed`, place: body.place, path: [] });
    known.add(id);
    const fault = kindRefusal(document, options.minor);
    if (fault) {
      refusals.push(fault);
      continue;
    }
    refusals.push(...typeRefusals(document, options.minor));
    steps.push(document);
  }
  return { steps, refusals, ...(unseen ? { unseen } : {}) };
}

function identify(tree: Mapping): ConfigDocument | TalosRefusal {
  const text = (key: string) => {
    const node = tree.entries.get(key);
    return isScalar(node) && node.value !== null ? String(node.value) : '';
  };
  const kind = text('kind');
  const apiVersion = text('apiVersion');
  if (kind === '') {
    if (apiVersion === V1ALPHA1 || [...tree.entries.keys()].some((key) => BRINGS_VERSION.has(key)) || tree.unseen)
      return { apiVersion: '', kind: V1ALPHA1, name: '', tree };
    return { message: 'missing kind', place: tree.place, path: [] };
  }
  if (apiVersion === '') return { message: 'missing apiVersion', place: tree.place, path: [] };
  return { apiVersion, kind, name: documentKind(kind)?.named === false ? '' : text('name'), tree };
}

function kindRefusal(document: ConfigDocument, minor: number | undefined): TalosRefusal | undefined {
  if (document.kind === V1ALPHA1 && document.apiVersion === '') return undefined;
  const kind = documentKind(document.kind);
  if (kind && document.apiVersion === V1ALPHA1 && (minor === undefined || minor >= kind.since)) return undefined;
  const place = document.tree.entries.get('kind')?.place ?? document.tree.place;
  return { message: `"${document.kind}" "${document.apiVersion}": not registered`, place, path: ['kind'] };
}

function typeRefusals(document: ConfigDocument, minor: number | undefined): TalosRefusal[] {
  const refusals: TalosRefusal[] = [];
  const legacy = document.kind === V1ALPHA1;
  checkStruct(
    document.tree,
    legacy ? fieldsOf('Config') : fieldsOfDocument(document.kind),
    [],
    legacy ? new Set() : new Set(['apiVersion', 'kind']),
    minor,
    refusals,
    0,
  );
  return refusals;
}

const DEEPEST = 100;

function checkStruct(
  tree: Mapping,
  fields: ReadonlyMap<string, Field> | undefined,
  path: string[],
  also: ReadonlySet<string>,
  minor: number | undefined,
  refusals: TalosRefusal[],
  depth: number,
): void {
  if (!fields || depth > DEEPEST) return;
  for (const [key, value] of tree.entries) {
    if (also.has(key)) continue;
    const field = fields.get(key);
    if (!field || (field.since !== undefined && minor !== undefined && minor < field.since)) {
      const where = [...path, key];
      refusals.push({ message: `unknown keys found during decoding: ${where.join('.')}`, place: value.place, path: where });
    } else check(value, field.type, [...path, key], minor, refusals, depth + 1);
  }
}

function check(tree: Tree, type: FieldType, path: string[], minor: number | undefined, refusals: TalosRefusal[], depth: number): void {
  if (tree.kind === 'opaque' || depth > DEEPEST) return;
  if (isScalar(tree) && tree.value === null) return;
  const refuse = (expected: string) => {
    const found = tree.kind === 'scalar' ? `!!${tagOf(tree.value)}` : tree.kind === 'list' ? '!!seq' : '!!map';
    const shown = tree.kind === 'scalar' && String(tree.value).length <= 20 ? ` \`${String(tree.value)}\`` : '';
    refusals.push({ message: `cannot construct ${found}${shown} into ${expected}`, place: tree.place as Place, path });
  };
  switch (type.kind) {
    case 'any':
      return;
    case 'string':
    case 'scalar':
      if (tree.kind !== 'scalar' && type.kind === 'string') refuse('string');
      return;
    case 'boolean':
      if (tree.kind !== 'scalar' || typeof tree.value !== 'boolean') refuse('bool');
      return;
    case 'integer':
      if (tree.kind !== 'scalar' || typeof tree.value !== 'number') refuse('int');
      return;
    case 'arguments':
      if (tree.kind !== 'map') refuse('meta.Args');
      return;
    case 'list':
      if (tree.kind !== 'list') refuse('a list');
      else for (const [i, item] of tree.items.entries()) check(item, type.of, [...path, `[${i}]`], minor, refusals, depth + 1);
      return;
    case 'map':
      if (tree.kind !== 'map') refuse('a map');
      else for (const [key, value] of tree.entries) check(value, type.of, [...path, key], minor, refusals, depth + 1);
      return;
    case 'struct':
      if (tree.kind !== 'map') refuse('a map');
      else checkStruct(tree, fieldsOf(type.name), path, NOTHING, minor, refusals, depth + 1);
  }
}

const NOTHING: ReadonlySet<string> = new Set();

function tagOf(value: string | number | boolean | null): string {
  return typeof value === 'string'
    ? 'str'
    : typeof value === 'boolean'
      ? 'bool'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'int'
          : 'float'
        : 'null';
}
