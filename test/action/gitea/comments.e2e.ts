import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Event } from '../peers/events.ts';
import { type Changes, checkout, createRepository, gitEnvironment, runGit } from '../peers/git.ts';
import { type BuiltAction, buildAction, type Step } from '../peers/runner.ts';
import { aligned, drift } from '../scene.ts';
import { type Gitea, startGitea } from './gitea.ts';

interface Pull {
  number: number;
  head: { ref: string; sha: string };
  base: { ref: string };
}

let action: BuiltAction;
let gitea: Gitea;
let room: string;
let owner: string;
let writes: string;
let reads: string;
let pulls = 0;
let number: number;
let branch: string;
const writing = 'write:issue,write:repository,read:user';

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), 'cilium-align-gitea-room-'));
  [action, gitea] = await Promise.all([
    buildAction(),
    startGitea(process.env.GITEA!, process.env.GITEA_SOURCE!, ['octocat', 'robot', 'mallory']),
  ]);
  owner = gitea.token('octocat', 'write:issue,write:repository,write:user,write:admin');
  writes = gitea.token('robot', writing);
  reads = gitea.token('robot', 'read:issue,read:repository,read:user');
  await gitea.ask(owner, 'POST', '/user/repos', { name: 'infra', default_branch: 'main' });
  await gitea.ask(owner, 'PUT', '/repos/octocat/infra/collaborators/robot', { permission: 'write' });
  await push('main', { ...aligned, 'README.md': '# Infrastructure\n' });
});
afterAll(async () => {
  action?.remove();
  await gitea?.close();
  rmSync(room, { recursive: true, force: true });
});
beforeEach(async () => {
  branch = `change-${++pulls}`;
  await push(branch, drift);
  await soon(`/repos/octocat/infra/branches/${branch}`, () => true);
  number = (await gitea.ask<Pull>(owner, 'POST', '/repos/octocat/infra/pulls', { title: branch, head: branch, base: 'main' })).number;
});

let local: ReturnType<typeof createRepository> | undefined;
async function push(to: string, changes: Changes): Promise<void> {
  local ??= createRepository(room, 'octocat', 'infra');
  local.commit(to, changes);
  const address = gitea.url.replace('http://', `http://octocat:${owner}@`);
  await runGit(
    local.directory,
    ['push', '--quiet', `${address}octocat/infra.git`, `refs/heads/${to}`],
    gitEnvironment as Record<string, string>,
  );
}

/** Gitea takes note of a push a moment after it: asks until the answer fits. */
async function soon<T>(path: string, fits: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const answer = await gitea.ask<T>(owner, 'GET', path).catch((error: unknown) => {
      if (tries > 50) throw error;
      return undefined;
    });
    if (answer !== undefined && (fits(answer) || tries > 50)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function run(token: string, { depth = 0, runId = 1001 } = {}): Promise<Step> {
  const head = local!.resolve(`refs/heads/${branch}`);
  const pull = await soon<Pull>(`/repos/octocat/infra/pulls/${number}`, (answer) => answer.head.sha === head);
  const repository = await gitea.ask<Record<string, unknown>>(owner, 'GET', '/repos/octocat/infra');
  const event: Event = {
    name: 'pull_request',
    payload: { action: 'synchronized', number, pull_request: pull, repository, sender: { login: 'octocat' } },
    repository: 'octocat/infra',
    ref: `refs/pull/${number}/head`,
    sha: pull.head.sha,
    headRef: pull.head.ref,
    baseRef: 'main',
  };
  const workspace = mkdtempSync(join(room, 'workspace-'));
  await checkout(workspace, `${gitea.url}octocat/infra`, event.sha, { depth, token: owner });
  return action.run({ github: gitea, event, workspace, token, runId });
}

const comments = (): Promise<Array<{ id: number; body: string; user: { login: string } }>> =>
  gitea.ask(owner, 'GET', `/repos/octocat/infra/issues/${number}/comments`);

it('drift is commented, kept, edited when it changes, and resolved', async () => {
  const first = await run(writes);
  expect([first.code, first.outputs.outcome]).toEqual([1, 'drifted']);
  const [comment] = await comments();
  expect(comment).toMatchObject({ user: { login: 'robot' } });
  expect(first.outputs['comment-id']).toBe(String(comment!.id));
  const same = await run(writes, { runId: 1002 });
  expect([same.outputs['comment-id'], await comments()]).toEqual([first.outputs['comment-id'], [comment]]);
  await push(branch, { 'cilium/values.yaml': `${drift['cilium/values.yaml']}MTU: 1400\n` });
  await run(writes, { runId: 1003 });
  const [edited, ...others] = await comments();
  expect([edited!.id, others]).toEqual([comment!.id, []]);
  expect(edited!.body).toContain('MTU');
  await push(branch, { 'cilium/values.yaml': aligned['cilium/values.yaml']! });
  const mended = await run(writes, { runId: 1004 });
  expect([mended.code, (await comments()).map(({ id }) => id)]).toEqual([0, [comment!.id]]);
  expect((await comments())[0]!.body).not.toContain('MTU');
});

it('a comment among a hundred and thirty is found, a stranger’s with our marker is not taken for ours', async () => {
  await run(writes);
  const [{ id, body }] = (await comments()) as [{ id: number; body: string; user: { login: string } }];
  await gitea.ask(owner, 'DELETE', `/repos/octocat/infra/issues/comments/${id}`);
  const mallory = gitea.token('mallory', writing);
  const forged = `${body.split('\n', 1)[0]}\nAll is well.`;
  await gitea.ask(mallory, 'POST', `/repos/octocat/infra/issues/${number}/comments`, { body: forged });
  for (let n = 0; n < 130; n++) await gitea.ask(mallory, 'POST', `/repos/octocat/infra/issues/${number}/comments`, { body: `Ping ${n}` });
  await run(writes, { runId: 1002 });
  await run(writes, { runId: 1003 });
  const all = await comments();
  expect(all).toHaveLength(132);
  expect(all[0]).toMatchObject({ body: forged, user: { login: 'mallory' } });
  expect(all.filter(({ user }) => user.login === 'robot')).toHaveLength(1);
});

it('a token that can only read, and one that is wrong, change nothing but the comment', async () => {
  for (const token of [reads, '0'.repeat(40)]) {
    const step = await run(token);
    expect([step.code, step.outputs.outcome, step.outputs['comment-id']]).toEqual([1, 'drifted', '']);
    expect(step.annotations.filter(({ level }) => level === 'warning')).toHaveLength(1);
    expect(step.summary).toContain('routingMode');
  }
  expect(await comments()).toEqual([]);
});

it('a checkout one commit deep is held against the base, or says what to do', async () => {
  const step = await run(writes, { depth: 1 });
  expect(step.code).toBe(1);
  if (step.outputs.base === '') expect(step.summary).toMatch(/fetch-depth/);
});
