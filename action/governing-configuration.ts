import { CONFIG_FILE, type Config } from '../shared/config/config.ts';
import type { Compared } from './compared.ts';
import { configurationChanges, configurationOf } from './configuration.ts';
import type { Inputs } from './inputs.ts';
import { ActionProblem } from './problem.ts';

/** Which configuration decides, and what a change makes of it. */
export interface Governing {
  config: Config | undefined;
  file: string;
  /** A sentence for each thing that would be another once the change is merged. */
  changes: readonly string[];
  /** Faults that the change brings into the file. */
  problems: readonly ActionProblem[];
  /** What a reader must know, a sentence each. */
  remarks: readonly string[];
}

/**
 * Whose configuration decides: the head's own, or the base's where the head is somebody's proposal, who must not allow it to himself.
 * `prefix` is where the compared folder stands in its repository. Throws {@link ActionProblem} where the head's own decides and is broken.
 */
export async function governingConfiguration(
  { head, base, governedByBase }: Compared,
  { config: named }: Inputs,
  prefix: string,
): Promise<Governing> {
  const file = named ?? CONFIG_FILE;
  const own = await configurationOf(head, named);
  if (!governedByBase) {
    if (own.problems.length > 0)
      throw new ActionProblem(own.problems.map(({ message }) => message).join('\n'), within(prefix, own.problems[0]!).place);
    return { config: own.config, file, changes: [], problems: [], remarks: [] };
  }
  if (base.files === undefined) {
    const remarks = own.config ? [`Without a base, nothing that \`${file}\` forgives counts: nobody may have agreed to it yet.`] : [];
    return {
      config: own.config && onlyClusters(own.config),
      file,
      changes: [],
      problems: own.problems.map((problem) => within(prefix, problem)),
      remarks,
    };
  }
  const isNew = named !== undefined && base.files.file(named) === undefined;
  const before = isNew ? { config: undefined, problems: [] } : await configurationOf(base.files, named);
  const known = new Set(before.problems.map(({ message }) => message));
  return {
    config: before.config,
    file,
    changes: own.problems.length > 0 ? [] : configurationChanges(before.config, own.config),
    problems: own.problems.filter(({ message }) => !known.has(message)).map((problem) => within(prefix, problem)),
    remarks: before.problems.length > 0 ? [`The base's \`${file}\` is broken and says nothing: ${before.problems[0]!.message}.`] : [],
  };
}

/** What a configuration says about where things are, without what it forgives. */
function onlyClusters({ file, clusters }: Config): Config {
  return { file, clusters, levels: new Map(), allow: [] };
}

/** The same fault with its file named from the root of the repository. */
function within(prefix: string, problem: ActionProblem): ActionProblem {
  const { message, place } = problem;
  return prefix === '' || place === undefined ? problem : new ActionProblem(message, { ...place, file: `${prefix}/${place.file}` });
}
