import type { Layer, Mapping, Tree, ValuesLayer } from '../../model.ts';
import { at, emptyMap, opaque } from '../../tree.ts';
import { applyFlags, type FlagProblem } from './flag-order.ts';
import { mergeTrees } from './merge-trees.ts';

/**
 * The layers of an umbrella chart as one of its dependencies sees them: what stands under its alias, and `global`.
 * `own` is the chart's values.yaml, `layers` are what is given with `-f` and `--set`. `umbrella` is for {@link coalesce}: with Helm ≥ 4.2, once a
 * layer names the alias, nulls of the chart's own values delete and nested null defaults come back; without one, its nulls are ignored.
 */
export function liftUmbrella(
  alias: string,
  own: ValuesLayer | undefined,
  layers: readonly Layer[],
  helm: 3 | 4 = 4,
): { layers: ValuesLayer[]; umbrella: boolean; problems: FlagProblem[] } {
  const problems: FlagProblem[] = [];
  const lifted: ValuesLayer[] = [];
  let given: Tree = emptyMap({ source: 'no values' });
  const lift = (kind: ValuesLayer['kind'], layer: Layer, tree: Tree) => {
    const below = under(tree, alias, problems);
    if (below) lifted.push({ kind, place: layer.place, tree: below });
  };
  for (const layer of layers) {
    if (layer.kind === 'set') {
      given = applyFlags(given, layer.flags, helm, problems);
      lift('inline-values', layer, given);
    } else {
      given = mergeTrees(given, layer.tree);
      lift(layer.kind, layer, layer.tree);
    }
  }
  const umbrella = lifted.length > 0;
  if (own) {
    const below = under(own.tree, alias, problems);
    if (below) lifted.unshift({ ...own, tree: helm === 4 && !umbrella ? withoutNulls(below) : below });
  }
  const global = at(own ? mergeTrees(own.tree, given) : given, ['global']);
  if (global && global.kind !== 'scalar')
    lifted.push({
      kind: 'inline-values',
      place: global.place,
      tree: { ...emptyMap(global.place), entries: new Map([['global', global]]) },
    });
  return { layers: lifted, umbrella, problems };
}

function under(tree: Tree, alias: string, problems: FlagProblem[]): Tree | undefined {
  const found = at(tree, [alias]);
  if (found === undefined || found.kind === 'map' || found.kind === 'opaque') return found;
  const message = `${alias} is no map, and Helm refuses it: type mismatch on ${alias}`;
  if ('file' in found.place) problems.push({ message, place: found.place });
  return opaque(message, found.place);
}

function withoutNulls(tree: Tree): Tree {
  if (tree.kind !== 'map') return tree;
  const entries: Mapping['entries'] = new Map();
  for (const [key, value] of tree.entries) if (value.kind !== 'scalar' || value.value !== null) entries.set(key, withoutNulls(value));
  return { ...tree, entries };
}
