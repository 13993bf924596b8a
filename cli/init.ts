import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from '../shared/check.ts';
import { CONFIG_FILE, MISTAKEN_NAME } from '../shared/config/config.ts';
import { inferConfig } from '../shared/config/infer-config.ts';
import { isPair } from '../shared/repository/pair.ts';
import { openRepositories, type SidePaths } from './open.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** Writes the configuration that would have been inferred, and prints it: of two repositories, into Argo CD's. Throws {@link UsageError} where there is one already, which stays as it is. */
export function writeConfiguration(path: string, paths: SidePaths, surroundings: Surroundings): void {
  const { repositories, configured, inside, here } = openRepositories(path, paths);
  const { root, repository } = configured;
  if (repository.file(MISTAKEN_NAME) !== undefined) throw new UsageError(`${MISTAKEN_NAME} is there; call it ${CONFIG_FILE} or delete it`);
  const text = inferConfig(compare(repositories, inside).clusters, isPair(repositories) ? repositories : undefined);
  const file = join(here.length === 2 ? path : root, CONFIG_FILE);
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(
      code === 'EEXIST'
        ? `${file} exists; init overwrites nothing: edit it, or delete it first`
        : `cannot write ${file} (${code ?? 'unknown error'})`,
    );
  }
  surroundings.stdout(`wrote ${file}\n\n${text}`);
}
