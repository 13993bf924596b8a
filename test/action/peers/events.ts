import { createRequire } from 'node:module';
import type { GitHub } from './github.ts';

type Payload = Record<string, unknown>;

// GitHub's own examples of what it sends: https://github.com/octokit/webhooks
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as Array<{ name: string; examples: Payload[] }>;

/** One of GitHub's own examples of an event, as a copy. */
function example(name: string, fits: (payload: Payload) => boolean = () => true): Payload {
  const found = examples.find((event) => event.name === name)?.examples.find(fits);
  if (found === undefined) throw new Error(`@octokit/webhooks-examples has no such ${name}`);
  return structuredClone(found);
}

/** An event as the runner hands it to a step: the payload, and what the variables say of it. */
export interface Event {
  name: string;
  payload: Payload;
  repository: string;
  ref: string;
  sha: string;
  headRef?: string;
  baseRef?: string;
}

async function surroundings(github: GitHub, fullName: string): Promise<Payload> {
  const { owner } = github.repository(fullName);
  const repository = await github.ask<Payload>(owner, 'GET', `/repos/${fullName}`);
  const sender = await github.ask<Payload>(owner, 'GET', `/users/${owner}`);
  return { repository, sender };
}

/** A push to a pull request's branch. */
export async function pullRequestEvent(github: GitHub, fullName: string, number: number, action = 'synchronize'): Promise<Event> {
  const payload = example('pull_request', (each) => each.action === action);
  const pull = await github.pullRequest(fullName, number);
  const head = pull.head as { ref: string; sha: string };
  const merge = github.repository(fullName).resolve(`refs/pull/${number}/merge`);
  if (merge === undefined) throw new Error(`Pull request ${number} conflicts with its base, and GitHub starts no workflow for it.`);
  return {
    name: 'pull_request',
    payload: {
      ...payload,
      ...(await surroundings(github, fullName)),
      number,
      pull_request: { ...(payload.pull_request as Payload), ...pull },
      ...('after' in payload ? { before: github.repository(fullName).resolve(`${head.sha}^`) ?? '0'.repeat(40), after: head.sha } : {}),
    },
    repository: fullName,
    ref: `refs/pull/${number}/merge`,
    sha: merge,
    headRef: head.ref,
    baseRef: (pull.base as { ref: string }).ref,
  };
}

/** A push to a branch, from one commit to its tip; without a commit before, the branch is new. */
export async function pushEvent(github: GitHub, fullName: string, branch: string, before = '0'.repeat(40)): Promise<Event> {
  const sha = github.repository(fullName).resolve(branch)!;
  const ref = `refs/heads/${branch}`;
  const payload = { ...example('push'), ...(await surroundings(github, fullName)), ref, before, after: sha, created: /^0+$/.test(before) };
  return { name: 'push', payload, repository: fullName, ref, sha };
}

/** A merge queue that asks for checks of a group of pull requests. */
export async function mergeGroupEvent(github: GitHub, fullName: string, base: string, head: string): Promise<Event> {
  const payload = example('merge_group');
  const ref = `refs/heads/gh-readonly-queue/main/pr-1-${base}`;
  const group = { ...(payload.merge_group as Payload), head_sha: head, head_ref: ref, base_sha: base, base_ref: 'refs/heads/main' };
  return {
    name: 'merge_group',
    payload: { ...payload, ...(await surroundings(github, fullName)), merge_group: group },
    repository: fullName,
    ref,
    sha: head,
  };
}

/** The time has come; there is no example of this event, because it is no webhook. */
export async function scheduleEvent(github: GitHub, fullName: string): Promise<Event> {
  const payload = { ...(await surroundings(github, fullName)), schedule: '0 6 * * 1', workflow: '.github/workflows/audit.yml' };
  return { name: 'schedule', payload, repository: fullName, ref: 'refs/heads/main', sha: github.repository(fullName).resolve('main')! };
}

/** A person starts the workflow by hand. */
export async function dispatchEvent(github: GitHub, fullName: string): Promise<Event> {
  const payload = { ...example('workflow_dispatch'), ...(await surroundings(github, fullName)), ref: 'refs/heads/main' };
  return {
    name: 'workflow_dispatch',
    payload,
    repository: fullName,
    ref: 'refs/heads/main',
    sha: github.repository(fullName).resolve('main')!,
  };
}

/** A workflow of a pull request has ended. `pull_requests` is empty where the head is a fork's, as GitHub leaves it. */
export async function workflowRunEvent(github: GitHub, fullName: string, number: number): Promise<Event> {
  const payload = example('workflow_run', (each) => each.action === 'completed');
  const pull = (await github.pullRequest(fullName, number)) as {
    number: number;
    url: string;
    id: number;
    head: { ref: string; sha: string; repo: Payload };
    base: Payload;
  };
  const fork = pull.head.repo.full_name !== fullName;
  const run = {
    ...(payload.workflow_run as Payload),
    event: 'pull_request',
    status: 'completed',
    conclusion: 'success',
    head_branch: pull.head.ref,
    head_sha: pull.head.sha,
    head_repository: pull.head.repo,
    pull_requests: fork ? [] : [{ id: pull.id, number, url: pull.url, head: pull.head, base: pull.base }],
  };
  return {
    name: 'workflow_run',
    payload: { ...payload, ...(await surroundings(github, fullName)), workflow_run: run },
    repository: fullName,
    ref: 'refs/heads/main',
    sha: github.repository(fullName).resolve('main')!,
  };
}
