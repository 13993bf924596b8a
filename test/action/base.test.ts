import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pullRequestEvent } from './peers/events.ts';
import { checkout, runGit } from './peers/git.ts';
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
  scene = await setScene(action, { ...aligned, ...drift }, { repositories: ['octocat/infra!'] });
  number = await scene.pull({ 'README.md': '# Innocent\n' });
});
afterEach(() => scene.close());

const bases = (): string[] =>
  ['refs/heads/main', `refs/pull/${number}/head^`].map((revision) => scene.github.repository('octocat/infra').resolve(revision)!);

describe('the base of a private pull request', () => {
  it('is fetched with the token where the checkout is one commit deep and keeps no credentials', async () => {
    const step = await scene.run(number);
    expect([step.code, step.outputs.base, step.outputs.introduced]).toEqual([0, bases()[0], '0']);
    expect(scene.github.gitRequests.at(-1)).toBe('POST octocat/infra/git-upload-pack github-actions[bot]');
  });

  it('is read from the checkout where that is two commits deep, without a request', async () => {
    const step = await scene.run(number, { depth: 2 });
    expect([step.code, step.outputs.base]).toEqual([0, bases()[0]]);
    expect(scene.github.gitRequests).toEqual([]);
  });

  it('is the merge base where the head itself is checked out, whole or shallow', async () => {
    await scene.github.commit('octocat/infra', 'main', { 'cilium/values.yaml': aligned['cilium/values.yaml']! });
    const head = scene.github.repository('octocat/infra').resolve(`refs/pull/${number}/head`)!;
    for (const depth of [0, 1]) {
      const step = await scene.run(number, { revision: head, depth });
      expect([step.code, step.outputs.base, step.outputs.introduced]).toEqual([0, bases()[1], '0']);
    }
  });

  it('comes from the API where Git cannot be reached', async () => {
    scene.github.gitFaults.add({ path: /./, status: 503, times: 20 });
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    scene.github.gitFaults.clear();
    const workspace = mkdtempSync(join(tmpdir(), 'cilium-align-workspace-'));
    try {
      const token = await scene.github.workflowToken('octocat/infra');
      await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
      scene.github.gitFaults.add({ path: /./, status: 503, times: 20 });
      const step = await action.run({ github: scene.github, event, workspace, token });
      expect([step.code, step.outputs.base, step.outputs.introduced]).toEqual([0, bases()[0], '0']);
      expect(scene.github.exchanges.map(({ path }) => path)).toContain(`/repos/octocat/infra/tarball/${bases()[0]}`);
      scene.github.fail({ path: /tarball/, status: 404, times: 4 });
      const without = await action.run({ github: scene.github, event, workspace, token });
      expect([without.code, without.outputs.base, without.outputs.introduced]).toEqual([1, '', '']);
      expect(without.summary).toMatch(/fetch-depth: 2/);
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });

  it('may be another checkout, or none; files are named as the repository knows them', async () => {
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    const workspace = mkdtempSync(join(tmpdir(), 'cilium-align-workspace-'));
    try {
      const token = await scene.github.workflowToken('octocat/infra');
      const url = `${scene.github.url}/octocat/infra`;
      await checkout(join(workspace, 'head'), url, event.sha, { token });
      await checkout(join(workspace, 'main'), url, 'refs/heads/main', { token });
      const run = (base: string) => action.run({ github: scene.github, event, workspace, token, inputs: { path: 'head', base } });
      const [folder, none] = [await run('main'), await run('none')];
      expect([folder.code, folder.outputs.introduced, none.code, none.outputs.introduced]).toEqual([0, '0', 1, '']);
      expect(none.annotations).toContainEqual(expect.objectContaining({ file: 'cilium/values.yaml', line: 6 }));
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });

  it('is no business of what the checkout configures for Git', async () => {
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    const workspace = mkdtempSync(join(tmpdir(), 'cilium-align-workspace-'));
    try {
      const token = await scene.github.workflowToken('octocat/infra');
      await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
      cpSync('/bin/false', join(workspace, '.git/hooks/post-index-change'));
      const evil = `sh -c 'touch ${workspace}/evil'`;
      for (const key of [
        'core.fsmonitor',
        'core.sshCommand',
        'core.pager',
        'credential.helper',
        'filter.evil.smudge',
        'uploadpack.packObjectsHook',
        'core.gitProxy',
        'diff.external',
        'core.askPass',
      ])
        await runGit(workspace, ['config', key, evil]);
      const step = await action.run({ github: scene.github, event, workspace, token });
      expect([step.code, step.outputs.introduced]).toEqual([0, '0']);
      await expect(runGit(workspace, ['-c', 'core.fsmonitor=false', 'ls-files', '--others', '--error-unmatch', 'evil'])).rejects.toThrow(
        'did not match',
      );
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
