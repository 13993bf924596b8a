import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar as ScalarNode, YAMLMap, type YAMLSeq } from 'yaml';
import type { FilePlace, Mapping, Opaque, Scalar, SourceText, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';
import type { Places } from '../source-text.ts';
import { resolveKey, resolvePlain, type ScalarValue } from './scalars.ts';
import { type CoveredText, isExpression, type Region, withoutFiller } from './template-text.ts';

/** Whose rules: they differ in merge keys and in keys that stand twice. */
export type Dialect = 'helm' | 'kyaml' | 'strict';

/** A document that its reader would refuse as a whole. */
export class NotReadable extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const DEEPEST = 200;
/** Nodes that a document may have once its aliases are written out. */
const MOST_NODES = 1_000_000;
const TAG = 'tag:yaml.org,2002:';

/** What the tree of a document is built from. */
export interface Writing {
  /** The text as it stands in the file. */
  written: string;
  /** The text that was parsed: the same, or with its template marks covered. */
  parsed: string;
  places: Places;
  dialect: Dialect;
  /** Where template marks were covered. */
  covered?: CoveredText;
  /** A string that is one template expression from end to end is opaque. */
  expressions: boolean;
  /** Maps remember where their keys stand. */
  keys?: boolean;
  problems: { message: string; place: FilePlace }[];
}

/**
 * The tree of one composed document, and the condition of a template that the whole of it stands in.
 * Throws {@link NotReadable} where sigs.k8s.io/yaml would refuse it.
 */
export function buildTree(contents: ParsedNode | null, start: number, writing: Writing): { tree: Tree; condition?: Opaque } {
  return new Builder(writing).document(contents, start);
}

interface Anchor {
  tree: Tree | undefined;
  nodes: number;
}

const RENDERED = 'is filled in by a template';
const CONDITIONAL = 'depends on a condition of a template';
const LONGEST_QUOTE = 200;

class Builder {
  readonly #writing: Writing;
  readonly #places: Places;
  readonly #covered: CoveredText | undefined;
  readonly #anchors = new Map<string, Anchor>();
  #nodes = 0;
  #depth = 0;

  constructor(writing: Writing) {
    this.#writing = writing;
    this.#places = writing.places;
    this.#covered = writing.covered;
  }

  document(contents: ParsedNode | null, start: number): { tree: Tree; condition?: Opaque } {
    if (contents === null) return { tree: { kind: 'scalar', value: null, place: this.#places.at(start), origin: 'set' } };
    const around = this.#around(contents);
    if (!around) return { tree: this.#node(contents, -1) };
    const condition = opaque(CONDITIONAL, this.#places.at(around.start));
    for (let region: Region | undefined = around; region; region = region.outer) if (!region.once) return { tree: condition };
    return { tree: this.#node(contents, around.start), condition };
  }

  /** The innermost conditional stretch that the whole document stands in. */
  #around(contents: ParsedNode): Region | undefined {
    const items = isMap(contents)
      ? contents.items.map((pair) => pair.key as ParsedNode)
      : isSeq(contents)
        ? (contents.items as ParsedNode[])
        : [contents];
    let region = this.#covered?.region(items[0]?.range?.[0] ?? contents.range[0]);
    const last = items.at(-1)?.range?.[0] ?? contents.range[0];
    while (region && last >= region.end) region = region.outer;
    return region;
  }

  /** Why a node at an offset is not certain to be there, although what holds it (at the offset `owner`) is. */
  #conditional(offset: number, owner: number): Opaque | undefined {
    const region = this.#covered?.region(offset);
    return region && region.start > owner ? opaque(CONDITIONAL, this.#places.at(offset)) : undefined;
  }

  #node(node: ParsedNode, owner: number): Tree {
    if (isAlias(node)) return this.#alias(node);
    const before = this.#count(node);
    let anchor: Anchor | undefined;
    if (node.anchor !== undefined) {
      anchor = { tree: undefined, nodes: 0 };
      this.#anchors.set(node.anchor, anchor);
    }
    let tree: Tree;
    if (isScalar(node)) tree = this.#conditional(node.range[0], owner) ?? this.#scalar(node);
    else {
      if (++this.#depth > DEEPEST) throw new NotReadable('is nested too deeply to be read', node.range[0]);
      tree = isMap(node) ? this.#map(node, owner) : this.#list(node as YAMLSeq.Parsed, owner);
      this.#depth--;
    }
    if (anchor) {
      anchor.tree = tree;
      anchor.nodes = this.#nodes - before;
    }
    return tree;
  }

  #count(node: ParsedNode, more = 1): number {
    const before = this.#nodes;
    this.#nodes += more;
    if (this.#nodes > MOST_NODES) throw new NotReadable('is too large once its aliases are written out', node.range[0]);
    return before;
  }

  #alias(node: Alias.Parsed): Tree {
    const anchor = this.#anchors.get(node.source);
    if (!anchor) throw new NotReadable('is not valid YAML: an alias has no anchor before it', node.range[0]);
    if (!anchor.tree) throw new NotReadable('is not valid YAML: an anchor contains itself', node.range[0]);
    this.#count(node, anchor.nodes);
    return anchor.tree;
  }

  #list(node: YAMLSeq.Parsed, owner: number): Tree {
    const place = this.#places.at(node.range[0]);
    const items: Tree[] = [];
    for (const item of node.items) {
      // A pair without braces inside a flow list is a map of one key.
      const child = 'key' in item ? pairAsMap(item as unknown as YAMLMap.Parsed['items'][number]) : (item as ParsedNode);
      const offset = child.range[0];
      if (node.flow) this.#refuseColon(child);
      items.push(this.#conditional(offset, owner) ?? this.#node(child, offset));
    }
    return { kind: 'list', items, place, origin: 'set' };
  }

  /** go-yaml takes a colon at the start of a value within brackets for the end of a key: `[::1]` is an error. */
  #refuseColon(node: ParsedNode | null): void {
    if (isScalar(node) && node.type === 'PLAIN' && node.source?.startsWith(':'))
      throw new NotReadable('is not valid YAML: an unquoted value within brackets begins with a colon', node.range[0]);
  }

  #map(node: YAMLMap.Parsed, owner: number): Tree {
    const map: Mapping = { kind: 'map', entries: new Map(), place: this.#places.at(node.range[0]), origin: 'set' };
    const merged = new Set<string>();
    for (const pair of node.items) {
      const key = pair.key as ParsedNode;
      const value = pair.value as ParsedNode | null;
      const offset = key.range[0];
      if (node.flow) this.#refuseColon(value);
      if (this.#covered?.marked(offset, key.range[1])) {
        map.unseen = this.#rendered(key);
        continue;
      }
      const conditional = this.#conditional(offset, owner);
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && value) {
        if (conditional) map.unseen = conditional;
        else this.#merge(map, value, merged);
        continue;
      }
      const name = this.#key(key);
      if (this.#writing.expressions && isExpression(name)) {
        map.unseen = this.#rendered(key);
        continue;
      }
      const earlier = merged.has(name) || conditional ? undefined : map.entries.get(name);
      if (earlier) {
        map.repeated ??= [];
        map.repeated.push({ key: name, place: this.#places.at(offset) });
      }
      if (earlier && this.#writing.dialect === 'strict')
        this.#writing.problems.push({ message: `the key ${name} stands twice`, place: this.#places.at(offset) });
      merged.delete(name);
      if (this.#writing.keys) {
        map.keys ??= new Map();
        map.keys.set(name, this.#places.at(offset));
      }
      if (conditional) map.unseen ??= conditional;
      map.entries.set(
        name,
        conditional ?? (value ? this.#node(value, offset) : { kind: 'scalar', value: null, place: this.#places.at(offset), origin: 'set' }),
      );
    }
    // What a template alone writes may be anything.
    return map.entries.size === 0 && map.unseen ? map.unseen : map;
  }

  #key(node: ParsedNode): string {
    let text: string | undefined;
    if (isScalar(node) && node.type === 'PLAIN' && node.tag === undefined) text = resolveKey(plainText(node));
    else if (isScalar(node)) text = keyOf(this.#value(node));
    else if (isAlias(node)) {
      const tree = this.#alias(node);
      if (tree.kind === 'scalar') text = keyOf(tree.value);
    }
    if (text === undefined) throw new NotReadable('is not valid YAML: a key is neither text, number nor boolean', node.range[0]);
    return text;
  }

  /** go-yaml v2 (Helm) applies a merge where it stands, so that it overrides what came before; v3 lets the map's own keys win. */
  #merge(map: Mapping, node: ParsedNode, merged: Set<string>): void {
    const value = this.#node(node, node.range[0]);
    const sources = value.kind === 'list' && isSeq(node) ? [...value.items].reverse() : [value];
    const order = this.#writing.dialect === 'helm' ? sources : sources.reverse();
    for (const source of order) {
      if (source.kind === 'opaque') {
        map.unseen = source;
        continue;
      }
      if (source.kind !== 'map') throw new NotReadable('is not valid YAML: a merge key needs a map', node.range[0]);
      this.#count(node, source.entries.size);
      for (const [key, tree] of source.entries) {
        if (this.#writing.dialect !== 'helm' && map.entries.has(key)) continue;
        map.entries.set(key, tree);
        merged.add(key);
      }
      if (source.unseen) map.unseen = source.unseen;
    }
  }

  #scalar(node: ScalarNode.Parsed): Tree {
    const offset = node.range[0];
    if (this.#covered?.marked(offset, node.range[1])) return this.#rendered(node);
    const place = this.#places.at(offset);
    const value = this.#value(node);
    if (typeof value === 'string') {
      if (value.startsWith('ENC[AES256_GCM,')) return opaque('is encrypted with SOPS', place);
      if (this.#writing.expressions && isExpression(value)) return this.#rendered(node);
    } else if (typeof value === 'number' && Number.isNaN(value))
      throw new NotReadable('is not valid for Helm: an infinite number or NaN', offset);
    const scalar: Scalar = { kind: 'scalar', value, place, origin: 'set' };
    if (node.type === 'BLOCK_LITERAL' && typeof value === 'string') {
      const block = this.#places.block(offset, this.#blockIndent(offset, value));
      if (block) scalar.block = block;
    }
    return scalar;
  }

  /** A value that a template writes, in whole or in part. */
  #rendered(node: ParsedNode): Opaque {
    const { start, end } = this.#covered?.marked(node.range[0], node.range[1]) ?? { start: node.range[0], end: node.range[1] };
    const place = this.#places.at(start);
    const block = isScalar(node) && node.type === 'BLOCK_LITERAL' ? this.#writtenBlock(node, place) : undefined;
    const written = block?.text ?? unquoted(this.#writing.written.slice(start, end).trim());
    const found = opaque(RENDERED, place, written.length > LONGEST_QUOTE ? undefined : written);
    return block ? { ...found, block } : found;
  }

  /** The lines of a literal block as they were written, marks and all. */
  #writtenBlock(node: ScalarNode.Parsed, { file }: FilePlace): SourceText | undefined {
    const [start, end] = node.range;
    const indent = this.#blockIndent(start, node.value as unknown as string);
    const block = this.#places.block(start, indent);
    const body = this.#writing.written.indexOf('\n', start) + 1;
    return block && body > 0 && body < end
      ? { file, text: dedent(this.#writing.written.slice(body, end), indent), ...block, exact: true }
      : undefined;
  }

  #value(node: ScalarNode.Parsed): ScalarValue {
    const text = withoutFiller(this.#atEnd(node));
    const tag = node.tag;
    if (tag === undefined || tag === '!' || !tag.startsWith(TAG))
      return node.type === 'PLAIN' && tag !== '!' && tag === undefined ? resolvePlain(plainText(node)) : text;
    const name = tag.slice(TAG.length);
    switch (name) {
      case 'bool':
      case 'int':
      case 'float':
      case 'null': {
        const value = resolvePlain(text);
        const fits = name === 'null' ? value === null : typeof value === (name === 'bool' ? 'boolean' : 'number');
        if (!fits || (name === 'int' && !Number.isInteger(value)))
          throw new NotReadable(`is not valid YAML: a value is no !!${name}`, node.range[0]);
        return value;
      }
      case 'binary':
        return new TextDecoder().decode(Uint8Array.from(Buffer.from(text, 'base64')));
      default:
        return text;
    }
  }

  /** A block that ends with the file has a last line break only where the file has one (the parser always gives it one, go-yaml does not). */
  #atEnd(node: ScalarNode.Parsed): string {
    const text = node.value as unknown as string;
    const { parsed } = this.#writing;
    const ends =
      (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') && node.range[1] >= parsed.length && !parsed.endsWith('\n');
    return ends && text.endsWith('\n') ? text.slice(0, -1) : text;
  }

  /** Columns before a literal block's lines: what its first line with text has more in the file than in the value. */
  #blockIndent(header: number, value: string): number {
    let from = this.#writing.parsed.indexOf('\n', header) + 1;
    let at = 0;
    while (value[at] === '\n') {
      at++;
      from = this.#writing.parsed.indexOf('\n', from) + 1;
    }
    const valueEnd = value.indexOf('\n', at);
    const textEnd = this.#writing.parsed.indexOf('\n', from);
    const line = this.#writing.parsed.slice(from, textEnd < 0 ? undefined : textEnd).replace(/\r$/, '');
    return Math.max(0, line.length - ((valueEnd < 0 ? value.length : valueEnd) - at));
  }
}

function keyOf(value: ScalarValue): string | undefined {
  return value === null ? undefined : String(value);
}

/** A plain scalar's text; go-yaml folds its lines as the parser does. */
function plainText(node: ScalarNode.Parsed): string {
  const text = node.value as unknown as string;
  const rest = withoutFiller(text);
  return rest === text ? text : rest.trim();
}

function pairAsMap(pair: YAMLMap.Parsed['items'][number]): ParsedNode {
  const map = new YAMLMap<ParsedNode, ParsedNode | null>();
  map.items.push(pair);
  map.range = pair.key.range;
  return map as unknown as ParsedNode;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

/** Lines without the columns that a block puts before them. */
function dedent(text: string, indent: number): string {
  const lines = text.split('\n');
  return lines.map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length))).join('\n');
}
