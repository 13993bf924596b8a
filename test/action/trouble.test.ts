import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { aligned, drift, type Scene, setScene } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
let number: number;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  scene = await setScene(action);
  number = await scene.pull(drift);
});
afterEach(async () => {
  const { left } = scene.github.faults;
  await scene.close();
  // Where a fault was not met, the test has not shown what it says.
  expect(left).toBe(0);
});

const count = async (): Promise<number> => (await scene.github.comments('octocat/infra', number)).length;
const post = { method: 'POST', path: /\/comments$/ };

describe('whatever the API does, the verdict stands', () => {
  it.each([
    ['the API is down', { path: /./, times: 8, status: 503 }],
    ['connections are dropped', { path: /./, times: 8, drop: true }],
    ['the token is refused', { path: /./, times: 2, status: 401, body: { message: 'Bad credentials' } }],
    ['the conversation is locked', { ...post, status: 403, body: { message: 'Unable to create comment because issue is locked.' } }],
    ['the repository is archived', { ...post, status: 403, body: { message: 'Repository was archived so is read-only.' } }],
    ['the comment is refused', { ...post, status: 422, body: { message: 'Validation Failed' } }],
    ['the answer is no JSON', { path: /./, times: 8, status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ])('%s', async (_, fault) => {
    scene.github.fail(fault);
    const step = await scene.run(number);
    scene.github.faults.clear();
    expect([step.code, step.outputs.outcome, step.outputs['comment-id']]).toEqual([1, 'drifted', '']);
    expect(step.summary).toContain('routingMode');
    expect(step.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message)).toHaveLength(1);
  });
});

it('a limit is waited for as long as the API asks, and no longer', async () => {
  scene.github.fail({
    ...post,
    status: 429,
    headers: { 'retry-after': '2' },
    body: { message: 'You have exceeded a secondary rate limit' },
  });
  const step = await scene.run(number);
  const [refused, made] = scene.github.exchanges.filter(({ method }) => method === 'POST');
  expect([step.code, refused!.status, made!.status, await count()]).toEqual([1, 429, 201, 1]);
  expect(made!.at - refused!.at).toBeGreaterThanOrEqual(2000);
});

it('a limit that lasts an hour is not waited for', async () => {
  const reset = String(Math.floor(Date.now() / 1000) + 3600);
  scene.github.fail({
    path: /./,
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    body: { message: 'API rate limit exceeded' },
  });
  const step = await scene.run(number);
  expect([step.code, await count()]).toEqual([1, 0]);
  expect(step.annotations.map(({ message }) => message).join('\n')).toMatch(/rate limit/);
});

it('a comment that was made while the answer was lost is not made again', async () => {
  scene.github.fail({ ...post, when: 'after', drop: true });
  const lost = await scene.run(number);
  expect(await count()).toBe(1);
  const next = await scene.run(number, { runId: 1002 });
  expect([await count(), next.outputs['comment-id']]).toEqual([1, lost.outputs['comment-id'] || next.outputs['comment-id']]);
});

it('an edit is tried again after a failure of the server', async () => {
  const first = await scene.run(number);
  scene.github.fail({ method: 'PATCH', path: /./, status: 502 });
  await scene.github.commit('octocat/infra', 'change-1', { 'cilium/values.yaml': aligned['cilium/values.yaml']! });
  const second = await scene.run(number, { runId: 1002 });
  expect([second.code, second.outputs['comment-id'], await count()]).toEqual([0, first.outputs['comment-id'], 1]);
});

it('two runs that race leave one comment', async () => {
  scene.github.fail({ ...post, barrier: 2 });
  const [one, two] = await Promise.all([scene.run(number, { runId: 1001 }), scene.run(number, { runId: 1002 })]);
  expect([one.code, two.code]).toEqual([1, 1]);
  const [standing, ...others] = await scene.github.comments('octocat/infra', number);
  expect(others).toEqual([]);
  expect(standing!.body).toContain('routingMode');
});

it('a run of an older commit does not overwrite what a newer one said', async () => {
  const { pullRequestEvent } = await import('./peers/events.ts');
  const old = await pullRequestEvent(scene.github, 'octocat/infra', number);
  await scene.github.commit('octocat/infra', 'change-1', {
    'cilium/values.yaml': drift['cilium/values.yaml']!.toString().replace('replicas: 1', 'replicas: 3'),
  });
  await scene.run(number, { runId: 1002 });
  const [newer] = await scene.github.comments('octocat/infra', number);
  scene.github.forget();
  const late = await scene.run(number, { event: old, runId: 1001 });
  expect([late.code, scene.github.writes(), (await scene.github.comments('octocat/infra', number))[0]!.body]).toEqual([1, [], newer!.body]);
});
