import { parseYaml, type YamlDocument, type YamlOptions, type YamlProblem } from '../../language/yaml/parse.ts';
import type { FilePlace, Mapping, Opaque, SourceText, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { emptyMap, opaque } from '../../tree.ts';
import { mergeTrees } from './merge-trees.ts';

/**
 * A values file as `helm -f` reads it: a map (empty for an empty file). Helm 3 reads the first of several documents, Helm 4 merges all of them.
 * What Helm refuses is an opaque and a problem.
 */
export function readValues(source: SourceText, helm: 3 | 4, options?: YamlOptions): { tree: Tree; problems: YamlProblem[] } {
  // Helm 4 splits the documents by lines and gives the last one its line break.
  const text = helm === 4 && !source.text.endsWith('\n') ? `${source.text}\n` : source.text;
  const parsed = parseYaml({ ...source, text }, options);
  const { documents } = parsed;
  const problems = [...parsed.problems];
  const start: FilePlace = { file: source.file, line: source.line, column: source.exact ? 1 + source.indent : (source.column ?? 1) };
  const directive = /^(?:#.*\n|[ \t\r]*\n)*%YAML[ \t]+(\S+)/.exec(text.slice(0, 1000));
  if (directive && (helm === 4 || directive[1] !== '1.1'))
    return refuse('begins with a %YAML directive, which Helm refuses', start, problems);
  const read = documents.filter((document) => !document.bare).slice(0, helm === 3 ? 1 : undefined);
  let values: Tree | undefined;
  for (const { tree } of read) {
    const layer = asValues(tree, start, problems);
    values = values === undefined ? layer : mergeTrees(values, layer);
  }
  return { tree: values ?? emptyMap(start), problems };
}

function asValues(tree: YamlDocument['tree'], start: FilePlace, problems: YamlProblem[]): Mapping | Opaque {
  if (tree.kind === 'map' || tree.kind === 'opaque') return tree;
  const place = inFile(tree.place, start);
  if (tree.kind === 'scalar' && tree.value === null) return emptyMap(place);
  return refuse(
    `is no map of values, and Helm refuses it: a ${tree.kind === 'list' ? 'list' : typeof tree.value} stands at its top`,
    place,
    problems,
  ).tree;
}

function refuse(message: string, place: FilePlace, problems: YamlProblem[]): { tree: Opaque; problems: YamlProblem[] } {
  problems.push({ message, place });
  return { tree: opaque(message, place), problems };
}
