import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/rest';
import { type ApiFailure, failureOf } from './github-failure.ts';

/** The API of a GitHub-like server; every failure that it throws can be put in words by `explainFailure`. */
export type GithubClient = Octokit;

export interface ClientOptions {
  /** Empty for calls without a token. */
  token: string;
  /** `GITHUB_API_URL`: `https://api.github.com`, `https://HOST/api/v3` or a Gitea's `/api/v1`. */
  apiUrl: string;
  /** Longest sum of waits for one call, in milliseconds. */
  patience?: number;
  /** First wait after a failure of the server, in milliseconds; it doubles. */
  backoff?: number;
  /** Longest time for one answer, in milliseconds. */
  timeout?: number;
  /** Told of each wait. */
  log?: (message: string) => void;
}

/** Calls that fail without an answer, or with one of the server's own failures, are tried this often. */
const MOST_ATTEMPTS = 4;

/**
 * A client that goes through the runner's proxy, prints nothing, and waits where the server asks for it.
 * A call is repeated only where it cannot have an effect twice: a POST is never repeated unless the server says that it was refused.
 */
export function githubClient({
  token,
  apiUrl,
  patience = 60_000,
  backoff = 1000,
  timeout = 20_000,
  log = () => {},
}: ClientOptions): GithubClient {
  const silent = () => {};
  const proxied = proxiedFetch();
  const client = new Octokit({
    ...(token === '' ? {} : { auth: token }),
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: 'cilium-align',
    request: { fetch: async (...call: Parameters<typeof fetch>) => (await proxied)(...call) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  client.hook.wrap('request', async (request, options) => {
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await request({ ...options, request: { ...options.request, signal: AbortSignal.timeout(timeout) } });
      } catch (error) {
        const failure = failureOf(error);
        const repeatable = options.method !== 'POST' || options.request?.repeatable === true;
        const wait = waitBefore(failure, repeatable, backoff * 2 ** (attempt - 1));
        if (wait === undefined || attempt >= MOST_ATTEMPTS || waited + wait > patience) throw error;
        log(
          `The API ${failure.kind === 'limited' ? 'asks to wait' : 'did not answer as it should'}; trying again in ${Math.ceil(wait / 1000)} s.`,
        );
        waited += wait;
        await sleep(wait);
      }
    }
  });
  return client;
}

/** The toolkit's way through the runner's proxy. It parses the event when it is loaded, and an event that cannot be parsed must not keep us from the API. */
async function proxiedFetch(): Promise<typeof fetch> {
  try {
    const { defaults } = await import('@actions/github/lib/utils');
    return (defaults.request as unknown as { fetch: typeof fetch }).fetch;
  } catch {
    return fetch;
  }
}

/** How long to wait before the same call may be made again; undefined where it must not be. */
function waitBefore(failure: ApiFailure, repeatable: boolean, backoff: number): number | undefined {
  switch (failure.kind) {
    case 'limited':
      return failure.wait;
    case 'server':
    case 'unreachable':
      return repeatable ? Math.max(backoff, failure.wait ?? 0) : undefined;
    default:
      return undefined;
  }
}
