import type { Tree } from '../../model.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import type { HelmfileState } from './helmfile-state.ts';

/** A release with the templates that it inherits: lists grow, everything else is replaced. https://helmfile.readthedocs.io/en/latest/writing-helmfile/#release-template-conventional-directory-structure */
export function withTemplates(release: Tree, state: HelmfileState, path: readonly string[]): Tree {
  if (!isMap(release)) return release;
  const inherited =
    path.length === 0
      ? [...state.parts.flatMap((p) => inheritsOf(p, 'defaultInherit')), ...inheritsOf(release, 'inherit')]
      : inheritsOf(release, 'inherit');
  let entries = new Map<string, Tree>();
  const add = (from: Tree & { kind: 'map' }, except: readonly string[]) => {
    for (const [key, value] of from.entries) {
      if (except.includes(key) || key === 'inherit') continue;
      const before = entries.get(key);
      entries.set(
        key,
        before?.kind === 'list' && value.kind === 'list'
          ? { ...value, items: [...before.items, ...value.items] }
          : before?.kind === 'map' && value.kind === 'map'
            ? { ...value, entries: new Map([...before.entries, ...value.entries]) }
            : value,
      );
    }
  };
  for (const inherit of inherited.slice(0, 16)) {
    const name = inherit.kind === 'scalar' ? String(inherit.value) : textAt(inherit, 'template');
    if (name === undefined || path.includes(name)) continue;
    const template = state.parts.map((p) => at(p, ['templates', name])).findLast((t) => t !== undefined);
    const whole = template && withTemplates(template, state, [...path, name]);
    if (whole && isMap(whole))
      add(
        whole,
        itemsAt(inherit, 'except').map((e) => (e.kind === 'scalar' ? String(e.value) : '')),
      );
  }
  if (entries.size === 0) return release;
  entries = new Map(entries);
  add(release, []);
  return { ...release, entries };
}

/** A list of templates' names, or one name. */
function inheritsOf(tree: Tree, key: string): Tree[] {
  const written = at(tree, key);
  return written?.kind === 'scalar' && typeof written.value === 'string' ? [written] : itemsAt(tree, key);
}
