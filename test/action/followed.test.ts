import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dispatchEvent, type Event, pullRequestEvent, workflowRunEvent } from './peers/events.ts';
import { checkout, runGit } from './peers/git.ts';
import { type BuiltAction, buildAction, type Step } from './peers/runner.ts';
import { aligned, drift, type Scene, setScene } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
let number: number;
let workspace: string;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  const below = Object.fromEntries(Object.entries(aligned).map(([path, text]) => [`clusters/prod/${path}`, text]));
  scene = await setScene(action, { ...aligned, ...below });
  await scene.github.fork('octocat/infra', 'mallory');
  await scene.github.commit('mallory/infra', 'theirs', drift);
  number = await scene.github.openPull('octocat/infra', 'mallory:theirs', { author: 'mallory' });
  workspace = mkdtempSync(join(tmpdir(), 'cilium-align-followed-'));
});
afterEach(async () => {
  rmSync(workspace, { recursive: true, force: true });
  await scene.close();
});

/** Runs the step where nothing is checked out. */
async function run(event: Event, inputs: Record<string, string> = {}): Promise<Step> {
  return action.run({ github: scene.github, event, workspace, inputs, token: await scene.github.workflowToken('octocat/infra') });
}

describe('a workflow that follows, with nothing checked out', () => {
  it('reads head and base from the server', async () => {
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect([step.code, step.outputs.outcome, step.outputs['pull-request']]).toEqual([1, 'drifted', String(number)]);
    expect(step.outputs.base).toBe(scene.github.repository('octocat/infra').resolve('main'));
    expect(await scene.github.comments('octocat/infra', number)).toHaveLength(1);
    // The lines are of another commit than the one that the run belongs to.
    expect(step.annotations.filter(({ file }) => file !== undefined)).toEqual([]);
  });

  it('tells each of two pull requests of one branch: opening another one silences nobody', async () => {
    await scene.github.commit('octocat/infra', 'old', { 'README.md': '# Old\n' });
    const other = await scene.github.openPull('octocat/infra', 'mallory:theirs', { author: 'mallory', base: 'old' });
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect([step.code, step.outputs['pull-request']]).toEqual([1, String(number)]);
    for (const each of [number, other]) expect(await scene.github.comments('octocat/infra', each)).toHaveLength(1);
  });

  it('is not blinded by what the pull request ignores and tracks', async () => {
    await scene.github.commit('mallory/infra', 'theirs', { '.gitignore': 'cilium/\n' });
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
  });

  it('looks at one folder of the pull request, which need not be in the workspace', async () => {
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number), { path: 'clusters/prod' });
    expect([step.code, step.outputs.outcome, step.outputs.introduced]).toEqual([0, 'aligned', '0']);
  });

  it('takes the files of the workspace for nothing', async () => {
    mkdirSync(join(workspace, 'cilium'));
    writeFileSync(join(workspace, '.cilium-align.yaml'), 'fail-on: never\n');
    writeFileSync(join(workspace, 'cilium/values.yaml'), aligned['cilium/values.yaml']!);
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
  });

  it('asks no server that the workspace names, and believes none of its commits', async () => {
    const asked: (string | undefined)[] = [];
    const stranger = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(404).end();
    });
    await new Promise<void>((ready) => stranger.listen(0, '127.0.0.1', ready));
    await checkout(workspace, `${scene.github.url}/octocat/infra`, 'refs/heads/main', {
      token: await scene.github.workflowToken('octocat/infra'),
    });
    const origin = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/octocat/infra`;
    await runGit(workspace, ['remote', 'set-url', 'origin', origin]);
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number));
    stranger.close();
    expect([step.code, step.outputs.outcome, asked]).toEqual([1, 'drifted', []]);
  });

  it('may be of the event that has the rights itself', async () => {
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    const step = await run({ ...event, name: 'pull_request_target', ref: 'refs/heads/main', sha: event.sha });
    expect([step.code, step.outputs.outcome, step.outputs['comment-id']]).toEqual([1, 'drifted', expect.stringMatching(/^\d+$/)]);
  });

  it('says that there is no such pull request', async () => {
    const step = await run(await dispatchEvent(scene.github, 'octocat/infra'), { 'pr-number': '999' });
    expect([step.code, step.outputs.outcome]).toEqual([1, undefined]);
    expect(step.annotations.map(({ message }) => message).join()).toContain('look up pull request 999');
  });

  it('judges the head itself where its merge conflicts', async () => {
    await scene.github.commit('octocat/infra', 'main', {
      'cilium/values.yaml': `${aligned['cilium/values.yaml']}# moved on\nbpf: {masquerade: true}\n`,
    });
    await scene.github.commit('mallory/infra', 'theirs', { 'cilium/values.yaml': `${drift['cilium/values.yaml']}# theirs\n` });
    const step = await run(await workflowRunEvent(scene.github, 'octocat/infra', number));
    expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
    expect(step.log).not.toContain('bpf.masquerade');
  });
});

it('a checkout is needed for everything else, and the words to add it are given', async () => {
  const step = await run(await dispatchEvent(scene.github, 'octocat/infra'));
  expect(step.code).toBe(1);
  expect(step.annotations.map(({ message }) => message)).toEqual([
    'there is nothing in the workspace; check the repository out first:\n  - uses: actions/checkout@v7',
  ]);
  expect(step.summary).toContain('uses: actions/checkout');
});
