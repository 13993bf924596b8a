import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { CONFIG_FILE, type Config } from '../shared/config/config.ts';
import { pathIn } from '../shared/place.ts';
import { plainText } from '../shared/report/escape.ts';
import { type Repository, UnreadableFile } from '../shared/repository/repository.ts';
import type { Opened } from './open.ts';
import { UsageError } from './usage-error.ts';

/** A name that is easily taken for the right one. */
export const OTHER_NAME = CONFIG_FILE.replace(/yaml$/, 'yml');

/** The configuration at the root of the working tree that governs, or in the file that a person named; undefined where there is none. Throws {@link UsageError} with a line for everything that is wrong with it. */
export async function findConfiguration(opened: Opened, named?: string): Promise<Config | undefined> {
  const { repository } = opened.configured;
  if (named === undefined && repository.file(CONFIG_FILE) === undefined) {
    if (repository.file(OTHER_NAME) !== undefined)
      throw new UsageError(`${OTHER_NAME} is not read: call it ${CONFIG_FILE}, or name it with --config`);
    return undefined;
  }
  const file = named === undefined ? CONFIG_FILE : nameInside(opened, named);
  const text = named === undefined ? readTracked(repository) : readNamed(named);
  const { readConfig } = await import('../shared/config/read-config.ts');
  const result = readConfig(file, text);
  if ('config' in result) return result.config;
  throw new UsageError(
    result.problems
      .map(({ message, place }) => plainText(`${place.file}:${place.line}:${place.column}: ${message}`))
      .join('\ncilium-align: '),
  );
}

function readTracked(repository: Repository): string {
  try {
    return repository.read(CONFIG_FILE);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new UsageError(`${CONFIG_FILE} ${error.message}`);
    throw error;
  }
}

function readNamed(named: string): string {
  try {
    return readFileSync(named, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`cannot read the configuration ${plainText(named)} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}

/** Relative to the working tree where the file stands in it, by its repository where it stands in the other one, else as it was typed. */
function nameInside({ configured, other }: Opened, named: string): string {
  const within = (root: string) => {
    const path = relative(root, resolve(named));
    return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : path.split(sep).join('/');
  };
  const own = within(configured.root);
  if (own !== undefined || other === undefined) return own ?? named;
  const theirs = within(other.root);
  return theirs === undefined ? resolve(named) : pathIn(other.name, theirs);
}
