import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { peer } from '../../peers.ts';
import type { Event } from './events.ts';
import type { GitHub } from './github.ts';
import { node24 } from './runner.ts';

/** What a whole job came to. */
export interface Job {
  code: number | null;
  /** By the step's id or number: success or failure; nothing where it was skipped. */
  results: Record<string, string>;
  /** By the step's id and the output's name. */
  outputs: Record<string, Record<string, string>>;
  annotations: Array<{ level: string; message: string; file?: string; line?: string }>;
  summary: string;
  log: string;
  /** Milliseconds. */
  took: number;
}

export interface JobOptions {
  github: GitHub;
  event: Event;
  /** A checkout with the workflow in it; act copies it for the job. */
  workspace: string;
  /** The Action's folder, which stands for every `uses: …/cilium-align@…`. */
  action: string;
  /** Actions that a workflow names, by `owner/name@ref`, and a folder that stands for each. */
  others?: Record<string, string>;
  token: string;
  secrets?: Record<string, string>;
  vars?: Record<string, string>;
}

/** Whether act is there; it always is in CI. */
export const hasAct = peer('act') !== undefined;

/** Runs the workflows of a checkout for an event by nektos/act on this very machine, with nothing of the person's own settings. */
export async function runJob(options: JobOptions): Promise<Job> {
  const { github, event, workspace, action, others = {}, token, secrets = {}, vars = {} } = options;
  const room = mkdtempSync(join(tmpdir(), 'cilium-align-act-'));
  try {
    writeFileSync(join(room, 'event.json'), JSON.stringify(event.payload));
    const env = {
      GITHUB_API_URL: github.apiUrl,
      GITHUB_SERVER_URL: github.url,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
      GITHUB_REPOSITORY: event.repository,
      GITHUB_REF: event.ref,
      GITHUB_RUN_ID: '1001',
      SHA_REF: event.sha,
      NO_COLOR: '1',
      GIT_PAGER: 'cat',
    };
    const local = { 'octocat/cilium-align@v1': action, ...others };
    const nothing = ['--env-file', '--secret-file', '--var-file', '--input-file'].flatMap((flag) => [flag, '/dev/null']);
    const all: Record<string, string> = { ...secrets, GITHUB_TOKEN: token };
    const args = [
      ...[
        event.name,
        '-C',
        workspace,
        '-e',
        join(room, 'event.json'),
        '-P',
        'ubuntu-latest=-self-hosted',
        '-P',
        'ubuntu-24.04=-self-hosted',
      ],
      ...['--no-cache-server', '--rm', '--action-cache-path', join(room, 'cache'), '--json'],
      ...nothing,
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
      // Without a value, so that no secret is among the arguments.
      ...Object.keys(all).flatMap((name) => ['--secret', name]),
      ...Object.entries(local).flatMap(([name, directory]) => ['--local-repository', `${name}=${directory}`]),
    ];
    const started = performance.now();
    const { code, out } = await new Promise<{ code: number | null; out: string }>((resolve, reject) => {
      const child = spawn(peer('act')!, args, {
        env: { PATH: `${dirname(node24)}:${process.env.PATH}`, HOME: room, ACT_DISABLE_VERSION_CHECK: '1', ...all },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          out += text;
        });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out }));
    });
    return { code, took: performance.now() - started, ...readLog(out) };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

interface Line {
  command?: string;
  arg?: string;
  name?: string;
  content?: string;
  kvPairs?: Record<string, string>;
  stepID?: string[];
  stepResult?: string;
  msg?: string;
}

/** What `--json` says, one document in a line; what is no JSON is act's own complaint. */
function readLog(text: string): Pick<Job, 'results' | 'outputs' | 'annotations' | 'summary' | 'log'> {
  const job: Pick<Job, 'results' | 'outputs' | 'annotations' | 'summary' | 'log'> = {
    results: {},
    outputs: {},
    annotations: [],
    summary: '',
    log: '',
  };
  for (const written of text.split('\n')) {
    let line: Line;
    try {
      line = JSON.parse(written) as Line;
    } catch {
      job.log += `${written}\n`;
      continue;
    }
    const id = line.stepID?.[0] ?? '';
    if (line.stepResult !== undefined && id !== '') job.results[id] = line.stepResult;
    if (line.command === 'set-output') job.outputs[id] = { ...job.outputs[id], [line.name ?? '']: line.arg ?? '' };
    else if (line.command === 'summary') job.summary += line.content ?? '';
    else if (line.command === 'error' || line.command === 'warning' || line.command === 'notice') {
      const { file, line: at } = line.kvPairs ?? {};
      job.annotations.push({
        level: line.command,
        message: line.arg ?? '',
        ...(file === undefined ? {} : { file }),
        ...(at === undefined ? {} : { line: at }),
      });
    }
    job.log += `${line.msg ?? ''}\n`;
  }
  return job;
}

/** Lays a workflow into a checkout. */
export function layWorkflow(workspace: string, text: string): void {
  mkdirSync(join(workspace, '.github/workflows'), { recursive: true });
  writeFileSync(join(workspace, '.github/workflows/test.yml'), text);
}
