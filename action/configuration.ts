import { type Allowance, CONFIG_FILE, type Config } from '../shared/config/config.ts';
import { findConfig } from '../shared/config/find-config.ts';
import { plainText } from '../shared/report/escape.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { ActionProblem } from './problem.ts';

/** What `.cilium-align.yaml` of one commit says. */
export interface Written {
  config: Config | undefined;
  /** Every fault of it in plain words, `file:line:column: …`; it then says nothing. */
  problems: ActionProblem[];
}

/** The configuration of a repository: the named file, or the one at its root. A named file that is not there is a problem. */
export async function configurationOf(repository: Repository, named: string | undefined): Promise<Written> {
  const file = named?.replace(/^\.\//, '') ?? CONFIG_FILE;
  const found = await findConfig(repository, named === undefined ? undefined : file);
  if ('config' in found) return { config: found.config, problems: [] };
  if ('mistaken' in found) {
    const message = `${found.mistaken} is not read: call it ${CONFIG_FILE}, or name it with the input config`;
    return { config: undefined, problems: [new ActionProblem(message, { file: found.mistaken, line: 1, column: 1 })] };
  }
  if ('unreadable' in found)
    return { config: undefined, problems: [new ActionProblem(`the configuration ${plainText(file)} ${found.unreadable}`)] };
  const problems = found.problems
    .slice(0, MOST_PROBLEMS)
    .map(({ message, place }) => new ActionProblem(plainText(`${place.file}:${place.line}:${place.column}: ${message}`), place));
  const others = found.problems.length - problems.length;
  if (others > 0) problems.push(new ActionProblem(`${plainText(file)} has ${others} more faults`));
  return { config: undefined, problems };
}

/** Whoever breaks more than that has other troubles, and nobody reads on. */
const MOST_PROBLEMS = 20;
const MOST_CHANGES = 100;

/** What a change makes of the configuration, one sentence each, in plain words; empty where it means the same. The last one says how many are left out. */
export function configurationChanges(base: Config | undefined, head: Config | undefined): string[] {
  const [before, after] = [base?.allow ?? [], head?.allow ?? []];
  const key = ({ setting, rule, cluster, until }: Allowance) => JSON.stringify([setting, rule, cluster, until]);
  const [had, has] = [new Set(before.map(key)), new Set(after.map(key))];
  const changes = [
    ...after.filter((a) => !had.has(key(a))).map((a) => `it would allow ${subject(a)}, because: ${plainText(a.reason, 200)}`),
    ...before.filter((a) => !has.has(key(a))).map((a) => `it would no longer allow ${subject(a)}`),
    ...levelChanges(base, head),
    ...valueChange('fail-on', base?.failOn, head?.failOn),
    ...valueChange('undecided', base?.undecided, head?.undecided),
    ...(JSON.stringify(base?.clusters ?? []) === JSON.stringify(head?.clusters ?? [])
      ? []
      : ['it would change which files belong to which cluster']),
  ];
  const others = changes.length - MOST_CHANGES;
  return others > 0 ? [...changes.slice(0, MOST_CHANGES), `it would change ${others} more things`] : changes;
}

function subject({ setting, rule, cluster, until }: Allowance): string {
  const what =
    rule === undefined
      ? `a difference of \`${plainText(setting ?? '')}\``
      : `findings of \`${rule}\`${setting === undefined ? '' : ` about \`${plainText(setting)}\``}`;
  return `${what}${cluster === undefined ? '' : ` in the cluster \`${plainText(cluster)}\``}${until === undefined ? '' : ` until ${until}`}`;
}

function levelChanges(base: Config | undefined, head: Config | undefined): string[] {
  const names = new Set([...(base?.levels.keys() ?? []), ...(head?.levels.keys() ?? [])]);
  return [...names].flatMap((name) => valueChange(`the level of \`${plainText(name)}\``, base?.levels.get(name), head?.levels.get(name)));
}

function valueChange(name: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  return [after === undefined ? `it would leave ${name} to its default` : `it would set ${name} to ${after}`];
}
