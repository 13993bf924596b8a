import { glob } from '../../../glob.ts';
import type { Opaque, Tree } from '../../../model.ts';
import { at, isTrue, itemsAt, opaque } from '../../../tree.ts';

type Fits = (path: string) => boolean;

/** What `directories` or `files` of a git generator ask for: patterns, without what fits one that excludes; opaque where a pattern cannot be known. */
export function askedFor(generator: Tree, key: 'directories' | 'files', match: (pattern: string) => Fits | undefined): Fits | Opaque {
  const included: Fits[] = [];
  const excluded: Fits[] = [];
  for (const entry of itemsAt(generator, key)) {
    const path = at(entry, 'path');
    if (path?.kind === 'opaque') return path;
    if (path === undefined) return opaque('its pattern cannot be known', entry.place);
    const fits = path.kind === 'scalar' ? match(String(path.value)) : undefined;
    if (fits) (isTrue(at(entry, 'exclude')) ? excluded : included).push(fits);
  }
  return (path) => included.some((fits) => fits(path)) && !excluded.some((fits) => fits(path));
}

/** Go's path.Match: `*` and `?` stay inside a segment, and `**` is no more than `*`. Undefined for a bad pattern. */
export function pathMatch(pattern: string): ((path: string) => boolean) | undefined {
  return glob(pattern, { sets: true, escapes: true });
}

/** A pathspec of `git ls-files`: `*`, `?` and classes cross `/`; without any of them it is a file or a directory with everything below. */
export function pathspecMatch(pattern: string): (path: string) => boolean {
  const clean = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  const below = (path: string) => clean === '' || clean === '.' || path === clean || path.startsWith(`${clean}/`);
  if (!/[*?[\\]/.test(pattern)) return below;
  const fits = glob(pattern.replace(/^\.\//, ''), { crosses: true, sets: true, escapes: true });
  return (path) => below(path) || fits?.(path) === true;
}
