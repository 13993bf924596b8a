import { embedded } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Tree } from '../../model.ts';
import { at, isMap, opaque } from '../../tree.ts';
import { mergePatch } from '../kustomize/patches.ts';
import { GeneratorError, type Params } from './generators/params.ts';
import { renderString, type StringOptions } from './render-strings.ts';

/**
 * An Application with the `templatePatch` of its set: rendered as text, then merged; lists replace, null removes.
 * Where the text hangs on something that cannot be known, its readable parts are merged and the rest of what it could change is opaque.
 */
export function applyTemplatePatch(application: Mapping, patch: Tree, params: Params, options: StringOptions): Mapping {
  const rendered = params.size === 0 ? patch : renderString(patch, params, options);
  if (rendered.kind === 'opaque') {
    const { documents } = rendered.block ? parseYaml(rendered.block, { templates: 'go' }) : { documents: [] };
    const tree = documents[0]?.tree;
    if (!isMap(tree)) return { ...application, unseen: opaque(rendered.reason, rendered.place) };
    return mergePatch(application, tree) as Mapping;
  }
  if (rendered.kind !== 'scalar' || typeof rendered.value !== 'string') return application;
  const { documents, problems } = parseYaml(embedded(rendered), { templates: false });
  if (problems[0]) throw new GeneratorError(`its templatePatch ${problems[0].message}`, problems[0].place);
  const tree = documents[0]?.tree;
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return application;
  if (!isMap(tree)) throw new GeneratorError('its templatePatch is no map', tree.place);
  for (const source of [at(tree, 'spec.source'), ...listOf(at(tree, 'spec.sources'))]) mustBeLists(source);
  return mergePatch(application, tree) as Mapping;
}

function mustBeLists(source: Tree | undefined): void {
  for (const key of ['valueFiles', 'parameters', 'fileParameters']) {
    const node = at(source, ['helm', key]);
    if (node?.kind === 'scalar' && node.value !== null)
      throw new GeneratorError(`its templatePatch sets ${key} to something that is no list`, node.place);
  }
}

function listOf(tree: Tree | undefined): Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}
