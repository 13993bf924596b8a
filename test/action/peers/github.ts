import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type Permissions, startEmulator } from './emulator.ts';
import { type Fault, Faults } from './faults.ts';
import { type Changes, createRepository, type GitRepository } from './git.ts';
import { gitRequest, serveGit } from './git-http.ts';

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

interface Token {
  login: string;
  /** Undefined for a person, who may do whatever an owner may. */
  permissions: Permissions | undefined;
  repositories: string[];
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

interface Pull {
  repository: GitRepository;
  number: number;
  headRepository: GitRepository;
  head: string;
  base: string;
  /** What the API says of the base: the branch's tip when the head last moved, not when the merge commit was made. */
  baseSha: string;
}

export interface GitHubOptions {
  /** `owner/name`, with an exclamation mark behind it for a private one. The first owner opens the pull requests. */
  repositories?: string[];
  /** People who own no repository. */
  people?: string[];
  /** `/api/v3` for a GitHub Enterprise Server. */
  apiPath?: string;
  /** A file to which every exchange is written, one JSON document in a line. */
  record?: string;
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

const documentation = 'https://docs.github.com/rest';
const refused: Answer = { status: 401, body: { message: 'Bad credentials', documentation_url: documentation, status: '401' } };
const absent: Answer = { status: 404, body: { message: 'Not Found', documentation_url: documentation, status: '404' } };
const forbidden: Answer = {
  status: 403,
  headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
  body: { message: 'Resource not accessible by integration', documentation_url: documentation, status: '403' },
};
const tooLong: Answer = {
  status: 422,
  body: {
    message: 'Validation Failed',
    errors: [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body is too long (maximum is 65536 characters)' }],
    documentation_url: documentation,
    status: '422',
  },
};

/** Starts a GitHub on a free port of this machine. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { repositories: wanted = ['octocat/infra'], people = ['mallory', 'hubot'], apiPath = '', record } = options;
  const listed = wanted.map((text) => {
    const [owner, name] = text.replace('!', '').split('/') as [string, string];
    return { owner, name, private: text.endsWith('!') };
  });
  const everyone = [...new Set([...listed.map(({ owner }) => owner), ...people])];
  const root = mkdtempSync(join(tmpdir(), 'cilium-align-github-'));
  const emulator = await startEmulator(everyone, listed);
  const repositories = new Map<string, GitRepository>(
    listed.map(({ owner, name }) => [`${owner}/${name}`, createRepository(root, owner, name)]),
  );
  const hidden = new Set(listed.filter((each) => each.private).map(({ owner, name }) => `${owner}/${name}`));
  const tokens = new Map<string, Token>(
    everyone.map((login) => [emulator.personal(login), { login, permissions: undefined, repositories: [] }]),
  );
  const pulls: Pull[] = [];
  const exchanges: Exchange[] = [];
  const gitRequests: string[] = [];
  const faults = new Faults();
  const gitFaults = new Faults();
  const started = performance.now();

  const repository = (fullName: string): GitRepository => {
    const found = repositories.get(fullName);
    if (found === undefined) throw new Error(`There is no repository ${fullName}; there are ${[...repositories.keys()].join(', ')}.`);
    return found;
  };
  const sees = (token: Token | undefined, fullName: string): boolean =>
    !hidden.has(fullName) ||
    (token !== undefined &&
      (token.permissions === undefined ? fullName.startsWith(`${token.login}/`) : token.repositories.includes(fullName)));

  /** Brings emulator and `refs/pull` to where the branches are. */
  async function sync(): Promise<void> {
    for (const each of repositories.values()) await emulator.mirror(each);
    for (const pull of pulls) {
      const head = pull.headRepository.resolve(`refs/heads/${pull.head}`)!;
      const base = pull.repository.resolve(`refs/heads/${pull.base}`)!;
      if (pull.headRepository !== pull.repository) pull.repository.git('fetch', '--quiet', pull.headRepository.directory, head);
      if (pull.repository.resolve(`refs/pull/${pull.number}/head`) !== head) pull.baseSha = base;
      const merge = pull.repository.merge(base, head);
      pull.repository.git('update-ref', `refs/pull/${pull.number}/head`, head);
      if (merge === undefined) pull.repository.git('update-ref', '-d', `refs/pull/${pull.number}/merge`);
      else pull.repository.git('update-ref', `refs/pull/${pull.number}/merge`, merge);
      await emulator.mirror(pull.repository);
    }
  }

  /** What the emulator says of a pull request, with the commits as Git has them now. */
  function withCommits(fullName: string, told: Record<string, unknown>): Record<string, unknown> {
    const pull = pulls.find((each) => each.repository.fullName === fullName && each.number === told.number);
    if (pull === undefined) return told;
    const merge = pull.repository.resolve(`refs/pull/${pull.number}/merge`);
    return {
      ...told,
      head: { ...(told.head as object), sha: pull.repository.resolve(`refs/pull/${pull.number}/head`) },
      base: { ...(told.base as object), sha: pull.baseSha },
      merge_commit_sha: merge ?? null,
      ...('mergeable' in told ? { mergeable: merge !== undefined } : {}),
    };
  }

  /** The emulator's addresses, as this server's: what is below `/repos`, `/users` and the like is the API, all else the pages. */
  const ours = (text: string): string =>
    text
      .replaceAll(emulator.url.replace('127.0.0.1', 'localhost'), emulator.url)
      .replace(new RegExp(`${emulator.url}(?=/(?:repos|users|orgs|teams|app|installation|search|rate_limit|user)\\b)`, 'g'), apiUrl)
      .replaceAll(emulator.url, url);

  async function forward(method: string, path: string, query: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
    const headers = new Headers();
    for (const name of ['authorization', 'accept', 'content-type', 'user-agent', 'x-github-api-version']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value.replace(/^token /i, 'Bearer '));
    }
    const response = await fetch(emulator.url + path + query, { method, headers, ...(body.length > 0 ? { body } : {}) });
    const passed: Record<string, string> = { 'x-github-request-id': `${exchanges.length}` };
    response.headers.forEach((value, name) => {
      if (/^(?:content-type|link|x-ratelimit-.*|retry-after)$/.test(name)) passed[name] = ours(value);
    });
    const text = ours(await response.text());
    const json = (passed['content-type'] ?? '').includes('json') && text !== '' ? JSON.parse(text) : text === '' ? undefined : text;
    return { status: response.status, headers: passed, body: json };
  }

