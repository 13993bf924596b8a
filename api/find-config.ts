import { CONFIG_FILE, type Config, type ConfigProblem } from '../shared/config/config.ts';
import { readConfig } from '../shared/config/read-config.ts';
import { isPair, type Repositories } from '../shared/repository/pair.ts';
import { UnreadableFile } from '../shared/repository/repository.ts';

/** A `.cilium-align.yaml` that cannot be used; `problems` holds all that is wrong with it, each with its place, and `message` the same as text. */
export class FaultyConfiguration extends Error {
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ message, place }) => `${place.file}:${place.line}:${place.column}: ${message}`).join('\n'));
    this.name = 'FaultyConfiguration';
    this.problems = problems;
  }
}

/** The `.cilium-align.yaml` at the root, which {@link check} obeys where it is given no other; of two repositories, Argo CD's. Undefined where there is none. Throws {@link FaultyConfiguration}. */
export function findConfig(repositories: Repositories): Config | undefined {
  const repository = isPair(repositories) ? repositories.argocd.repository : repositories;
  if (repository.file(CONFIG_FILE) === undefined) {
    const other = CONFIG_FILE.replace(/yaml$/, 'yml');
    if (repository.file(other) !== undefined) throw faulty(other, `is not read: call it ${CONFIG_FILE}`);
    return undefined;
  }
  let text: string;
  try {
    text = repository.read(CONFIG_FILE);
  } catch (error) {
    if (error instanceof UnreadableFile) throw faulty(CONFIG_FILE, error.message);
    throw error;
  }
  const result = readConfig(CONFIG_FILE, text);
  if ('problems' in result) throw new FaultyConfiguration(result.problems);
  return result.config;
}

function faulty(file: string, message: string): FaultyConfiguration {
  return new FaultyConfiguration([{ message, place: { file, line: 1, column: 1 } }]);
}
