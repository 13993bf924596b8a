import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasAct, type Job, layWorkflow, runJob } from './peers/act.ts';
import { type Event, mergeGroupEvent, pullRequestEvent, scheduleEvent, workflowRunEvent } from './peers/events.ts';
import { type Changes, checkout } from './peers/git.ts';
import type { Permissions } from './peers/github.ts';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { aligned, drift, example, type Scene, setScene } from './scene.ts';

const folder = join(import.meta.dirname, '../../examples/workflows');
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

let action: BuiltAction;
let scene: Scene | undefined;
let room: string;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'cilium-align-job-'));
});
afterEach(async () => {
  await scene?.close();
  rmSync(room, { recursive: true, force: true });
});

/** A folder that stands for an action that only github.com can run: it says what it was given. */
function standIn(name: string, text: string): string {
  const directory = join(room, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'action.yml'), text);
  return directory;
}

/** The action that a workflow names, with its commit. */
function named(text: string, action: string): string {
  return new RegExp(`uses: ${action}(?:/[\\w-]+)?(@[0-9a-f]{40})`).exec(text)![1]!;
}

interface Run {
  permissions?: Permissions;
  others?: Record<string, string>;
  secrets?: Record<string, string>;
  empty?: boolean;
}

/** Runs one of the examples as it stands; the token has the permissions that its job asks for. */
async function run(
  name: string,
  event: Event,
  { permissions = { contents: 'read', pull_requests: 'write' }, others = {}, secrets = {}, empty = false }: Run = {},
): Promise<Job> {
  const { github } = scene!;
  const token = await github.workflowToken('octocat/infra', permissions);
  const workspace = mkdtempSync(join(room, 'workspace-'));
  if (!empty) await checkout(workspace, `${github.url}/octocat/infra`, event.sha, { token });
  layWorkflow(workspace, textOf(name));
  return runJob({
    github,
    event,
    workspace,
    action: action.directory,
    token,
    secrets,
    others: { 'cilium-align/cilium-align@v1': action.directory, ...others },
  });
}

const comments = async (number: number): Promise<number> => (await scene!.github.comments('octocat/infra', number)).length;

it('every example is run below', () => {
  expect(readdirSync(folder)).toEqual([
    'fork-check.yml',
    'fork-comment.yml',
    'pull-request.yml',
    'scheduled-audit.yml',
    'two-repositories.yml',
  ]);
});

describe.runIf(hasAct)('the examples, by a runner that is not ours', () => {
  it('pull-request.yml comments on a pull request, and checks a merge group', async () => {
    scene = await setScene(action);
    const number = await scene.pull(drift);
    const done = await run('pull-request.yml', await pullRequestEvent(scene.github, 'octocat/infra', number));
    expect([done.code, await comments(number)]).toEqual([1, 1]);
    const base = scene.github.repository('octocat/infra').resolve('main')!;
    const calm = await scene.github.commit('octocat/infra', 'queue', { 'README.md': '# Calm\n' });
    expect((await run('pull-request.yml', await mergeGroupEvent(scene.github, 'octocat/infra', base, calm))).code).toBe(0);
  });

  it('fork-check.yml judges a fork, and fork-comment.yml comments without a checkout', async () => {
    scene = await setScene(action);
    await scene.github.fork('octocat/infra', 'mallory');
    await scene.github.commit('mallory/infra', 'theirs', drift);
    const number = await scene.github.openPull('octocat/infra', 'mallory:theirs', { author: 'mallory' });
    const first = await run('fork-check.yml', await pullRequestEvent(scene.github, 'octocat/infra', number), {
      permissions: { contents: 'read' },
    });
    expect([first.code, await comments(number), first.annotations.filter(({ level }) => level === 'warning')]).toEqual([1, 0, []]);
    const event = await workflowRunEvent(scene.github, 'octocat/infra', number);
    (event.payload.workflow_run as { conclusion: string }).conclusion = 'failure';
    const second = await run('fork-comment.yml', event, { empty: true });
    expect([second.code, await comments(number)]).toEqual([0, 1]);
  });

  it('scheduled-audit.yml hands over its findings, also where it fails', async () => {
    scene = await setScene(action, { ...aligned, ...drift });
    const text = textOf('scheduled-audit.yml');
    const upload = standIn(
      'codeql-action/upload-sarif',
      'name: stand-in\ninputs: {sarif_file: {required: true}, category: {}}\noutputs: {results: {value: "${{ steps.count.outputs.results }}"}}\nruns:\n  using: composite\n  steps:\n    - id: count\n      shell: bash\n      env: {FILE: "${{ inputs.sarif_file }}"}\n      run: echo "SARIF holds $(node --print \'JSON.parse(require("fs").readFileSync(process.env.FILE, "utf8")).runs[0].results.length\') results"\n',
    );
    const done = await run('scheduled-audit.yml', await scheduleEvent(scene.github, 'octocat/infra'), {
      others: { [`github/codeql-action${named(text, 'github/codeql-action')}`]: join(upload, '..') },
    });
    expect([done.code, done.outputs.align?.outcome]).toEqual([1, 'drifted']);
    expect(done.log).toMatch(/SARIF holds [1-9]\d* results/);
  });

  it('self-test.yml holds on this repository’s own examples', async () => {
    const examples = Object.assign(
      {},
      ...['omni-handoff', 'native-routing', 'one-source'].map((name) => example(name, `examples/${name}/`)),
    ) as Changes;
    scene = await setScene(action, examples);
    const text = readFileSync(join(folder, '../../.github/workflows/self-test.yml'), 'utf8');
    const event = await pullRequestEvent(scene.github, 'octocat/infra', await scene.pull({ 'README.md': '# Another\n' }));
    const token = await scene.github.workflowToken('octocat/infra', { contents: 'read' });
    const workspace = mkdtempSync(join(room, 'workspace-'));
    await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
    layWorkflow(workspace, text);
    for (const name of ['action.yml', 'package.json', 'dist'])
      cpSync(join(action.directory, name), join(workspace, name), { recursive: true });
    const upload = standIn('codeql-action/upload-sarif', 'name: stand-in\nruns: {using: composite, steps: [{shell: bash, run: "true"}]}\n');
    const others = { [`github/codeql-action${named(text, 'github/codeql-action')}`]: join(upload, '..') };
    const done = await runJob({ github: scene.github, event, workspace, action: action.directory, token, others });
    expect([done.code, done.log.match(/Job (?:succeeded|failed)/g)?.sort()]).toEqual([0, Array(5).fill('Job succeeded')]);
  });

  it('two-repositories.yml reads the other repository with the token of an App', async () => {
    const split = (talos: boolean) => Object.fromEntries(Object.entries(aligned).filter(([path]) => path.startsWith('talos/') === talos));
    scene = await setScene(action, split(false), { repositories: ['octocat/infra!', 'octocat/talos!'] });
    await scene.github.commit('octocat/talos', 'main', split(true));
    const number = await scene.pull(drift);
    const appToken = await scene.github.appToken('octocat', ['octocat/talos']);
    const minted = standIn(
      'create-github-app-token',
      `name: stand-in\noutputs: {token: {value: "${appToken}"}}\nruns: {using: composite, steps: [{shell: bash, run: "true"}]}\n`,
    );
    const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
    const others = {
      [`actions/create-github-app-token${named(textOf('two-repositories.yml'), 'actions/create-github-app-token')}`]: minted,
    };
    const done = await run('two-repositories.yml', event, { others, secrets: { TALOS_READER_KEY: 'key' } });
    expect([done.code, await comments(number)]).toEqual([1, 1]);
  });
});
