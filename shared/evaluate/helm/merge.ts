import type { Layer, Mapping, Place, Tree } from '../../model.ts';
import { emptyMap } from '../../tree.ts';
import { applyFlags, type FlagProblem } from './flag-order.ts';
import { mergeTrees, unseenBelow } from './merge-trees.ts';

/**
 * All layers of a declaration as one tree of user values, left to right, as Helm merges them before the chart's defaults come in; nulls stay.
 * Places and origins of leaves are those of the layer that won. What an opaque layer may have overwritten is opaque.
 * Every problem is one for which Helm refuses to run.
 */
export function mergeLayers(layers: readonly Layer[], helm: 3 | 4 = 4): { tree: Tree; problems: FlagProblem[] } {
  const problems: FlagProblem[] = [];
  const place: Place = layers[0]?.place ?? { source: 'no values' };
  let tree: Tree = emptyMap(place);
  for (const layer of layers) {
    if (layer.kind === 'set') tree = applyFlags(tree, layer.flags, helm, problems);
    else tree = layer.tree.kind === 'scalar' && layer.tree.value === null ? tree : mergeTrees(tree, layer.tree);
  }
  return { tree, problems };
}

/**
 * `.Values` as templates see them: user values over the chart's defaults, with the nulls that Helm keeps.
 * `helm`: 4 (the default) is Helm 4.2 and later, 3 every Helm up to 3.20.0 and 4.1.1. `umbrella`: the values came through a parent chart that names the dependency in them, where Helm ≥ 4.2 brings nested null defaults back.
 */
export function coalesce(defaults: Mapping, user: Tree, options: { helm?: 3 | 4; umbrella?: boolean } = {}): Tree {
  const rules: Rules = {
    keepsNullDefaults: (options.helm ?? 4) === 3,
    umbrella: options.umbrella === true,
  };
  if (user.kind === 'opaque') return { ...defaults, entries: new Map(), unseen: user };
  return coalesceMaps(defaults, user.kind === 'map' ? user : emptyMap(user.place), rules, true);
}

interface Rules {
  keepsNullDefaults: boolean;
  umbrella: boolean;
}

function coalesceMaps(defaults: Mapping, user: Mapping, rules: Rules, top: boolean): Mapping {
  const entries = new Map<string, Tree>();
  const keepsNull = rules.keepsNullDefaults || (rules.umbrella && !top);
  if (!user.unseen) {
    for (const [key, value] of defaults.entries) {
      if (user.entries.has(key)) continue;
      const kept = keptDefault(value, rules, keepsNull);
      if (kept) entries.set(key, kept);
    }
  }
  for (const [key, value] of user.entries) {
    const known = defaults.entries.get(key) ?? (defaults.unseen && !user.unseen ? defaults.unseen : undefined);
    if (known === undefined) entries.set(key, value);
    else if (isNull(value)) {
      if (isNull(known) && !top && !rules.keepsNullDefaults) entries.set(key, value);
    } else if (value.kind === 'map' && known.kind === 'map') entries.set(key, coalesceMaps(known, value, rules, false));
    else if (value.kind === 'map' && known.kind === 'opaque') entries.set(key, unseenBelow(value, known));
    else entries.set(key, value);
  }
  const unseen = user.unseen ?? defaults.unseen;
  return {
    kind: 'map',
    entries,
    place: user.entries.size > 0 ? user.place : defaults.place,
    origin: user.entries.size > 0 ? user.origin : defaults.origin,
    ...(unseen && { unseen }),
  };
}

/** A default that the user does not name; undefined where Helm drops it for being null. */
function keptDefault(value: Tree, rules: Rules, keepsNull: boolean): Tree | undefined {
  if (isNull(value)) return keepsNull ? value : undefined;
  if (value.kind !== 'map' || rules.keepsNullDefaults || rules.umbrella || !holdsNull(value)) return value;
  const entries = new Map<string, Tree>();
  for (const [key, child] of value.entries) {
    const kept = keptDefault(child, rules, false);
    if (kept) entries.set(key, kept);
  }
  return { ...value, entries };
}

function holdsNull(map: Mapping): boolean {
  for (const value of map.entries.values()) if (isNull(value) || (value.kind === 'map' && holdsNull(value))) return true;
  return false;
}

function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}