  async function answer(method: string, path: string, query: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
    const [, secret] = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const token = secret === undefined ? undefined : tokens.get(secret);
    if (request.headers.authorization !== undefined && token === undefined) return refused;
    if (path === '/graphql') {
      if (token === undefined) return refused;
      const asked = (JSON.parse(body.toString()) as { query: string }).query;
      if (!/\bviewer\b/.test(asked))
        return { status: 200, body: { errors: [{ message: `This GitHub answers only for the viewer, not ${asked}` }] } };
      return { status: 200, body: { data: { viewer: { login: token.login } } } };
    }
    if (path === '/user' && token?.permissions !== undefined) return forbidden;
    const [, fullName, rest] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? [];
    if (fullName === undefined || rest === undefined) {
      if (fullName !== undefined && !sees(token, fullName)) return absent;
      return forward(method, path, query, request, body);
    }
    if (!repositories.has(fullName) || !sees(token, fullName)) return absent;
    if (/^\/issues\/(?:\d+\/comments|comments\/\d+)$/.test(rest) && (method === 'POST' || method === 'PATCH')) {
      const { body: text } = JSON.parse(body.toString()) as { body: unknown };
      if (typeof text === 'string' && [...text].length > 65_536) return tooLong;
    }
    const archive = /^\/tarball\/(.+)$/.exec(rest);
    if (archive !== null) {
      const commit = repository(fullName).resolve(decodeURIComponent(archive[1]!));
      if (commit === undefined) return absent;
      // Another host, as codeload.github.com is: whoever follows must leave the token behind, and a private archive carries its own.
      return {
        status: 302,
        headers: {
          location: `${url.replace('127.0.0.1', 'localhost')}/codeload/${fullName}/${commit}?token=${hidden.has(fullName) ? 'once' : ''}`,
        },
      };
    }
    const files = /^\/pulls\/(\d+)\/files$/.exec(rest);
    if (files !== null) {
      const pull = pulls.find((each) => each.repository.fullName === fullName && each.number === Number(files[1]));
      if (pull === undefined) return absent;
      const head = pull.repository.resolve(`refs/pull/${pull.number}/head`);
      const compared = await forward('GET', `/repos/${fullName}/compare/${pull.baseSha}...${head}`, '', request, Buffer.alloc(0));
      return { ...compared, body: (compared.body as { files: unknown }).files };
    }
    const answered = await forward(method, path, query, request, body);
    if (answered.status === 403 && token?.permissions !== undefined)
      return { ...forbidden, headers: { ...answered.headers, ...forbidden.headers } };
    if (answered.status === 200 && /^\/pulls$/.test(rest))
      return { ...answered, body: (answered.body as Array<Record<string, unknown>>).map((each) => withCommits(fullName, each)) };
    if (answered.status < 300 && /^\/pulls\/\d+$/.test(rest))
      return { ...answered, body: withCommits(fullName, answered.body as Record<string, unknown>) };
    return answered;
  }

