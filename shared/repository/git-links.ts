/** What stands at a path of a tree; the text of a link, undefined where it cannot be one. */
export type TreeNode = 'directory' | 'file' | { link: string | undefined };

/** As many as Linux follows: https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const MOST_LINKS = 40;

/**
 * Where a link leads, as a checkout would have it: every link on the way followed, and `..` taken at the place that is reached.
 * Undefined where it is broken, goes in a circle, or ends outside the root or at it. `prefix` is where the root stands in a larger tree, of which nothing else is known.
 */
export function followLink(path: string, prefix: string, nodeAt: (path: string) => TreeNode | undefined): string | undefined {
  const outer = prefix === '' ? [] : prefix.split('/');
  const here = [...outer, ...path.split('/')];
  const pending = [here.pop()!];
  for (let links = 0; pending.length > 0; ) {
    const segment = pending.shift()!;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (here.pop() === undefined) return undefined;
      continue;
    }
    here.push(segment);
    const isOuter = here.length <= outer.length;
    if (isOuter && here.some((name, i) => name !== outer[i])) return undefined;
    const node = isOuter ? 'directory' : nodeAt(here.slice(outer.length).join('/'));
    if (node === undefined || (node === 'file' && pending.length > 0)) return undefined;
    if (typeof node === 'string') continue;
    if (node.link === undefined || node.link === '' || node.link.startsWith('/') || ++links > MOST_LINKS) return undefined;
    here.pop();
    pending.unshift(...node.link.split('/'));
  }
  return here.length > outer.length && outer.every((name, i) => here[i] === name) ? here.slice(outer.length).join('/') : undefined;
}
