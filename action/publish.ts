import { appendFileSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { commentKey } from './comment-key.ts';
import { ownerAndName } from './commits.ts';
import type { GithubClient } from './github-client.ts';
import type { Inputs } from './inputs.ts';
import type { Judged } from './judge.ts';
import type { Log } from './log.ts';
import { type Outputs, writeOutputs } from './outputs.ts';
import { pageOf } from './page.ts';
import { writeReportFiles } from './report-files.ts';
import type { Runner, Surroundings } from './surroundings.ts';
import { tell } from './tell.ts';
import { WORKFLOW } from './ways.ts';

/** GitHub drops a summary of more than 1 MiB. */
const SUMMARY_LIMIT = 900_000;
const COMMENT_LIMIT = 59_000;

/** What publishing needs beside what was found. */
export interface Publishing {
  inputs: Inputs;
  runner: Runner;
  client(): Promise<GithubClient>;
  log: Log;
  surroundings: Surroundings;
  /** The lines that are judged are those of the workflow's own checkout. */
  inCheckout: boolean;
}

/** Summary first, then log, files, annotations, outputs and comment; none of them decides the exit code. */
export async function publish(judged: Judged, { inputs, runner, client, log, surroundings, inCheckout }: Publishing): Promise<number> {
  const { report, circumstances, verdict, pullRequest, base, changes } = judged;
  const summary = pageOf(report, circumstances, SUMMARY_LIMIT);
  writeSummary(summary, surroundings, log);
  const { renderTable } = await import('../shared/report/table.ts');
  if (verdict.because !== undefined) log(`✗ ${verdict.because}`);
  if (circumstances.unread) log(circumstances.unread.headline);
  else log(renderTable(report, { width: 120, colour: false, showAll: false, ways: WORKFLOW }));
  for (const line of judged.logLines) log(line);
  if (inputs.annotations && inCheckout) {
    const { annotations } = await import('./annotations.ts');
    for (const line of annotations(report, verdict)) surroundings.stdout(`${line}\n`);
    for (const { message, place: at } of judged.problems.slice(0, 2)) tell('error', message, at);
  } else if (verdict.fails) tell('error', verdict.words);
  const files = attempt('the report', log, () => writeReportFiles(report, summary, runner.temporary, packageJson.version));
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
    outputs['comment-id'] = await comment(judged, pageOf(report, circumstances, COMMENT_LIMIT), { inputs, runner, client, log });
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
  { inputs, runner, client, log }: Pick<Publishing, 'inputs' | 'runner' | 'client' | 'log'>,
): Promise<number | undefined> {
  if (runner.repository === undefined || pullRequest === undefined) return undefined;
  const { keepComment } = await import('./comment/keep-comment.ts');
  const result = await keepComment({
    client: await client(),
    repository: ownerAndName(runner.repository),
    pullRequest: pullRequest.number,
    key: commentKey(inputs, runner),
    head: pullRequest.headSha ?? '',
    run: { id: Number(runner.run.id) || 0, attempt: Number(runner.run.attempt) || 1 },
    body: worthTelling ? page : undefined,
    resolved: page,
    create: inputs.comment,
    readOnly: readOnly(pullRequest, runner),
    log,
  });
  const isExpected = readOnly(pullRequest, runner) === 'fork';
  if (result.state === 'failed') tell(isExpected ? 'notice' : 'warning', result.problem ?? 'The comment could not be written.');
  else log(`Comment: ${result.state}${result.id === undefined ? '' : ` (${result.id})`}.`);
  return result.id;
}

/** Why the run's token may be one that can only read. */
function readOnly({ fork }: { fork: boolean }, { eventName, actor }: Runner): 'fork' | 'dependabot' | undefined {
  if (eventName !== 'pull_request') return undefined;
  return fork ? 'fork' : actor === 'dependabot[bot]' ? 'dependabot' : undefined;
}

/** Appends to the job's summary; a runner without one gets none. */
export function writeSummary(summary: string, { env }: Surroundings, log: Log): void {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  attempt('the summary', log, () => appendFileSync(file, summary));
}
