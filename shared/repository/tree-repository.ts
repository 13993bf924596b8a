import {
  LARGEST_FILE,
  LeftOutFile,
  MOST_TEXT,
  type Repository,
  type RepositoryFile,
  UnreadableFile,
  UnusableRepository,
} from './repository.ts';

/** What a kind of repository must be able to do itself; listing, links, limits and keeping are done here. */
export interface Store {
  list(): RepositoryFile[];
  /** The bytes of a regular file; a number where there are more than the limit: how many. May throw; {@link UnusableRepository} where nothing that was read so far may be relied on. */
  bytes(path: string, limit: number): Uint8Array | number;
}

/** As many as Linux follows. */
const MAX_LINKS = 40;
const UTF8 = new TextDecoder('utf-8');
const MIB = 1024 * 1024;

/** A {@link Repository} over a store. */
export class TreeRepository implements Repository {
  readonly files: readonly RepositoryFile[];
  readonly #store: Store;
  readonly #byPath = new Map<string, RepositoryFile>();
  readonly #directories = new Map<string, { files: RepositoryFile[]; directories: Set<string> }>();
  readonly #texts = new Map<string, string>();
  /** How many bytes are kept as text. */
  #kept = 0;
  /** What was read last: whoever finds its bytes worth while asks for its text next. */
  #last: { path: string; bytes: Uint8Array } | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.files = store.list().sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    this.#directories.set('', { files: [], directories: new Set() });
    for (const file of this.files) {
      this.#byPath.set(file.path, file);
      const slash = file.path.lastIndexOf('/');
      this.#directory(slash < 0 ? '' : file.path.slice(0, slash)).files.push(file);
    }
  }

  file(path: string): RepositoryFile | undefined {
    const real = this.#resolve(normalize(path));
    return real === undefined ? undefined : this.#byPath.get(real);
  }

  isDirectory(path: string): boolean {
    const real = this.#resolve(normalize(path));
    return real !== undefined && this.#directories.has(real);
  }

  directory(path: string): { files: RepositoryFile[]; directories: string[] } {
    const real = this.#resolve(normalize(path));
    const found = real === undefined ? undefined : this.#directories.get(real);
    if (!found) return { files: [], directories: [] };
    const directories = new Set(found.directories);
    for (const file of found.files)
      if (file.target !== undefined && this.isDirectory(file.path)) directories.add(file.path.slice(file.path.lastIndexOf('/') + 1));
    return { files: found.files, directories: [...directories].sort() };
  }

  read(path: string): string {
    const key = this.file(path)?.path ?? path;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const bytes = this.bytes(path);
      if (bytes.subarray(0, 8192).includes(0)) throw new UnreadableFile(path, 'is not text (it holds NUL bytes)');
      if (this.#kept + bytes.length > MOST_TEXT)
        throw new LeftOutFile(path, `is left out: the files before it hold the ${MOST_TEXT / MIB} MiB of text that one run reads`);
      this.#kept += bytes.length;
      text = UTF8.decode(bytes);
      this.#texts.set(key, text);
    }
    return text;
  }

  bytes(path: string): Uint8Array {
    const file = this.file(path);
    if (!file) throw new UnreadableFile(path, 'does not exist');
    if (this.#last?.path === file.path) return this.#last.bytes;
    let bytes: Uint8Array | number;
    this.#last = undefined;
    try {
      bytes = this.#store.bytes(file.path, LARGEST_FILE);
    } catch (error) {
      if (error instanceof UnusableRepository) throw error;
      throw new UnreadableFile(path, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
    if (typeof bytes === 'number')
      throw new UnreadableFile(path, `is ${Math.round(bytes / MIB)} MiB, more than the ${LARGEST_FILE / MIB} MiB that are read`);
    this.#last = { path: file.path, bytes };
    return bytes;
  }

  #directory(path: string): { files: RepositoryFile[]; directories: Set<string> } {
    let found = this.#directories.get(path);
    if (!found) {
      found = { files: [], directories: new Set() };
      this.#directories.set(path, found);
      const slash = path.lastIndexOf('/');
      this.#directory(slash < 0 ? '' : path.slice(0, slash)).directories.add(path.slice(slash + 1));
    }
    return found;
  }

  /** The path with every symbolic link on the way followed; undefined where it leaves the root or goes in a circle. */
  #resolve(path: string | undefined, links = 0): string | undefined {
    if (path === undefined || links > MAX_LINKS) return undefined;
    const here = this.#byPath.get(path);
    if (here) return here.target === undefined ? path : this.#resolve(here.target, links + 1);
    if (this.#directories.has(path)) return path;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const link = this.#byPath.get(path.slice(0, slash));
      if (link) return link.target === undefined ? undefined : this.#resolve(normalize(`${link.target}${path.slice(slash)}`), links + 1);
    }
    return undefined;
  }
}

/** The path without `.`, `..`, double or outer slashes; undefined where it leaves the root. */
export function normalize(path: string): string | undefined {
  if (!path.includes('//') && !path.includes('./') && !/^\/|[./]$/.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else segments.push(segment);
  }
  return segments.join('/');
}

/** A path relative to a directory of the repository; undefined where it leaves the root. */
export function join(directory: string, path: string): string | undefined {
  return normalize(`${directory}/${path}`);
}

/** The directory of a path, '' for the root. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
