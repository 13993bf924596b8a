import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, SourceText, Tree } from '../../model.ts';
import { emptyMap, opaque } from '../../tree.ts';
import type { Fault } from '../fault.ts';
import { refusal } from './kustomization-file.ts';

/**
 * A values file as kustomize reads it where it must be merged with `valuesInline`: by kyaml, not by Helm. Only the first document counts, unquoted
 * `yes`/`off`/`y` are strings, a key with an empty value vanishes while `null` and `~` stay; a key that stands twice and an empty file are refused.
 * https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/builtins/HelmChartInflationGenerator.go
 */
export function readKyamlValues(source: SourceText, faults: Fault[]): Tree {
  const { documents, problems } = parseYaml(source, { dialect: 'strict' });
  const start = { file: source.file, line: source.line, column: 1 };
  const first = documents[0]?.tree;
  if (problems[0])
    faults.push(refusal(`kustomize refuses ${source.file} beside valuesInline: ${problems[0].message}`, [problems[0].place]));
  if (first === undefined || (first.kind === 'scalar' && first.value === null)) {
    faults.push(refusal(`kustomize refuses an empty valuesFile beside valuesInline: ${source.file}`, [start]));
    return emptyMap(start);
  }
  if (first.kind === 'opaque') return first;
  if (first.kind !== 'map') {
    const message = 'is no map of values';
    faults.push(refusal(`kustomize refuses ${source.file} beside valuesInline: it ${message}`, [start]));
    return opaque(message, start);
  }
  return asKyaml(first, source.text.split('\n'), source.line);
}

const WORD = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)(?=[\s,\]}#]|$)/;
const WRITTEN_NULL = /^(?:~|null|Null|NULL)(?=[\s,\]}#]|$)/;

function asKyaml(tree: Mapping, lines: readonly string[], firstLine: number): Mapping {
  const written = (node: Tree): string =>
    'file' in node.place ? (lines[node.place.line - firstLine]?.slice(node.place.column - 1) ?? '') : '';
  const visit = (node: Tree): Tree | undefined => {
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => visit(item) ?? item) };
    if (node.kind === 'map') {
      const entries = new Map<string, Tree>();
      for (const [key, value] of node.entries) {
        const seen = visit(value);
        if (seen) entries.set(key, seen);
      }
      return { ...node, entries };
    }
    if (node.kind !== 'scalar') return node;
    if (typeof node.value === 'boolean') {
      const word = WORD.exec(written(node));
      return word ? { ...node, value: word[0] } : node;
    }
    return node.value === null && !WRITTEN_NULL.test(written(node)) ? undefined : node;
  };
  return (visit(tree) as Mapping | undefined) ?? tree;
}

/**
 * What Helm gets of a values file and `valuesInline`, as two trees of which the second lies over the first.
 * `mergeKeys` says that the file holds `<<`.
 * `override`: inline wins, its nulls remove the file's keys and never reach Helm. `merge`: the file wins, its nulls remove inline's keys.
 */
export function mergeKyaml(file: Tree, inline: Tree, merge: 'override' | 'merge', mergeKeys: boolean, faults: Fault[]): [Tree, Tree] {
  if (file.kind !== 'map' || inline.kind !== 'map') return merge === 'override' ? [file, inline] : [inline, file];
  const [below, above] = merge === 'override' ? [file, inline] : [inline, file];
  return [withoutNulled(below, above, mergeKeys, faults), withoutNulls(above, merge === 'override' ? undefined : below)];
}

/** The lower map without the keys that the upper one nulls. */
function withoutNulled(below: Mapping, above: Mapping, mergeKeys: boolean, faults: Fault[]): Mapping {
  const entries = new Map<string, Tree>();
  for (const [key, value] of below.entries) {
    const over = above.entries.get(key);
    if (over === undefined) {
      // What `<<` brought into a map is lost once kyaml touches that map; it stands before the map's own lines.
      if (!mergeKeys || !bornBefore(value, below)) entries.set(key, value);
      continue;
    }
    if (over.kind === 'scalar' && over.value === null) continue;
    if (value.kind === 'map' && over.kind === 'map') entries.set(key, withoutNulled(value, over, mergeKeys, faults));
    else {
      if (
        (value.kind === 'map') !== (over.kind === 'map') &&
        value.kind !== 'opaque' &&
        over.kind !== 'opaque' &&
        !(value.kind === 'scalar' && value.value === null)
      )
        faults.push(
          refusal(`kustomize cannot merge ${key}: it is a map on one side of valuesFile and valuesInline only`, [over.place, value.place]),
        );
      entries.set(key, value);
    }
  }
  return { ...below, entries };
}

function bornBefore(value: Tree, map: Mapping): boolean {
  if (!('file' in value.place) || !('file' in map.place) || value.place.file !== map.place.file) return false;
  return value.place.line < map.place.line || (value.place.line === map.place.line && value.place.column < map.place.column);
}

/** The upper map without its nulls; with `below`, only without those that removed a key there. */
function withoutNulls(map: Mapping, below: Mapping | undefined): Mapping {
  const entries = new Map<string, Tree>();
  for (const [key, value] of map.entries) {
    const under = below?.entries.get(key);
    if (value.kind === 'scalar' && value.value === null) {
      if (below && under === undefined) entries.set(key, value);
    } else if (value.kind === 'map')
      entries.set(key, below === undefined ? withoutNulls(value, undefined) : under?.kind === 'map' ? withoutNulls(value, under) : value);
    else entries.set(key, value);
  }
  return { ...map, entries };
}
