import type { Repository } from '../shared/repository/repository.ts';
import { TreeRepository } from '../shared/repository/tree-repository.ts';

/** A repository with those files of another one that it does not list itself and `isMissing` asks for. */
export function withFiles(repository: Repository, other: Repository, isMissing: (path: string) => boolean): Repository {
  const listed = new Set(repository.files.map(({ path }) => path));
  const missing = new Map(other.files.filter(({ path }) => !listed.has(path) && isMissing(path)).map((file) => [file.path, file]));
  if (missing.size === 0) return repository;
  return new TreeRepository({
    list: () => [...repository.files, ...missing.values()],
    bytes: (path, limit) => {
      const from = missing.has(path) ? other : repository;
      const size = from.file(path)?.size ?? 0;
      return size > limit ? size : from.bytes(path);
    },
  });
}
