import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { resolveKey } from '../../language/yaml/scalars.ts';

/** A map in a YAML file: the number of its document, and the keys and positions that lead to it from the top of that. */
export interface MapAddress {
  document: number;
  path: readonly (string | number)[];
}

/** Why a text is not edited: a phrase that completes "the file …". */
export interface NotEdited {
  why: string;
}

/** One key of a map with its value. */
export type Pair = YAMLMap.Parsed['items'][number];

const INVALID: NotEdited = { why: 'is not valid YAML as it stands' };

/** Every document of a text with the ranges of its nodes; at least one, also of an empty text. */
export function readDocuments(text: string): Document.Parsed[] | NotEdited {
  const options = { keepSourceTokens: true, uniqueKeys: false, merge: false, prettyErrors: false, logLevel: 'silent' } as const;
  try {
    const documents = [...parseAllDocuments(text, options)] as Document.Parsed[];
    if (documents.some(({ errors }) => errors.length > 0)) return INVALID;
    return documents.length > 0 ? documents : ([...parseAllDocuments(`${text}\n---\n`, options)].slice(0, 1) as Document.Parsed[]);
  } catch {
    return INVALID;
  }
}

/** Where the map that begins at an offset stands; undefined where none does, or only behind an alias. */
export function addressOf(text: string, offset: number): MapAddress | undefined {
  const documents = readDocuments(text);
  if ('why' in documents) return undefined;
  for (const [document, { contents }] of documents.entries()) {
    const path = contents && pathTo(contents, offset, []);
    if (path) return { document, path };
  }
  return undefined;
}

/** The one document that says something where the others are empty, the first where all are; undefined where several say something. */
export function onlyDocument(text: string): number | undefined {
  const documents = readDocuments(text);
  if ('why' in documents) return undefined;
  const full = [...documents.keys()].filter((i) => !isNothing(documents[i]!.contents));
  return full.length > 1 ? undefined : (full[0] ?? 0);
}

/** The names of the keys of the map at an address; none where there is no map. */
export function keysAt(text: string, { document, path }: MapAddress): string[] {
  const documents = readDocuments(text);
  let node = 'why' in documents ? null : (documents[document]?.contents ?? null);
  for (const key of path) {
    if (isMap(node)) node = (pairsOf(node as YAMLMap.Parsed, String(key))[0]?.value ?? null) as ParsedNode | null;
    else if (isSeq(node)) node = ((node as YAMLSeq.Parsed).items[Number(key)] ?? null) as ParsedNode | null;
    else return [];
  }
  return isMap(node) ? (node as YAMLMap.Parsed).items.map(({ key }) => nameOf(key as ParsedNode) ?? '') : [];
}

/** Every pair of a map with this key. */
export function pairsOf(map: YAMLMap.Parsed, key: string): Pair[] {
  return map.items.filter((pair) => nameOf(pair.key as ParsedNode) === key);
}

/** True where a map takes keys of another one in. */
export function mergesKeys(map: YAMLMap.Parsed): boolean {
  return map.items.some(({ key }) => isScalar(key) && (key as Scalar.Parsed).source === '<<');
}

/** What a key is called to Helm; undefined for one that is no plain text. */
export function nameOf(key: ParsedNode): string | undefined {
  if (!isScalar(key) || key.tag !== undefined) return undefined;
  return key.type === 'PLAIN' ? resolveKey(key.source ?? '') : String(key.value);
}

/** Null, written or not. */
export function isNothing(node: ParsedNode | null | undefined): boolean {
  return node === null || node === undefined || (isScalar(node) && (node.value as unknown) === null);
}

/** Nothing is written where the value would be. */
export function isEmpty(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.range[0] === node.range[1]);
}

/** Where the colon of a pair stands; undefined for a key in a form that nobody edits here (`? key`). */
export function colonOf(pair: Pair): number | undefined {
  const { srcToken } = pair as { srcToken?: { start?: { type: string }[]; sep?: { type: string; offset: number }[] } };
  if (srcToken?.start?.some(({ type }) => type === 'explicit-key-ind')) return undefined;
  return srcToken?.sep?.find(({ type }) => type === 'map-value-ind')?.offset;
}

/** True where the value of a pair has a tag of its own. */
export function isTagged(pair: Pair): boolean {
  const { srcToken } = pair as { srcToken?: { sep?: { type: string }[] } };
  return srcToken?.sep?.some(({ type }) => type === 'tag') ?? false;
}

const DEEPEST = 200;

function pathTo(node: ParsedNode, offset: number, path: (string | number)[]): (string | number)[] | undefined {
  if (path.length > DEEPEST || isAlias(node) || isScalar(node)) return undefined;
  if (isMap(node) && node.range[0] === offset) return path;
  if (offset < node.range[0] || offset >= node.range[2]) return undefined;
  const children = isMap(node)
    ? (node as YAMLMap.Parsed).items.map(({ key, value }) => [nameOf(key as ParsedNode), value] as const)
    : (node as YAMLSeq.Parsed).items.map((item, i) => [i, item as ParsedNode] as const);
  for (const [key, child] of children) {
    if (key === undefined || !child || !('range' in child)) continue;
    const found = pathTo(child as ParsedNode, offset, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
