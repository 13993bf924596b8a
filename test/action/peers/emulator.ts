import { createSign } from 'node:crypto';
import { createEmulator } from 'emulate';
import type { GitRepository } from './git.ts';

/** What a token of a workflow may do; the names are the API's own. */
export type Permissions = Partial<Record<'contents' | 'pull_requests' | 'issues' | 'checks' | 'metadata', 'read' | 'write'>>;

/** What the emulator keeps: repositories, pull requests and comments. It believes any token, so only `github.ts` may talk to it for the Action. */
export interface Emulator {
  url: string;
  /** The token of a person whose login is in the seed. */
  personal(login: string): string;
  /** A token of an App's installation, as `GITHUB_TOKEN` is one: its comments come from `<app>[bot]`. */
  installation(app: string, account: string, repositories: string[], permissions: Permissions): Promise<string>;
  /** A request of a person, straight to the emulator. Throws where it is not answered with 2xx. */
  ask<T>(login: string, method: string, path: string, body?: unknown): Promise<T>;
  /** Copies what a Git repository has and the emulator has not, through the API, with the same hashes. */
  mirror(repository: GitRepository): Promise<void>;
  close(): Promise<void>;
}

/** The Apps that tokens can be of: what GITHUB_TOKEN is, and one that a person installs to reach a second repository. */
const apps = ['github-actions', 'cross-repository'];
const granted: Permissions = { contents: 'read', pull_requests: 'write', issues: 'write', checks: 'write', metadata: 'read' };

/** Starts the emulator with these people and repositories. `people` own the repositories. */
export async function startEmulator(
  people: string[],
  repositories: Array<{ owner: string; name: string; private?: boolean }>,
): Promise<Emulator> {
  const personal = (login: string): string => `ghp_${login}`;
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(people.map((login) => [personal(login), { login, scopes: ['repo'] }])),
      github: {
        users: people.map((login) => ({ login, name: login, email: `${login}@example.org` })),
        repos: repositories.map(({ owner, name, private: hidden = false }) => ({ owner, name, private: hidden, auto_init: false })),
        apps: apps.map((slug, app) => ({
          app_id: 15368 + app,
          slug,
          name: slug,
          permissions: granted,
          installations: people.map((account, person) => ({ installation_id: 100 * (app + 1) + person, account, permissions: granted })),
        })),
      },
    },
  });
  const url = emulator.url.replace('localhost', '127.0.0.1');

  async function ask<T>(token: string, method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The emulator answered ${method} ${path} with ${response.status}: ${text.slice(0, 300)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  const mirrored = new Map<string, Set<string>>();
  async function mirror(repository: GitRepository): Promise<void> {
    const known = mirrored.get(repository.fullName) ?? new Set<string>();
    mirrored.set(repository.fullName, known);
    const post = <T>(path: string, body: unknown): Promise<T> =>
      ask(personal(repository.owner), 'POST', `/repos/${repository.fullName}/git/${path}`, body);
    const same = (made: { sha: string }, wanted: string): void => {
      if (made.sha !== wanted) throw new Error(`The emulator made ${made.sha} of ${repository.fullName}, Git ${wanted}.`);
      known.add(wanted);
    };
    for (const commit of repository.git('rev-list', '--reverse', '--topo-order', '--all').split('\n')) {
      if (commit === '' || known.has(commit)) continue;
      const listed = repository
        .git('ls-tree', '-rz', '--full-tree', commit)
        .split('\0')
        .filter((line) => line !== '');
      const entries = listed.map((line) => {
        const [, mode, type, sha, path] = /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line)!;
        return { mode: mode!, type: type!, sha: sha!, path: path! };
      });
      const unknown = entries.filter(({ type, sha }) => type === 'blob' && !known.has(sha)).map(({ sha }) => sha);
      for (const [sha, content] of repository.blobs([...new Set(unknown)]))
        same(await post('blobs', { content: content.toString('base64'), encoding: 'base64' }), sha);
      const [tree, parents, author, authorMail, date, message] = repository
        .git('show', '-s', '--format=%T%x00%P%x00%an%x00%ae%x00%aI%x00%B', commit)
        .split('\0');
      if (!known.has(tree!)) same(await post('trees', { tree: entries }), tree!);
      const signature = { name: author, email: authorMail, date };
      same(
        await post('commits', {
          message: message!.trimEnd(),
          tree,
          parents: parents!.split(' ').filter((hash) => hash !== ''),
          author: signature,
          committer: signature,
        }),
        commit,
      );
    }
    for (const line of repository.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads').split('\n')) {
      const [ref, sha] = line.split(' ');
      if (ref === undefined || sha === undefined || known.has(line)) continue;
      const path = `/repos/${repository.fullName}/git/${ref}`;
      await ask(personal(repository.owner), 'PATCH', path.replace('/git/', '/git/refs/').replace('refs/refs/', 'refs/'), {
        sha,
        force: true,
      }).catch(() => post('refs', { ref, sha }));
      known.add(line);
    }
  }

  return {
    url,
    personal,
    ask: (login, method, path, body) => ask(personal(login), method, path, body),
    mirror,
    async installation(app, account, names, permissions) {
      const number = apps.indexOf(app);
      const key = emulator.generatedSecrets.find(({ kind, id }) => kind === 'github.app_private_key' && id === String(15368 + number));
      if (key === undefined) throw new Error(`The emulator has no App ${app}.`);
      const now = Math.floor(Date.now() / 1000);
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: now - 60, exp: now + 540, iss: String(15368 + number) })}`;
      const jwt = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key.value, 'base64url')}`;
      const installation = 100 * (number + 1) + people.indexOf(account);
      const made = await ask<{ token: string }>(jwt, 'POST', `/app/installations/${installation}/access_tokens`, {
        permissions: { metadata: 'read', ...permissions },
        repositories: names,
      });
      return made.token;
    },
    close: () => emulator.close(),
  };
}
