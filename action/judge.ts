import { type CheckOptions, check } from '../shared/check.ts';
import type { Config } from '../shared/config/config.ts';
import type { Level, Report } from '../shared/model.ts';
import { isWorthSaying, markedVerdict } from '../shared/report/change-verdict.ts';
import { compareWithBase } from '../shared/report/changes.ts';
import { plainText } from '../shared/report/escape.ts';
import { type Repository, UnusableRepository } from '../shared/repository/repository.ts';
import type { Base, WithBase, WithoutBase } from './base.ts';
import { bothSides, sideNames } from './both-sides.ts';
import type { CommitSources } from './commits.ts';
import type { Compared } from './compared.ts';
import type { PullRequest } from './event.ts';
import type { GithubClient } from './github-client.ts';
import { type Governing, governingConfiguration } from './governing-configuration.ts';
import type { Inputs } from './inputs.ts';
import { type OtherRepository, openOther } from './other-repository.ts';
import type { Circumstances } from './page.ts';
import { ActionProblem } from './problem.ts';
import { relocate } from './relocate.ts';
import type { Runner } from './surroundings.ts';
import { type Verdict, verdict } from './verdict.ts';
import { conceal, mustConceal, visibilityIn, visibilityOf } from './visibility.ts';

/** What a run found, as far as it may be told. */
export interface Judged {
  report: Report;
  circumstances: Circumstances;
  verdict: Verdict;
  pullRequest: PullRequest | undefined;
  /** The commit that was compared with. */
  base: string | undefined;
  /** Against the base; undefined without one. */
  changes: { introduced: number; resolved: number } | undefined;
  /** There is something that the author of the pull request should be told. */
  worthTelling: boolean;
  /** Faults that the change brings into the configuration. */
  problems: readonly ActionProblem[];
  /** For the log, beside the report. */
  logLines: readonly string[];
}

export interface JudgeOptions {
  inputs: Inputs;
  runner: Runner;
  payload: unknown;
  /** Of the compared folder below the root of the checkout. */
  prefix: string;
  sources: Omit<CommitSources, 'checkout' | 'repository'>;
  client(): Promise<GithubClient>;
  /** YYYY-MM-DD */
  today: string;
}

/** Judges the head, holds it against the base, and leaves out what must not be seen. Throws {@link ActionProblem} where the configuration that decides is broken, or an input names what is not there. */
export async function judge(found: Compared, options: JudgeOptions): Promise<Judged> {
  const { inputs, runner, prefix, sources, today } = options;
  const governing = await governingConfiguration(found, inputs, prefix);
  const other = await otherOf(inputs, runner.workspace, sources);
  requirePaths(inputs, found, other);
  const names = other && sideNames(runner.repository, other);
  const policy = policyOf(inputs, governing.config);
  const judgeClusters = (files: Repository, cluster: string | undefined) =>
    check(bothSides(files, other, names), checkOptions(inputs, policy, governing.config, today, cluster));
  const judgeOne = (files: Repository) => judgeClusters(files, inputs.cluster);
  const head = judgeOne(found.head);
  const [base, withoutBase] = judgeBase(found.base, judgeOne);
  const unread = other && 'problem' in other.found ? { other, advice: other.found.problem } : undefined;
  const isConcealed = other !== undefined && unread === undefined && (await isToConceal(other, options));
  const nameable = isConcealed ? new Set((governing.config?.clusters ?? []).map(({ name }) => name)) : undefined;
  requireCluster(inputs, [head, base?.report], () => judgeClusters(found.head, undefined), nameable);
  const fails = inputs.failOnNew ? 'new' : 'all';
  const compared = base ? compareWithBase(head, base.report, { ...policy, fails, name: base.words }) : head;
  const whole = relocate(unread && compared.outcome === 'nothing' ? { ...compared, outcome: 'undecided' } : compared, prefix, names?.ours);
  const report = nameable ? conceal(whole, nameable) : whole;
  const headline = unread && `Undecided: ${unread.other.title}, which describes ${SIDES[unread.other.side]}, cannot be read.`;
  const concealed = isConcealed
    ? `Values and file names are not shown, because ${other.title} is not as public as this repository. Whoever may read both sees them with \`npx cilium-align --${other.side} FOLDER\` in a checkout of this one, where FOLDER is one of ${other.title}. (\`show-private-values: true\` would show them here, to everybody.)`
    : undefined;
  const decided = verdict(report, {
    words: headline ?? markedVerdict(report).sentence,
    ...policy,
    requires: inputs.require,
    unread: unread !== undefined,
    isBroken: governing.problems.length > 0,
  });
  return {
    report,
    circumstances: {
      because: decided.because,
      unread: unread && { headline: headline!, advice: unread.advice },
      notices: noticesOf(governing, [base, withoutBase], concealed),
      configuration: governing.changes,
    },
    verdict: decided,
    pullRequest: found.pullRequest,
    base: base?.sha,
    changes: base && { introduced: changed(report, 'introduced'), resolved: changed(report, 'resolved') },
    worthTelling:
      report.exitCode === 1 || isWorthSaying(report) || governing.changes.length + governing.problems.length > 0 || unread !== undefined,
    problems: governing.problems,
    logLines: [
      ...(base ? [`Compared with ${base.words}${base.sha === undefined ? '' : ` (${base.sha})`}.`] : [withoutBase!.why]),
      ...(unread ? [unread.advice] : []),
      ...governing.problems.map(({ message }) => message),
      ...governing.changes.map((change) => `This change edits ${governing.file}: ${change}.`),
      ...(concealed === undefined ? [] : [concealed]),
    ],
  };
}

