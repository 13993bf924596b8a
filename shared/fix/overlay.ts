import { isPair, type Repositories } from '../repository/pair.ts';
import type { Repository, RepositoryFile } from '../repository/repository.ts';

/** A repository in which some files, by the paths that they really have, hold other texts. Nothing is written. */
export function withTexts(repository: Repository, texts: ReadonlyMap<string, string>): Repository {
  const bytes = new Map([...texts].map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const sized = (file: RepositoryFile): RepositoryFile => {
    const own = bytes.get(file.path);
    return own ? { path: file.path, size: own.length } : file;
  };
  const edited = (path: string) => bytes.get(repository.file(path)?.path ?? '');
  return {
    files: repository.files.map(sized),
    file(path) {
      const file = repository.file(path);
      return file && sized(file);
    },
    isDirectory: (path) => repository.isDirectory(path),
    directory(path) {
      const { files, directories } = repository.directory(path);
      return { files: files.map(sized), directories };
    },
    read: (path) => (edited(path) ? new TextDecoder().decode(edited(path)) : repository.read(path)),
    bytes: (path) => edited(path) ?? repository.bytes(path),
    ...(repository.beside && { beside: repository.beside }),
  };
}

/** The repository of a side. */
export function repositoryOfSide(repositories: Repositories, side: 'bootstrap' | 'argocd'): Repository {
  return isPair(repositories) ? repositories[side].repository : repositories;
}

/** Both repositories, or the one, with other texts in the repository of a side. */
export function withTextsOfSide(
  repositories: Repositories,
  side: 'bootstrap' | 'argocd',
  texts: ReadonlyMap<string, string>,
): Repositories {
  if (texts.size === 0) return repositories;
  if (!isPair(repositories)) return withTexts(repositories, texts);
  return { ...repositories, [side]: { ...repositories[side], repository: withTexts(repositories[side].repository, texts) } };
}
