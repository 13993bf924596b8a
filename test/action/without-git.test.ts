import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pullRequestEvent } from './peers/events.ts';
import { checkout } from './peers/git.ts';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { drift, type Scene, setScene } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
beforeAll(async () => {
  action = await buildAction();
  scene = await setScene(action);
});
afterAll(async () => {
  await scene.close();
  action.remove();
});

it('a container without git, where actions/checkout unpacks an archive, is held against the same base', async () => {
  await scene.github.commit('octocat/infra', 'main', { 'cilium/before.yaml': 'a: 1\n' });
  const number = await scene.pull(drift);
  const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
  const token = await scene.github.workflowToken('octocat/infra');
  const workspace = mkdtempSync(join(tmpdir(), 'cilium-align-without-git-'));
  await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
  rmSync(join(workspace, '.git'), { recursive: true });
  scene.github.forget();
  const step = await action.run({ github: scene.github, event, workspace, token, env: { PATH: '/nowhere' } });
  rmSync(workspace, { recursive: true });
  expect([step.code, step.outputs.outcome, step.outputs.base]).toEqual([
    1,
    'drifted',
    scene.github.repository('octocat/infra').resolve('main'),
  ]);
  expect([step.outputs.introduced === '0', scene.github.gitRequests]).toEqual([false, []]);
  expect(await scene.github.comments('octocat/infra', number)).toHaveLength(1);
});
