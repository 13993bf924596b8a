import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { directoryRepository } from '../shared/repository/directory.ts';
import type { Repository } from '../shared/repository/repository.ts';
import { type Commits, ownerAndName } from './commits.ts';
import { type PullRequest, pullRequestOf, type Subject } from './event.ts';
import type { GithubClient } from './github-client.ts';
import { explainFailure } from './github-failure.ts';
import type { Inputs } from './inputs.ts';
import { insideWorkspace } from './inside-workspace.ts';
import { ActionProblem } from './problem.ts';
import { hash } from './surroundings.ts';
import { withFiles } from './with-files.ts';
import { withFolders } from './with-folders.ts';

/** What is judged, and what it is held against. */
export interface Compared {
  head: Repository;
  base: Base;
  /** The pull request that it is judged for. */
  pullRequest: PullRequest | undefined;
  /** The base's configuration decides, because who changes the head must not decide it. */
  governedByBase: boolean;
}

/** What the head is held against. */
export type Base = WithBase | WithoutBase;

export interface WithBase {
  files: Repository;
  /** Undefined for a folder. */
  sha: string | undefined;
  /** What people call it. */
  words: string;
  /** Submodules that are another commit there: what they held cannot be known. */
  otherSubmodules?: readonly string[];
}

export interface WithoutBase {
  files: undefined;
  /** A sentence, or several. */
  why: string;
  /** Nobody would look for one here. */
  expected: boolean;
}

export interface ComparedOptions {
  inputs: Inputs;
  /** Folder that is compared, absolute; it need not be there where everything is read from Git objects. */
  folder: string;
  /** Its path below the root of the repository. */
  prefix: string;
  workspace: string;
  /** `owner/name` */
  repository: string | undefined;
  /** The commit that the event names. */
  sha: string | undefined;
  commits: Commits;
  client(): Promise<GithubClient>;
}

/** Nothing is to be judged, which is no fault: the pull request is gone or has moved on. `message` says so. */
export class NothingToDo extends Error {}

/** What the event is about, as files. Throws {@link ActionProblem} where the head cannot be read, {@link NothingToDo} where there is none any more. */
export async function compared(subject: Subject, options: ComparedOptions): Promise<Compared> {
  const found = await bySubject(subject, options);
  const named = options.inputs.base;
  const whole = named === undefined ? found : { ...found, base: await namedBase(named, options) };
  return subject.kind === 'followed-pull-request' ? whole : { ...whole, base: await withSubmodules(whole, options) };
}

/** The base with the submodules that the checkout has at the same commit: Git objects do not hold them. */
async function withSubmodules({ head, base }: Compared, { commits, prefix }: ComparedOptions): Promise<Base> {
  const checkedOut = await commits.head();
  if (base.files === undefined || base.sha === undefined || checkedOut === undefined || (await commits.isSparse())) return base;
  const [now, before] = [await commits.submodules(checkedOut, prefix), await commits.submodules(base.sha, prefix)];
  const here = [...now].filter(([path]) => head.isDirectory(path));
  const same = here.filter(([path, commit]) => before.get(path) === commit).map(([path]) => path);
  const otherSubmodules = here.map(([path]) => path).filter((path) => !same.includes(path));
  return { ...base, files: withFolders(base.files, head, same), ...(otherSubmodules.length > 0 && { otherSubmodules }) };
}

async function bySubject(subject: Subject, options: ComparedOptions): Promise<Compared> {
  switch (subject.kind) {
    case 'pull-request':
      return ofPullRequest(subject.pullRequest, options);
    case 'followed-pull-request':
      return ofFollowedPullRequest(subject, options);
    case 'merge-group':
      return {
        ...(await checkedOut(options)),
        base: await baseAt(subject.base, 'the base of the merge group', options),
        governedByBase: true,
      };
    case 'push':
      return {
        ...(await checkedOut(options)),
        base:
          subject.before === undefined
            ? { files: undefined, why: 'The branch is new, so there is no earlier commit to compare with.', expected: true }
            : await baseAt(subject.before, 'the commit before this push', options),
      };
    case 'state':
      return {
        ...(await checkedOut(options)),
        base: { files: undefined, why: 'This event has nothing to compare with, so everything counts.', expected: true },
      };
  }
}

