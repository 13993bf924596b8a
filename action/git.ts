import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';

/** What one call of git said. */
export interface GitResult {
  ok: boolean;
  /** Standard output without the last line break. */
  out: string;
  /** Why it failed: the last line of standard error or our own words; may hold text of any origin. */
  problem: string;
}

export interface GitOptions {
  /** Configuration of this call alone, in order; stronger than any file, and never in the list of processes. */
  config?: readonly (readonly [key: string, value: string])[];
  /** In milliseconds. */
  timeout?: number;
  /** No repository is looked for above this directory. */
  ceiling?: string;
}

/** Nothing that a repository configures may start a program or open a prompt; what the machine's owner configures (proxies, certificates) stays. */
const CONFIG: NonNullable<GitOptions['config']> = [
  ['safe.directory', '*'],
  // Our own repositories are bare; where somebody else's could be, NOT_EMBEDDED says otherwise.
  ['safe.bareRepository', 'all'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['credential.helper', ''],
  ['core.askPass', ''],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.version', '2'],
];

/** Configuration for folders whose files anybody may have made: a pull request may hold a bare repository, whose objects and configuration would then be believed: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository */
export const NOT_EMBEDDED: NonNullable<GitOptions['config']> = [['safe.bareRepository', 'explicit']];

/** Runs git in a directory; never throws and never asks anybody anything. */
export function git(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { config = [], timeout = 20_000, ceiling }: GitOptions = {},
): Promise<GitResult> {
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      ['--no-pager', '-C', directory, ...args],
      {
        // Windows looks for programs in the current folder first, and the directory may hold anybody's.
        cwd: tmpdir(),
        encoding: 'utf8',
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: 16 * 1024 * 1024,
        windowsHide: true,
        env: { ...surroundingsOf(env, [...CONFIG, ...config]), ...(ceiling !== undefined && { GIT_CEILING_DIRECTORIES: ceiling }) },
      },
      (error, stdout, stderr) => {
        const said = withoutCredentials(stderr.trim().split(/\r?\n/).at(-1) ?? '');
        resolve({ ok: error === null, out: stdout.replace(/\r?\n$/, ''), problem: error === null ? '' : reason(error, said, timeout) });
      },
    );
    child.stdin?.end();
  });
}

/** Git quotes addresses as they were given. */
function withoutCredentials(text: string): string {
  return text.replace(/\b([a-z]+:\/\/)[^\s/@]*@/gi, '$1');
}

function reason(error: Error & { code?: unknown; killed?: boolean }, said: string, timeout: number): string {
  if (error.code === 'ENOENT') return 'git is not installed here';
  if (error.killed) return `git gave no answer in ${Math.round(timeout / 1000)} s`;
  return said === '' ? 'git failed without a word' : said;
}

/** The process's own surroundings, without what would lead git elsewhere or tell it what is none of its business. */
function surroundingsOf(
  env: Readonly<Record<string, string | undefined>>,
  config: NonNullable<GitOptions['config']>,
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !/^(?:GIT_(?!SSL_)|INPUT_|SSH_ASKPASS)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'file:http:https',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GCM_INTERACTIVE: 'never',
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${i}`, key],
        [`GIT_CONFIG_VALUE_${i}`, value],
      ]),
    ),
  };
}
