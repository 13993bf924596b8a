import { readValues } from '../../evaluate/helm/values-document.ts';
import type { Layer, Opaque, SetFlag, Tree } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { emptyMap } from '../../tree.ts';
import type { CiliumChart } from './helm-chart.ts';

/** The layers of an umbrella chart as its Cilium dependency sees them: the chart's own values.yaml first, everything from under the alias. */
export function umbrellaLayers(
  chart: Extract<CiliumChart, { kind: 'umbrella' }>,
  layers: readonly Layer[],
  repository: Repository,
): { layers: Layer[]; files: string[] } {
  const lifted: Layer[] = [];
  const files: string[] = [];
  const own = chart.directory === '' ? 'values.yaml' : `${chart.directory}/values.yaml`;
  if (repository.file(own)) {
    files.push(own);
    let tree: Tree;
    try {
      tree = readValues({ file: own, text: repository.read(own), line: 1, indent: 0, exact: true }, 4).tree;
    } catch {
      tree = { kind: 'opaque', reason: 'the file cannot be read', place: { file: own, line: 1, column: 1 } };
    }
    lifted.push({ kind: 'values-file', place: { file: own, line: 1, column: 1 }, tree: lift(tree, chart.alias) });
  }
  for (const layer of layers) {
    if (layer.kind === 'set') {
      const flags = layer.flags.flatMap((flag) => liftFlag(flag, chart.alias));
      if (flags.length > 0) lifted.push({ ...layer, flags });
    } else lifted.push({ ...layer, tree: lift(layer.tree, chart.alias) });
  }
  return { layers: lifted, files };
}

/** What a parent's values say to the dependency: the map under the alias, and `global`, which every chart shares. */
function lift(tree: Tree, alias: string): Tree {
  if (tree.kind !== 'map') return tree.kind === 'opaque' ? tree : emptyMap(tree.place);
  const below = tree.entries.get(alias) ?? (tree.unseen as Opaque | undefined) ?? emptyMap(tree.place);
  const shared = tree.entries.get('global');
  if (!shared || below.kind !== 'map') return below.kind === 'scalar' && below.value === null ? emptyMap(tree.place) : below;
  return { ...below, entries: new Map([...below.entries, ['global', shared]]) };
}

/** A flag's keys below the alias; keys of other charts fall away, a key that is unknown may be ours. */
function liftFlag(flag: SetFlag, alias: string): SetFlag[] {
  const key = /^[^=]*/.exec(flag.text)![0];
  if (flag.opaque && /[${]/.test(key)) return [flag];
  if (flag.flag === 'set-json' && key.startsWith('{'))
    return [{ ...flag, opaque: { kind: 'opaque', reason: 'a whole document is given to an umbrella chart', place: flag.place } }];
  const parts = flag.flag === 'set' || flag.flag === 'set-string' ? splitPairs(flag.text) : [flag.text];
  const ours = parts
    .filter((part) => part.startsWith(`${alias}.`) || part.startsWith('global.'))
    .map((part) => (part.startsWith('global.') ? part : part.slice(alias.length + 1)));
  return ours.length === 0 ? [] : [{ ...flag, text: ours.join(',') }];
}

/** `a=1,b={x,y}` at the commas that Helm splits at. */
function splitPairs(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let braces = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') braces++;
    else if (text[i] === '}') braces--;
    else if (text[i] === ',' && braces <= 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
