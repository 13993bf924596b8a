import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pullRequestEvent } from './peers/events.ts';
import { checkout } from './peers/git.ts';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { aligned, drift, type PullStep, type Scene, setScene } from './scene.ts';

const talosFiles = Object.fromEntries(Object.entries(aligned).filter(([path]) => path.startsWith('talos/')));
const argocdFiles = Object.fromEntries(Object.entries(aligned).filter(([path]) => !path.startsWith('talos/')));

let action: BuiltAction;
let scene: Scene;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
afterEach(() => scene.close());

/** Argo CD's repository is `octocat/infra`, Talos's `octocat/talos`; an exclamation mark makes one private. */
async function set(...repositories: string[]): Promise<number> {
  scene = await setScene(action, argocdFiles, { repositories });
  await scene.github.commit('octocat/talos', 'main', {
    ...talosFiles,
    'secret-name/patch.yaml': 'cluster:\n  clusterName: very-private-name\n',
  });
  return scene.pull(drift);
}

const elsewhere = (extra: Record<string, string> = {}): PullStep => ({ inputs: { 'bootstrap-repository': 'octocat/talos', ...extra } });
const appToken = (): Promise<string> => scene.github.appToken('octocat', ['octocat/talos']);

/** Everything that people who see the pull request can see. */
async function published(
  step: { raw: string; summary: string | undefined; outputs: Record<string, string> },
  number: number,
): Promise<string> {
  const files = ['report-json', 'report-sarif', 'summary-file'].map((name) => readFileSync(step.outputs[name]!, 'utf8'));
  const comments = (await scene.github.comments('octocat/infra', number)).map(({ body }) => body);
  return [step.raw, step.summary, ...files, ...comments, JSON.stringify(step.outputs)].join('\n');
}

describe('where the Talos repository is another one', () => {
  it('that everybody may read, it is fetched and compared', async () => {
    const number = await set('octocat/infra', 'octocat/talos');
    const step = await scene.run(number, elsewhere());
    expect([step.code, step.outputs.outcome, Number(step.outputs.introduced) > 0]).toEqual([1, 'drifted', true]);
    const [comment] = await scene.github.comments('octocat/infra', number);
    expect(comment!.body).toContain('talos/patches/cilium.yaml');
  });

  it('that is private and whose token is missing, the outcome is undecided and says why', async () => {
    const number = await set('octocat/infra', 'octocat/talos!');
    const step = await scene.run(number, elsewhere());
    expect([step.code, step.outputs.outcome]).toEqual([0, 'undecided']);
    expect(step.summary).toMatch(/bootstrap-token/);
    expect(step.summary).toMatch(/secrets\.READ_TALOS/);
    expect((await scene.run(number, elsewhere({ undecided: 'fail' }))).code).toBe(1);
  });

  it('that is private while this one is public, names and values stay there', async () => {
    const number = await set('octocat/infra', 'octocat/talos!');
    const step = await scene.run(number, elsewhere({ 'bootstrap-token': await appToken() }));
    expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
    const text = await published(step, number);
    expect(step.annotations).toContainEqual(expect.objectContaining({ title: 'routingMode', message: 'routingMode differs.' }));
    for (const secret of ['very-private-name', 'secret-name', 'patches/cilium.yaml', '1.18.2', 'v0.18.7', 'SYS_RESOURCE', '10.244.0.0'])
      expect(text).not.toContain(secret);
  });

  it('that is private while this one is public, names and values are shown where a person says so', async () => {
    const number = await set('octocat/infra', 'octocat/talos!');
    const step = await scene.run(number, elsewhere({ 'bootstrap-token': await appToken(), 'show-private-values': 'true' }));
    expect(await published(step, number)).toContain('patches/cilium.yaml');
  });

  it('that is as private as this one, everything is shown', async () => {
    const number = await set('octocat/infra!', 'octocat/talos!');
    const step = await scene.run(number, elsewhere({ 'bootstrap-token': await appToken() }));
    expect([step.code, await published(step, number)]).toEqual([1, expect.stringContaining('patches/cilium.yaml')]);
  });

  it('that the workflow has checked out itself, it is read from there and as private as before', async () => {
    const number = await set('octocat/infra', 'octocat/talos!');
    const beside = { talos: { repository: 'octocat/talos', token: await appToken() } };
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    const step = await scene.runOn(event, { below: 'infra', beside, inputs: { path: 'infra', 'bootstrap-path': 'talos' } });
    expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
    expect(await published(step, number)).not.toContain('patches/cilium.yaml');
  });

  it('that is private, the names of its clusters are not told to who asks for one that is not there', async () => {
    const number = await set('octocat/infra', 'octocat/talos!');
    await scene.github.commit('octocat/talos', 'main', { 'talos/patches/name.yaml': 'cluster:\n  clusterName: very-private-name\n' });
    const step = await scene.run(number, elsewhere({ 'bootstrap-token': await appToken(), cluster: 'nope' }));
    expect([step.code, step.annotations.map(({ message }) => message)]).toEqual([1, [expect.stringContaining('no cluster is named nope')]]);
    expect(step.raw + step.summary).not.toContain('very-private-name');
  });

  it('and lies in an untracked folder of this checkout, nobody knows whose it is, and it counts as private', async () => {
    const number = await set('octocat/infra', 'octocat/talos');
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    const workspace = mkdtempSync(join(tmpdir(), 'cilium-align-beside-'));
    const token = await scene.github.workflowToken('octocat/infra');
    await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
    for (const [path, text] of Object.entries(talosFiles)) {
      mkdirSync(dirname(join(workspace, 'beside', path)), { recursive: true });
      writeFileSync(join(workspace, 'beside', path), text);
    }
    const step = await action.run({ github: scene.github, event, workspace, token, inputs: { 'bootstrap-path': 'beside' } });
    rmSync(workspace, { recursive: true });
    expect([step.code, step.outputs.outcome]).toEqual([1, 'drifted']);
    expect(await published(step, number)).not.toContain('patches/cilium.yaml');
  });

  it('a fork without secrets is undecided, and the token of the other repository is in no log', async () => {
    const number = await set('octocat/infra', 'octocat/talos!');
    const secret = await appToken();
    const step = await scene.run(number, elsewhere({ 'bootstrap-token': secret }));
    expect(step.raw.replaceAll(`::add-mask::${secret}`, '')).not.toContain(secret);
    expect(step.raw.replaceAll(/::add-mask::\S+/g, '')).not.toContain(Buffer.from(`x-access-token:${secret}`).toString('base64'));
    const empty = await scene.run(number, elsewhere({ 'bootstrap-token': '' }));
    expect([empty.code, empty.outputs.outcome]).toEqual([0, 'undecided']);
  });
});
