/** A path of one of two repositories, as everything behind the readers calls it; the root without a slash. */
export function pathIn(name: string, path: string): string {
  return path === '' ? `${name}:` : `${name}:/${path}`;
}

/** A path without its repository; undefined where it is no path of that one. */
export function pathWithin(name: string, path: string): string | undefined {
  const root = `${name}:/`;
  return path.startsWith(root) ? path.slice(root.length) : undefined;
}
