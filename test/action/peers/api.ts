import type { IncomingHttpHeaders } from 'node:http';
import type { Emulator } from './emulator.ts';
import type { Hosting } from './hosting.ts';
import type { Tokens } from './tokens.ts';

export interface Request {
  method: string;
  /** Below the API's address, without the query. */
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

type Told = Record<string, unknown>;

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

/** Where a server says that it is. */
export interface Addresses {
  url: string;
  apiUrl: string;
}

/** The API as GitHub answers it: the emulator's answers, and before them whatever it would let through. */
export class Api {
  private readonly emulator: Emulator;
  private readonly hosting: Hosting;
  private readonly tokens: Tokens;
  private readonly addresses: Addresses;

  constructor(emulator: Emulator, hosting: Hosting, tokens: Tokens, addresses: Addresses) {
    this.emulator = emulator;
    this.hosting = hosting;
    this.tokens = tokens;
    this.addresses = addresses;
  }

  async answer(request: Request): Promise<Answer> {
    const { method, path, body } = request;
    const token = this.tokens.of(request.headers.authorization);
    if (token === 'unknown') return refused;
    if (path === '/graphql') return token === undefined ? refused : viewer(body, token.login);
    if (path === '/user' && token?.permissions !== undefined) return forbidden;
    const [, fullName, rest = ''] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? [];
    if (fullName === undefined) return this.forward(request);
    if (!this.hosting.sees(token, fullName)) return absent;
    if (/^\/issues\/(?:\d+\/comments|comments\/\d+)$/.test(rest) && (method === 'POST' || method === 'PATCH')) {
      const { body: text } = JSON.parse(body.toString()) as { body: unknown };
      if (typeof text === 'string' && [...text].length > 65_536) return tooLong;
    }
    const [, archived] = /^\/tarball\/(.+)$/.exec(rest) ?? [];
    if (archived !== undefined) return this.archive(fullName, decodeURIComponent(archived));
    const answered = await this.forward(request);
    if (answered.status === 403 && token?.permissions !== undefined)
      return { ...forbidden, headers: { ...answered.headers, ...forbidden.headers } };
    if (answered.status >= 300) return answered;
    if (rest === '/pulls' && method === 'GET')
      return { ...answered, body: (answered.body as Told[]).map((each) => this.hosting.withCommits(fullName, each)) };
    if (/^\/pulls\/\d+$/.test(rest)) return { ...answered, body: this.hosting.withCommits(fullName, answered.body as Told) };
    return answered;
  }

  /** The emulator's addresses, as this server's: what is below `/repos`, `/users` and the like is the API, all else the pages. */
  ours(text: string): string {
    const { url } = this.emulator;
    return text
      .replaceAll(url.replace('127.0.0.1', 'localhost'), url)
      .replace(new RegExp(`${url}(?=/(?:repos|users|orgs|teams|app|installation|search|rate_limit|user)\\b)`, 'g'), this.addresses.apiUrl)
      .replaceAll(url, this.addresses.url);
  }

  private archive(fullName: string, revision: string): Answer {
    const commit = this.hosting.repository(fullName).resolve(revision);
    if (commit === undefined) return absent;
    // Another host, as codeload.github.com is: whoever follows must leave the token behind, and a private archive carries its own.
    const host = this.addresses.url.replace('127.0.0.1', 'localhost');
    const once = this.hosting.isPrivate(fullName) ? '?token=once' : '';
    return { status: 302, headers: { location: `${host}/codeload/${fullName}/${commit}${once}` } };
  }

  private async forward({ method, path, query, headers, body }: Request): Promise<Answer> {
    const sent = new Headers();
    for (const name of ['authorization', 'accept', 'content-type', 'user-agent', 'x-github-api-version']) {
      const value = headers[name];
      if (typeof value === 'string') sent.set(name, value.replace(/^token /i, 'Bearer '));
    }
    const response = await fetch(this.emulator.url + path + query, { method, headers: sent, ...(body.length > 0 ? { body } : {}) });
    const passed: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      if (/^(?:content-type|link|x-ratelimit-.*|retry-after)$/.test(name)) passed[name] = this.ours(value);
    });
    const text = this.ours(await response.text());
    if (text === '') return { status: response.status, headers: passed };
    const isJson = (passed['content-type'] ?? '').includes('json');
    return { status: response.status, headers: passed, body: isJson ? JSON.parse(text) : text };
  }
}

/** The one question of GraphQL that is answered: who am I? */
function viewer(body: Buffer, login: string): Answer {
  const { query } = JSON.parse(body.toString()) as { query: string };
  if (!/\bviewer\b/.test(query))
    return { status: 200, body: { errors: [{ message: `This GitHub answers only for the viewer, not ${query}` }] } };
  return { status: 200, body: { data: { viewer: { login } } } };
}