const SIDES = { bootstrap: 'the bootstrap', argocd: 'the Argo CD side' } as const;

function noticesOf(
  { problems, remarks }: Governing,
  [base, withoutBase]: readonly [WithBase | undefined, WithoutBase | undefined],
  concealed: string | undefined,
): string[] {
  return [
    ...problems.slice(0, 10).map(({ message }) => `This change leaves the configuration broken: ${message}.`),
    ...remarks,
    ...(base?.otherSubmodules ?? []).map(
      (path) => `The submodule \`${path}\` is another commit than in the base: what it holds counts as new.`,
    ),
    ...(withoutBase === undefined || withoutBase.expected ? [] : [`${withoutBase.why} Everything counts as if it were new.`]),
    ...(concealed === undefined ? [] : [concealed]),
  ];
}

/** The base with its report, or why there is none. That a part of the commit is missing may turn out only now. */
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

interface Policy {
  failOn: Level | 'never';
  undecided: 'fail' | 'warn';
}

function policyOf({ failOn, undecided }: Inputs, config: Config | undefined): Policy {
  return { failOn: failOn ?? config?.failOn ?? 'error', undecided: undecided ?? config?.undecided ?? 'warn' };
}

function checkOptions(
  { bootstrap, argocd }: Inputs,
  policy: Policy,
  config: Config | undefined,
  today: string,
  cluster: string | undefined,
): CheckOptions {
  return {
    ...policy,
    today,
    ...(config && { config }),
    ...(cluster !== undefined && { cluster }),
    ...(bootstrap !== undefined && { bootstrap }),
    ...(argocd !== undefined && { argocd }),
  };
}

async function otherOf({ others }: Inputs, workspace: string, sources: JudgeOptions['sources']): Promise<OtherRepository | undefined> {
  for (const side of ['bootstrap', 'argocd'] as const) {
    const other = others[side];
    if (other) return openOther(side, other, workspace, sources);
  }
  return undefined;
}

/** A path that nothing stands at, before the change nor after it, is a slip of the pen. */
function requirePaths(inputs: Inputs, { head, base }: Compared, other: OtherRepository | undefined): void {
  for (const side of ['bootstrap', 'argocd'] as const) {
    const path = inputs[side]?.replace(/^(?:\.\/+)+|\/+$/g, '') ?? '';
    if (path === '' || path === '.') continue;
    if (other?.side === side && 'problem' in other.found) continue;
    const places = other?.side === side && 'files' in other.found ? [other.found.files] : [head, base.files];
    if (!places.some((files) => files?.file(path) !== undefined || files?.isDirectory(path)))
      throw new ActionProblem(`input ${side}: nothing is at ${inputs[side]} in ${other?.side === side ? other.title : inputs.path}`);
  }
}

/** A cluster that is neither in the base nor in the head does not exist; `all` judges without a choice. Others' names are told only where they are among the nameable ones. */
function requireCluster(
  { cluster }: Inputs,
  reports: readonly (Report | undefined)[],
  all: () => Report,
  nameable: ReadonlySet<string> | undefined,
): void {
  if (cluster === undefined || reports.some((report) => (report?.clusters.length ?? 0) > 0)) return;
  const names = all().clusters.map(({ name }) => name ?? '(no name)');
  if (names.length === 0) return;
  const shown = names.filter((name) => nameable === undefined || nameable.has(name));
  const others = shown.length < names.length ? `${names.length - shown.length} whose names are not shown here` : undefined;
  if (names.length === 1 && names[0] === '(no name)')
    throw new ActionProblem(
      `input cluster: no cluster is named ${plainText(cluster)}; the only one that is here has no name: leave the input cluster out`,
    );
  const list = [...(shown.length > 0 ? [plainText(shown.join(', '))] : []), ...(others ? [others] : [])].join(', and ');
  throw new ActionProblem(`input cluster: no cluster is named ${plainText(cluster)}; there is ${list}`);
}

async function isToConceal({ repository }: OtherRepository, { inputs, runner, payload, client }: JudgeOptions): Promise<boolean> {
  if (inputs.showPrivateValues) return false;
  const own = visibilityIn((payload as { repository?: unknown } | null)?.repository);
  const here = own ?? (runner.repository === undefined ? undefined : await visibilityOf(runner.repository, client));
  if (here === 'private') return false;
  return mustConceal(here, repository === undefined ? undefined : await visibilityOf(repository, client));
}

function changed({ clusters, findings }: Report, change: 'introduced' | 'resolved'): number {
  const rows = clusters.flatMap((cluster) => cluster.rows);
  return [...rows, ...findings].filter((of) => of.change === change && !of.suppressed).length;
}
