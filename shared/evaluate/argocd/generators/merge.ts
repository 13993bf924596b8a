import type { Tree } from '../../../model.ts';
import { itemsAt } from '../../../tree.ts';
import { Marks, UNSEEN } from '../../go-template/values.ts';
import { flatten } from '../fasttemplate.ts';
import { deepMerge, type Generate } from './matrix.ts';
import { type GeneratorContext, GeneratorError, type Params } from './params.ts';

/** `merge`: the first generator's sets, overridden by those of later generators with the same values under `mergeKeys`. */
export function mergeParams(generator: Tree, context: GeneratorContext, generate: Generate): Params[] {
  const children = itemsAt(generator, 'generators');
  if (children.length < 2) throw new GeneratorError('a merge takes two generators or more', generator.place);
  const keys = itemsAt(generator, 'mergeKeys').flatMap((key) => (key.kind === 'scalar' ? [String(key.value)] : []));
  if (keys.length === 0) throw new GeneratorError('a merge needs mergeKeys', generator.place);
  const [base, ...others] = children.map((child) => generate(child, undefined));
  const result = byKeys(base!, keys, generator);
  for (const sets of others) {
    for (const [key, over] of byKeys(sets, keys, generator)) {
      const own = result.get(key);
      if (over.has(UNSEEN))
        for (const [name, set] of result)
          result.set(name, new Map([...[...set].filter(([param]) => keys.includes(param)), [UNSEEN, over.get(UNSEEN)]]));
      else if (own) result.set(key, context.goTemplate ? deepMerge(own, over) : new Map([...own, ...over]));
    }
  }
  return [...result.values()];
}

function byKeys(sets: readonly Params[], keys: readonly string[], generator: Tree): Map<string, Params> {
  const found = new Map<string, Params>();
  for (const set of sets) {
    const flat = flatten(set, new Marks());
    const name = set.has(UNSEEN) ? `unknown ${found.size}` : JSON.stringify(keys.map((key) => String(flat.get(key) ?? '')));
    if (found.has(name)) throw new GeneratorError('two sets of one generator in a merge have the same merge keys', generator.place);
    found.set(name, set);
  }
  return found;
}
