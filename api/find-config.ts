import { CONFIG_FILE, type Config, type ConfigProblem } from '../shared/config/config.ts';
import { findConfigText } from '../shared/config/find-config.ts';
import { readConfig } from '../shared/config/read-config.ts';
import { isPair, type Repositories } from '../shared/repository/pair.ts';

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
  const found = findConfigText(repository);
  if (found === undefined) return undefined;
  if ('mistaken' in found) throw faulty(found.mistaken, `is not read: call it ${CONFIG_FILE}`);
  if ('unreadable' in found) throw faulty(CONFIG_FILE, found.unreadable);
  const result = readConfig(found.file, found.text);
  if ('problems' in result) throw new FaultyConfiguration(result.problems);
  return result.config;
}

function faulty(file: string, message: string): FaultyConfiguration {
  return new FaultyConfiguration([{ message, place: { file, line: 1, column: 1 } }]);
}
