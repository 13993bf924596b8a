import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bundleAction } from '../../../scripts/bundle.ts';
import type { Event } from './events.ts';
import type { GitHub } from './github.ts';
import { type Annotation, annotationsOf, linesOf, parseCommand, readKeyValues, type WorkflowCommand } from './workflow-commands.ts';

const root = join(import.meta.dirname, '../../..');

/** Node 24, as the runner brings it; what runs the tests may be another. */
export const node24 = join(root, 'node_modules/node/bin/node');

/** What the runner, GitHub and the person see of one step. */
export interface Step {
  /** The step's exit code. */
  code: number | null;
  /** Everything written, in no order between the two streams; not masked. */
  raw: string;
  /** The log as a person reads it: commands taken out, secrets masked. */
  log: string;
  /** Every line that the runner obeys. */
  commands: WorkflowCommand[];
  annotations: Annotation[];
  outputs: Record<string, string>;
  /** The job summary; undefined where there is none or it is over the limit, and GitHub shows nothing. */
  summary: string | undefined;
  /** What later steps would find changed. */
  env: Record<string, string>;
  path: string;
  /** Where RUNNER_TEMP is, for the files that the outputs name. */
  temporary: string;
  /** Milliseconds from start to end. */
  took: number;
}

export interface StepOptions {
  /** GITHUB_SERVER_URL, GITHUB_API_URL and GITHUB_GRAPHQL_URL. */
  github: Pick<GitHub, 'url' | 'apiUrl' | 'graphqlUrl'>;
  event: Event;
  /** The checkout. */
  workspace: string;
  /** What `with:` gives; defaults come from action.yml. */
  inputs?: Record<string, string>;
  /** `github.token`. */
  token: string;
  runId?: number;
  runAttempt?: number;
  workflow?: string;
  job?: string;
  /** On top of everything else. */
  env?: Record<string, string>;
}

/** The Action, bundled as it is published. */
export interface BuiltAction {
  /** A folder with action.yml and dist/, as a runner downloads it. */
  directory: string;
  /** Runs it as one step of a job, as the runner does. */
  run(options: StepOptions): Promise<Step>;
  remove(): void;
}

/** Bundles the Action from the sources as they are. */
export async function buildAction(): Promise<BuiltAction> {
  const directory = mkdtempSync(join(tmpdir(), 'cilium-align-action-'));
  await bundleAction(join(directory, 'dist/action'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(directory, 'action.yml'), readFileSync(join(root, 'action.yml')));
  const { inputs: declared, runs } = parse(readFileSync(join(directory, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
    runs: { using: string; main: string };
  };
  if (runs.using !== 'node24') throw new Error(`action.yml runs on ${runs.using}`);
  let steps = 0;
  return {
    directory,
    remove: () => rmSync(directory, { recursive: true, force: true }),
    async run(options) {
      const place = join(directory, `step-${++steps}`);
      mkdirSync(join(place, 'temp'), { recursive: true });
      const inputs: Record<string, string> = {};
      for (const [name, { default: otherwise = '' }] of Object.entries(declared)) {
        const value = options.inputs?.[name] ?? otherwise;
        inputs[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value.replace(/^\$\{\{ github\.token \}\}$/, options.token);
      }
      for (const name of Object.keys(options.inputs ?? {})) if (!(name in declared)) throw new Error(`action.yml has no input ${name}`);
      return runStep(join(directory, runs.main), place, inputs, options);
    },
  };
}

async function runStep(entry: string, place: string, inputs: Record<string, string>, options: StepOptions): Promise<Step> {
  const { github, event, workspace, token } = options;
  const files = Object.fromEntries(
    ['ENV', 'PATH', 'OUTPUT', 'STATE', 'STEP_SUMMARY'].map((name) => [`GITHUB_${name}`, join(place, name.toLowerCase())]),
  );
  for (const file of Object.values(files)) writeFileSync(file, '');
  const eventPath = join(place, 'event.json');
  writeFileSync(eventPath, JSON.stringify(event.payload));
  const [owner] = event.repository.split('/') as [string];
  // The variables that a runner sets: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: join(place, 'temp'),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__octocat_cilium-align',
    GITHUB_ACTION_PATH: '',
    GITHUB_ACTION_REF: 'v1',
    GITHUB_ACTION_REPOSITORY: 'octocat/cilium-align',
    GITHUB_ACTOR: owner,
    GITHUB_ACTOR_ID: '1',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_BASE_REF: event.baseRef ?? '',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_HEAD_REF: event.headRef ?? '',
    GITHUB_JOB: options.job ?? 'align',
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: event.repository,
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_REPOSITORY_OWNER_ID: '1',
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: String(options.runAttempt ?? 1),
    GITHUB_RUN_ID: String(options.runId ?? 1001),
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: github.url,
    GITHUB_SHA: event.sha,
    GITHUB_TRIGGERING_ACTOR: owner,
    GITHUB_WORKFLOW: options.workflow ?? 'cilium-align',
    GITHUB_WORKFLOW_REF: `${event.repository}/.github/workflows/cilium-align.yml@${event.ref}`,
    GITHUB_WORKFLOW_SHA: event.sha,
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: join(place, 'temp'),
    RUNNER_TOOL_CACHE: join(place, 'temp'),
    ...files,
    ...inputs,
    ...options.env,
  };
  const started = performance.now();
  const { code, out, err } = await new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(node24, [entry], { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err]: Buffer[][] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out!.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err!.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out: Buffer.concat(out!).toString(), err: Buffer.concat(err!).toString() }));
  });
  const took = performance.now() - started;

  const lines = [...linesOf(out), ...linesOf(err)];
  const parsed = lines.map((line) => ({ line, command: parseCommand(line) }));
  const commands = parsed.flatMap(({ command }) => command ?? []);
  const secrets = [token, ...commands.filter(({ command }) => command === 'add-mask').map(({ data }) => data)].filter(
    (secret) => secret !== '',
  );
  const masked = (text: string): string => secrets.reduce((before, secret) => before.replaceAll(secret, '***'), text);
  const summarySize = statSync(files.GITHUB_STEP_SUMMARY!).size;
  const read = (name: string): string => (existsSync(files[name]!) ? readFileSync(files[name]!, 'utf8') : '');
  return {
    code,
    raw: out + err,
    log: masked(
      parsed
        .filter(({ command }) => command === undefined)
        .map(({ line }) => line)
        .join('\n'),
    ),
    commands,
    annotations: annotationsOf(commands, workspace),
    outputs: readKeyValues(read('GITHUB_OUTPUT')),
    summary: summarySize === 0 || summarySize > 1024 * 1024 ? undefined : masked(read('GITHUB_STEP_SUMMARY')),
    env: readKeyValues(read('GITHUB_ENV')),
    path: read('GITHUB_PATH'),
    temporary: join(place, 'temp'),
    took,
  };
}
