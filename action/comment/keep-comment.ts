import { setTimeout as sleep } from 'node:timers/promises';
import { plainText } from '../../shared/report/escape.ts';
import type { GithubClient } from '../github-client.ts';
import { type ApiNeed, explainFailure, failureOf } from '../github-failure.ts';
import { fitComment } from './fit-comment.ts';
import { type Marker, markerLine, readMarker } from './marker.ts';
import { isActionsBot, type Person, samePerson, viewer } from './own-login.ts';

export interface CommentRequest {
  client: GithubClient;
  repository: { owner: string; repo: string };
  pullRequest: number;
  /** Comments of different keys do not know of one another. */
  key: string;
  /** The head commit of the pull request that this run looked at; empty where that is not known. */
  head: string;
  /** An id of 0 is not known either. */
  run: { id: number; attempt: number };
  /** Markdown of what there is to say; undefined where there is nothing. */
  body: string | undefined;
  /** Markdown for a comment that is there already, or that is always there, while there is nothing to say. */
  resolved?: string;
  /** When a comment that is not there yet is written. */
  create: 'on-drift' | 'always' | 'never';
  /** Why the token may be one that can only read: makes the words about a refusal exact. */
  readOnly?: ApiNeed['readOnly'];
  log: (message: string) => void;
}

export interface CommentResult {
  state: 'created' | 'updated' | 'unchanged' | 'resolved' | 'none' | 'failed';
  /** The comment that stands now. */
  id?: number;
  /** Why it failed, and what to do about it. */
  problem?: string;
}

interface Comment {
  id: number;
  body?: string | null;
  user?: Person | null;
}

const RESOLVED = '### ✓ Resolved: this change no longer makes the bootstrap and Argo CD disagree about Cilium.\n';

/** How long the list may lag behind a POST whose answer did not arrive. */
const LAG = 1500;

/**
 * Leaves the pull request with one comment of this key that tells what this run found, or with none where there was never anything to say.
 * Never throws: whether it worked is in the result, and no verdict may depend on it.
 */
export async function keepComment(request: CommentRequest): Promise<CommentResult> {
  try {
    return (
      (await reconcile(request)) ?? (await reconcile(request)) ?? { state: 'failed', problem: 'The comment vanished while it was written.' }
    );
  } catch (error) {
    return { state: 'failed', problem: error instanceof UnknownAuthor ? error.message : explainFailure(error, needOf(request)) };
  }
}

/** One look at the conversation and what follows from it; undefined where somebody deleted the comment meanwhile. */
async function reconcile(request: CommentRequest): Promise<CommentResult | undefined> {
  const own = await ownComments(request);
  const text = request.body ?? request.resolved ?? RESOLVED;
  const [standing, ...others] = own;
  if (standing === undefined) {
    const wanted = request.create === 'always' || (request.create === 'on-drift' && request.body !== undefined);
    if (!wanted || !(await speaksForHead(request, undefined))) return { state: 'none' };
    return create(request, text);
  }
  const result = await update(request, standing, text);
  if (result !== undefined) await remove(request, others);
  return result;
}

/** Writes a comment that is there already, unless it says the same or speaks for something newer. */
async function update(request: CommentRequest, comment: Comment, text: string): Promise<CommentResult | undefined> {
  const { client, repository } = request;
  const body = commentBody(request, text);
  if (withoutMarker(comment.body ?? '') === withoutMarker(body)) return { state: 'unchanged', id: comment.id };
  if (!(await speaksForHead(request, readMarker(comment.body ?? '', request.key)))) return { state: 'unchanged', id: comment.id };
  try {
    await client.rest.issues.updateComment({ ...repository, comment_id: comment.id, body });
  } catch (error) {
    if (failureOf(error).kind === 'missing') return undefined;
    throw error;
  }
  return { state: request.body === undefined ? 'resolved' : 'updated', id: comment.id };
}

/** Posts the comment; of several that runs at the same time have posted, the first one stays. */
async function create(request: CommentRequest, text: string): Promise<CommentResult> {
  const posted = await post(request, commentBody(request, text));
  const created: CommentResult = { state: 'created', id: posted.id };
  // The comment stands, whatever becomes of the look at the others; a duplicate that is missed now is found by the next run.
  const own = await ownComments(request, posted.user ?? undefined).catch(() => []);
  const [first = posted, ...others] = own;
  if (first.id >= posted.id) return created;
  const result = await update(request, first, text);
  if (result === undefined) return created;
  await remove(request, others);
  return result;
}

