import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, Api } from './api.ts';
import { type Permissions, startEmulator } from './emulator.ts';
import { type Fault, Faults } from './faults.ts';
import type { Changes, GitRepository } from './git.ts';
import { gitRequest, serveGit } from './git-http.ts';
import { Hosting } from './hosting.ts';
import { nameOf, Tokens } from './tokens.ts';

/** One request to the API and its answer, as they went over the wire. */
export interface Exchange {
  method: string;
  /** Below the API's address, without the query. */
  path: string;
  query: string;
  /** Whose token it was: a login, `github-actions[bot]`, or undefined without one. */
  who: string | undefined;
  requestHeaders: Record<string, string | string[] | undefined>;
  requestBody: unknown;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: unknown;
  /** The answer was a fault that a test asked for. */
  injected: boolean;
  /** Milliseconds since the server started, and how long the answer took. */
  at: number;
  took: number;
}

export interface GitHubOptions {
  /** `owner/name`, with an exclamation mark behind it for a private one. The first owner opens the pull requests. */
  repositories?: string[];
  /** People who own no repository. */
  people?: string[];
  /** `/api/v3` for a GitHub Enterprise Server. */
  apiPath?: string;
}

/**
 * A GitHub on this machine: the emulator for repositories, pull requests and comments, real Git behind it, and in front what
 * the emulator lacks. It refuses unknown tokens and what a token does not cover, hides private repositories, holds the length
 * limit of comments, says who a token is, moves pull requests with their branches, gives archives and serves clones.
 */
export interface GitHub {
  /** GITHUB_SERVER_URL, GITHUB_API_URL and GITHUB_GRAPHQL_URL. */
  url: string;
  apiUrl: string;
  graphqlUrl: string;
  exchanges: Exchange[];
  /** Requests of Git, as `GET owner/name/info/refs who`. */
  gitRequests: string[];
  faults: Faults;
  /** The same for requests of Git; the path is `/owner/name/info/refs`. */
  gitFaults: Faults;
  repository(fullName: string): GitRepository;
  /** Makes a copy of a repository under another owner. */
  fork(fullName: string, owner: string): Promise<GitRepository>;
  /** Commits to a branch and moves the pull requests that it belongs to. */
  commit(fullName: string, branch: string, changes: Changes, options?: { from?: string; message?: string }): Promise<string>;
  /** Opens a pull request; `head` is `branch` or `owner:branch`. */
  openPull(fullName: string, head: string, options?: { base?: string; title?: string; author?: string }): Promise<number>;
  /** A token as a workflow has it: of one repository, with these permissions. */
  workflowToken(fullName: string, permissions?: Permissions): Promise<string>;
  /** A token of an App that a person installed, as a workflow makes one to reach another repository. */
  appToken(owner: string, fullNames: string[], permissions?: Permissions): Promise<string>;
  personalToken(login: string): string;
  /** A person's own request, past the faults and not recorded. */
  ask<T>(login: string, method: string, path: string, body?: unknown): Promise<T>;
  /** A pull request as the API tells it. */
  pullRequest(fullName: string, number: number): Promise<Record<string, unknown>>;
  /** The comments of a pull request, oldest first. */
  comments(fullName: string, number: number): Promise<Array<{ id: number; body: string; user: { login: string; type: string } }>>;
  fail(fault: Fault): void;
  /** Requests that change something, as `POST /path`. */
  writes(): string[];
  forget(): void;
  close(): Promise<void>;
}

