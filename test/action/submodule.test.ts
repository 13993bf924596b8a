import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pullRequestEvent } from './peers/events.ts';
import { checkout } from './peers/git.ts';
import { type BuiltAction, buildAction, type Step } from './peers/runner.ts';
import { example, type Scene, setScene } from './scene.ts';

const files = example('omni-handoff');
const of = (folder: string) => Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(`${folder}/`)));

let action: BuiltAction;
let scene: Scene;
let room: string;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'cilium-align-submodule-'));
  scene = await setScene(action, of('argocd'), { repositories: ['octocat/infra', 'octocat/talos'] });
});
afterEach(async () => {
  rmSync(room, { recursive: true, force: true });
  await scene.close();
});

/** Runs the step on a pull request, with a commit of the submodule checked out as `submodules: true` does it. */
async function run(number: number, submodule: string): Promise<Step> {
  const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
  const token = await scene.github.workflowToken('octocat/infra');
  const workspace = join(room, submodule);
  await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
  mkdirSync(join(workspace, 'talos'), { recursive: true });
  await checkout(join(workspace, 'talos'), `${scene.github.url}/octocat/talos`, submodule, {
    token: scene.github.personalToken('octocat'),
  });
  return action.run({ github: scene.github, event, workspace, token });
}

describe('a bootstrap in a submodule', () => {
  it('is the same before and after a change beside it', async () => {
    const talos = await scene.github.commit('octocat/talos', 'main', of('omni'));
    const modules = '[submodule "talos"]\n\tpath = talos\n\turl = ../talos\n';
    await scene.github.commit('octocat/infra', 'main', { talos: { submodule: talos }, '.gitmodules': modules });
    const step = await run(await scene.pull({ 'README.md': '# Innocent\n' }), talos);
    expect([step.code, step.outputs.outcome, step.outputs.introduced]).toEqual([0, 'drifted', '0']);
  });

  it('counts as new where the change moves it, and that is said', async () => {
    const talos = await scene.github.commit('octocat/talos', 'main', of('omni'));
    const modules = '[submodule "talos"]\n\tpath = talos\n\turl = ../talos\n';
    await scene.github.commit('octocat/infra', 'main', { talos: { submodule: talos }, '.gitmodules': modules });
    const moved = await scene.github.commit('octocat/talos', 'main', { 'README.md': '# Moved\n' });
    const step = await run(await scene.pull({ talos: { submodule: moved } }), moved);
    expect([step.code, step.outputs.outcome, step.outputs.introduced === '0']).toEqual([1, 'drifted', false]);
    expect(step.summary).toContain('`talos` is another commit than in the base: what it holds counts as new.');
  });
});