/** A POST whose answer is lost may have worked: it is made again only where the list does not show it. */
async function post(request: CommentRequest, body: string): Promise<Comment> {
  const { client, repository, pullRequest: issue_number } = request;
  for (let attempt = 1; ; attempt++) {
    try {
      return (await client.rest.issues.createComment({ ...repository, issue_number, body })).data;
    } catch (error) {
      if (!['server', 'unreachable'].includes(failureOf(error).kind)) throw error;
      await sleep(LAG);
      const landed = (await ownComments(request)).find((comment) => sameText(comment.body ?? '', body));
      if (landed) return landed;
      if (attempt > 1) throw error;
    }
  }
}

/** Duplicates of our own that a race has left; what cannot be deleted stays. */
async function remove({ client, repository, log }: CommentRequest, comments: readonly Comment[]): Promise<void> {
  for (const { id } of comments) {
    try {
      await client.rest.issues.deleteComment({ ...repository, comment_id: id });
    } catch (error) {
      if (failureOf(error).kind !== 'missing')
        log(explainFailure(error, { doing: `delete the duplicate comment ${id}`, permission: PERMISSION }));
    }
  }
}

/** The comments with our marker that we wrote, the oldest first. */
async function ownComments(request: CommentRequest, self?: Person): Promise<Comment[]> {
  const candidates = await marked(request);
  const strangers = candidates.filter(({ user }) => !isActionsBot(user));
  if (strangers.length === 0) return candidates;
  const me = self ?? (await viewer(request.client));
  const own = candidates.filter(({ user }) => isActionsBot(user) || (me !== undefined && samePerson(user, me)));
  if (own.length === 0 && me === undefined) throw new UnknownAuthor(strangers[0]!);
  const foreign = candidates.filter((comment) => !own.includes(comment));
  if (foreign.length > 0)
    request.log(`${foreign.length} comment(s) carry this program's marker and were written by somebody else; they are left alone.`);
  return own;
}

/** Every comment that begins with our marker, whoever wrote it. */
async function marked({ client, repository, pullRequest: issue_number, key }: CommentRequest): Promise<Comment[]> {
  const comments = (await client.paginate(client.rest.issues.listComments, { ...repository, issue_number, per_page: 100 })) as Comment[];
  return comments.filter(({ body }) => readMarker(body ?? '', key) !== undefined).sort((a, b) => a.id - b.id);
}

/** Whether this run may speak: the pull request still has the commit that it looked at, and no later run of that commit has spoken. A re-run keeps its first commit, however old. */
async function speaksForHead(request: CommentRequest, stored: Omit<Marker, 'key'> | undefined): Promise<boolean> {
  const { client, repository, pullRequest: pull_number, head, run, log } = request;
  const later = stored !== undefined && run.id > 0 && (stored.run.id - run.id || stored.run.attempt - run.attempt) > 0;
  let current: string | undefined;
  try {
    if (head !== '') current = (await client.rest.pulls.get({ ...repository, pull_number })).data.head.sha;
  } catch (error) {
    if (!['permission', 'missing', 'locked'].includes(failureOf(error).kind)) throw error;
  }
  if (current === undefined ? later : current !== head) {
    log('The pull request has a newer commit than the one that this run looked at; its comment is left to the newer run.');
    return false;
  }
  if (later && stored.head === head) {
    log('A later run of the same commit has written the comment already.');
    return false;
  }
  return true;
}

function commentBody(request: CommentRequest, text: string): string {
  return fitComment(markerLine(request), text);
}

function withoutMarker(body: string): string {
  return body
    .slice(body.indexOf('\n') + 1)
    .replaceAll('\r\n', '\n')
    .trimEnd();
}

function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trimEnd() === b.trimEnd();
}

const PERMISSION = 'pull-requests: write';

function needOf({ pullRequest, readOnly }: CommentRequest): ApiNeed {
  return { doing: `comment on pull request ${pullRequest}`, permission: PERMISSION, readOnly };
}

/** Whoever cannot tell its own comments from others' must not write one more at each run. */
class UnknownAuthor extends Error {
  constructor({ id, user }: Comment) {
    super(
      `Comment ${id} carries this program's marker, and the API does not say who this token belongs to, so it cannot be told whether the comment is our own. No comment was written. Give the token the right to read its own user (Gitea: \`read:user\`); or, if ${user ? plainText(user.login, 80) : 'its author'} is somebody else, delete that comment.`,
    );
  }
}
