import { readValues } from '../../evaluate/helm/values-document.ts';
import { embedded } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Opaque, Place, Scalar, SourceText, Tree } from '../../model.ts';
import { opaque } from '../../tree.ts';

/** Private characters that enclose the number of a value which stands in a text but was written elsewhere. */
const OPEN = '\u{F0000}';
const CLOSE = '\u{F0001}';
const SPLICE = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'gu');
const ONE_SPLICE = new RegExp(`^\\s*${OPEN}(\\d+)${CLOSE}\\s*$`, 'u');

const DEEPEST = 12;
/** Texts that are read inside texts, in one run; and the longest that they become. */
const MOST_TEXTS = 3000;
const LONGEST = 1_000_000;

/**
 * Texts that Terraform puts into other texts. Each stands there as one mark on one line, so that what is around it keeps its lines, and what it stands for keeps the places of its own file.
 */
export class Splices {
  readonly #values: { tree: Tree; encoded: boolean }[] = [];
  /** The values that were put back since it was last emptied. */
  readonly touched = new Set<Tree>();
  #texts = 0;

  /** The mark for a text, or for a value that is encoded as YAML or JSON. */
  mark(tree: Tree, encoded: boolean): string {
    this.#values.push({ tree, encoded });
    return `${OPEN}${this.#values.length - 1}${CLOSE}`;
  }

  /** True where a mark stands in the text. */
  marked(text: string): boolean {
    return text.includes(OPEN);
  }

  /** The value that a string stands for as a whole. */
  whole(text: string): { tree: Tree; encoded: boolean } | undefined {
    const number = ONE_SPLICE.exec(text)?.[1];
    const value = number === undefined ? undefined : this.#values[Number(number)];
    if (value) this.touched.add(value.tree);
    return value;
  }

  /** The string with every mark replaced; an opaque where one of them cannot be known. */
  flat(scalar: Scalar): Scalar | Opaque {
    if (typeof scalar.value !== 'string' || !scalar.value.includes(OPEN)) return scalar;
    const { text, unknown } = this.#flatText(scalar.value, 0);
    return unknown ? opaque(unknown.reason, scalar.place, text) : { ...scalar, value: text };
  }

  /** The documents of a YAML text, what was spliced in read where it was written. */
  documents(source: SourceText, depth = 0): Tree[] {
    if (depth > DEEPEST || ++this.#texts > MOST_TEXTS)
      return [opaque('too many texts stand in one another', { file: source.file, line: source.line, column: 1 })];
    return parseYaml(source).documents.flatMap(({ tree }) => {
      const spliced = tree.kind === 'scalar' && typeof tree.value === 'string' ? this.whole(tree.value) : undefined;
      if (spliced === undefined) return [this.resolve(tree, depth)];
      const { tree: value, encoded } = spliced;
      return encoded || value.kind !== 'scalar' ? [value] : this.documents(embedded(value), depth + 1);
    });
  }

  /** A values file as Helm reads it, what was spliced in read where it was written. */
  values(text: Scalar, helm: 3 | 4): Tree {
    const spliced = typeof text.value === 'string' ? this.whole(text.value) : undefined;
    if (spliced) return spliced.encoded || spliced.tree.kind !== 'scalar' ? spliced.tree : this.values(spliced.tree, helm);
    return this.resolve(readValues(embedded(text), helm).tree, 0);
  }

  /** The tree with what was spliced into its scalars. Text of several lines keeps its marks: whoever reads it asks again. */
  resolve(tree: Tree, depth: number): Tree {
    if (tree.kind === 'map') {
      const entries = new Map<string, Tree>();
      for (const [key, child] of tree.entries) entries.set(key, this.resolve(child, depth));
      return { ...tree, entries };
    }
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => this.resolve(item, depth)) };
    if (tree.kind === 'opaque') return tree.text?.includes(OPEN) ? { ...tree, text: this.#flatText(tree.text, 0).text } : tree;
    if (typeof tree.value !== 'string' || !tree.value.includes(OPEN)) return tree;
    const spliced = this.whole(tree.value);
    if (spliced === undefined) return tree.value.includes('\n') ? tree : this.#scalar(tree, depth);
    const { tree: value, encoded } = spliced;
    if (encoded || value.kind !== 'scalar') return value;
    if (tree.block || typeof value.value !== 'string') return value;
    return this.#scalarOf(value, depth);
  }

  #scalar(tree: Scalar, depth: number): Tree {
    const flat = this.flat(tree);
    return flat.kind === 'scalar' ? this.#scalarOf(flat, depth) : flat;
  }

  /** What YAML makes of text in the place of a plain value. */
  #scalarOf(value: Scalar, depth: number): Tree {
    if (depth > DEEPEST) return opaque('too many texts stand in one another', value.place);
    const documents = this.documents(embedded(value), depth + 1);
    return documents.length === 1 ? documents[0]! : value;
  }

  #flatText(text: string, depth: number): { text: string; unknown?: Opaque } {
    let unknown: Opaque | undefined;
    let length = 0;
    const flat = text.replace(SPLICE, (_, number: string) => {
      const spliced = this.#values[Number(number)];
      if (spliced === undefined || depth > DEEPEST || length > LONGEST) return '';
      const { tree, encoded } = spliced;
      this.touched.add(tree);
      if (tree.kind === 'scalar' && !encoded) {
        const inner = this.#flatText(tree.value === null ? '' : String(tree.value), depth + 1);
        unknown ??= inner.unknown;
        length += inner.text.length;
        return inner.text;
      }
      unknown ??= tree.kind === 'opaque' ? tree : opaque('it is a list or a map in a text', tree.place as Place);
      return tree.kind === 'opaque' ? (tree.text ?? '${…}') : '${…}';
    });
    return unknown ? { text: flat, unknown } : { text: flat };
  }
}
