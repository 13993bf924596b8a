import type { Tree } from '../../../model.ts';
import { itemsAt } from '../../../tree.ts';
import { type GoMap, UNSEEN, Unknown } from '../../go-template/values.ts';
import { type GeneratorContext, GeneratorError, type Params } from './params.ts';

/** How a child generator is worked out; `given` are the parameters that its own fields may use. */
export type Generate = (generator: Tree, given: Params | undefined) => Params[];

/** `matrix`: each set of the first generator with each of the second, whose fields may use the first's parameters. */
export function matrixParams(generator: Tree, context: GeneratorContext, generate: Generate): Params[] {
  const children = itemsAt(generator, 'generators');
  if (children.length !== 2)
    throw new GeneratorError(`a matrix takes two generators, and this one has ${children.length}`, generator.place);
  const combined: Params[] = [];
  for (const first of generate(children[0]!, undefined)) {
    for (const second of generate(children[1]!, first)) {
      if (combined.length >= MOST_PARAMS) return combined;
      combined.push(context.goTemplate ? deepMerge(second, first) : combine(first, second, generator));
    }
  }
  return combined;
}

/** More Applications come out of no ApplicationSet that people write. */
const MOST_PARAMS = 5000;

function combine(a: Params, b: Params, generator: Tree): Params {
  const result: Params = new Map(a);
  for (const [key, value] of b) {
    const known = result.get(key);
    if (known !== undefined && known !== value && key !== UNSEEN && !(known instanceof Unknown) && !(value instanceof Unknown))
      throw new GeneratorError(`the generators of a matrix give the parameter ${key} two values`, generator.place);
    if (known === undefined) result.set(key, value);
  }
  return result;
}

/** The lower map with the upper one over it, at every depth. */
export function deepMerge(below: GoMap, above: GoMap, depth = 0): GoMap {
  const result: GoMap = new Map(below);
  if (depth > 60) return result;
  for (const [key, value] of above) {
    const known = result.get(key);
    result.set(key, known instanceof Map && value instanceof Map ? deepMerge(known, value, depth + 1) : value);
  }
  return result;
}
