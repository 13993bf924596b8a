import { plainText } from '../shared/report/escape.ts';

/** What went wrong with a call, as far as the answer says it. */
export interface ApiFailure {
  kind: 'limited' | 'server' | 'unreachable' | 'token' | 'permission' | 'locked' | 'archived' | 'missing' | 'rejected' | 'bug';
  /** Undefined where no answer came. */
  status?: number;
  /** The server's own words, or the network's: one harmless line. */
  says: string;
  /** Milliseconds that the server asks to wait. */
  wait?: number;
  /** When it will answer again. */
  until?: Date;
}

/** What was asked of the API, for the words about its failure. */
export interface ApiNeed {
  /** Completes "could not …": `comment on the pull request`. */
  doing: string;
  /** The line below `permissions:` that allows it. */
  permission: string;
  /** Why the token of this run may be one that can only read. */
  readOnly?: 'fork' | 'dependabot' | undefined;
}

type Headers = Record<string, string | undefined>;

/** What Octokit throws; without a response no answer came, or none in time. */
interface HttpError extends Error {
  name: 'HttpError';
  status: number;
  request: { url: string };
  response?: { headers: Headers };
}

/** Sorts whatever a call of the client threw. */
export function failureOf(error: unknown): ApiFailure {
  if (!(error instanceof Error)) return { kind: 'bug', says: plainText(String(error)) };
  if (!isHttpError(error)) return { kind: error.name === 'GraphqlResponseError' ? 'rejected' : 'bug', says: said(error) };
  const { response, status } = error;
  if (response === undefined) return { kind: 'unreachable', says: networkWords(error) };
  const says = said(error);
  const failure = { status, says };
  const limit = limitOf(status, response.headers, says);
  if (limit) return { kind: 'limited', ...failure, ...limit };
  if (status >= 500) return { kind: 'server', ...failure, ...askedToWait(response.headers) };
  if (status === 401) return { kind: 'token', ...failure };
  if (/archived/i.test(says)) return { kind: 'archived', ...failure };
  if (/\block(?:ed)?\b/i.test(says)) return { kind: 'locked', ...failure };
  if (status === 403) return { kind: 'permission', ...failure };
  return { kind: status === 404 || status === 410 ? 'missing' : 'rejected', ...failure };
}

function isHttpError(error: Error): error is HttpError {
  return error.name === 'HttpError';
}

/** The failure in words: what could not be done, why, and what to do about it. */
export function explainFailure(error: unknown, need: ApiNeed): string {
  const failure = failureOf(error);
  const answer = failure.status === undefined ? failure.says : `${failure.status}: ${failure.says}`;
  return `Could not ${need.doing}: ${reason(failure, need)} (The API said: ${answer})`;
}

function reason({ kind, until }: ApiFailure, { permission, readOnly }: ApiNeed): string {
  switch (kind) {
    case 'permission':
      if (readOnly === 'fork')
        return 'this pull request comes from a fork, and its runs can only read, whatever the workflow says. The summary of this run holds the report.';
      return `the token may not do it.${readOnly === 'dependabot' ? ' Runs that Dependabot starts can only read unless the workflow says more.' : ''} Add to the job, beside \`contents: read\`:\npermissions:\n  contents: read\n  ${permission}\n`;
    case 'token':
      return 'the token is missing, expired or of another server. Leave the input `token` out, or give a token of this server.';
    case 'locked':
      return 'the conversation is locked. Unlock it, or read the summary of this run.';
    case 'archived':
      return 'the repository is archived and cannot be changed.';
    case 'missing':
      return 'it is not there, or the token cannot see it.';
    case 'limited':
      return `the rate limit is used up${until === undefined ? '' : ` until ${until.toISOString().slice(11, 16)} UTC`}. Run the job again then.`;
    case 'server':
    case 'unreachable':
      return 'the API is not answering. Run the job again later.';
    case 'rejected':
      return 'the API refused it.';
    case 'bug':
      return 'something went wrong that this program did not expect. Please report it.';
  }
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function limitOf(status: number, headers: Headers, says: string): Pick<ApiFailure, 'wait' | 'until'> | undefined {
  if (status !== 429 && status !== 403) return undefined;
  const asked = askedToWait(headers);
  if (asked) return asked;
  const now = serverTime(headers);
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']) * 1000;
    if (!Number.isFinite(reset)) return {};
    return { wait: Math.max(1000, reset - now), until: new Date(reset) };
  }
  if (status === 429 || /rate limit/i.test(says)) return { wait: 60_000, until: new Date(now + 60_000) };
  return undefined;
}

function askedToWait(headers: Headers): Required<Pick<ApiFailure, 'wait' | 'until'>> | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const now = serverTime(headers);
  const wait = /^\d{1,8}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? { wait: Math.max(0, wait), until: new Date(now + Math.max(0, wait)) } : undefined;
}

/** Runners' clocks can be wrong; the server's own is what its times are meant by. */
function serverTime(headers: Headers): number {
  const date = Date.parse(headers.date ?? '');
  return Number.isFinite(date) ? date : Date.now();
}

function said(error: Error): string {
  return plainText(error.message.replace(/ - https?:\/\/\S+$/, ''), 300);
}

function networkWords(error: HttpError): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = (cause.cause as { code?: string } | undefined)?.code ?? (cause as { code?: string }).code;
  const host = URL.canParse(error.request.url) ? new URL(error.request.url).host : 'the API';
  const words = cause.name === 'TimeoutError' ? 'no answer in time' : plainText(error.message, 200);
  return `${plainText(host)}: ${words}${typeof code === 'string' && !words.includes(code) ? ` (${plainText(code)})` : ''}`;
}
