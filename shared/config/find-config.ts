import { type Repository, UnreadableFile } from '../repository/repository.ts';
import { CONFIG_FILE, type Config, type ConfigProblem, MISTAKEN_NAME } from './config.ts';

/** What a repository holds as its configuration: none, one, or one that cannot be used. */
export type FoundConfig =
  | { config: Config | undefined }
  /** A file that somebody took for it stands there, and is not read. */
  | { mistaken: string }
  /** Why the file cannot be read, after its name. */
  | { unreadable: string }
  | { problems: readonly ConfigProblem[] };

/** The configuration at the root of a repository, or in the file that is named; a named file that is not there cannot be read. Never throws for what stands in it. */
export async function findConfig(repository: Repository, named?: string): Promise<FoundConfig> {
  const file = named ?? CONFIG_FILE;
  if (named === undefined && repository.file(file) === undefined)
    return repository.file(MISTAKEN_NAME) === undefined ? { config: undefined } : { mistaken: MISTAKEN_NAME };
  let text: string;
  try {
    text = repository.read(file);
  } catch (error) {
    if (error instanceof UnreadableFile) return { unreadable: error.message };
    throw error;
  }
  const { readConfig } = await import('./read-config.ts');
  return readConfig(file, text);
}