/** Starts a GitHub on a free port of this machine. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { repositories: wanted = ['octocat/infra'], people = ['mallory', 'hubot'], apiPath = '' } = options;
  const listed = wanted.map((text) => {
    const [owner, name] = text.replace('!', '').split('/') as [string, string];
    return { owner, name, private: text.endsWith('!') };
  });
  const everyone = [...new Set([...listed.map(({ owner }) => owner), ...people])];
  const emulator = await startEmulator(everyone, listed);
  const hosting = new Hosting(mkdtempSync(join(tmpdir(), 'cilium-align-github-')), emulator);
  for (const { owner, name, private: isPrivate } of listed) hosting.create(owner, name, isPrivate);
  const tokens = new Tokens();
  for (const login of everyone) tokens.add(emulator.personal(login), { login, permissions: undefined, repositories: [] });
  const exchanges: Exchange[] = [];
  const gitRequests: string[] = [];
  const [faults, gitFaults] = [new Faults(), new Faults()];
  const started = performance.now();

  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const clone = gitRequest(pathname);
    const archive = /^\/codeload\/([^/]+\/[^/]+)\/(\w+)$/.exec(pathname);
    const graphql = apiPath === '' ? '/graphql' : '/api/graphql';
    if (clone !== undefined) void serveClone(clone, search.slice(1), request, response);
    else if (archive !== null) serveArchive(archive[1]!, archive[2]!, request, response);
    else if (pathname === graphql) void serveApi('/graphql', search, request, response);
    else if (pathname.startsWith(`${apiPath}/`)) void serveApi(pathname.slice(apiPath.length), search, request, response);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Not found</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const apiUrl = url + apiPath;
  const api = new Api(emulator, hosting, tokens, { url, apiUrl });

  async function serveApi(path: string, query: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now() - started;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const method = request.method ?? 'GET';
    const fault = await faults.take(method, path);
    const injected = fault !== undefined && (fault.status !== undefined || fault.drop === true);
    const real = injected && fault.when !== 'after' ? undefined : await api.answer({ method, path, query, headers: request.headers, body });
    const answered = injected ? wrong(fault) : real;
    const { authorization, ...headers } = request.headers;
    const token = tokens.of(authorization);
    const text = body.toString();
    exchanges.push({
      method,
      path,
      query,
      who: token === undefined ? undefined : nameOf(token),
      requestHeaders: { ...headers, ...(authorization === undefined ? {} : { authorization: 'given' }) },
      requestBody: text === '' ? undefined : JSON.parse(text),
      status: answered?.status ?? 0,
      responseHeaders: answered?.headers ?? {},
      responseBody: answered?.body,
      injected,
      at,
      took: performance.now() - started - at,
    });
    if (answered === undefined) {
      response.destroy();
      return;
    }
    response.writeHead(answered.status, { 'content-type': 'application/json; charset=utf-8', ...answered.headers });
    response.end(typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body));
  }

  function serveArchive(fullName: string, commit: string, request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.authorization !== undefined) {
      response.writeHead(400).end('A token was sent to another host than the API.');
      return;
    }
    const prefix = `${fullName.replace('/', '-')}-${commit.slice(0, 7)}/`;
    const archived = spawn('git', [
      '-C',
      hosting.repository(fullName).directory,
      'archive',
      '--format=tar.gz',
      `--prefix=${prefix}`,
      commit,
    ]);
    response.writeHead(200, { 'content-type': 'application/x-gzip' });
    archived.stdout.pipe(response);
  }

  async function serveClone(
    { owner, name, rest }: { owner: string; name: string; rest: string },
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const fullName = `${owner}/${name}`;
    const fault = await gitFaults.take(request.method ?? 'GET', `/${fullName}${rest}`);
    const token = tokens.of(request.headers.authorization);
    gitRequests.push(`${request.method} ${fullName}${rest} ${nameOf(token)}`);
    const unauthorized = (words: string) => response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end(words);
    if (fault?.status !== undefined) response.writeHead(fault.status).end();
    else if (token === 'unknown') unauthorized('Invalid username or token.');
    else if (hosting.lends(token, fullName)) serveGit(hosting.root, fullName, rest, query, request, response);
    else if (token === undefined) unauthorized('Repository not found.');
    else response.writeHead(404).end('Repository not found.');
  }

  async function mint(app: string, owner: string, fullNames: string[], permissions: Permissions): Promise<string> {
    const names = fullNames.map((fullName) => hosting.repository(fullName).name);
    const secret = await emulator.installation(app, owner, names, permissions);
    tokens.add(secret, { login: `${app}[bot]`, permissions, repositories: fullNames });
    return secret;
  }

  return {
    url,
    apiUrl,
    graphqlUrl: apiPath === '' ? `${url}/graphql` : `${url}/api/graphql`,
    exchanges,
    gitRequests,
    faults,
    gitFaults,
    repository: (fullName) => hosting.repository(fullName),
    fork: (fullName, owner) => hosting.fork(fullName, owner),
    async commit(fullName, branch, changes, commitOptions) {
      const commit = hosting.repository(fullName).commit(branch, changes, commitOptions);
      await hosting.sync();
      return commit;
    },
    openPull: (fullName, head, { base = 'main', title = 'A change', author = listed[0]!.owner } = {}) =>
      hosting.openPull(fullName, head, base, title, author),
    workflowToken: (fullName, permissions = { contents: 'read', pull_requests: 'write' }) =>
      mint('github-actions', hosting.repository(fullName).owner, [fullName], permissions),
    appToken: (owner, fullNames, permissions = { contents: 'read' }) => mint('cross-repository', owner, fullNames, permissions),
    personalToken: (login) => emulator.personal(login),
    ask: (login, method, path, body) => emulator.ask(login, method, path, body),
    async pullRequest(fullName, number) {
      const told = await emulator.ask<Record<string, unknown>>(
        hosting.repository(fullName).owner,
        'GET',
        `/repos/${fullName}/pulls/${number}`,
      );
      return JSON.parse(api.ours(JSON.stringify(hosting.withCommits(fullName, told)))) as Record<string, unknown>;
    },
    async comments(fullName, number) {
      const all: Array<{ id: number; body: string; user: { login: string; type: string } }> = [];
      for (let page = 1; ; page++) {
        const some = await emulator.ask<typeof all>(
          hosting.repository(fullName).owner,
          'GET',
          `/repos/${fullName}/issues/${number}/comments?per_page=100&page=${page}`,
        );
        all.push(...some);
        if (some.length < 100) return all;
      }
    },
    fail: (fault) => faults.add(fault),
    writes: () =>
      exchanges
        .filter(({ method, path }) => method !== 'GET' && method !== 'HEAD' && path !== '/graphql')
        .map(({ method, path }) => `${method} ${path}`),
    forget() {
      exchanges.length = 0;
      gitRequests.length = 0;
    },
    async close() {
      faults.clear();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
      rmSync(hosting.root, { recursive: true, force: true });
    },
  };
}

/** What a fault answers; nothing where it drops the connection. */
function wrong({ status, headers = {}, body, drop }: Fault): Answer | undefined {
  return drop === true || status === undefined ? undefined : { status, headers, body: body ?? { message: `Status ${status}` } };
}

export type { Permissions };
