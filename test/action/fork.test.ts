import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pullRequestEvent, workflowRunEvent } from './peers/events.ts';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { drift, type Scene, setScene } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
let number: number;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  scene = await setScene(action);
  await scene.github.fork('octocat/infra', 'mallory');
  await scene.github.commit('mallory/infra', 'theirs', drift);
  number = await scene.github.openPull('octocat/infra', 'mallory:theirs', { author: 'mallory' });
});
afterEach(() => scene.close());

describe('a pull request from a fork', () => {
  it('gets the summary, a word about the comment, and the same verdict', async () => {
    const step = await scene.run(number, { permissions: { contents: 'read' } });
    expect(step.code).toBe(1);
    expect(step.summary).toContain('routingMode');
    expect(step.annotations).toContainEqual(expect.objectContaining({ level: 'notice', message: expect.stringContaining('from a fork') }));
    expect([step.outputs['comment-id'], await scene.github.comments('octocat/infra', number)]).toEqual(['', []]);
  });

  it('is commented by a privileged workflow that follows, which reads it as data', async () => {
    const step = await scene.runOn(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect([step.code, step.outputs['pull-request'], step.outputs.outcome]).toEqual([1, String(number), 'drifted']);
    const [comment] = await scene.github.comments('octocat/infra', number);
    expect(comment!.body).toContain('routingMode');
    expect(step.outputs['comment-id']).toBe(String(comment!.id));
  });

  it('cannot bring a configuration to the workflow that follows', async () => {
    await scene.github.commit('mallory/infra', 'theirs', {
      '.cilium-align.yaml': 'fail-on: never\nallow:\n  - setting: routingMode\n    reason: mine\n',
    });
    const step = await scene.runOn(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect(step.code).toBe(1);
  });

  it('cannot lead the workflow that follows out of the repository', async () => {
    await scene.github.commit('mallory/infra', 'theirs', {
      'cilium/values.yaml': { link: '../../../../../../../../proc/self/environ' },
      'cilium/more.yaml': { link: '/etc/passwd' },
      'cilium/module': { submodule: '1'.repeat(40) },
      '.gitattributes': '* filter=evil export-subst working-tree-encoding=UTF-16\n',
    });
    const step = await scene.runOn(await workflowRunEvent(scene.github, 'octocat/infra', number));
    const [comment] = await scene.github.comments('octocat/infra', number);
    for (const text of [step.raw, step.summary, comment?.body ?? '']) expect(text).not.toMatch(/root:x|INPUT_TOKEN|GITHUB_TOKEN/);
    expect(step.outputs.outcome).not.toBe('aligned');
  });

  it('that has moved on is left to the newer run', async () => {
    const event = await workflowRunEvent(scene.github, 'octocat/infra', number);
    await scene.github.commit('mallory/infra', 'theirs', { 'README.md': '# Newer\n' });
    const step = await scene.runOn(event);
    expect([step.code, scene.github.writes()]).toEqual([0, []]);
    expect(step.annotations.map(({ level }) => level)).toEqual(['notice']);
  });

  it('whose repository is gone is a fork still', async () => {
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    (event.payload.pull_request as { head: { repo: unknown } }).head.repo = null;
    const step = await scene.run(number, { event, permissions: { contents: 'read' } });
    expect([step.code, step.annotations.map(({ level }) => level)]).toEqual([1, expect.not.arrayContaining(['warning'])]);
  });
});

it('a pull request of Dependabot, whose token can only read, is told which permission is missing', async () => {
  const own = await scene.pull(drift);
  const event = await pullRequestEvent(scene.github, 'octocat/infra', own);
  event.payload.sender = { login: 'dependabot[bot]', type: 'Bot' };
  const step = await scene.run(own, {
    event,
    permissions: { contents: 'read', pull_requests: 'read' },
    env: { GITHUB_ACTOR: 'dependabot[bot]' },
  });
  expect(step.code).toBe(1);
  expect(step.annotations.map(({ message }) => message).join('\n')).toMatch(/pull-requests: write/);
  expect(step.summary).toContain('routingMode');
});
