import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { directoryRepository } from '../shared/repository/directory.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { UsageError } from './run.ts';

/** The working tree at a path; throws {@link UsageError} where there is no readable directory. */
export function openRepository(path: string): Repository {
  const full = resolve(path);
  try {
    if (!statSync(full).isDirectory()) throw new UsageError(`expected a directory with a Git working tree, found a file: ${full}`);
    return directoryRepository(full);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(code === 'ENOENT' ? `no such directory: ${full}` : `cannot read ${full} (${code ?? 'unknown error'})`);
  }
}