/** What is checked out. Throws {@link ActionProblem} where nothing is. */
async function checkedOut(options: ComparedOptions): Promise<Omit<Compared, 'base'>> {
  const { folder, prefix, commits, inputs } = options;
  if (!isDirectory(folder))
    throw new ActionProblem(
      `input path: there is no folder ${inputs.path} in the workspace; check the repository out first, and name a folder of it`,
    );
  const sha = await commits.head();
  const isSparse = await commits.isSparse();
  const tracked = sha !== undefined && (isSparse || (await commits.has(sha))) ? await commits.files(sha, prefix) : undefined;
  const head = filesIn(folder, otherCheckouts(options), tracked && 'files' in tracked ? tracked.files : undefined, isSparse);
  if (head.files.length === 0)
    throw new ActionProblem(
      `there is nothing in ${inputs.path === '.' ? 'the workspace' : inputs.path}; check the repository out first:\n  - uses: actions/checkout@v7`,
    );
  return { head, pullRequest: undefined, governedByBase: false };
}

/** A working tree: what lies there and is not ignored, and what is tracked though it is ignored; all that is tracked where it is sparse. */
function filesIn(folder: string, others: readonly string[], tracked: Repository | undefined, isSparse: boolean): Repository {
  if (tracked !== undefined && isSparse) return tracked;
  const listed = directoryRepository(folder, ...others);
  return tracked === undefined ? listed : withFiles(listed, tracked, (path) => isThere(join(folder, path)));
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder on the way may have become a file.
    return false;
  }
}

/** Folders that hold another checkout, below the one that is compared. */
function otherCheckouts({ folder, workspace, inputs }: ComparedOptions): string[] {
  const paths = [inputs.others.bootstrap?.path, inputs.others.argocd?.path, inputs.base].filter((path) => path !== undefined);
  return paths
    .map((path) => resolve(workspace, path))
    .filter(isDirectory)
    .map((path) => slashes(relative(folder, realpathSync(path))))
    .filter((path) => path !== '' && path !== '..' && !path.startsWith('../'));
}

/** The checkout is of the pull request: its test merge (the default of actions/checkout), or its head itself. */
async function ofPullRequest(pullRequest: PullRequest | undefined, options: ComparedOptions): Promise<Compared> {
  return {
    ...(await checkedOut(options)),
    // Where git is not installed, actions/checkout unpacks an archive of the event's commit.
    base: await baseOfPullRequest(pullRequest, (await options.commits.head()) ?? options.sha, options),
    pullRequest,
    governedByBase: true,
  };
}

async function baseOfPullRequest(pullRequest: PullRequest | undefined, head: string | undefined, options: ComparedOptions): Promise<Base> {
  const { commits } = options;
  const { headSha, baseSha, baseRef } = pullRequest ?? {};
  const words = baseRef ?? 'the base branch';
  if (head === undefined) return nothing('Neither the checkout nor the event says which commit is judged.');
  if (head !== headSha) {
    const [first, second, ...others] = (await commits.parents(head)) ?? [];
    if (first !== undefined && others.length === 0 && (second === headSha || (second !== undefined && head === options.sha)))
      return baseAt(first, words, options);
  }
  if (baseSha === undefined) return nothing('The event does not say which commit the pull request goes to.');
  const left = await commits.mergeBase(baseSha, head);
  if (left === undefined)
    return nothing(
      'Neither the checkout nor the API says where this branch left the base branch. Check out the merge commit (the default of actions/checkout), or give actions/checkout `fetch-depth: 0`.',
    );
  return baseAt(left, words, options);
}

function nothing(why: string): Base {
  return { files: undefined, why, expected: false };
}

/** Runs with rights that the author of the pull request must not get: all of it is read from Git objects, nothing from the workspace. */
async function ofFollowedPullRequest(
  subject: Extract<Subject, { kind: 'followed-pull-request' }>,
  options: ComparedOptions,
): Promise<Compared> {
  const { commits, prefix } = options;
  const { pullRequest, merge } = await findPullRequest(subject, options);
  const { number, headSha } = pullRequest;
  if (headSha === undefined) throw new ActionProblem(`the API does not say which commit pull request ${number} has`);
  const tested = merge === undefined ? undefined : await testedMerge(merge, headSha, number, commits, prefix);
  const sha = tested === undefined ? headSha : merge!;
  const found = tested ?? (await commits.files(headSha, prefix, `refs/pull/${number}/head`));
  if ('problem' in found) throw new ActionProblem(`the commit ${headSha} of pull request ${number} cannot be read: ${found.problem}`);
  return {
    head: found.files,
    base: await baseOfPullRequest(pullRequest, sha, options),
    pullRequest,
    governedByBase: true,
  };
}

/** The merge that the server has made to test it; undefined where that is of an older commit or cannot be read. */
async function testedMerge(merge: string, headSha: string, number: number, commits: Commits, prefix: string) {
  const found = await commits.files(merge, prefix, `refs/pull/${number}/merge`);
  if ('problem' in found) return undefined;
  const parents = await commits.parents(merge);
  return parents?.length === 2 && parents[1] === headSha ? found : undefined;
}

