import type { Repository } from './repository.ts';
import { TreeRepository } from './tree-repository.ts';

/** A repository of texts; `{ symlink }` makes a link to a path inside it. */
export function memoryRepository(files: Record<string, string | Uint8Array | { symlink: string }>): Repository {
  const contents = new Map(
    Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? new TextEncoder().encode(file) : file] as const),
  );
  return new TreeRepository({
    list: () =>
      [...contents].map(([path, file]) =>
        file instanceof Uint8Array ? { path, size: file.length } : { path, size: 0, target: file.symlink },
      ),
    bytes: (path, limit) => {
      const bytes = contents.get(path) as Uint8Array;
      return bytes.length > limit ? bytes.length : bytes;
    },
  });
}
