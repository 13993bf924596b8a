import { appendFileSync, existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, relative, resolve, sep } from 'node:path';
import { error as annotateError, notice, setSecret, warning } from '@actions/core';
import packageJson from '../package.json' with { type: 'json' };
import { plainText } from '../shared/report/escape.ts';
import { UnusableRepository } from '../shared/repository/repository.ts';
import { commentKey } from './comment-key.ts';
import { Commits, ownerAndName } from './commits.ts';
import { compared, NothingToDo } from './compared.ts';
import { subjectOf } from './event.ts';
import { git } from './git.ts';
import type { GithubClient } from './github-client.ts';
import { type Inputs, readInputs, unknownInputs } from './inputs.ts';
import { type Judged, judge } from './judge.ts';
import { createLog, harmless, type Log } from './log.ts';
import { type Outputs, writeOutputs } from './outputs.ts';
import { pageOf } from './page.ts';
import { readPayload } from './payload.ts';
import { ActionProblem } from './problem.ts';
import { writeReportFiles } from './report-files.ts';
import { type Place, placeOf, type Surroundings } from './surroundings.ts';

/** GitHub drops a summary of more than 1 MiB. */
const SUMMARY_LIMIT = 900_000;
const COMMENT_LIMIT = 59_000;

/** Runs one step: reads the inputs and the event, judges, tells people and later steps, and gives the exit code. Never throws. */
export async function run(surroundings: Surroundings): Promise<number> {
  const log = createLog(surroundings.stdout);
  try {
    return await runStep(surroundings, log);
  } catch (error) {
    if (error instanceof NothingToDo) {
      tell(notice, error.message);
      return 0;
    }
    if (error instanceof ActionProblem || error instanceof UnusableRepository) {
      for (const line of error.message.split('\n')) log(line);
      tell(annotateError, error.message, error instanceof ActionProblem ? error.place : undefined);
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
    annotateError,
    `This is a bug of cilium-align ${packageJson.version}, please report it (npm bugs cilium-align): ${plainText(message)}. A run with debug logging says where.`,
  );
  if (env.RUNNER_DEBUG === '1' && error instanceof Error) createLog(stdout)(error.stack ?? '');
  return 1;
}

async function runStep(surroundings: Surroundings, log: Log): Promise<number> {
  const { env } = surroundings;
  const place = placeOf(env, { workspace: process.cwd(), temporary: tmpdir() });
  if (!existsSync(place.temporary)) place.temporary = tmpdir();
  for (const line of unknownInputs(env)) tell(warning, line);
  const inputs = readInputs(env);
  for (const secret of [inputs.token, inputs.others.bootstrap?.token, inputs.others.argocd?.token]) if (secret) setSecret(secret);
  const folder = real(resolve(place.workspace, inputs.path));
  const checkout = await checkoutOf(folder, place.workspace, env);
  const payload = readPayload(place.eventPath, log);
  const client = lazily(async () => {
    const { githubClient } = await import('./github-client.ts');
    return githubClient({ token: inputs.token ?? '', apiUrl: place.apiUrl, log });
  });
  const sources = { serverUrl: place.serverUrl, token: inputs.token, temporary: place.temporary, client, env, log, mask: setSecret };
  const commits = new Commits({ ...sources, checkout, repository: place.repository });
  const prefix = prefixOf(folder, checkout ?? real(place.workspace));
  const subject = subjectOf(place.eventName, payload, place.ref, inputs.pullRequest);
  const found = await compared(subject, {
    inputs,
    folder,
    prefix,
    workspace: place.workspace,
    repository: place.repository,
    sha: place.sha,
    commits,
    client,
  });
  const judged = await judge(found, {
    inputs,
    place,
    payload,
    prefix,
    sources,
    client,
    today: surroundings.now().toISOString().slice(0, 10),
  });
  return publish(judged, { inputs, place, client, log, surroundings, inCheckout: subject.kind !== 'followed-pull-request' });
}

interface Publishing {
  inputs: Inputs;
  place: Place;
  client(): Promise<GithubClient>;
  log: Log;
  surroundings: Surroundings;
  /** The lines that are judged are those of the workflow's own checkout. */
  inCheckout: boolean;
}

/** Summary first, then log, files, annotations, outputs and comment; none of them decides the exit code. */
async function publish(judged: Judged, { inputs, place, client, log, surroundings, inCheckout }: Publishing): Promise<number> {
  const { report, circumstances, verdict, pullRequest, base, changes } = judged;
  const summary = pageOf(report, circumstances, SUMMARY_LIMIT);
  writeSummary(summary, surroundings, log);
  const { renderTable } = await import('../shared/report/table.ts');
  if (circumstances.unread) log(verdict.words);
  else log(renderTable(report, { width: 120, colour: false, showAll: false }));
  for (const line of judged.logLines) log(line);
  if (inputs.annotations && inCheckout) {
    const { annotations } = await import('./annotations.ts');
    for (const line of annotations(report, verdict)) surroundings.stdout(`${line}\n`);
    for (const { message, place: at } of judged.problems.slice(0, 2)) tell(annotateError, message, at);
  } else if (verdict.fails) tell(annotateError, verdict.words);
  const files = attempt('the report', log, () => writeReportFiles(report, summary, place.temporary, packageJson.version));
  const outputs: Outputs = {
    outcome: report.outcome,
    failed: verdict.fails,
    drifted: report.outcome === 'drifted',
    errors: report.counts.error,
    warnings: report.counts.warning,
    notes: report.counts.note,
    introduced: changes?.introduced,
    resolved: changes?.resolved,
    base,
    'pull-request': pullRequest?.number,
    'report-json': files?.json,
    'report-sarif': files?.sarif,
    'summary-file': files?.summary,
  };
  const write = () => attempt('the outputs', log, () => writeOutputs(outputs, surroundings.env));
  write();
  if (pullRequest !== undefined && inputs.comment !== 'never') {
    // A job that is cancelled while the API lets us wait has its outputs all the same.
    outputs['comment-id'] = await comment(judged, pageOf(report, circumstances, COMMENT_LIMIT), { inputs, place, client, log });
    write();
  }
  return verdict.fails ? 1 : 0;
}

/** What is made, or nothing and a line in the log. */
function attempt<T>(what: string, log: Log, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    log(`Could not write ${what} (${error instanceof Error ? error.message : 'unknown error'}).`);
    return undefined;
  }
}

