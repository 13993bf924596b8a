import { plainText } from '../shared/report/escape.ts';
import { isPair, type NamedRepository, type Repositories } from '../shared/repository/pair.ts';
import type { Repository } from '../shared/repository/repository.ts';

const PATIENCE_MS = 1000;
const BETWEEN_MS = 100;

/** The repositories, saying on a terminal which file is read once a run takes more than a second; `clear` takes the line away. */
export function showProgress(
  repositories: Repositories,
  columns: number,
  write: (text: string) => void,
): { repositories: Repositories; clear(): void } {
  let next = performance.now() + PATIENCE_MS;
  let shown = false;
  const tick = (path: string) => {
    const now = performance.now();
    if (now < next) return;
    next = now + BETWEEN_MS;
    shown = true;
    write(`\r\u001b[2K${plainText(`reading ${path}`, Math.max(20, columns - 1))}`);
  };
  const watch = (repository: Repository): Repository => ({
    files: repository.files,
    file: (path) => repository.file(path),
    isDirectory: (path) => repository.isDirectory(path),
    directory: (path) => repository.directory(path),
    read: (path) => {
      tick(path);
      return repository.read(path);
    },
    bytes: (path) => {
      tick(path);
      return repository.bytes(path);
    },
  });
  const named = ({ name, repository }: NamedRepository) => ({ name, repository: watch(repository) });
  return {
    repositories: isPair(repositories)
      ? { ...repositories, bootstrap: named(repositories.bootstrap), argocd: named(repositories.argocd) }
      : watch(repositories),
    clear: () => {
      if (shown) write('\r\u001b[2K');
    },
  };
}
