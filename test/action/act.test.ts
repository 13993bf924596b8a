import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasAct, type Job, layWorkflow, runJob } from './peers/act.ts';
import { pullRequestEvent } from './peers/events.ts';
import { checkout } from './peers/git.ts';
import type { Permissions } from './peers/github.ts';
import { type BuiltAction, buildAction } from './peers/runner.ts';
import { drift, type Scene, setScene } from './scene.ts';

let action: BuiltAction;
let scene: Scene;
let room: string;
beforeAll(async () => {
  action = await buildAction();
});
afterAll(() => action.remove());
beforeEach(async () => {
  scene = await setScene(action);
  room = mkdtempSync(join(tmpdir(), 'cilium-align-job-'));
});
afterEach(async () => {
  await scene.close();
  rmSync(room, { recursive: true, force: true });
});

const workflow = `
on: pull_request
jobs:
  align:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: node --version
      - uses: octocat/cilium-align@v1
        id: align
        continue-on-error: \${{ vars.LENIENT == 'yes' }}
      - id: gate
        if: steps.align.outputs.drifted == 'true' && steps.align.outputs.errors != '0'
        env:
          REPORT: \${{ steps.align.outputs.report-json }}
        run: test -s "$REPORT"
      - id: always
        if: always()
        run: test "\${{ steps.align.outputs.failed }}" = "\${{ steps.align.outcome == 'failure' }}"
`;

async function job(number: number, vars: Record<string, string> = {}, permissions?: Permissions): Promise<Job> {
  const event = await pullRequestEvent(scene.github, 'octocat/infra', number);
  const token = await scene.github.workflowToken('octocat/infra', permissions);
  const workspace = mkdtempSync(join(room, 'workspace-'));
  await checkout(workspace, `${scene.github.url}/octocat/infra`, event.sha, { token });
  layWorkflow(workspace, workflow);
  return runJob({ github: scene.github, event, workspace, action: action.directory, token, vars });
}

describe.runIf(hasAct)('a runner that is not ours', () => {
  it('reads action.yml, passes the defaults, fails the job and shows the summary and the annotations', async () => {
    const number = await scene.pull(drift);
    const done = await job(number);
    expect([done.code, done.results]).toEqual([1, { '0': 'success', '1': 'success', align: 'failure', always: 'success' }]);
    expect(done.log).toContain('v24.');
    expect(done.outputs.align).toMatchObject({ outcome: 'drifted', failed: 'true', 'comment-id': expect.stringMatching(/^\d+$/) });
    expect(done.summary).toContain('routingMode');
    expect(done.annotations).toContainEqual(expect.objectContaining({ level: 'error', file: 'cilium/values.yaml', line: '6' }));
    expect(await scene.github.comments('octocat/infra', number)).toHaveLength(1);
  });

  it('hands the outputs to later steps', async () => {
    const done = await job(await scene.pull(drift), { LENIENT: 'yes' });
    expect([done.code, done.results.gate, done.results.always]).toEqual([0, 'success', 'success']);
  });

  it('passes a change that is none', async () => {
    const done = await job(await scene.pull({ 'README.md': '# Calm\n' }));
    expect([done.code, done.results.gate, done.outputs.align?.outcome]).toEqual([0, undefined, 'aligned']);
  });

  it('gives a fork’s token, and the job says what it may not do', async () => {
    await scene.github.fork('octocat/infra', 'mallory');
    await scene.github.commit('mallory/infra', 'theirs', drift);
    const number = await scene.github.openPull('octocat/infra', 'mallory:theirs', { author: 'mallory' });
    const done = await job(number, {}, { contents: 'read' });
    expect([done.code, done.outputs.align?.outcome]).toEqual([1, 'drifted']);
    expect(done.annotations.map(({ message }) => message).join('\n')).toMatch(/fork/);
  });
});
