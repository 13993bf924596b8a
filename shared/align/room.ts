import type { Declaration, Tree, Unused } from '../model.ts';

/** Values that one run works out, in the measure of those that somebody wrote. */
const MOST_VALUES = 4_000_000;
/** What a release takes that sets nothing: the chart's own values, a row of the table for each setting. */
const OF_EACH_RELEASE = 2000;
/** What a written value takes beside one of the chart's: it may be a finding. */
const OF_EACH_VALUE = 10;

/** The memory that one run gives to clusters: about 750 kB for each of a thousand. Those that do not fit are named and not worked out. */
export class Room {
  /** What was left out. */
  readonly unused: Unused[] = [];
  readonly #sizes = new WeakMap<Tree, number>();
  #taken = 0;

  /** Takes the room that a cluster's releases need; false where there is not so much left. */
  holds(releases: readonly (Declaration | null)[]): boolean {
    const declarations = releases.filter((release) => release !== null);
    const size = declarations.reduce((sum, declaration) => sum + this.#sizeOf(declaration), 0);
    if (this.#taken + size > MOST_VALUES) {
      for (const { place } of declarations)
        this.unused.push({
          file: place.file,
          why: 'is left out: the clusters before it hold as many values as one run works out, and `--cluster` looks at one alone',
          broken: true,
          leftOut: true,
        });
      return false;
    }
    this.#taken += size;
    return true;
  }

  #sizeOf({ layers }: Declaration): number {
    return layers.reduce(
      (sum, layer) => sum + OF_EACH_VALUE * (layer.kind === 'set' ? layer.flags.length : this.#valuesOf(layer.tree)),
      OF_EACH_RELEASE,
    );
  }

  #valuesOf(tree: Tree): number {
    if (tree.kind === 'scalar' || tree.kind === 'opaque') return 1;
    let size = this.#sizes.get(tree);
    if (size === undefined) {
      size = 1;
      for (const child of tree.kind === 'map' ? tree.entries.values() : tree.items) size += this.#valuesOf(child);
      this.#sizes.set(tree, size);
    }
    return size;
  }
}