/** Keeps the comment true; what goes wrong is said and changes nothing else. */
async function comment(
  { pullRequest, worthTelling }: Judged,
  page: string,
  { inputs, place, client, log }: Pick<Publishing, 'inputs' | 'place' | 'client' | 'log'>,
): Promise<number | undefined> {
  if (place.repository === undefined || pullRequest === undefined) return undefined;
  const { keepComment } = await import('./comment/keep-comment.ts');
  const result = await keepComment({
    client: await client(),
    repository: ownerAndName(place.repository),
    pullRequest: pullRequest.number,
    key: commentKey(inputs, place),
    head: pullRequest.headSha ?? '',
    run: { id: Number(place.run.id) || 0, attempt: Number(place.run.attempt) || 1 },
    body: worthTelling ? page : undefined,
    resolved: page,
    create: inputs.comment,
    readOnly: readOnly(pullRequest, place),
    log,
  });
  const isExpected = readOnly(pullRequest, place) === 'fork';
  if (result.state === 'failed') tell(isExpected ? notice : warning, result.problem ?? 'The comment could not be written.');
  else log(`Comment: ${result.state}${result.id === undefined ? '' : ` (${result.id})`}.`);
  return result.id;
}

/** Why the run's token may be one that can only read. */
function readOnly({ fork }: { fork: boolean }, { eventName, actor }: Place): 'fork' | 'dependabot' | undefined {
  if (eventName !== 'pull_request') return undefined;
  return fork ? 'fork' : actor === 'dependabot[bot]' ? 'dependabot' : undefined;
}

/** Appends to the job's summary; a runner without one gets none. */
function writeSummary(summary: string, { env }: Surroundings, log: Log): void {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  attempt('the summary', log, () => appendFileSync(file, summary));
}

/** The root of the checkout that a folder lies in, else the one that the workspace is; undefined where there is none. */
async function checkoutOf(folder: string, workspace: string, env: Surroundings['env']): Promise<string | undefined> {
  for (const directory of [folder, workspace]) {
    if (!existsSync(directory)) continue;
    const { ok, out } = await git(directory, ['rev-parse', '--show-toplevel'], env, { ceiling: dirname(real(workspace)) });
    if (ok && out !== '') return real(out);
  }
  return undefined;
}

/** The path of a folder below another one with forward slashes; '' where it is not below it. */
function prefixOf(folder: string, root: string): string {
  const path = relative(root, folder).split(sep).join('/');
  return path === '..' || path.startsWith('../') ? '' : path;
}

/** The path with its links followed, as far as it is there. */
function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
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

/** An annotation; the runner's own commands are escaped by its library, the text by us. */
function tell(annotate: typeof notice, message: string, place?: { file: string; line: number; column: number }): void {
  annotate(harmless(message), {
    title: 'cilium-align',
    ...(place && { file: place.file, startLine: place.line, startColumn: place.column }),
  });
}
