import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import type { GitDirectory } from './git-directory.ts';
import { UnusableRepository } from './repository.ts';

/** Far more than any of these commands takes: it ends what hangs. */
const LONGEST_MS = 120_000;

/** What one run of Git said. */
export interface GitAnswer {
  ok: boolean;
  output: Buffer;
  /** Its own words where it failed, on one line. */
  problem: string;
}

/**
 * Runs one command of Git that only reads objects and references. Nobody but the repository itself has a say: no configuration of the user or the
 * system, no environment, hook, pager, language, replaced object or graft; nothing is fetched. Throws {@link UnusableRepository} where Git cannot be
 * run or says more than `most` bytes.
 */
export function runGit({ path }: GitDirectory, args: readonly string[], { input = '', most = 1 << 20 } = {}): GitAnswer {
  const options = ['--no-pager', '--literal-pathspecs', ...SETTINGS.flatMap((setting) => ['-c', setting]), `--git-dir=${path}`];
  const { error, status, signal, stdout, stderr } = spawnSync('git', [...options, ...args], {
    cwd: path,
    // A work tree that the repository's own configuration names would be entered.
    env: { ...ENVIRONMENT, ...inherited(), GIT_WORK_TREE: path },
    input,
    maxBuffer: most,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') throw new UnusableRepository('git was not found on PATH; a commit can only be read with it');
  if (code === 'ENOBUFS') throw new UnusableRepository(`\`git ${args[0]}\` says more than ${most} bytes, more than is read`);
  if (code === 'ETIMEDOUT') throw new UnusableRepository(`\`git ${args[0]}\` took longer than ${LONGEST_MS / 1000} seconds`);
  if (error) throw new UnusableRepository(`git cannot be run (${code ?? error.message})`);
  const words = stderr.toString('utf8').trim().split('\n');
  const problem = words.find((line) => /^(fatal|error): /.test(line)) ?? words.at(-1)!;
  return { ok: status === 0, output: stdout, problem: problem.replace(/^(fatal|error): /, '') || `it ended with ${signal ?? status}` };
}

const SETTINGS = ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'core.commitGraph=false'];

/** https://git-scm.com/docs/git#_environment_variables */
const ENVIRONMENT = {
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: devNull,
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: devNull,
  GIT_NO_LAZY_FETCH: '1',
  // Before 2.45 that is not known; then no transport may be used.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

/** What a program needs to be found and started. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return { ...(PATH !== undefined && { PATH }), ...(SystemRoot !== undefined && { SystemRoot }) };
}
