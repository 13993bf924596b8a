import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout, createRepository, type GitRepository, gitEnvironment } from '../test/action/peers/git.ts';
import { type CommitSources, Commits } from './commits.ts';

let root: string;
let origin: GitRepository;
let base: string;
let head: string;
let merge: string;
let folders = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cilium-align-commits-'));
  origin = createRepository(root, 'octocat', 'infra');
  origin.commit('main', { 'clusters/a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
  head = origin.commit('feature', { 'clusters/a.yaml': 'a: 2\n' });
  base = origin.commit('main', { 'b.yaml': 'b: 2\n' });
  merge = origin.merge(base, head)!;
  origin.git('update-ref', 'refs/pull/1/merge', merge);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const said: string[] = [];

function commitsOf(directory: string | undefined, more: Partial<CommitSources> = {}): Commits {
  const temporary = join(root, `temporary-${++folders}`);
  mkdirSync(temporary);
  return new Commits({
    checkout: directory,
    repository: undefined,
    serverUrl: 'http://127.0.0.1:1',
    token: undefined,
    temporary,
    client: () => Promise.reject(new Error('no API is needed here')),
    env: process.env,
    log: (text) => said.push(text),
    mask: () => {},
    ...more,
  });
}

async function checkedOut(revision: string, options: { depth?: number } = {}): Promise<string> {
  const directory = join(root, `workspace-${++folders}`);
  await checkout(directory, origin.fileUrl, revision, options);
  return directory;
}

/** Everything below `.git`, so that nobody can have written there. */
function stateOf(directory: string): string {
  const files = readdirSync(join(directory, '.git'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${file} ${readFileSync(file).toString('base64')}`)
    .join('\n');
}

const texts = async (commits: Commits, sha: string, folder = '') => {
  const found = await commits.files(sha, folder);
  if ('problem' in found) throw new Error(found.problem);
  return Object.fromEntries(found.files.files.map(({ path }) => [path, found.files.read(path)]));
};

describe('commits', () => {
  it('reads the parents of a merge that a shallow checkout has cut off, and fetches the base without changing the checkout', async () => {
    const directory = await checkedOut('refs/pull/1/merge');
    const before = stateOf(directory);
    const commits = commitsOf(directory);
    expect(await commits.head()).toBe(merge);
    expect(await commits.parents(merge)).toEqual([base, head]);
    expect(await texts(commits, base)).toEqual({ 'b.yaml': 'b: 2\n', 'clusters/a.yaml': 'a: 1\n' });
    expect(await texts(commits, head)).toEqual({ 'b.yaml': 'b: 1\n', 'clusters/a.yaml': 'a: 2\n' });
    expect(stateOf(directory)).toBe(before);
  });

  it('fetches nothing that the checkout has', async () => {
    const directory = await checkedOut('refs/pull/1/merge', { depth: 2 });
    execFileSync('git', ['-C', directory, 'remote', 'set-url', 'origin', 'file:///nowhere'], { env: gitEnvironment });
    expect(await texts(commitsOf(directory), base)).toEqual({ 'b.yaml': 'b: 2\n', 'clusters/a.yaml': 'a: 1\n' });
  });

  it('gives the files below a folder, none where the commit has no such folder', async () => {
    const commits = commitsOf(await checkedOut('refs/pull/1/merge'));
    expect(await texts(commits, base, 'clusters')).toEqual({ 'a.yaml': 'a: 1\n' });
    expect(await texts(commits, base, 'nowhere')).toEqual({});
    expect(await texts(commits, base, 'b.yaml')).toEqual({});
  });

  it('reads a partial clone whole, by fetching what it lacks', async () => {
    const directory = join(root, `workspace-${++folders}`);
    execFileSync('git', ['clone', '--quiet', '--filter=blob:none', '--no-checkout', origin.fileUrl, directory], { env: gitEnvironment });
    expect(await texts(commitsOf(directory), base)).toEqual({ 'b.yaml': 'b: 2\n', 'clusters/a.yaml': 'a: 1\n' });
  });

  it('finds where two branches left each other, in the history or, where the checkout is shallow and no API answers, by fetching it alone', async () => {
    const left = origin.resolve('main~1');
    expect(await commitsOf(await checkedOut('refs/heads/feature', { depth: 0 })).mergeBase(base, head)).toBe(left);
    expect(await commitsOf(await checkedOut('refs/heads/feature')).mergeBase(base, head)).toBe(left);
  });

  it('says why a commit cannot be had', async () => {
    const commits = commitsOf(await checkedOut('refs/pull/1/merge'));
    expect(await commits.files('d'.repeat(40), '')).toEqual({ problem: expect.stringMatching(/^git fetch: .+/) });
    expect(await commitsOf(undefined).files(base, '')).toEqual({ problem: '' });
    expect(await commits.parents('d'.repeat(40))).toBeUndefined();
  });

  it('resolves what a person names, and takes no name for an option', async () => {
    const commits = commitsOf(await checkedOut('refs/heads/feature', { depth: 0 }));
    expect(await commits.resolve('main')).toBe(base);
    expect(await commits.resolve('HEAD')).toBe(head);
    expect(await commits.resolve(base.slice(0, 10))).toBe(base);
    for (const name of ['--all', '-n1', 'nowhere', 'main..feature', '^main', '', '@{u}'])
      expect(await commits.resolve(name)).toBeUndefined();
  });

  it('runs nothing that the checkout configures, and opens no transport that could', async () => {
    const directory = await checkedOut('refs/pull/1/merge');
    const trap = join(root, `trap-${++folders}`);
    const script = join(root, `script-${folders}.sh`);
    writeFileSync(script, `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
    const set = (key: string, value: string) => execFileSync('git', ['-C', directory, 'config', key, value], { env: gitEnvironment });
    for (const key of [
      'core.fsmonitor',
      'core.sshCommand',
      'credential.helper',
      'core.pager',
      'uploadpack.packObjectsHook',
      'core.alternateRefsCommand',
    ])
      set(key, script);
    set('core.hooksPath', root);
    set('remote.origin.url', `ext::${script}`);
    const commits = commitsOf(directory);
    expect(await commits.files('d'.repeat(40), '')).toHaveProperty('problem');
    set('remote.origin.url', origin.fileUrl);
    expect(await texts(commits, base)).toHaveProperty('b.yaml');
    expect(existsSync(trap)).toBe(false);
  });

  it('finds the tip of a branch, of the default branch, and says that a name is not there', async () => {
    const commits = commitsOf(undefined, { serverUrl: `file://${root}`, repository: 'octocat/infra.git' });
    expect(await commits.fetchTip('feature')).toEqual({ sha: head });
    expect(await commits.fetchTip(undefined)).toEqual({ sha: base });
    expect(await texts(commits, head)).toHaveProperty('b.yaml', 'b: 1\n');
  });
});

it('fetches also where the machine forbids bare repositories to whoever names none', async () => {
  const home = join(root, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), '[safe]\n\tbareRepository = explicit\n');
  const commits = commitsOf(await checkedOut('refs/pull/1/merge'), { env: { ...process.env, HOME: home } });
  expect(await commits.files(base, '')).toEqual({ files: expect.anything() });
  expect(await commits.mergeBase(base, head)).toMatch(/^[0-9a-f]{40}$/);
});

it('a server that leads to another host does not lead the token there', async () => {
  const authorizations: (string | undefined)[] = [];
  const listen = async (server: Server): Promise<number> => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return (server.address() as AddressInfo).port;
  };
  const elsewhere = createServer(({ headers }, response) => {
    authorizations.push(headers.authorization);
    const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.end(
      `${packet('# service=git-upload-pack\n')}0000${packet('version 2\n')}${packet('ls-refs\n')}${packet('fetch=shallow\n')}0000`,
    );
  });
  const port = await listen(elsewhere);
  const server = createServer(({ url }, response) => response.writeHead(301, { location: `http://localhost:${port}${url}` }).end());
  const commits = commitsOf(undefined, { serverUrl: `http://127.0.0.1:${await listen(server)}`, repository: 'octocat/infra', token: 't' });
  await commits.fetchTip(undefined);
  for (const each of [server, elsewhere]) each.close();
  expect(authorizations.filter((given) => given !== undefined)).toEqual([]);
});
