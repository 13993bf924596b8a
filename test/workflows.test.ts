import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { peer } from './peers.ts';

const root = join(import.meta.dirname, '..');

interface Step {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  permissions?: Record<string, string>;
  steps: Step[];
  secrets?: unknown;
  'timeout-minutes'?: number;
}

interface Workflow {
  on: string | string[] | Record<string, unknown>;
  permissions?: unknown;
  concurrency?: { group: string };
  env?: unknown;
  jobs: Record<string, Job>;
}

const files = ['.github/workflows', 'examples/workflows'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
);

// What zizmor asks of workflows: https://docs.zizmor.sh/audits/
describe.each(files)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);
  const events = typeof workflow.on === 'string' ? [workflow.on] : Array.isArray(workflow.on) ? workflow.on : Object.keys(workflow.on);

  it('names every action by its commit, with the version behind it', () => {
    for (const [, used, comment] of text.matchAll(/^\s*(?:- )?uses: (\S+)(.*)$/gm)) {
      // What a reader puts their own pin on, and this repository itself.
      if (used === 'cilium-align/cilium-align@v1' || used === './') continue;
      expect(used).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/);
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  it('gives no rights but those that a job asks for, and says what a right to write is for', () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions, secrets } of jobs) {
      expect(permissions).toBeDefined();
      expect(secrets).toBeUndefined();
    }
    for (const line of text.split('\n').filter((each) => /^\s+[\w-]+: write\b/.test(each))) expect(line).toMatch(/: write # \w/);
  });

  it('leaves no token behind in a checkout', () => {
    for (const { uses, with: inputs } of steps)
      if (uses?.startsWith('actions/checkout@')) expect(inputs).toMatchObject({ 'persist-credentials': false });
  });

  it('puts no expression into a script', () => {
    for (const { run, with: inputs } of steps) expect(`${run ?? ''}${inputs?.script ?? ''}`).not.toContain('${{');
  });

  it('runs nothing of a stranger’s with rights that the stranger has not', () => {
    expect(events).not.toContain('pull_request_target');
    if (events.includes('workflow_run')) expect(steps.map(({ uses }) => uses)).toEqual(['cilium-align/cilium-align@v1']);
    expect(text).not.toMatch(/allow-unsafe-pr-checkout|ACTIONS_ALLOW_UNSECURE_COMMANDS|secrets: inherit|toJSON\(secrets\)/i);
  });

  it('ends in time, and does not run twice for one thing', () => {
    for (const job of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    expect(workflow.concurrency?.group).toContain('github.workflow');
  });

  it('gives this Action inputs that it has, and reads outputs that it gives', () => {
    const { inputs, outputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Record<'inputs' | 'outputs', object>;
    for (const { id, uses = '', with: given = {} } of steps) {
      if (!/^(?:cilium-align\/cilium-align@v1|\.\/)$/.test(uses)) continue;
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      const read = id === undefined ? [] : [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))];
      expect(Object.keys(outputs)).toEqual(expect.arrayContaining(read.map(([, name]) => name)));
    }
  });

  it('reads no cache where it publishes', () => {
    if (!events.includes('push') || !text.includes('tags:')) return;
    for (const { uses = '', with: inputs = {} } of steps) {
      expect(uses).not.toMatch(/^actions\/cache/);
      if (uses.startsWith('actions/setup-node@')) expect(inputs['package-manager-cache']).toBe(false);
      if (uses.startsWith('actions/setup-go@')) expect(inputs.cache).toBe(false);
      if (uses.startsWith('docker/setup-buildx-action@')) expect(inputs['cache-binary']).toBe(false);
      if (uses.startsWith('docker/build-push-action@')) expect(inputs).toMatchObject({ 'no-cache': true });
    }
    expect(text).not.toMatch(/cache-(?:from|to)/);
  });

  it.runIf(peer('actionlint') !== undefined)('is one that actionlint finds nothing in', () => {
    const { status, stdout, stderr } = spawnSync(peer('actionlint')!, ['-no-color', '-shellcheck=', '-pyflakes=', file], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([stdout + stderr, status]).toEqual(['', 0]);
  });
});

it('the same action is the same commit everywhere', () => {
  const commits = new Map<string, string>();
  for (const file of files) {
    for (const [, name, commit] of readFileSync(join(root, file), 'utf8').matchAll(/uses: ([\w-]+\/[\w-]+)\S*@([0-9a-f]{40} # v\S+)/g)) {
      expect(commits.get(name!) ?? commit).toBe(commit);
      commits.set(name!, commit!);
    }
  }
});
