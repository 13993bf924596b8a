import { type CheckOptions, check } from '../shared/check.ts';
import type { Config } from '../shared/config/config.ts';
import { CONFIG_FILE } from '../shared/config/config.ts';
import type { Level, Report } from '../shared/model.ts';
import { isWorthSaying, markedVerdict } from '../shared/report/change-verdict.ts';
import { compareWithBase } from '../shared/report/changes.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import type { Repositories } from '../shared/repository/pair.ts';
import { type Repository, UnusableRepository } from '../shared/repository/repository.ts';
import type { CommitSources } from './commits.ts';
import type { Base, Compared, WithBase, WithoutBase } from './compared.ts';
import { configurationChanges, configurationOf } from './configuration.ts';
import type { PullRequest } from './event.ts';
import type { GithubClient } from './github-client.ts';
import type { Inputs } from './inputs.ts';
import { type OtherRepository, openOther } from './other-repository.ts';
import type { Circumstances } from './page.ts';
import { ActionProblem } from './problem.ts';
import { relocate } from './relocate.ts';
import type { Place } from './surroundings.ts';
import { type Verdict, verdict } from './verdict.ts';
import { conceal, mustConceal, visibilityIn, visibilityOf } from './visibility.ts';

/** What a run found, as far as it may be told. */
export interface Judged {
  report: Report;
  circumstances: Circumstances;
  verdict: Verdict;
  pullRequest: PullRequest | undefined;
  base: { sha: string | undefined } | undefined;
  /** Against the base; undefined without one. */
  changes: { introduced: number; resolved: number } | undefined;
  /** There is something that the author of the pull request should be told. */
  worthTelling: boolean;
  /** For the log, beside the verdict. */
  logLines: string[];
}

export interface JudgeOptions {
  inputs: Inputs;
  place: Place;
  payload: unknown;
  /** Of the compared folder below the root of the checkout. */
  prefix: string;
  folder: string;
  sources: Omit<CommitSources, 'checkout' | 'repository'>;
  client(): Promise<GithubClient>;
  /** YYYY-MM-DD */
  today: string;
}

/** Judges the head, holds it against the base, and leaves out what must not be seen. Throws {@link ActionProblem} where the configuration that decides is broken. */
export async function judge(found: Compared, options: JudgeOptions): Promise<Judged> {
  const { inputs, place, prefix, sources, today } = options;
  const configuration = governing(found, inputs);
  const other = await otherOf(inputs, place.workspace, sources);
  const policy = policyOf(inputs, configuration.config);
  const checkOptions: CheckOptions = {
    ...policy,
    today,
    ...(configuration.config && { config: configuration.config }),
    ...(inputs.cluster !== undefined && { cluster: inputs.cluster }),
    ...(inputs.bootstrap !== undefined && { bootstrap: inputs.bootstrap }),
    ...(inputs.argocd !== undefined && { argocd: inputs.argocd }),
  };
  const judgeOne = (files: Repository) => check(sides(files, other, place), checkOptions);
  const head = judgeOne(found.head);
  const [base, withoutBase] = judgeBase(found.base, judgeOne);
  const compared = base
    ? compareWithBase(head, base.report, { ...policy, fails: inputs.failOnNew ? 'new' : 'all', name: base.words })
    : head;
  const here = other && (other.side === 'bootstrap' ? 'argocd' : 'bootstrap');
  const relocated = relocate(compared, prefix, here && nameOfThis(place));
  const unread = other && 'problem' in other.found ? { other, problem: other.found.problem } : undefined;
  const completed: Report = unread && relocated.outcome === 'nothing' ? { ...relocated, outcome: 'undecided' } : relocated;
  const isConcealed = other !== undefined && unread === undefined && (await isToConceal(other, options));
  const names = new Set((configuration.config?.clusters ?? []).map(({ name }) => name));
  const report = isConcealed ? conceal(completed, names) : completed;
  const headline = unread && `Undecided: ${unread.other.title}, which describes ${SIDES[unread.other.side]}, cannot be read.`;
  const words = headline ?? markedVerdict(report).sentence;
  const against = base
    ? `Compared with ${base.words}${base.sha === undefined ? '' : ` at ${base.sha.slice(0, 12)}`}.`
    : withoutBase?.expected
      ? undefined
      : `${withoutBase?.why} Everything counts as if it were new.`;
  const circumstances: Circumstances = {
    unread: unread && headline !== undefined ? { headline, advice: unread.problem } : undefined,
    notices: [
      ...configuration.problems.map(({ message }) => `This change leaves the configuration broken: ${message}.`),
      ...configuration.remarks,
      ...(isConcealed
        ? [
            `Values and file names are not shown, because ${other.title} is not as public as this repository. \`show-private-values: true\` shows them.`,
          ]
        : []),
      ...(against === undefined ? [] : [against]),
    ],
    configuration: configuration.changes,
  };
  const decided = verdict(report, {
    ...policy,
    requires: inputs.require,
    words,
    unread: unread !== undefined,
    broken: configuration.problems.length,
  });
  return {
    report,
    circumstances,
    verdict: decided,
    pullRequest: found.pullRequest,
    base,
    changes: base && { introduced: changed(report, 'introduced'), resolved: changed(report, 'resolved') },
    worthTelling:
      report.exitCode === 1 ||
      isWorthSaying(report) ||
      configuration.changes.length + configuration.problems.length > 0 ||
      unread !== undefined,
    logLines: [
      against ?? withoutBase?.why ?? '',
      ...(unread ? unread.problem.split('\n') : []),
      ...configuration.problems.map(({ message }) => message),
      ...configuration.changes.map((change) => `This change edits ${configuration.file}: ${change}.`),
    ],
  };
}

