import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { CONFIG_FILE, type Config } from '../shared/config/config.ts';
import { type FoundConfig, findConfig } from '../shared/config/find-config.ts';
import { pathIn } from '../shared/place.ts';
import { plainText } from '../shared/report/escape.ts';
import type { Opened } from './open.ts';
import { UsageError } from './usage-error.ts';

/** The configuration at the root of the working tree that governs, or in the file that a person named; undefined where there is none. Throws {@link UsageError} with a line for everything that is wrong with it. */
export async function findConfiguration(opened: Opened, named?: string): Promise<Config | undefined> {
  const found = named === undefined ? await findConfig(opened.configured.repository) : await readNamed(opened, named);
  if ('config' in found) return found.config;
  if ('mistaken' in found) throw new UsageError(`${found.mistaken} is not read: call it ${CONFIG_FILE}, or name it with --config`);
  if ('unreadable' in found) throw new UsageError(`${CONFIG_FILE} ${found.unreadable}`);
  throw new UsageError(
    found.problems
      .map(({ message, place }) => plainText(`${place.file}:${place.line}:${place.column}: ${message}`))
      .join('\ncilium-align: '),
  );
}

/** A file that a person names may stand anywhere, ignored by Git or outside of any working tree. */
async function readNamed(opened: Opened, named: string): Promise<FoundConfig> {
  let text: string;
  try {
    text = readFileSync(named, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`cannot read the configuration ${plainText(named)} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  const { readConfig } = await import('../shared/config/read-config.ts');
  return readConfig(nameInside(opened, named), text);
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
