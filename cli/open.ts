import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { directoryRepository } from '../shared/repository/directory.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { UsageError } from './usage-error.ts';

/** The working tree at a path; throws {@link UsageError} where there is no readable directory. */
export function openRepository(path: string): Repository {
  const full = resolve(path);
  try {
    if (!statSync(full).isDirectory()) throw new UsageError(`${full} is a file; name the folder of a Git working tree`);
    return directoryRepository(full);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(code === 'ENOENT' ? `there is no folder ${full}` : `cannot read the folder ${full} (${code ?? 'unknown error'})`);
  }
}

/** A path that a person typed, as the repository names it; throws {@link UsageError} where nothing is there. Relative to the working tree, else to the current directory. */
export function pathInside(repository: Repository, root: string, option: string, typed: string): string {
  for (const path of [typed, relative(resolve(root), resolve(typed))]) {
    const clean = path
      .split(/[\\/]/)
      .filter((segment) => segment !== '' && segment !== '.')
      .join('/');
    if (clean === '' || repository.file(clean) !== undefined || repository.isDirectory(clean)) return clean;
  }
  throw new UsageError(`${option} ${typed}: nothing is there in ${resolve(root)} that Git would track`);
}
