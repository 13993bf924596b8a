import type { Repository } from '../../repository/repository.ts';
import type { Invocation } from './invocation.ts';
import type { Text } from './text.ts';

/** What all shells of one repository share. */
export interface World {
  repository: Repository;
  invocations: Invocation[];
  /** Variables that the repository's `.envrc`, `.env` and the like put into the environment. */
  environment(name: string): Text | undefined;
  /** How often a script was sourced or called, by the file that the way to it began in. */
  sourced: Map<string, number>;
  /** Steps that are left for the whole repository: hostile scripts end here. */
  steps: number;
}

/** A world in which nothing has been run. */
export function newWorld(repository: Repository, environment: World['environment']): World {
  return { repository, invocations: [], environment, sourced: new Map(), steps: 150_000 };
}
