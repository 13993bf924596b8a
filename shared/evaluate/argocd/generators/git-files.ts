import { wholeFile } from '../../../language/source-text.ts';
import { parseYaml } from '../../../language/yaml/parse.ts';
import type { Tree } from '../../../model.ts';
import { startOf } from '../../../place.ts';
import { repositoryAt } from '../../../repository/beside.ts';
import { UnreadableFile } from '../../../repository/repository.ts';
import { dirname } from '../../../repository/tree-repository.ts';
import { fromTree, type GoMap, Marks } from '../../go-template/values.ts';
import { flatten } from '../fasttemplate.ts';
import { pathBelow } from '../this-repository.ts';
import { prefixOf, withPath } from './git-directories.ts';
import { type GeneratorContext, GeneratorError, type Params, unknownParams } from './params.ts';
import { askedFor, pathspecMatch } from './path-pattern.ts';

/** `git` with `files`: one set of parameters for each matching file, or for each item of a list in it. */
export function gitFileParams(generator: Tree, root: string, context: GeneratorContext): Params[] {
  const asked = askedFor(generator, 'files', pathspecMatch);
  if (typeof asked !== 'function') return unknownParams(asked.reason, asked.place, context);
  return repositoryAt(context.repository, root).files.flatMap(({ path }) =>
    asked(path) ? fileParams(path, root, generator, context) : [],
  );
}

function fileParams(path: string, root: string, generator: Tree, context: GeneratorContext): Params[] {
  const file = pathBelow(root, path);
  let text: string;
  try {
    text = context.repository.read(file);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new GeneratorError(`the git file generator cannot read ${path}: it ${error.message}`, startOf(file));
  }
  const { documents, problems } = parseYaml(wholeFile(file, text), { templates: false });
  if (problems[0] && documents[0]?.tree.kind !== 'map')
    throw new GeneratorError(`the git file generator cannot read ${path}: it ${problems[0].message}`, problems[0].place);
  context.files.add(file);
  const tree = documents[0]?.tree;
  const empty = tree === undefined || (tree.kind === 'scalar' && tree.value === null);
  const entries = empty ? [undefined] : tree.kind === 'list' ? tree.items : [tree];
  const directory = dirname(path) || '.';
  return entries.map((entry) => {
    const value = entry === undefined ? new Map() : fromTree(entry);
    if (!(value instanceof Map)) throw new GeneratorError(`the git file generator cannot use ${path}: it holds no map`, startOf(file));
    const params: GoMap = context.goTemplate ? value : flatten(value, new Marks());
    return withPath(params, directory, path.slice(path.lastIndexOf('/') + 1), prefixOf(generator), context.goTemplate);
  });
}
