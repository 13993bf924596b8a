import type { Mapping, Opaque, Tree } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { normalize } from '../../repository/tree-repository.ts';
import { at, itemsAt } from '../../tree.ts';

/** An Application with what a template leaves open in the path of a values file filled in, and with what. */
export interface FilledApplication {
  tree: Mapping;
  filled?: string;
}

const EXPRESSION = /\{\{(?:(?!\}\}).)*\}\}|\$\{[^{}]*\}/g;
const MOST = 20;

/**
 * An Application whose values file has a name with a hole (`cilium-{{ … }}-values.yaml`) stands for each file that fits: one Application a cluster.
 * The Application itself where there is no hole, or where no file fits.
 */
export function fillValueFiles(repository: Repository, tree: Mapping): FilledApplication[] {
  const words = new Set<string>();
  const holes: { node: Opaque; pattern: RegExp }[] = [];
  for (const source of [at(tree, 'spec.source'), ...itemsAt(tree, 'spec.sources')]) {
    for (const node of itemsAt(source, 'helm.valueFiles')) {
      const hole = node.kind === 'opaque' ? patternOf(node.text) : undefined;
      if (hole) holes.push({ node: node as Opaque, ...hole });
    }
  }
  if (holes.length === 0) return [{ tree }];
  for (const { pattern } of holes)
    for (const { path } of repository.files) for (const word of pattern.exec(path)?.slice(1, 2) ?? []) words.add(word);
  if (words.size === 0 || words.size > MOST) return [{ tree }];
  return [...words].map((word) => ({
    tree: replace(
      tree,
      holes.map(({ node }) => node),
      word,
    ) as Mapping,
    filled: word,
  }));
}

/** Files that a path with exactly one kind of hole may mean; the hole is within one name. */
function patternOf(text: string | undefined): { pattern: RegExp } | undefined {
  if (text === undefined || text.length > 300) return undefined;
  const expressions = new Set(text.match(EXPRESSION));
  const path = normalize(text.replace(/^\$[\w-]+\//, '').replace(EXPRESSION, '\u0000'));
  if (expressions.size !== 1 || path === undefined) return undefined;
  const parts = path.split('\u0000').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // A hole that is a whole path, or next to nothing, fits everything.
  if (parts.length > 3 || parts.join('').length < 6) return undefined;
  const [first, ...rest] = parts;
  return { pattern: new RegExp(`^${first}([^/]+)${rest.join('\\1')}$`) };
}

function replace(tree: Tree, holes: readonly Opaque[], word: string): Tree {
  if (tree.kind === 'opaque') {
    if (!holes.includes(tree) || tree.text === undefined) return tree;
    return { kind: 'scalar', value: tree.text.replace(EXPRESSION, () => word), place: tree.place, origin: 'set' };
  }
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => replace(item, holes, word)) };
  if (tree.kind === 'map')
    return { ...tree, entries: new Map([...tree.entries].map(([key, value]) => [key, replace(value, holes, word)])) };
  return tree;
}
