import type { FilePlace, Place } from './model.ts';

/** Where a file begins. */
export function startOf(file: string): FilePlace {
  return { file, line: 1, column: 1 };
}

/** A place in a file; the other one for what nobody wrote. */
export function inFile(place: Place | undefined, otherwise: FilePlace): FilePlace {
  return place !== undefined && 'file' in place ? place : otherwise;
}

/** A path of one of two repositories, as everything behind the readers calls it; the root without a slash. */
export function pathIn(name: string, path: string): string {
  return path === '' ? `${name}:` : `${name}:/${path}`;
}

/** A path without its repository; undefined where it is no path of that one. */
export function pathWithin(name: string, path: string): string | undefined {
  const root = `${name}:/`;
  return path.startsWith(root) ? path.slice(root.length) : undefined;
}

/** The name of the repository that a path starts with; undefined where there is one repository. */
export function repositoryOf(path: string): string | undefined {
  return /^([^/:]+):\//.exec(path)?.[1];
}

/** A path in its repository, whichever of two that is. */
export function withoutRepository(path: string): string {
  const name = repositoryOf(path);
  return name === undefined ? path : path.slice(name.length + 2);
}