async function findPullRequest(
  { number, headSha }: Extract<Subject, { kind: 'followed-pull-request' }>,
  { client, repository }: ComparedOptions,
): Promise<{ pullRequest: PullRequest; merge: string | undefined }> {
  if (repository === undefined)
    throw new ActionProblem('GITHUB_REPOSITORY does not name a repository, and a pull request is to be looked up');
  if (number === undefined) throw new ActionProblem('the event does not say which pull request it is about');
  const at = ownerAndName(repository);
  try {
    const { rest } = await client();
    const { data } = await rest.pulls.get({ ...at, pull_number: number });
    const pullRequest = pullRequestOf(data);
    if (pullRequest === undefined) throw new ActionProblem(`the API gives no pull request ${number}`);
    if (headSha !== undefined && pullRequest.headSha !== headSha)
      throw new NothingToDo(`Pull request ${number} has another commit than the run that this one follows: a newer run speaks for it.`);
    return { pullRequest, merge: hash(data.merge_commit_sha) };
  } catch (error) {
    if (error instanceof NothingToDo || error instanceof ActionProblem) throw error;
    throw new ActionProblem(explainFailure(error, { doing: `look up pull request ${number}`, permission: 'pull-requests: read' }));
  }
}

/** Whoever opens more of one branch gets no more comments for it. */
const MOST_PULL_REQUESTS = 10;

/**
 * The subject once for each pull request that it is about, the oldest one last: a branch may be proposed to several others, and each of
 * these must hear of it. Throws {@link NothingToDo} where no open one has the commit, {@link ActionProblem} where that cannot be found out.
 */
export async function eachPullRequest(
  subject: Subject,
  { client, repository }: Pick<ComparedOptions, 'client' | 'repository'>,
): Promise<Subject[]> {
  if (subject.kind !== 'followed-pull-request' || subject.number !== undefined || subject.headSha === undefined || repository === undefined)
    return [subject];
  const { headSha, head } = subject;
  try {
    const { rest, paginate } = await client();
    const query = { ...ownerAndName(repository), state: 'open', per_page: 100, ...(head !== undefined && { head }) } as const;
    const numbers = (await paginate(rest.pulls.list, query)).filter((pull) => pull.head.sha === headSha).map((pull) => pull.number);
    if (numbers.length === 0) throw new NothingToDo(`No open pull request has the commit ${headSha}: it has moved on, or was closed.`);
    const oldest = numbers.sort((a, b) => b - a).slice(-MOST_PULL_REQUESTS);
    return oldest.map((number) => ({ ...subject, number }));
  } catch (error) {
    if (error instanceof NothingToDo) throw error;
    throw new ActionProblem(
      explainFailure(error, { doing: `find the pull request of the commit ${headSha}`, permission: 'pull-requests: read' }),
    );
  }
}

async function baseAt(sha: string | undefined, words: string, { commits, prefix }: ComparedOptions): Promise<Base> {
  if (sha === undefined) return nothing('The event does not say which commit to compare with.');
  const found = await commits.files(sha, prefix);
  if ('files' in found) return { files: found.files, sha, words };
  return nothing(
    `The commit ${sha} to compare with cannot be read (${found.problem}). Give actions/checkout \`fetch-depth: 2\`, or this Action a \`token\` with \`contents: read\`.`,
  );
}

/** The input `base`: nothing, a folder or a revision. */
async function namedBase(named: string, { workspace, commits, prefix, folder }: ComparedOptions): Promise<Base> {
  if (named === 'none')
    return { files: undefined, why: 'The input base says to compare with nothing, so everything counts.', expected: true };
  if (isDirectory(resolve(workspace, named))) {
    const path = insideWorkspace(workspace, named, 'base');
    if (path === folder) throw new ActionProblem(`input base names the folder that is compared (${named}): give it another checkout`);
    return {
      files: directoryRepository(path),
      sha: undefined,
      words: `the folder ${slashes(relative(workspace, resolve(workspace, named))) || '.'}`,
    };
  }
  const sha = await commits.resolve(named);
  if (sha === undefined)
    throw new ActionProblem(
      `input base: ${named} is no folder of the workspace and no revision that the checkout knows; a shallow checkout knows few`,
    );
  const found = await commits.files(sha, prefix);
  if ('problem' in found) throw new ActionProblem(`input base: the commit ${sha} cannot be read: ${found.problem}`);
  return { files: found.files, sha, words: named };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}
