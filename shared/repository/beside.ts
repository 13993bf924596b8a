import { type BesideIt, type Repository, type RepositoryFile, UnreadableFile } from './repository.ts';
import { normalize } from './tree-repository.ts';

/**
 * A repository from which another one can be read too, below `name:/` and where it is a submodule: whether that is checked out or not, it is what lies beside.
 * Its own files are all that is listed. One that has a directory of that name stays alone.
 */
export function besideRepository(own: Repository, other: Omit<BesideIt, 'pathOf'>): Repository {
  const root = `${other.name}:`;
  if (own.isDirectory(root) || own.file(root) !== undefined) return own;
  const roots = [root, ...submodules(own).flatMap(({ path, url }) => (other.isAt(url) ? [path] : []))];
  const find = (path: string): { folder: string; inner: string } | undefined => {
    const clean = normalize(path);
    const folder = clean === undefined ? undefined : roots.find((start) => clean === start || clean.startsWith(`${start}/`));
    return folder === undefined ? undefined : { folder, inner: clean!.slice(folder.length + 1) };
  };
  /** Also where a link leads there. */
  const follow = (path: string) => {
    const direct = find(path);
    if (direct !== undefined || roots.length === 1) return direct;
    const real = own.file(path)?.path;
    return real === undefined ? undefined : find(real);
  };
  const named = (folder: string, { path, target, ...rest }: RepositoryFile): RepositoryFile => ({
    ...rest,
    path: `${folder}/${path}`,
    ...(target !== undefined && { target: `${folder}/${target}` }),
  });
  return {
    beside: { ...other, pathOf: (path) => find(path)?.inner },
    files: roots.length === 1 ? own.files : own.files.filter(({ path }) => find(path) === undefined),
    file(path) {
      const found = follow(path);
      if (found === undefined) return own.file(path);
      const file = other.repository.file(found.inner);
      return file && named(found.folder, file);
    },
    isDirectory(path) {
      const found = find(path);
      return found === undefined ? own.isDirectory(path) : other.repository.isDirectory(found.inner);
    },
    directory(path) {
      const found = find(path);
      if (found === undefined) return own.directory(path);
      const { files, directories } = other.repository.directory(found.inner);
      return { files: files.map((file) => named(found.folder, file)), directories };
    },
    read(path) {
      const found = follow(path);
      return found === undefined ? own.read(path) : other.repository.read(found.inner);
    },
    bytes(path) {
      const found = follow(path);
      return found === undefined ? own.bytes(path) : other.repository.bytes(found.inner);
    },
  };
}

/** The repository whose paths stand behind a root: `name:` for the one beside it, nothing for itself. */
export function repositoryAt(repository: Repository, root: string): Repository {
  return root !== '' && repository.beside && root === `${repository.beside.name}:` ? repository.beside.repository : repository;
}

/** Every path that is listed, and those of the repository beside it. */
export function pathsAround({ files, beside }: Repository): string[] {
  const theirs = beside?.repository.files.map(({ path }) => `${beside.name}:/${path}`) ?? [];
  return [...files.map(({ path }) => path), ...theirs];
}

/** A file that is longer is none that `git submodule` wrote. */
const LONGEST = 64 * 1024;

/** https://git-scm.com/docs/gitmodules */
function submodules(repository: Repository): { path: string; url: string }[] {
  let text: string;
  try {
    text = repository.read('.gitmodules');
  } catch (error) {
    if (error instanceof UnreadableFile) return [];
    throw error;
  }
  if (text.length > LONGEST) return [];
  return text.split(/^[ \t]*\[submodule\b.*$/m).flatMap((section) => {
    const value = (key: string) => new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*"?([^"\\n]*?)"?[ \\t\\r]*$`, 'm').exec(section)?.[1];
    const [path, url] = [normalize(value('path') ?? ''), value('url')];
    return path === undefined || path === '' || url === undefined ? [] : [{ path, url }];
  });
}