/** The base with its report, or why there is none. A part of the commit may turn out to be missing only now. */
function judgeBase(
  base: Base,
  judgeOne: (files: Repository) => Report,
): [WithBase & { report: Report }, undefined] | [undefined, WithoutBase] {
  if (base.files === undefined) return [undefined, base];
  try {
    return [{ ...base, report: judgeOne(base.files) }, undefined];
  } catch (error) {
    if (!(error instanceof UnusableRepository)) throw error;
    return [undefined, { files: undefined, why: `The base cannot be read: ${error.message}`, expected: false }];
  }
}

const SIDES = { bootstrap: 'the bootstrap', argocd: 'the Argo CD side' } as const;

interface Governing {
  config: Config | undefined;
  file: string;
  changes: string[];
  problems: ActionProblem[];
  remarks: string[];
}

/** Whose configuration decides: the head's own, or the base's where the head is somebody's proposal. */
function governing({ head, base, governedByBase }: Compared, { config: named }: Inputs): Governing {
  const file = named ?? CONFIG_FILE;
  const own = configurationOf(head, named);
  if (!governedByBase) {
    if (own.problems.length > 0) throw new ActionProblem(own.problems.map((p) => p.message).join('\n'), own.problems[0]!.place);
    return { config: own.config, file, changes: [], problems: [], remarks: [] };
  }
  if (base.files === undefined) {
    const remarks = own.config ? [`Without a base, what \`${file}\` allows does not count: nobody has agreed to it yet.`] : [];
    return { config: own.config && onlyClusters(own.config), file, changes: [], problems: own.problems, remarks };
  }
  const before =
    named !== undefined && base.files.file(named) === undefined ? { config: undefined, problems: [] } : configurationOf(base.files, named);
  const remarks = before.problems.length > 0 ? [`The base's \`${file}\` is broken and says nothing: ${before.problems[0]!.message}.`] : [];
  const changes = own.problems.length > 0 ? [] : configurationChanges(before.config, own.config);
  return { config: before.config, file, changes, problems: own.problems, remarks };
}

/** What a configuration says about where things are, without what it forgives. */
function onlyClusters({ file, clusters }: Config): Config {
  return { file, clusters, levels: new Map(), allow: [] };
}

function policyOf({ failOn, undecided }: Inputs, config: Config | undefined): { failOn: Level | 'never'; undecided: 'fail' | 'warn' } {
  return { failOn: failOn ?? config?.failOn ?? 'error', undecided: undecided ?? config?.undecided ?? 'warn' };
}

async function otherOf({ others }: Inputs, workspace: string, sources: JudgeOptions['sources']): Promise<OtherRepository | undefined> {
  for (const side of ['bootstrap', 'argocd'] as const) {
    const other = others[side];
    if (other) return openOther(side, other, workspace, sources);
  }
  return undefined;
}

function sides(files: Repository, other: OtherRepository | undefined, place: Place): Repositories {
  if (other === undefined) return files;
  const theirs = { name: nameOf(other.title), repository: 'files' in other.found ? other.found.files : memoryRepository({}) };
  const ours = { name: nameOfThis(place), repository: files };
  if (theirs.name === ours.name) theirs.name = `${theirs.name}-${other.side}`;
  return other.side === 'bootstrap'
    ? { bootstrap: theirs, argocd: ours, here: 'argocd' }
    : { bootstrap: ours, argocd: theirs, here: 'bootstrap' };
}

function nameOfThis({ repository }: Place): string {
  return nameOf(repository ?? 'this');
}

/** The last part of a repository's or folder's name. */
function nameOf(title: string): string {
  return (
    title
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.')
      .at(-1)
      ?.replaceAll(':', '-') ?? 'other'
  );
}

async function isToConceal({ repository }: OtherRepository, { inputs, place, payload, client }: JudgeOptions): Promise<boolean> {
  if (inputs.showPrivateValues) return false;
  const own = visibilityIn((payload as { repository?: unknown } | null)?.repository);
  const here = own ?? (place.repository === undefined ? undefined : await visibilityOf(place.repository, client));
  if (here === 'private') return false;
  return mustConceal(here, repository === undefined ? undefined : await visibilityOf(repository, client));
}

function changed({ clusters, findings }: Report, change: 'introduced' | 'resolved'): number {
  const rows = clusters.flatMap((cluster) => cluster.rows);
  return [...rows, ...findings].filter((of) => of.change === change && !of.suppressed).length;
}
