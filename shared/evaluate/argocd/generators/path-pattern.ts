import { glob } from '../../../glob.ts';

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
