import type { Repository } from '../shared/repository/repository.ts';
import type { ComparedOptions } from './base.ts';
import { type Commits, ownerAndName } from './commits.ts';
import { type PullRequest, pullRequestOf, type Subject } from './event.ts';
import { explainFailure } from './github-failure.ts';
import { ActionProblem, NothingToDo } from './problem.ts';
import { hash } from './surroundings.ts';

/** What an event says of a pull request that the run follows: the checkout is of something else. */
type Followed = Extract<Subject, { kind: 'followed-pull-request' }>;

/**
 * The pull request and its files, for runs with rights that its author must not get: all of it is read from Git objects, nothing from the workspace.
 * `sha` is the commit that is read. Throws {@link ActionProblem} where it cannot be, {@link NothingToDo} where the pull request has moved on.
 */
export async function followedPullRequest(
  subject: Followed,
  options: ComparedOptions,
): Promise<{ files: Repository; pullRequest: PullRequest; sha: string }> {
  const { commits, prefix } = options;
  const { pullRequest, merge } = await findPullRequest(subject, options);
  const { number, headSha } = pullRequest;
  if (headSha === undefined) throw new ActionProblem(`the API does not say which commit pull request ${number} has`);
  const tested = merge === undefined ? undefined : await testedMerge(merge, headSha, number, commits, prefix);
  const found = tested ?? (await commits.files(headSha, prefix, `refs/pull/${number}/head`));
  if ('problem' in found) throw new ActionProblem(`the commit ${headSha} of pull request ${number} cannot be read: ${found.problem}`);
  return { files: found.files, pullRequest, sha: tested === undefined ? headSha : merge! };
}

/** The merge that the server has made to test it; undefined where that is of an older commit or cannot be read. */
async function testedMerge(merge: string, headSha: string, number: number, commits: Commits, prefix: string) {
  const found = await commits.files(merge, prefix, `refs/pull/${number}/merge`);
  if ('problem' in found) return undefined;
  const parents = await commits.parents(merge);
  return parents?.length === 2 && parents[1] === headSha ? found : undefined;
}

async function findPullRequest(
  { number, headSha }: Followed,
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
