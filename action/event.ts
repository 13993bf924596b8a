import { hash } from './surroundings.ts';

/** What the event that started the run is about; every field was checked. */
export type Subject =
  /** The checkout is of this pull request; undefined where the event does not say of which. */
  | { kind: 'pull-request'; pullRequest: PullRequest | undefined }
  /** The checkout is of something trusted; the pull request is to be found through the API and read from Git objects alone. */
  | { kind: 'followed-pull-request'; number: number | undefined; headSha: string | undefined; head: string | undefined }
  | { kind: 'merge-group'; base: string | undefined }
  /** `before` is undefined for a new branch. */
  | { kind: 'push'; before: string | undefined }
  /** Nothing that could have a base. */
  | { kind: 'state' };

/** A pull request as event or API describe it. */
export interface PullRequest {
  number: number;
  headSha: string | undefined;
  /** The tip of the base branch when the event was made; older than the one that the tested merge was made with. */
  baseSha: string | undefined;
  baseRef: string | undefined;
  /** From another repository, or one that is gone. */
  fork: boolean;
}

/** What an event is about. The payload may hold or lack anything; `ref` is the event's, `number` the input `pr-number`. */
export function subjectOf(eventName: string, payload: unknown, ref: string | undefined, number: number | undefined): Subject {
  const event = field(payload);
  switch (eventName) {
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return { kind: 'pull-request', pullRequest: pullRequestOf(event('pull_request')) ?? pullRequestAt(ref) };
    case 'pull_request_target': {
      const pullRequest = pullRequestOf(event('pull_request'));
      return { kind: 'followed-pull-request', number: pullRequest?.number ?? number, headSha: undefined, head: undefined };
    }
    case 'workflow_run': {
      const run = field(event('workflow_run'));
      const headSha = hash(run('head_sha'));
      if (run('event') !== 'pull_request' || headSha === undefined) return { kind: 'state' };
      const owner = text(field(field(run('head_repository'))('owner'))('login'));
      const branch = text(run('head_branch'));
      return {
        kind: 'followed-pull-request',
        number,
        headSha,
        head: owner !== undefined && branch !== undefined ? `${owner}:${branch}` : undefined,
      };
    }
    case 'merge_group': {
      return { kind: 'merge-group', base: hash(field(event('merge_group'))('base_sha')) };
    }
    case 'push':
      return { kind: 'push', before: hash(event('before')) };
    default: {
      const issue = field(event('issue'));
      const own = issue('pull_request') === undefined ? undefined : positive(issue('number'));
      const asked = number ?? own;
      return asked === undefined
        ? { kind: 'state' }
        : { kind: 'followed-pull-request', number: asked, headSha: undefined, head: undefined };
    }
  }
}

/** A pull request out of a payload or an answer of the API; undefined where it has no number. */
export function pullRequestOf(payload: unknown): PullRequest | undefined {
  const pull = field(payload);
  const number = positive(pull('number'));
  if (number === undefined) return undefined;
  const [head, base] = [field(pull('head')), field(pull('base'))];
  const [from, to] = [field(head('repo')), field(base('repo'))].map((repo) => text(repo('full_name')));
  return {
    number,
    headSha: hash(head('sha')),
    baseSha: hash(base('sha')),
    baseRef: text(base('ref')),
    fork: from === undefined || from !== to,
  };
}

/** What the ref of a test merge says. */
function pullRequestAt(ref: string | undefined): PullRequest | undefined {
  const number = Number(/^refs\/pull\/([1-9]\d{0,9})\//.exec(ref ?? '')?.[1]);
  return number > 0 ? { number, headSha: undefined, baseSha: undefined, baseRef: undefined, fork: true } : undefined;
}

/** Own fields of something that may be anything. */
function field(of: unknown): (name: string) => unknown {
  return (name) => (typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 1000 ? value : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
