import { embedded } from '../../../language/source-text.ts';
import { parseYaml } from '../../../language/yaml/parse.ts';
import type { Tree } from '../../../model.ts';
import { at } from '../../../tree.ts';
import { fromTree, type GoValue, UNSEEN, Unknown } from '../../go-template/values.ts';
import { type GeneratorContext, GeneratorError, type Params, unknownParams } from './params.ts';

/** `list`: the elements as they are written, then those of `elementsYaml`. */
export function listParams(generator: Tree, context: GeneratorContext): Params[] {
  const params: Params[] = [];
  const elements = at(generator, 'elements');
  if (elements?.kind === 'opaque') params.push(...unknownParams(elements.reason, elements.place, context));
  for (const element of elements?.kind === 'list' ? elements.items : []) {
    if (element.kind === 'opaque') params.push(...unknownParams(element.reason, element.place, context));
    else if (element.kind !== 'map') throw new GeneratorError('an element of the list generator is no map', element.place);
    else params.push(context.goTemplate ? (fromTree(element) as Params) : flatElement(element));
  }
  const yaml = at(generator, 'elementsYaml');
  if (yaml?.kind === 'opaque') params.push(...unknownParams(yaml.reason, yaml.place, context));
  if (yaml?.kind === 'scalar' && typeof yaml.value === 'string' && yaml.value !== '') {
    const { documents, problems } = parseYaml(embedded(yaml), { templates: false });
    if (problems[0]) throw new GeneratorError(`elementsYaml ${problems[0].message}`, problems[0].place);
    const list = fromTree(documents[0]?.tree);
    if (!Array.isArray(list)) throw new GeneratorError('elementsYaml is no list', yaml.place);
    for (const item of list) if (item instanceof Map) params.push(item);
  }
  return params;
}

function flatElement(element: Extract<Tree, { kind: 'map' }>): Params {
  const params: Params = new Map();
  const text = (value: Tree): GoValue => {
    if (value.kind === 'opaque') return new Unknown(value);
    if (value.kind === 'scalar' && typeof value.value === 'string') return value.value;
    throw new GeneratorError('without goTemplate every value of a list element must be a string', value.place);
  };
  for (const [key, value] of element.entries) {
    if (key === 'values' && value.kind === 'map') for (const [name, inner] of value.entries) params.set(`values.${name}`, text(inner));
    else params.set(key, text(value));
  }
  if (element.unseen) params.set(UNSEEN, new Unknown(element.unseen));
  return params;
}
