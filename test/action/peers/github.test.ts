import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout, runGit } from './git.ts';
import { type GitHub, startGitHub } from './github.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe.each(['', '/api/v3'])('a GitHub whose API lies at "%s"', (apiPath) => {
  let github: GitHub;
  let room: string;
  let pull: number;
  const client = (auth: string): Octokit => new Octokit({ baseUrl: github.apiUrl, auth, log: silent });
  const infra = { owner: 'octocat', repo: 'infra' };

  beforeAll(async () => {
    room = mkdtempSync(join(tmpdir(), 'cilium-align-peer-'));
    github = await startGitHub({ repositories: ['octocat/infra', 'octocat/talos!'], apiPath });
    await github.commit('octocat/infra', 'main', { 'a.yaml': 'a: 1\n', 'b/c.yaml': 'c: ü\n' });
    await github.commit('octocat/infra', 'change', { 'a.yaml': 'a: 2\n', 'b/c.yaml': null }, { from: 'main' });
    await github.commit('octocat/talos', 'main', { 'patch.yaml': 'cluster: {}\n' });
    pull = await github.openPull('octocat/infra', 'change');
  });
  afterAll(async () => {
    await github.close();
    rmSync(room, { recursive: true, force: true });
  });

  it('keeps the commits of Git, with their hashes', async () => {
    const { rest } = client(await github.workflowToken('octocat/infra'));
    const head = github.repository('octocat/infra').resolve('change')!;
    const { data } = await rest.git.getTree({ ...infra, tree_sha: 'main', recursive: 'true' });
    expect(data.tree.filter(({ type }) => type === 'blob').map(({ path }) => path)).toEqual(['a.yaml', 'b/c.yaml']);
    const compared = await rest.repos.compareCommitsWithBasehead({ ...infra, basehead: `main...${head}` });
    expect(compared.data.files?.map(({ filename, status }) => [filename, status])).toEqual([
      ['a.yaml', 'modified'],
      ['b/c.yaml', 'removed'],
    ]);
  });

  it('moves a pull request with its branch, and makes the merge commit', async () => {
    const { rest } = client(await github.workflowToken('octocat/infra'));
    const before = await rest.pulls.get({ ...infra, pull_number: pull });
    const head = await github.commit('octocat/infra', 'change', { 'd.yaml': 'd: 1\n' });
    const base = await github.commit('octocat/infra', 'main', { 'e.yaml': 'e: 1\n' });
    const { data } = await rest.pulls.get({ ...infra, pull_number: pull });
    expect(data.head.sha).toBe(head);
    expect(data.base.sha).toBe(before.data.base.sha);
    expect(github.repository('octocat/infra').git('log', '-1', '--format=%P', data.merge_commit_sha!)).toBe(`${base} ${head}`);
    expect((await rest.pulls.list({ ...infra, head: 'octocat:change' })).data.map(({ number }) => number)).toEqual([pull]);
    expect(data.html_url).toBe(`${github.url}/octocat/infra/pull/${pull}`);
    expect(data.url).toBe(`${github.apiUrl}/repos/octocat/infra/pulls/${pull}`);
  });

  it('refuses what a token does not cover', async () => {
    const status = async (token: string, path: string, body?: unknown): Promise<number> =>
      (
        await fetch(github.apiUrl + path, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { authorization: `token ${token}` },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      ).status;
    const comments = `/repos/octocat/infra/issues/${pull}/comments`;
    const token = await github.workflowToken('octocat/infra');
    expect(await status('ghs_nobody', comments)).toBe(401);
    expect(await status(await github.workflowToken('octocat/infra', { contents: 'read' }), comments, { body: 'x' })).toBe(403);
    expect(await status(await github.workflowToken('octocat/infra', { pull_requests: 'read' }), comments, { body: 'x' })).toBe(403);
    expect(await status(token, comments, { body: 'x'.repeat(65_537) })).toBe(422);
    expect(await status(token, '/repos/octocat/talos/contents/patch.yaml')).toBe(404);
    expect(await status(token, '/user')).toBe(403);
    expect(await status(await github.appToken('octocat', ['octocat/talos']), '/repos/octocat/talos/contents/patch.yaml')).toBe(200);
    expect(await status(token, comments, { body: 'x'.repeat(65_536) })).toBe(201);
    expect((await github.comments('octocat/infra', pull)).at(-1)?.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
  });

  it('says who a token is, and pages through comments by its own addresses', async () => {
    const octokit = client(await github.workflowToken('octocat/infra'));
    const viewer = await fetch(github.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `bearer ${await github.workflowToken('octocat/infra')}` },
      body: JSON.stringify({ query: '{viewer{login}}' }),
    });
    expect(await viewer.json()).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } });
    for (let n = 0; n < 101; n++) await github.ask('mallory', 'POST', `/repos/octocat/infra/issues/${pull}/comments`, { body: `${n}` });
    github.forget();
    const all = await octokit.paginate(octokit.rest.issues.listComments, { ...infra, issue_number: pull, per_page: 100 });
    expect(all.filter(({ user }) => user?.login === 'mallory')).toHaveLength(101);
    expect(github.exchanges).toHaveLength(2);
  });

  it('gives archives and clones to those who may have them', async () => {
    const octokit = client(await github.appToken('octocat', ['octocat/talos']));
    const { data } = await octokit.rest.repos.downloadTarballArchive({ owner: 'octocat', repo: 'talos', ref: 'main' });
    expect((data as ArrayBuffer).byteLength).toBeGreaterThan(100);
    const url = `${github.url}/octocat/talos`;
    await expect(checkout(join(room, 'none'), url, 'refs/heads/main')).rejects.toThrow(/Authentication failed|could not read Username/);
    const other = await github.workflowToken('octocat/infra');
    await expect(checkout(join(room, 'other'), url, 'refs/heads/main', { token: other })).rejects.toThrow(/not found/i);
    await expect(
      checkout(join(room, 'no contents'), url, 'refs/heads/main', { token: await github.appToken('octocat', ['octocat/talos'], {}) }),
    ).rejects.toThrow(/not found/i);
    await checkout(join(room, 'talos'), url, 'refs/heads/main', { token: await github.appToken('octocat', ['octocat/talos']) });
    expect(readFileSync(join(room, 'talos/patch.yaml'), 'utf8')).toBe('cluster: {}\n');
    const config = readFileSync(join(room, 'talos/.git/config'), 'utf8');
    expect(config).not.toMatch(/AUTHORIZATION/i);
  });

  it('checks a merge commit out as actions/checkout does', async () => {
    const directory = join(room, 'merge');
    await checkout(directory, `${github.url}/octocat/infra`, `refs/pull/${pull}/merge`);
    expect(await runGit(directory, ['rev-parse', '--is-shallow-repository'])).toBe('true');
    await expect(runGit(directory, ['rev-parse', '--verify', 'HEAD^1'])).rejects.toThrow();
    const parents = [...(await runGit(directory, ['cat-file', 'commit', 'HEAD'])).matchAll(/^parent (\w+)$/gm)].map(([, hash]) => hash!);
    await runGit(directory, ['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', parents[0]!]);
    expect(await runGit(directory, ['ls-tree', '--name-only', parents[0]!])).toBe('a.yaml\nb\ne.yaml');
  });

  it('lets a fork open a pull request', async () => {
    await github.fork('octocat/infra', 'mallory');
    const head = await github.commit('mallory/infra', 'theirs', { 'a.yaml': 'a: 3\n' }, { from: 'main' });
    const number = await github.openPull('octocat/infra', 'mallory:theirs', { author: 'mallory' });
    const { data } = await client(await github.workflowToken('octocat/infra')).rest.pulls.get({ ...infra, pull_number: number });
    expect([data.head.sha, data.head.repo?.full_name, data.base.repo.full_name]).toEqual([head, 'mallory/infra', 'octocat/infra']);
  });

  it('fails as it is told: before or after the deed, once or for two at a time', async () => {
    const token = await github.workflowToken('octocat/infra');
    const path = `/repos/octocat/infra/issues/${pull}/comments`;
    const post = async (body: string): Promise<number | string> =>
      fetch(github.apiUrl + path, { method: 'POST', headers: { authorization: `token ${token}` }, body: JSON.stringify({ body }) }).then(
        ({ status }) => status,
        () => 'dropped',
      );
    github.fail({ method: 'POST', path: /comments$/, status: 429, headers: { 'retry-after': '1' } });
    github.fail({ method: 'POST', path: /comments$/, when: 'after', drop: true });
    github.fail({ method: 'POST', path: /comments$/, barrier: 2 });
    expect([await post('not done'), await post('done'), ...(await Promise.all([post('two'), post('at once')]))]).toEqual([
      429,
      'dropped',
      201,
      201,
    ]);
    const bodies = (await github.comments('octocat/infra', pull)).map(({ body }) => body);
    expect(bodies).toContain('done');
    expect(bodies).not.toContain('not done');
    expect(github.faults.left).toBe(0);
  });
});
