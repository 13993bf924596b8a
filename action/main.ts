import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setSecret } from '@actions/core';
import packageJson from '../package.json' with { type: 'json' };
import { plainText } from '../shared/report/escape.ts';
import { UnusableRepository } from '../shared/repository/repository.ts';
import { checkoutOf, folderBelow } from './checkout.ts';
import { Commits } from './commits.ts';
import { compared } from './compared.ts';
import { subjectOf } from './event.ts';
import { eachPullRequest } from './followed-pull-request.ts';
import { readInputs, unknownInputs } from './inputs.ts';
import { insideWorkspace, realPath } from './inside-workspace.ts';
import { judge } from './judge.ts';
import { createLog, harmless, type Log } from './log.ts';
import { readPayload } from './payload.ts';
import { ActionProblem, NothingToDo } from './problem.ts';
import { publish, writeSummary } from './publish.ts';
import { runnerOf, type Surroundings } from './surroundings.ts';
import { tell } from './tell.ts';

/** Runs one step: reads the inputs and the event, judges, tells people and later steps, and gives the exit code. Never throws. */
export async function run(surroundings: Surroundings): Promise<number> {
  const log = createLog(surroundings.stdout);
  try {
    return await runStep(surroundings, log);
  } catch (error) {
    if (error instanceof NothingToDo) {
      tell('notice', error.message);
      return 0;
    }
    if (error instanceof ActionProblem || error instanceof UnusableRepository) {
      for (const line of error.message.split('\n')) log(line);
      tell('error', error.message, error instanceof ActionProblem ? error.place : undefined);
      writeSummary(problemPage(error.message), surroundings, log);
      return 1;
    }
    return reportBug(error, surroundings);
  }
}

/** Says in one line that the fault is ours and what to do, and gives the exit code; where it happened is said only to who asks for it. */
export function reportBug(error: unknown, { env, stdout }: Pick<Surroundings, 'env' | 'stdout'>): number {
  const message = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
  tell(
    'error',
    `This is a bug of cilium-align ${packageJson.version}, please report it (npm bugs cilium-align): ${plainText(message)}. A run with debug logging says where.`,
  );
  if (env.RUNNER_DEBUG === '1' && error instanceof Error) createLog(stdout)(error.stack ?? '');
  return 1;
}

async function runStep(surroundings: Surroundings, log: Log): Promise<number> {
  const { env } = surroundings;
  const runner = runnerOf(env, { workspace: process.cwd(), temporary: tmpdir() });
  if (!existsSync(runner.temporary)) runner.temporary = tmpdir();
  for (const line of unknownInputs(env)) tell('warning', line);
  const inputs = readInputs(env);
  for (const secret of [inputs.token, inputs.others.bootstrap?.token, inputs.others.argocd?.token]) if (secret) setSecret(secret);
  const folder = insideWorkspace(runner.workspace, inputs.path, 'path');
  const checkout = await checkoutOf(folder, runner.workspace, env);
  const payload = readPayload(runner.eventPath, log);
  const client = lazily(async () => {
    const { githubClient } = await import('./github-client.ts');
    return githubClient({ token: inputs.token ?? '', apiUrl: runner.apiUrl, log });
  });
  const sources = { serverUrl: runner.serverUrl, token: inputs.token, temporary: runner.temporary, client, env, log, mask: setSecret };
  const prefix = folderBelow(checkout ?? realPath(runner.workspace), folder);
  const subject = subjectOf(runner.eventName, payload, runner.ref, inputs.pullRequest);
  const inCheckout = subject.kind !== 'followed-pull-request';
  // What somebody's commit may have touched has no say where the run has rights that its author has not.
  const commits = new Commits({ ...sources, checkout: inCheckout ? checkout : undefined, repository: runner.repository });
  const subjects = await eachPullRequest(subject, { client, repository: runner.repository });
  const today = surroundings.now().toISOString().slice(0, 10);
  const faults: unknown[] = [];
  let code = 0;
  for (const one of subjects) {
    if (subjects.length > 1 && 'number' in one) log(`Pull request ${one.number}:`);
    const { workspace, repository, sha } = runner;
    try {
      const found = await compared(one, { inputs, folder, prefix, workspace, repository, sha, commits, client });
      const judged = await judge(found, { inputs, runner, payload, prefix, sources, client, today });
      code = Math.max(code, await publish(judged, { inputs, runner, client, log, surroundings, inCheckout }));
    } catch (error) {
      // What is wrong with one of them must not keep the others from hearing of theirs.
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return code;
}

function problemPage(message: string): string {
  return [
    '### ✗ cilium-align could not run',
    '',
    '```',
    ...message.split('\n').map((line) => harmless(line).replaceAll('`', "'")),
    '```',
    '',
  ].join('\n');
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
