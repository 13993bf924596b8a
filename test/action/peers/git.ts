import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What changes in a commit: a text, bytes, a symbolic link, a submodule, or null for a file that goes. */
export type Changes = Record<string, string | Buffer | { link: string } | { submodule: string } | null>;

/** A bare repository, as a Git host keeps it. Nothing of the machine's own Git configuration has a say in it. */
export interface GitRepository {
  owner: string;
  name: string;
  fullName: string;
  directory: string;
  fileUrl: string;
  /** Runs Git in the repository and gives what it prints, without the last line break. */
  git(...args: string[]): string;
  /** The bytes of files, by their hashes. */
  blobs(hashes: string[]): Map<string, Buffer>;
  /** Commits changes on top of a branch, or of another revision, and gives the commit's hash. A new branch starts where main is. */
  commit(branch: string, changes: Changes, options?: { from?: string; message?: string }): string;
  /** Merges two commits as GitHub makes `refs/pull/N/merge`: the first parent is the base. Undefined where they conflict. */
  merge(base: string, head: string): string | undefined;
  /** The hash of a revision, or undefined where there is none. */
  resolve(revision: string): string | undefined;
}

/** An environment in which Git reads nobody's configuration and asks nobody. */
export const gitEnvironment = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Octo Cat',
  GIT_AUTHOR_EMAIL: 'octocat@example.org',
  GIT_AUTHOR_DATE: '1767225600 +0000',
  GIT_COMMITTER_NAME: 'Octo Cat',
  GIT_COMMITTER_EMAIL: 'octocat@example.org',
  GIT_COMMITTER_DATE: '1767225600 +0000',
};

/** Makes an empty bare repository under a directory, one folder for each owner. */
export function createRepository(root: string, owner: string, name: string): GitRepository {
  const directory = join(root, owner, `${name}.git`);
  mkdirSync(directory, { recursive: true });
  const run = (args: string[], input?: Buffer): string =>
    execFileSync('git', ['-C', directory, ...args], {
      encoding: 'utf8',
      input,
      env: gitEnvironment,
      stdio: 'pipe',
      maxBuffer: 256 * 1024 * 1024,
    }).trimEnd();
  run(['init', '--quiet', '--bare', '--initial-branch=main']);
  // What GitHub allows: any object by its hash, and partial clones.
  run(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  run(['config', 'uploadpack.allowFilter', 'true']);

  const resolve = (revision: string): string | undefined => {
    try {
      return execFileSync('git', ['-C', directory, 'rev-parse', '--quiet', '--verify', `${revision}^{commit}`], {
        encoding: 'utf8',
        env: gitEnvironment,
      }).trim();
    } catch {
      return undefined;
    }
  };

  return {
    owner,
    name,
    fullName: `${owner}/${name}`,
    directory,
    fileUrl: pathToFileURL(directory).href,
    git: (...args) => run(args),
    blobs(hashes) {
      const input = hashes.map((hash) => `${hash}\n`).join('');
      const out = execFileSync('git', ['-C', directory, 'cat-file', '--batch'], {
        input,
        env: gitEnvironment,
        maxBuffer: 256 * 1024 * 1024,
      });
      let at = 0;
      return new Map(
        hashes.map((hash) => {
          const start = out.indexOf('\n', at) + 1;
          const end = start + Number(out.toString('latin1', at, start).split(' ')[2]);
          at = end + 1;
          return [hash, out.subarray(start, end)];
        }),
      );
    },
    resolve,
    commit(branch, changes, { from = resolve(`refs/heads/${branch}`) === undefined ? 'main' : branch, message = 'Change' } = {}) {
      const parent = resolve(from);
      const lines = Object.entries(changes).map(([path, change]): Buffer => {
        const quoted = JSON.stringify(path);
        if (change === null) return Buffer.from(`D ${quoted}\n`);
        if (typeof change === 'object' && 'submodule' in change) return Buffer.from(`M 160000 ${change.submodule} ${quoted}\n`);
        const [mode, content] = typeof change === 'object' && 'link' in change ? ['120000', change.link] : ['100644', change];
        const bytes = Buffer.from(content as string);
        return Buffer.concat([Buffer.from(`M ${mode} inline ${quoted}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]);
      });
      const who = 'Octo Cat <octocat@example.org> 1767225600 +0000';
      const text = `${message}\n`;
      const head = `commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
      run(
        ['fast-import', '--quiet', '--force'],
        Buffer.concat([Buffer.from(head + (parent === undefined ? '' : `from ${parent}\n`)), ...lines, Buffer.from('done\n')]),
      );
      return resolve(`refs/heads/${branch}`)!;
    },
    merge(base, head) {
      try {
        const [tree] = run(['merge-tree', '--write-tree', base, head]).split('\n');
        return run(['commit-tree', tree!, '-p', base, '-p', head, '-m', `Merge ${head} into ${base}`]);
      } catch {
        return undefined;
      }
    },
  };
}

/** Runs Git without waiting in this process, because the server it may talk to lives here too. Rejects with what Git said. */
export function runGit(cwd: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd, env: { ...gitEnvironment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out.trimEnd()) : reject(new Error(`git ${args.join(' ')}: ${err}`))));
  });
}

/** Checks a revision out as actions/checkout does it: one commit deep unless told, detached, and the credentials left behind only where asked. */
export async function checkout(
  directory: string,
  url: string,
  revision: string,
  options: { depth?: number; token?: string; persistCredentials?: boolean; as?: string } = {},
): Promise<void> {
  const { depth = 1, token, persistCredentials = false, as = 'refs/remotes/origin/checked-out' } = options;
  mkdirSync(directory, { recursive: true });
  const header = token === undefined ? undefined : `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const key = `http.${url.startsWith('http') ? `${new URL(url).origin}/` : ''}.extraheader`;
  await runGit(directory, ['init', '--quiet', '--initial-branch=main']);
  await runGit(directory, ['remote', 'add', 'origin', url]);
  if (header !== undefined) await runGit(directory, ['config', '--local', key, header]);
  await runGit(directory, [
    '-c',
    'protocol.version=2',
    'fetch',
    '--quiet',
    '--no-tags',
    '--prune',
    ...(depth > 0 ? [`--depth=${depth}`] : []),
    'origin',
    `+${revision}:${as}`,
    ...(depth > 0 ? [] : ['+refs/heads/*:refs/remotes/origin/*']),
  ]);
  await runGit(directory, ['checkout', '--quiet', '--force', '--detach', as]);
  if (header !== undefined && !persistCredentials) await runGit(directory, ['config', '--local', '--unset-all', key]);
}
