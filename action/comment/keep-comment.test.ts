import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GitHub, startGitHub } from '../../test/action/peers/github.ts';
import { type ClientOptions, type GithubClient, githubClient } from '../github-client.ts';
import { type CommentRequest, type CommentResult, keepComment } from './keep-comment.ts';

const repository = { owner: 'octocat', repo: 'infra' };
const quick = { backoff: 5, patience: 3000, timeout: 5000 } satisfies Partial<ClientOptions>;

describe('the comment', () => {
  let github: GitHub;
  let client: GithubClient;
  let first: { number: number; head: string };
  let count = 0;

  beforeAll(async () => {
    github = await startGitHub();
    await github.commit('octocat/infra', 'main', { 'a.yaml': 'a: 1\n' });
    client = githubClient({ token: await github.workflowToken('octocat/infra'), apiUrl: `${github.apiUrl}/`, ...quick });
    first = await openPull('change');
  });
  afterAll(() => github.close());
  afterEach(() => {
    expect(github.faults.left).toBe(0);
    github.forget();
  });

  async function openPull(branch: string): Promise<{ number: number; head: string }> {
    const head = await github.commit('octocat/infra', branch, { 'a.yaml': `${branch}: 2\n` }, { from: 'main' });
    return { number: await github.openPull('octocat/infra', branch), head };
  }

  interface Conversation {
    number: number;
    head: string;
    key: string;
    keep(body: string | undefined, more?: Partial<CommentRequest>): Promise<CommentResult>;
    lines: string[];
    comments(): ReturnType<GitHub['comments']>;
  }

  /** What a run asks for on a pull request, by default the first one and each time with another key. */
  function talk({ number, head } = first, key = `key-${++count}`): Conversation {
    const lines: string[] = [];
    const keep = (body: string | undefined, more: Partial<CommentRequest> = {}): Promise<CommentResult> =>
      keepComment({
        client,
        repository,
        pullRequest: number,
        key,
        head,
        run: { id: 1000, attempt: 1 },
        body,
        create: 'on-drift',
        log: (line) => lines.push(line),
        ...more,
      });
    const comments = async () => (await github.comments('octocat/infra', number)).filter(({ body }) => body.includes(` key=${key} `));
    return { number, head, key, keep, lines, comments };
  }

  const says = async ({ comments }: Conversation) => (await comments()).map(({ body, user }) => `${user.login}: ${body.split('\n')[1]}`);
  const marker = ({ key }: Conversation) => `<!-- cilium-align:v1 key=${key} sha=abc run=1.1 -->`;
  const asPerson = (login: string, { number }: Conversation, body: string) =>
    github.ask(login, 'POST', `/repos/octocat/infra/issues/${number}/comments`, { body });

  it('is written, left alone, edited, resolved and left alone again', async () => {
    const it = talk();
    const created = await it.keep('two differences');
    expect(created).toEqual({ state: 'created', id: expect.any(Number) });
    expect((await it.comments())[0]!.body).toBe(`<!-- cilium-align:v1 key=${it.key} sha=${it.head} run=1000.1 -->\ntwo differences\n`);
    github.forget();
    expect(await it.keep('two differences', { run: { id: 1001, attempt: 1 } })).toEqual({ ...created, state: 'unchanged' });
    expect(github.exchanges.map(({ method }) => method)).toEqual(['GET']);
    expect(await it.keep('one difference')).toEqual({ ...created, state: 'updated' });
    expect(await says(it)).toEqual(['github-actions[bot]: one difference']);
    expect(await it.keep(undefined, { resolved: 'all is well' })).toEqual({ ...created, state: 'resolved' });
    expect(await says(it)).toEqual(['github-actions[bot]: all is well']);
    github.forget();
    expect(await it.keep(undefined, { resolved: 'all is well' })).toEqual({ ...created, state: 'unchanged' });
    expect(github.writes()).toEqual([]);
    expect(await it.keep(undefined)).toEqual({ ...created, state: 'resolved' });
    expect((await says(it))[0]).toMatch(/### ✓ Resolved/);
  });

  it('is not written where there is nothing to say, unless it always is', async () => {
    const it = talk();
    expect(await it.keep(undefined)).toEqual({ state: 'none' });
    expect(await it.keep('a difference', { create: 'never' })).toEqual({ state: 'none' });
    expect(github.writes()).toEqual([]);
    expect(await it.keep(undefined, { create: 'always', resolved: 'all is well' })).toMatchObject({ state: 'created' });
    expect(await it.keep('a difference', { create: 'never' })).toMatchObject({ state: 'updated' });
    expect(await says(it)).toEqual(['github-actions[bot]: a difference']);
  });

  it('is found behind a hundred others, and one that somebody else has marked is not believed', async () => {
    const it = talk(await openPull('long'));
    await asPerson('mallory', it, `${marker(it)}\nall is well`);
    await asPerson('mallory', it, `see\n${marker(it)}\nall is well`);
    for (let i = 0; i < 110; i++) await asPerson('hubot', it, `comment ${i}`);
    const created = await it.keep('a difference');
    expect(created.state).toBe('created');
    expect(it.lines.join()).toMatch(/written by somebody else/);
    github.forget();
    expect(await it.keep('another difference')).toEqual({ ...created, state: 'updated' });
    expect(github.writes()).toHaveLength(1);
    const all = await github.comments('octocat/infra', it.number);
    expect(all).toHaveLength(113);
    expect(all[0]!.body).toBe(`${marker(it)}\nall is well`);
  });

  it('is not written a second time where the API does not say who we are', async () => {
    const it = talk();
    await asPerson('mallory', it, `${marker(it)}\nall is well`);
    github.fail({ path: /^\/graphql$/, status: 404 });
    const result = await it.keep('a difference');
    expect(result.state).toBe('failed');
    expect(result.problem).toMatch(/does not say who this token belongs to.*mallory is somebody else, delete that comment/);
    expect(github.writes()).toEqual([]);
  });

  it('is known as our own by its author even where the API does not say who we are', async () => {
    const it = talk();
    const { id } = await it.keep('a difference');
    await asPerson('mallory', it, `${marker(it)}\nall is well`);
    github.fail({ path: /^\/graphql$/, status: 404 });
    expect(await it.keep('two differences')).toEqual({ state: 'updated', id });
  });

  it('belongs to the person whose token it is', async () => {
    const it = talk();
    const person = githubClient({ token: github.personalToken('octocat'), apiUrl: github.apiUrl, ...quick });
    const { id } = await it.keep('a difference', { client: person });
    expect(await it.keep('two differences', { client: person })).toEqual({ state: 'updated', id });
    github.fail({ path: /^\/graphql$/, status: 404 });
    expect(await it.keep('three differences', { client: person })).toEqual({ state: 'updated', id });
    expect(await says(it)).toEqual(['octocat: three differences']);
  });

  it('is one for each key', async () => {
    const pull = await openPull('keys');
    const it = talk(pull);
    const keys = ['a', 'ab', 'a b', 'x --> <!--', 'ü--'];
    for (const key of keys) expect(await it.keep(`of ${key}`, { key }), key).toMatchObject({ state: 'created' });
    for (const key of keys) expect(await it.keep(`still of ${key}`, { key }), key).toMatchObject({ state: 'updated' });
    const all = await github.comments('octocat/infra', it.number);
    expect(all.map(({ body }) => body.split('\n')[1])).toEqual(keys.map((key) => `still of ${key}`));
    for (const { body } of all) expect(body.split('\n')[0]).toMatch(/^<!-- (?:(?!--).)* -->$/);
  });

  it.each([2, 3])('is one where %i runs write it at the same time', async (runs) => {
    const it = talk();
    github.fail({ method: 'POST', path: /\/comments$/, barrier: runs });
    const results = await Promise.all(Array.from({ length: runs }, (_, i) => it.keep('the same', { run: { id: 1000 + i, attempt: 1 } })));
    const left = await it.comments();
    expect(left).toHaveLength(1);
    for (const { state } of results) expect(['created', 'unchanged', 'updated']).toContain(state);
    expect(results.map(({ id }) => id)).toContain(left[0]!.id);
  });

  it('says what the later of two racing runs says', async () => {
    const it = talk();
    github.fail({ method: 'POST', path: /\/comments$/, barrier: 2 });
    await Promise.all([it.keep('older', { run: { id: 1000, attempt: 1 } }), it.keep('newer', { run: { id: 1001, attempt: 1 } })]);
    expect(await says(it)).toEqual(['github-actions[bot]: newer']);
  });

  it('is one again where a race has left two', async () => {
    const it = talk();
    const { id } = await it.keep('a difference');
    await client.rest.issues.createComment({ ...repository, issue_number: it.number, body: `${marker(it)}\na difference` });
    expect(await it.keep('a difference')).toEqual({ state: 'unchanged', id });
    expect(await it.comments()).toHaveLength(1);
  });

  it('is written again after somebody deleted it, where there is something to say', async () => {
    const it = talk();
    const remove = (id: number) => github.ask('octocat', 'DELETE', `/repos/octocat/infra/issues/comments/${id}`);
    await remove((await it.keep('a difference')).id!);
    expect(await it.keep(undefined)).toEqual({ state: 'none' });
    const second = await it.keep('a difference');
    expect(second.state).toBe('created');
    const late = githubClient({ token: await github.workflowToken('octocat/infra'), apiUrl: github.apiUrl, ...quick });
    late.hook.before('request', async ({ method }) => {
      if (method === 'PATCH') await remove(second.id!);
    });
    expect(await it.keep('two differences', { client: late })).toMatchObject({ state: 'created' });
    expect(await says(it)).toEqual(['github-actions[bot]: two differences']);
  });

  it('is not overwritten by a run of an older commit, nor written by one', async () => {
    const it = talk(await openPull('moving'));
    const { id } = await it.keep('of the first commit');
    const head = await github.commit('octocat/infra', 'moving', { 'b.yaml': 'b: 1\n' });
    expect(await it.keep('of the first commit again', { run: { id: 1000, attempt: 2 } })).toEqual({ state: 'unchanged', id });
    expect(await it.keep('of the second commit', { head, run: { id: 1001, attempt: 1 } })).toEqual({ state: 'updated', id });
    expect(await it.keep('of the first commit', { run: { id: 1002, attempt: 1 } })).toEqual({ state: 'unchanged', id });
    expect(await it.keep('late', { head, run: { id: 999, attempt: 1 } })).toEqual({ state: 'unchanged', id });
    expect(await it.keep('run again', { head, run: { id: 1001, attempt: 2 } })).toEqual({ state: 'updated', id });
    expect(await says(it)).toEqual(['github-actions[bot]: run again']);
    expect(await it.keep('other', { key: 'other' })).toEqual({ state: 'none' });
    expect(await it.keep('of a run that does not know its commit', { head: '', run: { id: 0, attempt: 1 } })).toEqual({
      state: 'updated',
      id,
    });
  });

  it('fits, whatever it is given', async () => {
    const it = talk();
    const line = `- ${'x'.repeat(97)}\n`;
    expect(await it.keep(`### verdict\n\n<details>\n<summary>s</summary>\n\n${line.repeat(2000)}\n</details>\n`)).toMatchObject({
      state: 'created',
    });
    const { body } = (await it.comments())[0]!;
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(body.length).toBeGreaterThan(59_500);
    expect(body.split('\n')[1]).toBe('### verdict');
    expect(body.match(/^<details>$/gm)).toHaveLength(1);
    expect(body.match(/^<\/details>$/gm)).toHaveLength(1);
    expect(body).toMatch(/did not fit/);
    expect(await it.keep('y'.repeat(100_000))).toMatchObject({ state: 'updated' });
  });

  describe('when things go wrong', () => {
    it('repeats what may be repeated, and no POST that may have worked', async () => {
      const it = talk();
      github.fail({ method: 'GET', path: /\/comments$/, status: 502 });
      github.fail({ method: 'POST', path: /\/comments$/, status: 502, when: 'after' });
      const created = await it.keep('a difference');
      expect(created.state).toBe('created');
      expect(await it.comments()).toHaveLength(1);
      expect(github.writes()).toHaveLength(1);
      github.fail({ method: 'PATCH', path: /\/comments/, drop: true, when: 'after' });
      github.fail({ method: 'PATCH', path: /\/comments/, status: 503, headers: { 'retry-after': '0' } });
      expect(await it.keep('two differences')).toEqual({ ...created, state: 'updated' });
      expect(github.writes()).toHaveLength(4);
    });

    it('posts again where the first time has left no comment', async () => {
      const it = talk();
      github.fail({ method: 'POST', path: /\/comments$/, drop: true });
      expect(await it.keep('a difference')).toMatchObject({ state: 'created' });
      expect(await it.comments()).toHaveLength(1);
    });

    it('is written although nobody can be asked about the others', async () => {
      const it = talk();
      const late = githubClient({ token: await github.workflowToken('octocat/infra'), apiUrl: github.apiUrl, ...quick });
      late.hook.after('request', (_, { method }) => {
        if (method === 'POST') github.fail({ method: 'GET', path: /\/comments$/, status: 500, times: 4 });
      });
      expect(await it.keep('a difference', { client: late })).toMatchObject({ state: 'created' });
      expect(await it.keep('a difference')).toMatchObject({ state: 'unchanged' });
    });

    it('gives up after the second POST without an answer', async () => {
      const it = talk();
      github.fail({ method: 'POST', path: /\/comments$/, drop: true, times: 2 });
      const { state, problem } = await it.keep('a difference');
      expect(state).toBe('failed');
      expect(problem).toMatch(/^Could not comment on pull request \d+: the API is not answering\./);
    });

    it('waits as long as it is told, within reason', async () => {
      const it = talk();
      github.fail({
        method: 'POST',
        path: /\/comments$/,
        status: 403,
        headers: { 'retry-after': '1' },
        body: { message: 'secondary rate limit' },
      });
      const said: string[] = [];
      const token = await github.workflowToken('octocat/infra');
      const patient = githubClient({ token, apiUrl: github.apiUrl, ...quick, log: (line) => said.push(line) });
      expect(await it.keep('a difference', { client: patient })).toMatchObject({ state: 'created' });
      expect(said).toEqual(['The API asks to wait; trying again in 1 s.']);
      expect(await it.comments()).toHaveLength(1);
      const reset = `${Math.floor(Date.now() / 1000) + 3600}`;
      github.fail({ path: /\/comments$/, status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } });
      const { state, problem } = await it.keep('two differences');
      expect(state).toBe('failed');
      expect(problem).toContain(`until ${new Date(Number(reset) * 1000).toISOString().slice(11, 16)} UTC`);
      github.fail({ path: /\/comments$/, status: 429 });
      expect((await it.keep('two differences')).problem).toMatch(/the rate limit is used up until/);
    });

    it('names the permission that is missing, and how to give it', async () => {
      const it = talk();
      const reader = githubClient({
        token: await github.workflowToken('octocat/infra', { contents: 'read', pull_requests: 'read' }),
        apiUrl: github.apiUrl,
        ...quick,
      });
      const { state, problem } = await it.keep('a difference', { client: reader });
      expect(state).toBe('failed');
      expect(problem).toContain('permissions:\n  contents: read\n  pull-requests: write\n');
      expect((await it.keep('a difference', { client: reader, readOnly: 'fork' })).problem).toMatch(/comes from a fork/);
      expect((await it.keep('a difference', { client: reader, readOnly: 'dependabot' })).problem).toMatch(
        /Dependabot[\s\S]*pull-requests: write/,
      );
      expect(await it.comments()).toEqual([]);
    });

    it.each([
      [403, 'Unable to create comment because issue is locked', /the conversation is locked/],
      [403, 'Repository was archived so is read-only.', /the repository is archived/],
      [401, 'Bad credentials', /the token is missing, expired/],
      [404, 'Not Found', /it is not there, or the token cannot see it/],
      [422, 'Validation Failed', /the API refused it\. \(The API said: 422: Validation Failed\)/],
      [403, 'Resource protected by organization SAML enforcement.', /the token may not do it/],
    ])('explains %i %s', async (status, message, words) => {
      const it = talk();
      github.fail({ method: 'POST', path: /\/comments$/, status, body: { message, documentation_url: 'https://docs.github.com/rest' } });
      const { state, problem } = await it.keep('a difference');
      expect(state).toBe('failed');
      expect(problem).toMatch(words);
      expect(problem).not.toContain('docs.github.com');
    });

    it('says that nobody answers', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      const { keep } = talk();
      const gone = githubClient({ token: 'x', apiUrl: `http://127.0.0.1:${port}`, ...quick });
      const { state, problem } = await keep('a difference', { client: gone });
      expect(state).toBe('failed');
      expect(problem).toMatch(
        new RegExp(`the API is not answering\\. Run the job again later\\. \\(The API said: 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`),
      );
    });

    it('does not wait for an answer that does not come', async () => {
      const it = talk();
      const hasty = githubClient({ token: await github.workflowToken('octocat/infra'), apiUrl: github.apiUrl, ...quick, timeout: 200 });
      github.fail({ method: 'GET', path: /\/comments$/, delay: 1000 });
      expect(await it.keep('a difference', { client: hasty })).toMatchObject({ state: 'created' });
    });
  });
});

it('works on an Enterprise Server, whose API and GraphQL lie elsewhere', async () => {
  const github = await startGitHub({ apiPath: '/api/v3' });
  try {
    await github.commit('octocat/infra', 'main', { 'a.yaml': 'a: 1\n' });
    const head = await github.commit('octocat/infra', 'change', { 'a.yaml': 'a: 2\n' });
    const pullRequest = await github.openPull('octocat/infra', 'change');
    await github.ask('mallory', 'POST', `/repos/octocat/infra/issues/${pullRequest}/comments`, {
      body: '<!-- cilium-align:v1 key=default sha=abc run=1.1 -->\nall is well',
    });
    const client = githubClient({ token: await github.workflowToken('octocat/infra'), apiUrl: `${github.apiUrl}//`, ...quick });
    const request = {
      client,
      repository,
      pullRequest,
      key: 'default',
      head,
      run: { id: 1, attempt: 1 },
      create: 'on-drift',
      log() {},
    } as const;
    const { id } = await keepComment({ ...request, body: 'a difference' });
    expect(await keepComment({ ...request, body: undefined })).toEqual({ state: 'resolved', id });
    expect(github.exchanges.every(({ status }) => status < 300)).toBe(true);
  } finally {
    await github.close();
  }
});
