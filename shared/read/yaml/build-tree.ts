import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar as ScalarNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { FilePlace, Mapping, Scalar, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';
import { resolveKey, resolvePlain, type ScalarValue } from './scalars.ts';
import type { Places } from './source-text.ts';

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

/** The tree of one composed document. Throws {@link NotReadable} where sigs.k8s.io/yaml would refuse it. */
export function buildTree(
  contents: ParsedNode | null,
  start: number,
  text: string,
  places: Places,
  dialect: Dialect,
  problems: { message: string; place: FilePlace }[],
): Tree {
  return new Builder(text, places, dialect, problems).document(contents, start);
}

interface Anchor {
  tree: Tree | undefined;
  nodes: number;
}

class Builder {
  readonly #text: string;
  readonly #places: Places;
  readonly #dialect: Dialect;
  readonly #problems: { message: string; place: FilePlace }[];
  readonly #anchors = new Map<string, Anchor>();
  #nodes = 0;
  #depth = 0;

  constructor(text: string, places: Places, dialect: Dialect, problems: { message: string; place: FilePlace }[]) {
    this.#text = text;
    this.#places = places;
    this.#dialect = dialect;
    this.#problems = problems;
  }

  document(contents: ParsedNode | null, start: number): Tree {
    if (contents === null) return { kind: 'scalar', value: null, place: this.#places.at(start), origin: 'set' };
    return this.#node(contents);
  }

  #node(node: ParsedNode): Tree {
    if (isAlias(node)) return this.#alias(node);
    const before = this.#count(node);
    let anchor: Anchor | undefined;
    if (node.anchor !== undefined) {
      anchor = { tree: undefined, nodes: 0 };
      this.#anchors.set(node.anchor, anchor);
    }
    let tree: Tree;
    if (isScalar(node)) tree = this.#scalar(node);
    else {
      if (++this.#depth > DEEPEST) throw new NotReadable('is nested too deeply to be read', node.range[0]);
      tree = isMap(node) ? this.#map(node) : this.#list(node as YAMLSeq.Parsed);
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

  #list(node: YAMLSeq.Parsed): Tree {
    const place = this.#places.at(node.range[0]);
    const items: Tree[] = [];
    for (const item of node.items) {
      // A pair without braces inside a flow list is a map of one key.
      items.push(
        'key' in item
          ? this.#map({ items: [item], range: (item as unknown as { key: ParsedNode }).key.range } as unknown as YAMLMap.Parsed)
          : this.#node(item as ParsedNode),
      );
    }
    return { kind: 'list', items, place, origin: 'set' };
  }

  #map(node: YAMLMap.Parsed): Mapping {
    const map: Mapping = { kind: 'map', entries: new Map(), place: this.#places.at(node.range[0]), origin: 'set' };
    const merged = new Set<string>();
    for (const pair of node.items) {
      const key = pair.key as ParsedNode;
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && pair.value) {
        this.#merge(map, pair.value as ParsedNode, merged);
        continue;
      }
      const name = this.#key(key);
      if (this.#dialect === 'strict' && map.entries.has(name) && !merged.has(name))
        this.#problems.push({ message: `the key ${name} stands twice`, place: this.#places.at(key.range[0]) });
      merged.delete(name);
      map.entries.set(
        name,
        pair.value
          ? this.#node(pair.value as ParsedNode)
          : { kind: 'scalar', value: null, place: this.#places.at(key.range[0]), origin: 'set' },
      );
    }
    return map;
  }

  #key(node: ParsedNode): string {
    let text: string | undefined;
    if (isScalar(node))
      text = node.type === 'PLAIN' && node.tag === undefined ? resolveKey(node.source ?? '') : String(this.#value(node) ?? '');
    else if (isAlias(node)) {
      const tree = this.#alias(node);
      if (tree.kind === 'scalar' && tree.value !== null) text = String(tree.value);
    }
    if (text === undefined) throw new NotReadable('is not valid YAML: a key is neither text, number nor boolean', node.range[0]);
    return text;
  }

  /** go-yaml v2 (Helm) applies a merge where it stands, so that it overrides what came before; v3 lets the map's own keys win. */
  #merge(map: Mapping, node: ParsedNode, merged: Set<string>): void {
    const value = this.#node(node);
    const sources = value.kind === 'list' && isSeq(node) ? [...value.items].reverse() : [value];
    const order = this.#dialect === 'helm' ? sources : sources.reverse();
    for (const source of order) {
      if (source.kind === 'opaque') {
        map.unseen = source;
        continue;
      }
      if (source.kind !== 'map') throw new NotReadable('is not valid YAML: a merge key needs a map', node.range[0]);
      this.#count(node, source.entries.size);
      for (const [key, tree] of source.entries) {
        if (this.#dialect !== 'helm' && map.entries.has(key)) continue;
        map.entries.set(key, tree);
        merged.add(key);
      }
      if (source.unseen) map.unseen = source.unseen;
    }
  }

  #scalar(node: ScalarNode.Parsed): Tree {
    const offset = node.range[0];
    const place = this.#places.at(offset);
    const value = this.#value(node);
    if (typeof value === 'string' && value.startsWith('ENC[AES256_GCM,')) return opaque('is encrypted with SOPS', place);
    if (typeof value === 'number' && Number.isNaN(value)) throw new NotReadable('is not valid for Helm: an infinite number or NaN', offset);
    const scalar: Scalar = { kind: 'scalar', value, place, origin: 'set' };
    if (node.type === 'BLOCK_LITERAL' && typeof value === 'string') {
      const block = this.#places.block(offset, this.#blockIndent(offset, value));
      if (block) scalar.block = block;
    }
    return scalar;
  }

  #value(node: ScalarNode.Parsed): ScalarValue {
    const text = node.value as unknown as string;
    const tag = node.tag;
    if (tag === undefined || tag === '!' || !tag.startsWith(TAG))
      return node.type === 'PLAIN' && tag !== '!' && tag === undefined ? resolvePlain(node.source ?? '') : text;
    switch (tag.slice(TAG.length)) {
      case 'bool':
      case 'int':
      case 'float':
      case 'null':
        return resolvePlain(text);
      case 'binary':
        return new TextDecoder().decode(Uint8Array.from(Buffer.from(text, 'base64')));
      default:
        return text;
    }
  }

  /** Columns before a literal block's lines: what its first line with text has more in the file than in the value. */
  #blockIndent(header: number, value: string): number {
    let from = this.#text.indexOf('\n', header) + 1;
    let at = 0;
    while (value[at] === '\n') {
      at++;
      from = this.#text.indexOf('\n', from) + 1;
    }
    const valueEnd = value.indexOf('\n', at);
    const textEnd = this.#text.indexOf('\n', from);
    const line = this.#text.slice(from, textEnd < 0 ? undefined : textEnd).replace(/\r$/, '');
    return Math.max(0, line.length - ((valueEnd < 0 ? value.length : valueEnd) - at));
  }
}
