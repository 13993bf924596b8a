import type { FilePlace, SetFlag, SetLayer, Tree } from '../../model.ts';
import { at, isTrue, itemsAt, opaque, textAt } from '../../tree.ts';
import { type Environment, expand } from './environment.ts';

/** `helm.parameters` as the `--set` and `--set-string` flags that Argo CD makes of them; of one name the last counts. */
export function parameterFlags(helm: Tree, environment: Environment): SetFlag[] {
  const byName = { set: new Map<string, SetFlag>(), 'set-string': new Map<string, SetFlag>() };
  for (const parameter of itemsAt(helm, 'parameters')) {
    const [name, value, force] = [textAt(parameter, 'name'), at(parameter, 'value'), at(parameter, 'forceString')];
    if (name === undefined) continue;
    const flag = isTrue(force) ? 'set-string' : 'set';
    const place = parameter.place as FilePlace;
    const text = value === undefined ? '' : value.kind === 'scalar' ? expand(String(value.value ?? ''), environment) : undefined;
    const unknown =
      value?.kind === 'opaque' ? value : text === undefined ? opaque('it holds a variable whose value is not in Git', place) : undefined;
    byName[flag].delete(name);
    byName[flag].set(name, {
      flag,
      text: `${name}=${unknown ? '' : escapeCommas(text as string)}`,
      place,
      ...(unknown ? { opaque: unknown } : {}),
    });
  }
  return [...byName.set.values(), ...byName['set-string'].values()];
}

/** A value in braces is a list; in any other every comma that is not escaped belongs to the value. */
function escapeCommas(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replace(/(^|[^\\]),/g, '$1\\,').replace(/(^|[^\\]),/g, '$1\\,');
}

/** A layer of flags; none where there are none. */
export function setLayer(flags: SetFlag[]): SetLayer[] {
  return flags.length === 0 ? [] : [{ kind: 'set', place: flags[0]!.place, flags }];
}
