import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { memoryRepository } from '../../shared/repository/memory.ts';
import type { Repository } from '../../shared/repository/repository.ts';

/** One input: a repository by its paths. A text has one character for each byte; a link says where it leads inside the root. */
export type Case = Record<string, string | { symlink: string }>;

/** The bytes of a text as a case holds it. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A text as a case holds it: its UTF-8, one character for each byte. */
export const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

/** The case as the program sees a repository, its files in the order of the case. */
export function repositoryOf(files: Case): Repository {
  return memoryRepository(
    Object.fromEntries(Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? bytesOf(file) : file])),
  );
}

/** How many bytes a case has in all. */
export const sizeOf = (files: Case): number => textsOf(files).reduce((sum, [, text]) => sum + text.length, 0);

/** The files that are no links. */
export function textsOf(files: Case): [path: string, text: string][] {
  return Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** A folder as a case. */
export function caseIn(folder: string): Case {
  const files: Case = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isFile()) files[name] = readFileSync(path, 'latin1');
    else if (entry.isSymbolicLink()) files[name] = { symlink: readlinkSync(path) };
  }
  return files;
}
