/** Where a run reads its surroundings from and writes to. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** Standard output, which the runner reads line by line. */
  stdout(text: string): void;
  now(): Date;
}

/** What the runner says about where it runs; everything is checked, nothing is trusted to be there. */
export interface Runner {
  /** Folder of the checkout, absolute. */
  workspace: string;
  /** Folder for files that live as long as the job. */
  temporary: string;
  /** `owner/name` of the repository that the workflow runs in; undefined outside of a runner. */
  repository: string | undefined;
  /** Without a slash at its end. */
  serverUrl: string;
  /** Without a slash at its end. */
  apiUrl: string;
  eventName: string;
  eventPath: string | undefined;
  /** The commit and the ref that the event names. */
  sha: string | undefined;
  ref: string | undefined;
  workflow: string;
  job: string;
  /** Who started the run. */
  actor: string;
  run: { id: string; attempt: string };
}

const REPOSITORY = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;

/** Reads the runner's variables: https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function runnerOf(env: Surroundings['env'], fallback: { workspace: string; temporary: string }): Runner {
  const url = (name: string, otherwise: string) => (env[name] || otherwise).replace(/\/+$/, '');
  const repository = env.GITHUB_REPOSITORY ?? '';
  return {
    workspace: env.GITHUB_WORKSPACE || fallback.workspace,
    temporary: env.RUNNER_TEMP || fallback.temporary,
    repository: REPOSITORY.test(repository) ? repository : undefined,
    serverUrl: url('GITHUB_SERVER_URL', 'https://github.com'),
    apiUrl: url('GITHUB_API_URL', 'https://api.github.com'),
    eventName: env.GITHUB_EVENT_NAME ?? '',
    eventPath: env.GITHUB_EVENT_PATH || undefined,
    sha: hash(env.GITHUB_SHA),
    ref: env.GITHUB_REF || undefined,
    workflow: env.GITHUB_WORKFLOW ?? '',
    job: env.GITHUB_JOB ?? '',
    actor: env.GITHUB_ACTOR ?? '',
    run: { id: env.GITHUB_RUN_ID || '0', attempt: env.GITHUB_RUN_ATTEMPT || '1' },
  };
}

/** A full hash of a Git object in lower case, SHA-1 or SHA-256; undefined for anything else. */
export function hash(text: unknown): string | undefined {
  return typeof text === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text) ? text : undefined;
}
