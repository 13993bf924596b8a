import { type Repository, UnreadableFile } from '../repository/repository.ts';
import { CONFIG_FILE, type Config, type ConfigProblem, MISTAKEN_NAME } from './config.ts';

/** Why a configuration is not read: a file that somebody took for it stands there, or it cannot be read (`unreadable` goes on after its name). */
export type UnreadConfig = { mistaken: string } | { unreadable: string };

/** What a repository holds as its configuration: none, one, or one that cannot be used. */
export type FoundConfig = { config: Config | undefined } | UnreadConfig | { problems: readonly ConfigProblem[] };

/** The configuration at the root of a repository, or in the file that is named; a named file that is not there cannot be read. Never throws for what stands in it. */
export async function findConfig(repository: Repository, named?: string): Promise<FoundConfig> {
  const found = findConfigText(repository, named);
  if (found === undefined) return { config: undefined };
  if (!('text' in found)) return found;
  const { readConfig } = await import('./read-config.ts');
  return readConfig(found.file, found.text);
}

/** The same, before it is looked whether it can be used; undefined where there is none. */
export function findConfigText(repository: Repository, named?: string): { file: string; text: string } | UnreadConfig | undefined {
  const file = named ?? CONFIG_FILE;
  if (named === undefined && repository.file(file) === undefined)
    return repository.file(MISTAKEN_NAME) === undefined ? undefined : { mistaken: MISTAKEN_NAME };
  try {
    return { file, text: repository.read(file) };
  } catch (error) {
    if (error instanceof UnreadableFile) return { unreadable: error.message };
    throw error;
  }
}