  async function serveApi(path: string, query: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now() - started;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const method = request.method ?? 'GET';
    const [, secret] = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const fault = await faults.take(method, path);
    let answered: Answer | undefined;
    if (fault === undefined || (fault.status === undefined && fault.drop !== true))
      answered = await answer(method, path, query, request, body);
    else {
      if (fault.when === 'after') await answer(method, path, query, request, body);
      if (fault.drop !== true)
        answered = { status: fault.status!, headers: fault.headers ?? {}, body: fault.body ?? { message: `Status ${fault.status}` } };
    }
    const sent = answered?.body === undefined ? '' : typeof answered.body === 'string' ? answered.body : JSON.stringify(answered.body);
    const { authorization, ...requestHeaders } = request.headers;
    const text = body.toString();
    const exchange: Exchange = {
      method,
      path,
      query,
      who: secret === undefined ? undefined : (tokens.get(secret)?.login ?? 'unknown'),
      requestHeaders: { ...requestHeaders, ...(authorization === undefined ? {} : { authorization: 'given' }) },
      requestBody: text === '' ? undefined : JSON.parse(text),
      status: answered?.status ?? 0,
      responseHeaders: answered?.headers ?? {},
      responseBody: answered?.body,
      injected: fault !== undefined && (fault.status !== undefined || fault.drop === true),
      at,
      took: performance.now() - started - at,
    };
    exchanges.push(exchange);
    if (record !== undefined) appendFileSync(record, `${JSON.stringify(exchange)}\n`);
    if (answered === undefined) response.destroy();
    else response.writeHead(answered.status, { 'content-type': 'application/json; charset=utf-8', ...answered.headers }).end(sent);
  }

  function serveArchive(fullName: string, commit: string, request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.authorization !== undefined) {
      response.writeHead(400).end('A token was sent to another host than the API.');
      return;
    }
    const archived = spawn('git', [
      '-C',
      repository(fullName).directory,
      'archive',
      '--format=tar.gz',
      `--prefix=${fullName.replace('/', '-')}-${commit.slice(0, 7)}/`,
      commit,
    ]);
    response.writeHead(200, { 'content-type': 'application/x-gzip' });
    archived.stdout.pipe(response);
  }

  async function serveClone(
    asked: { owner: string; name: string; rest: string },
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const fullName = `${asked.owner}/${asked.name}`;
    const fault = await gitFaults.take(request.method ?? 'GET', `/${fullName}${asked.rest}`);
    const [, basic] = /^basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const secret = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString().split(':')[1];
    const token = secret === undefined ? undefined : tokens.get(secret);
    gitRequests.push(`${request.method} ${fullName}${asked.rest} ${token?.login ?? (secret === undefined ? 'nobody' : 'unknown')}`);
    const hasContents = token?.permissions === undefined || token.permissions.contents !== undefined || !hidden.has(fullName);
    if (fault?.status !== undefined) response.writeHead(fault.status).end();
    else if (secret !== undefined && token === undefined)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end('Invalid username or token.');
    else if (repositories.has(fullName) && sees(token, fullName) && hasContents)
      serveGit(root, fullName, asked.rest, query, request, response);
    else if (token === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end('Repository not found.');
    else response.writeHead(404).end('Repository not found.');
  }

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

  async function mint(app: string, owner: string, fullNames: string[], permissions: Permissions): Promise<string> {
    const names = fullNames.map((fullName) => repository(fullName).name);
    const secret = await emulator.installation(app, owner, names, permissions);
    tokens.set(secret, { login: `${app}[bot]`, permissions, repositories: fullNames });
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
    repository,
    async fork(fullName, owner) {
      const { name } = repository(fullName);
      await emulator.ask(owner, 'POST', `/repos/${fullName}/forks`, {});
      const made = createRepository(root, owner, name);
      made.git('fetch', '--quiet', repository(fullName).directory, '+refs/heads/*:refs/heads/*');
      repositories.set(made.fullName, made);
      if (hidden.has(fullName)) hidden.add(made.fullName);
      await sync();
      return made;
    },
    async commit(fullName, branch, changes, commitOptions) {
      const commit = repository(fullName).commit(branch, changes, commitOptions);
      await sync();
      return commit;
    },
    async openPull(fullName, head, { base = 'main', title = 'A change', author = listed[0]!.owner } = {}) {
      const target = repository(fullName);
      const [branch, headOwner] = head.split(':').reverse() as [string, string | undefined];
      const headRepository = headOwner === undefined ? target : repository(`${headOwner}/${target.name}`);
      const made = await emulator.ask<{ number: number }>(author, 'POST', `/repos/${fullName}/pulls`, { title, head, base });
      pulls.push({ repository: target, number: made.number, headRepository, head: branch, base, baseSha: '' });
      await sync();
      return made.number;
    },
    workflowToken: (fullName, permissions = { contents: 'read', pull_requests: 'write' }) =>
      mint('github-actions', repository(fullName).owner, [fullName], permissions),
    appToken: (owner, fullNames, permissions = { contents: 'read' }) => mint('cross-repository', owner, fullNames, permissions),
    personalToken: (login) => emulator.personal(login),
    ask: (login, method, path, body) => emulator.ask(login, method, path, body),
    async pullRequest(fullName, number) {
      const told = await emulator.ask<Record<string, unknown>>(repository(fullName).owner, 'GET', `/repos/${fullName}/pulls/${number}`);
      return JSON.parse(ours(JSON.stringify(withCommits(fullName, told)))) as Record<string, unknown>;
    },
    async comments(fullName, number) {
      const all: Array<{ id: number; body: string; user: { login: string; type: string } }> = [];
      for (let page = 1; ; page++) {
        const some = await emulator.ask<typeof all>(
          repository(fullName).owner,
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
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type { Emulator, Fault, Permissions };
