import type { FilePlace, SetFlag, Tree } from '../../model.ts';
import { emptyMap, fromPlain, opaque } from '../../tree.ts';
import { mergeTrees, unseenBelow } from './merge-trees.ts';
import { FlagError, parseFlag } from './strvals.ts';

/** Why Helm refuses a flag, and where the flag stands. */
export interface FlagProblem {
  message: string;
  place: FilePlace;
}

/** Helm's order, whatever the order on the command line. https://github.com/helm/helm/blob/main/pkg/cli/values/options.go */
const ORDER: readonly SetFlag['flag'][] = ['set-json', 'set', 'set-string', 'set-file', 'set-literal'];

/** All `--set…` flags of one command over the values below them. Helm stops at a flag that it cannot read: that is a problem, and the keys it names are opaque. The tree given is not changed. */
export function applyFlags(below: Tree, flags: readonly SetFlag[], helm: 3 | 4, problems: FlagProblem[]): Tree {
  let tree = below;
  for (const kind of ORDER) for (const flag of flags) if (flag.flag === kind) tree = applyFlag(tree, flag, helm, problems);
  return tree;
}

function applyFlag(below: Tree, flag: SetFlag, helm: 3 | 4, problems: FlagProblem[]): Tree {
  if (flag.flag === 'set-json' && /^\s*\{/.test(flag.text) && !flag.opaque) {
    const layer = jsonDocument(flag);
    if (layer && helm === 4) return mergeTrees(below, layer);
    const message = layer ? 'Helm 3 takes no whole document in --set-json' : '--set-json holds no valid JSON';
    problems.push({ message, place: flag.place });
    return unseenBelow(emptyMap(flag.place), opaque(message, flag.place));
  }
  try {
    return parseFlag(below, flag.text, flag.flag, { helm, place: flag.place, opaque: flag.opaque, file: flag.file });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    if (!flag.opaque) problems.push({ message: error.message, place: flag.place });
    const hidden = flag.opaque ?? opaque(error.message, flag.place);
    let tree = below;
    for (const path of error.paths) tree = hide(tree, path, hidden);
    return error.paths.length === 0 ? { ...emptyMap(flag.place), unseen: hidden } : tree;
  }
}

function jsonDocument(flag: SetFlag): Tree | undefined {
  try {
    const value: unknown = JSON.parse(flag.text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? fromPlain(value, flag.place) : undefined;
  } catch {
    return undefined;
  }
}

function hide(tree: Tree, path: readonly string[], hidden: Tree & { kind: 'opaque' }): Tree {
  const [key, ...rest] = path;
  if (key === undefined || tree.kind === 'opaque') return hidden;
  const entries = tree.kind === 'map' ? new Map(tree.entries) : new Map<string, Tree>();
  entries.set(key, hide(entries.get(key) ?? emptyMap(hidden.place), rest, hidden));
  return tree.kind === 'map' ? { ...tree, entries } : { kind: 'map', entries, place: hidden.place, origin: 'set' };
}
