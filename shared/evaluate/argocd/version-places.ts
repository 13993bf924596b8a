import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Tree } from '../../model.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { at, isMap } from '../../tree.ts';
import type { GeneratorContext, Params } from './generators/params.ts';

const PARAMETER = /^\{\{-?\s*\.?([A-Za-z_]\w*(?:\.\w+)*)\s*-?\}\}$/;

/** The rendered template, with versions that are one parameter of a generator's file at the line of that file: there they are edited, not in the template. */
export function placeVersions(rendered: Mapping, template: Mapping, params: Params, context: GeneratorContext): Mapping {
  const [written, filled] = [at(template, 'spec'), at(rendered, 'spec')];
  if (!isMap(written) || !isMap(filled)) return rendered;
  const file = fileOf(params, context);
  if (file === undefined) return rendered;
  const spec = new Map(filled.entries);
  const source = spec.get('source');
  if (source) spec.set('source', placeVersion(source, written.entries.get('source'), file));
  const [sources, templates] = [spec.get('sources'), written.entries.get('sources')];
  if (sources?.kind === 'list' && templates?.kind === 'list')
    spec.set('sources', { ...sources, items: sources.items.map((one, i) => placeVersion(one, templates.items[i], file)) });
  return { ...rendered, entries: new Map(rendered.entries).set('spec', { ...filled, entries: spec }) };
}

function placeVersion(source: Tree, template: Tree | undefined, file: Tree): Tree {
  const [revision, written] = [at(source, 'targetRevision'), at(template, 'targetRevision')];
  if (!isMap(source) || revision?.kind !== 'scalar' || written?.kind !== 'scalar') return source;
  const name = PARAMETER.exec(String(written.value))?.[1];
  const parameter = name === undefined ? undefined : at(file, name.split('.'));
  if (parameter?.kind !== 'scalar' || String(parameter.value) !== String(revision.value)) return source;
  return { ...source, entries: new Map(source.entries).set('targetRevision', { ...revision, place: parameter.place }) };
}

/** The file that the parameters come from, where a generator of files says which. */
function fileOf(params: Params, { repository, files }: GeneratorContext): Tree | undefined {
  const path = params.get('path');
  const [directory, name] = path instanceof Map ? [path.get('path'), path.get('filename')] : [path, params.get('path.filename')];
  if (typeof directory !== 'string' || typeof name !== 'string') return undefined;
  const end = directory === '.' ? name : `${directory}/${name}`;
  const file = [...files].find((one) => one === end || one.endsWith(`/${end}`));
  if (file === undefined) return undefined;
  try {
    return parseYaml(wholeFile(file, repository.read(file)), { templates: false }).documents[0]?.tree;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return undefined;
  }
}
