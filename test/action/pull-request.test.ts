import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { aligned, drift, type Scene, setScene, values } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  scene = await setScene(action);
});
afterEach(() => scene.close());

const comments = async (number: number): Promise<string[]> =>
  (await scene.github.comments('octocat/infra', number)).map(({ body }) => body);

describe('a pull request', () => {
  it('that introduces drift gets one comment, and the step fails', async () => {
    const number = await scene.pull(drift);
    const step = await scene.run(number);
    expect(step.code).toBe(1);
    expect(step.outputs).toMatchObject({ outcome: 'drifted', failed: 'true', drifted: 'true', 'pull-request': String(number) });
    const [comment, ...others] = await scene.github.comments('octocat/infra', number);
    expect(others).toEqual([]);
    expect(comment).toMatchObject({ user: { login: 'github-actions[bot]' } });
    expect(comment!.body).toMatch(/^<!-- cilium-align:v1 key=\S+ sha=[0-9a-f]{40} run=1001\.1 -->\n/);
    expect(comment!.body).toContain('routingMode');
    expect(step.outputs['comment-id']).toBe(String(comment!.id));
    expect(step.summary).toContain('routingMode');
    expect(step.annotations).toContainEqual(expect.objectContaining({ level: 'error', file: 'cilium/values.yaml', line: 6 }));
    const report = JSON.parse(readFileSync(step.outputs['report-json']!, 'utf8')) as { outcome: string };
    expect(report.outcome).toBe('drifted');
    expect(JSON.parse(readFileSync(step.outputs['report-sarif']!, 'utf8'))).toHaveProperty('runs');
  });

  it('that changes nothing gets no comment', async () => {
    const number = await scene.pull({ 'README.md': '# Another\n' });
    const step = await scene.run(number);
    expect([step.code, step.outputs.outcome, step.outputs['comment-id']]).toEqual([0, 'aligned', '']);
    expect(scene.github.writes()).toEqual([]);
    expect(step.summary).toMatch(/aligned/i);
    expect(step.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  it('that is mended has its comment edited, and one that is unchanged costs no call', async () => {
    const number = await scene.pull(drift, { branch: 'mine' });
    await scene.run(number);
    await scene.github.commit('octocat/infra', 'mine', { 'README.md': '# Still drifting\n' });
    scene.github.forget();
    const same = await scene.run(number, { runId: 1002 });
    expect(scene.github.writes()).toEqual([]);
    await scene.github.commit('octocat/infra', 'mine', { 'cilium/values.yaml': aligned['cilium/values.yaml']! });
    const mended = await scene.run(number, { runId: 1003 });
    expect([same.code, mended.code, mended.outputs.outcome]).toEqual([1, 0, 'aligned']);
    expect(scene.github.writes()).toEqual([`PATCH /repos/octocat/infra/issues/comments/${same.outputs['comment-id']}`]);
    const bodies = await comments(number);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).not.toContain('native');
    scene.github.forget();
    await scene.run(number, { runId: 1004 });
    expect(scene.github.writes()).toEqual([]);
  });

  it('whose comment a person deleted gets a new one', async () => {
    const number = await scene.pull(drift);
    const first = await scene.run(number);
    await scene.github.ask('octocat', 'DELETE', `/repos/octocat/infra/issues/comments/${first.outputs['comment-id']}`);
    const second = await scene.run(number, { runId: 1002 });
    expect(second.outputs['comment-id']).not.toBe(first.outputs['comment-id']);
    expect(await comments(number)).toHaveLength(1);
  });

  it('with a stranger’s comment that bears our marker leaves that alone', async () => {
    const number = await scene.pull(drift);
    const first = await scene.run(number);
    const [body] = await comments(number);
    await scene.github.ask('octocat', 'DELETE', `/repos/octocat/infra/issues/comments/${first.outputs['comment-id']}`);
    const forged = `${body!.split('\n', 1)[0]}\nAll is well.`;
    await scene.github.ask('mallory', 'POST', `/repos/octocat/infra/issues/${number}/comments`, { body: forged });
    const second = await scene.run(number, { runId: 1002 });
    const [theirs, ours] = await scene.github.comments('octocat/infra', number);
    expect(theirs).toMatchObject({ body: forged, user: { login: 'mallory' } });
    expect(String(ours!.id)).toBe(second.outputs['comment-id']);
    expect(ours!.body).toContain('routingMode');
  });

  it('finds its comment behind a hundred others', async () => {
    const number = await scene.pull(drift);
    for (let n = 0; n < 120; n++)
      await scene.github.ask('hubot', 'POST', `/repos/octocat/infra/issues/${number}/comments`, { body: `Ping ${n}` });
    const first = await scene.run(number);
    const second = await scene.run(number, { runId: 1002 });
    expect(second.outputs['comment-id']).toBe(first.outputs['comment-id']);
    expect(await comments(number)).toHaveLength(121);
  });

  it('is judged by what it adds: drift that was there before does not fail it', async () => {
    await scene.github.commit('octocat/infra', 'main', drift);
    const innocent = await scene.run(await scene.pull({ 'README.md': '# Nothing\n' }));
    expect([innocent.code, innocent.outputs.outcome, innocent.outputs.introduced]).toEqual([0, 'drifted', '0']);
    expect(scene.github.writes()).toEqual([]);
    const all = await scene.run(await scene.pull({ 'README.md': '# Nothing more\n' }), { inputs: { 'fail-on-new': 'false' } });
    expect(all.code).toBe(1);
  });

  it('is not blamed for what others merged meanwhile', async () => {
    const number = await scene.pull({ 'README.md': '# Innocent\n' });
    await scene.github.commit('octocat/infra', 'main', drift);
    const step = await scene.run(number);
    expect([step.code, step.outputs.introduced]).toEqual([0, '0']);
  });

  it('that renames the values file introduces nothing', async () => {
    await scene.github.commit('octocat/infra', 'main', drift);
    const number = await scene.pull({
      'cilium/values.yaml': null,
      'cilium/prod/values.yaml': drift['cilium/values.yaml']!,
      'argocd/cilium.yaml': aligned['argocd/cilium.yaml']!.replace('$values/cilium/values.yaml', '$values/cilium/prod/values.yaml'),
    });
    const step = await scene.run(number);
    expect([step.code, step.outputs.outcome, step.outputs.introduced]).toEqual([0, 'drifted', '0']);
  });

  it('cannot allow its own drift: the base’s configuration governs, and the head’s additions are shown', async () => {
    const number = await scene.pull({
      ...drift,
      '.cilium-align.yaml':
        'allow:\n  - setting: routingMode\n    reason: trust me\n  - setting: ipv4NativeRoutingCIDR\n    reason: trust me\n',
    });
    const step = await scene.run(number);
    expect(step.code).toBe(1);
    const [body] = await comments(number);
    expect(body).toContain('would allow a difference of `routingMode`, because: trust me');
    await scene.github.commit('octocat/infra', 'main', { '.cilium-align.yaml': 'fail-on: never\n' });
    const governed = await scene.run(await scene.pull(drift));
    expect([governed.code, governed.outputs.outcome]).toEqual([0, 'drifted']);
  });

  it('fails as `fail-on` says', async () => {
    const number = await scene.pull(values('replicas: 1', 'replicas: 2'));
    const lenient = await scene.run(number);
    const strict = await scene.run(number, { inputs: { 'fail-on': 'warning' } });
    const never = await scene.run(await scene.pull(drift), { inputs: { 'fail-on': 'never' } });
    expect([lenient.code, strict.code, never.code, never.outputs.outcome]).toEqual([0, 1, 0, 'drifted']);
  });

  it('may be commented always, or never', async () => {
    const calm = await scene.pull({ 'README.md': '# Calm\n' });
    await scene.run(calm, { inputs: { comment: 'always' } });
    expect(await comments(calm)).toHaveLength(1);
    const quiet = await scene.pull(drift);
    const step = await scene.run(quiet, { inputs: { comment: 'never' } });
    expect([step.code, await comments(quiet)]).toEqual([1, []]);
  });

  it('keeps the comments of several steps apart', async () => {
    const number = await scene.pull(drift);
    await scene.run(number, { job: 'one' });
    await scene.run(number, { job: 'two' });
    await scene.run(number, { job: 'one', runId: 1002 });
    expect(await comments(number)).toHaveLength(2);
  });
});
