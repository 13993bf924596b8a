import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { dispatchEvent, mergeGroupEvent, pushEvent, scheduleEvent } from './peers/events.ts';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { aligned, drift, type Scene, setScene } from './scene.ts';

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

it('a merge group is held against its base, and comments nothing', async () => {
  const { github } = scene;
  const base = github.repository('octocat/infra').resolve('main')!;
  const head = await github.commit('octocat/infra', `gh-readonly-queue/main/pr-1-${base}`, drift);
  const step = await scene.runOn(await mergeGroupEvent(github, 'octocat/infra', base, head));
  expect([step.code, step.outputs.base, step.outputs['pull-request']]).toEqual([1, base, '']);
  expect(Number(step.outputs.introduced)).toBeGreaterThan(0);
  expect(github.writes()).toEqual([]);
});

it('a push is held against the commit before it', async () => {
  const { github } = scene;
  const before = await github.commit('octocat/infra', 'main', drift);
  await github.commit('octocat/infra', 'main', { 'README.md': '# After\n' });
  const step = await scene.runOn(await pushEvent(github, 'octocat/infra', 'main', before));
  expect([step.code, step.outputs.outcome, step.outputs.base, step.outputs.introduced]).toEqual([0, 'drifted', before, '0']);
});

it('a push of a new branch has nothing to be held against, so everything counts', async () => {
  await scene.github.commit('octocat/infra', 'new', drift);
  const step = await scene.runOn(await pushEvent(scene.github, 'octocat/infra', 'new'));
  expect([step.code, step.outputs.base, step.outputs.introduced]).toEqual([1, '', '']);
});

it('a push that was forced over a lost commit says so and judges everything', async () => {
  await scene.github.commit('octocat/infra', 'main', drift);
  const step = await scene.runOn(await pushEvent(scene.github, 'octocat/infra', 'main', '1'.repeat(40)));
  expect([step.code, step.outputs.base]).toEqual([1, '']);
  expect(step.summary).toContain('1'.repeat(12));
});

it('an audit by the clock counts everything', async () => {
  const calm = await scene.runOn(await scheduleEvent(scene.github, 'octocat/infra'));
  await scene.github.commit('octocat/infra', 'main', drift);
  const step = await scene.runOn(await scheduleEvent(scene.github, 'octocat/infra'));
  expect([calm.code, calm.outputs.outcome, step.code, step.outputs.outcome]).toEqual([0, 'aligned', 1, 'drifted']);
  expect(scene.github.exchanges).toEqual([]);
});

it('a person may start it for a pull request', async () => {
  const number = await scene.pull(drift);
  const step = await scene.runOn(await dispatchEvent(scene.github, 'octocat/infra'), { inputs: { 'pr-number': String(number) } });
  expect([step.code, step.outputs['pull-request'], (await scene.github.comments('octocat/infra', number)).length]).toEqual([
    1,
    String(number),
    1,
  ]);
});

it('a base without any Cilium is held against all the same', async () => {
  const bare = await setScene(action, {});
  try {
    const calm = await bare.run(await bare.pull(aligned));
    const step = await bare.run(await bare.pull({ ...aligned, ...drift }));
    expect([calm.code, calm.outputs.outcome, step.code, step.outputs.outcome]).toEqual([0, 'aligned', 1, 'drifted']);
    expect(Number(step.outputs.introduced)).toBeGreaterThan(0);
  } finally {
    await bare.close();
  }
});

it('nothing to compare is a notice, and a failure only where it is required', async () => {
  const { github } = scene;
  await github.commit('octocat/infra', 'main', { 'argocd/cilium.yaml': null, 'cilium/values.yaml': null });
  const number = await scene.pull({ 'README.md': '# Still nothing\n' });
  const step = await scene.run(number);
  expect([step.code, step.outputs.outcome]).toEqual([0, 'nothing']);
  expect(step.annotations.map(({ level }) => level)).toEqual(['notice']);
  expect(github.writes()).toEqual([]);
  const required = await scene.run(number, { inputs: { require: 'true' } });
  expect(required.code).toBe(1);
  for (const page of [required.summary, required.log]) expect(page).toMatch(/^(?:### )?✗ `require: true` asks for both sides\./);
});

it('a change that breaks the configuration fails, and no page begins as if all were well', async () => {
  const number = await scene.pull({ '.cilium-align.yaml': 'fail-onn: never\n' });
  const step = await scene.run(number);
  expect([step.code, step.outputs.outcome]).toEqual([1, 'aligned']);
  const [comment] = await scene.github.comments('octocat/infra', number);
  const pages = [step.summary, step.log, comment!.body.split('\n').slice(1).join('\n')];
  for (const page of pages) expect(page).toMatch(/^(?:### )?✗ The change breaks the configuration\./);
});
