import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { type Event, pullRequestEvent } from './peers/events.ts';
import { type Changes, checkout } from './peers/git.ts';
import { type GitHub, type GitHubOptions, type Permissions, startGitHub } from './peers/github.ts';
import { faultsOf } from './peers/openapi.ts';
import type { BuiltAction, Step, StepOptions } from './peers/runner.ts';

const root = join(import.meta.dirname, '../..');

/** The files of an example, below a folder where one is given. */
export function example(name: string, below = ''): Record<string, string> {
  const directory = join(root, 'examples', name);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [below + relative(directory, path), readFileSync(path, 'utf8')];
    }),
  );
}

/** Two sides that agree, in two places, so that either can be changed alone. */
export const aligned = example('argocd-values-file');

/** The values of that example with one line another. */
export function values(from: string, to: string): Changes {
  const before = aligned['cilium/values.yaml']!;
  if (!before.includes(from)) throw new Error(`The example has no ${from}`);
  return { 'cilium/values.yaml': before.replace(from, to) };
}

/** A change that cuts the network: Argo CD would route natively what the bootstrap tunnels. */
export const drift = values('routingMode: tunnel', 'routingMode: native\nipv4NativeRoutingCIDR: 10.244.0.0/16');

/** That example once for each of many clusters; `values` gives each its values. */
export function fleet(clusters: number, values: (cluster: number) => string): Record<string, string> {
  const files = Array.from({ length: clusters }, (_, cluster) =>
    Object.entries(aligned).map(([path, text]) => [
      `clusters/c${cluster}/${path}`,
      path === 'cilium/values.yaml'
        ? values(cluster)
        : text
            .replace('$values/cilium', `$values/clusters/c${cluster}/cilium`)
            .replace(/(kind: Application\nmetadata:\n {2}name: )cilium/, `$1cilium-c${cluster}`),
    ]),
  );
  return Object.fromEntries(files.flat());
}

/** How a step is run for a pull request. */
export interface PullStep extends Partial<Omit<StepOptions, 'github' | 'event' | 'workspace'>> {
  /** Another event than a push to the pull request. */
  event?: Event;
  permissions?: Permissions;
  depth?: number;
  /** Checks this out instead of what the event names. */
  revision?: string;
  repository?: string;
  /** The folder to check out to, below the workspace. */
  below?: string;
  /** Repositories to check out beside, by folder. */
  beside?: Record<string, { repository: string; token: string }>;
  persistCredentials?: boolean;
}

/** A GitHub with one repository in which two sides agree, and the Action that runs in it. */
export interface Scene {
  github: GitHub;
  /** A pull request that changes this. */
  pull(changes: Changes, options?: { branch?: string; base?: string; from?: string }): Promise<number>;
  /** Runs the Action on a pull request as a workflow does: a shallow checkout of the merge commit, then the step. */
  run(number: number, options?: PullStep): Promise<Step>;
  /** Runs it on any event. */
  runOn(event: Event, options?: PullStep): Promise<Step>;
  close(): Promise<void>;
}

/** Sets a scene: a repository `octocat/infra` whose main branch holds these files. */
export async function setScene(action: BuiltAction, files: Changes = aligned, options: GitHubOptions = {}): Promise<Scene> {
  const github = await startGitHub(options);
  const room = mkdtempSync(join(tmpdir(), 'cilium-align-scene-'));
  await github.commit('octocat/infra', 'main', { ...files, 'README.md': '# Infrastructure\n' });
  let [steps, branches] = [0, 0];

  async function runOn(event: Event, step: PullStep = {}): Promise<Step> {
    const {
      permissions,
      depth = 1,
      revision = event.sha,
      below = '.',
      beside = {},
      persistCredentials = false,
      repository: fullName = event.repository,
      event: _,
      ...rest
    } = step;
    const workspace = join(room, `workspace-${++steps}`);
    const token = rest.token ?? (await github.workflowToken(event.repository, permissions));
    await checkout(join(workspace, below), `${github.url}/${fullName}`, revision, { depth, token, persistCredentials });
    for (const [folder, other] of Object.entries(beside)) {
      await checkout(join(workspace, folder), `${github.url}/${other.repository}`, 'refs/heads/main', { token: other.token });
    }
    github.gitRequests.length = 0;
    const done = await action.run({ ...rest, github, event, workspace, token });
    expectGoodManners(done, token);
    expect(github.exchanges.flatMap(faultsOf)).toEqual([]);
    return done;
  }

  return {
    github,
    runOn,
    async pull(changes, { branch = `change-${++branches}`, base, from } = {}) {
      await github.commit('octocat/infra', branch, changes, from === undefined ? {} : { from });
      return github.openPull('octocat/infra', branch, base === undefined ? {} : { base });
    },
    run: async (number, step = {}) => runOn(step.event ?? (await pullRequestEvent(github, 'octocat/infra', number)), step),
    async close() {
      await github.close();
      rmSync(room, { recursive: true, force: true });
    },
  };
}

/** What must hold of every step, whatever it found: no stack trace, no warning of Node's, no token, nothing but annotations and masks among the commands. */
function expectGoodManners({ raw, commands, env, path }: Step, token: string): void {
  expect(raw).not.toMatch(/\n\s+at .+:\d+:\d+|\(node:\d+\)/);
  expect(raw.replaceAll(`::add-mask::${token}`, '')).not.toContain(token);
  const harmless = ['add-mask', 'error', 'warning', 'notice', 'debug', 'group', 'endgroup'];
  expect(commands.filter(({ command }) => !harmless.includes(command))).toEqual([]);
  expect([env, path]).toEqual([{}, '']);
}
