import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Gitea with people in it, on a free port of this machine. */
export interface Gitea {
  url: string;
  apiUrl: string;
  graphqlUrl: string;
  /** A token of a person with these rights. */
  token(login: string, scopes: string): string;
  ask<T>(token: string, method: string, path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

/** Starts Gitea from a built program and its source, which holds the templates. */
export async function startGitea(program: string, source: string, people: string[]): Promise<Gitea> {
  const room = mkdtempSync(join(tmpdir(), 'cilium-align-gitea-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Gitea refuses to run as root, and another user may not read what is in root's home.
  const root = process.getuid?.() === 0;
  const place = join(room, 'static');
  mkdirSync(place);
  for (const name of ['templates', 'options', 'public']) {
    const from = join(source, name);
    if (!readdirSync(source).includes(name)) continue;
    if (root) cpSync(from, join(place, name), { recursive: true });
    else symlinkSync(from, join(place, name));
  }
  const binary = join(room, 'gitea');
  cpSync(program, binary);
  const config = join(room, 'app.ini');
  writeFileSync(
    config,
    `APP_NAME = Gitea
RUN_MODE = prod
RUN_USER = ${root ? 'nobody' : (process.env.USER ?? 'git')}
WORK_PATH = ${room}/data
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = ${url}/
OFFLINE_MODE = true
DISABLE_SSH = true
STATIC_ROOT_PATH = ${place}
[database]
DB_TYPE = sqlite3
PATH = ${room}/data/gitea.db
[security]
INSTALL_LOCK = true
SECRET_KEY = secret
INTERNAL_TOKEN = eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYmYiOjE1NTg3ODA4NzR9.0000000000000000000000000000000000000000000
[oauth2]
ENABLED = false
[actions]
ENABLED = false
[cron]
ENABLED = false
[indexer]
ISSUE_INDEXER_TYPE = db
[log]
LEVEL = Error
[service]
DISABLE_REGISTRATION = true
`,
  );
  mkdirSync(join(room, 'data'));
  const env = {
    PATH: process.env.PATH,
    HOME: join(room, 'data'),
    GITEA_WORK_DIR: join(room, 'data'),
    USER: root ? 'nobody' : process.env.USER,
  };
  const become = root ? ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', binary] : [binary];
  if (root) {
    chmodSync(room, 0o755);
    execFileSync('chown', ['-R', 'nobody:nogroup', room]);
  }
  const [command, ...before] = become as [string, ...string[]];
  const gitea = (...args: string[]): string =>
    execFileSync(command, [...before, '--config', config, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  gitea('migrate');
  for (const [index, login] of people.entries())
    gitea(
      ...[
        'admin',
        'user',
        'create',
        '--username',
        login,
        '--password',
        `password-of-${login}`,
        '--email',
        `${login}@example.org`,
        '--must-change-password=false',
      ],
      ...(index === 0 ? ['--admin'] : []),
    );
  const server = spawn(command, [...before, '--config', config, 'web'], { env, stdio: 'ignore' });
  for (let tries = 0; ; tries++) {
    const up = await fetch(`${url}/api/v1/version`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) break;
    if (tries > 200) throw new Error('Gitea did not start.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  let tokens = 0;
  return {
    // As its own runner gives them: with a slash at the end, and no GraphQL.
    url: `${url}/`,
    apiUrl: `${url}/api/v1`,
    graphqlUrl: '',
    token(login, scopes) {
      const said = gitea(
        'admin',
        'user',
        'generate-access-token',
        '--username',
        login,
        '--token-name',
        `token-${++tokens}`,
        '--scopes',
        scopes,
        '--raw',
      );
      return /^[0-9a-f]{40}$/m.exec(said)![0];
    },
    async ask<T>(token: string, method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`Gitea answered ${method} ${path} with ${response.status}: ${text.slice(0, 300)}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async close() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(room, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
