import type { Repository } from '../shared/repository/repository.ts';
import { TreeRepository } from '../shared/repository/tree-repository.ts';

/** A repository with some folders as they are in another one. */
export function withFolders(repository: Repository, other: Repository, folders: readonly string[]): Repository {
  if (folders.length === 0) return repository;
  const isOther = (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));
  return new TreeRepository({
    list: () => [...repository.files.filter(({ path }) => !isOther(path)), ...other.files.filter(({ path }) => isOther(path))],
    bytes: (path, limit) => {
      const from = isOther(path) ? other : repository;
      const size = from.file(path)?.size ?? 0;
      return size > limit ? size : from.bytes(path);
    },
  });
}
