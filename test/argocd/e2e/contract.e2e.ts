import { cpSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announcements } from '../../../plugin/announcements.ts';
import { type BuiltPlugin, buildPlugin } from '../../plugin/built-plugin.ts';
import { blocksWith, type FailClosedRow, failClosedRows } from '../../plugin/fail-closed-rows.ts';
import {
  type Answer,
  asInTheImage,
  connect,
  type GenerateOptions,
  type PluginClient,
  type PluginServer,
  type PluginServerOptions,
  sourceEnvironment,
  startPluginServer,
} from './plugin-server.ts';
import { childrenOf, Processes, until } from './processes.ts';
import { copyExample, type Edits, written } from './repositories.ts';

// Argo CD's own plugin server runs the bundled plugin as plugin/plugin.yaml says. What it answers is what the repo-server would be told.

const processes = new Processes();
let plugin: BuiltPlugin;
let gate: Gate;
let warning: Gate;

interface Gate {
  server: PluginServer;
  client: PluginClient;
}

beforeAll(async () => {
  plugin = await buildPlugin();
  gate = await startGate({});
  warning = await startGate({ version: 'warn', env: { CILIUM_ALIGN_MODE: 'warn' } });
});

afterAll(async () => {
  gate?.client.close();
  warning?.client.close();
  await processes.end();
  plugin?.remove();
});

async function startGate(options: Partial<PluginServerOptions>): Promise<Gate> {
  const server = await startPluginServer(processes, {
    plugin: plugin.directory,
    sockets: join(processes.directory, 'sockets'),
    ...options,
  });
  return { server, client: await connect(server.socket) };
}

/** Asks a gate of its own, which has another environment or another bundle. */
async function askGate<T>(options: Partial<PluginServerOptions>, ask: (gate: Gate) => Promise<T>): Promise<T> {
  const other = await startGate({ version: 'other', ...options });
  try {
    return await ask(other);
  } finally {
    other.client.close();
    await other.server.kill();
  }
}

type Asked = GenerateOptions & { parameters?: Record<string, string | string[]> };

/** Runs `generate` on a repository as for an Application whose source has this path. */
function generate({ client }: Gate, repository: string, { path = 'cilium', parameters, env, ...options }: Asked = {}) {
  return client.generate(repository, { path, env: { ...sourceEnvironment(path, parameters), ...env }, ...options });
}

/** What the plugin wrote to stderr, by the error that Argo CD makes of it. */
function verdictIn(answer: Answer): string {
  if (!('error' in answer)) throw new Error(`expected an error, found ${answer.manifests.length} manifests`);
  const words = asInTheImage(answer.error);
  const before = 'error generating manifests: `node /plugin/index.js generate` failed exit status 1: ';
  expect(words.slice(0, before.length)).toBe(before);
  return words.slice(before.length);
}

const PASSED = { manifests: [] };
const PORT: Edits = { 'cilium/values.yaml': (text) => text.replace('7445', '6443') };

describe('an aligned repository', () => {
  it.each([
    ['values in Git', 'argocd-values-file', 'cilium'],
    ['values in the Application', 'argocd-inline-values', 'argocd'],
  ])('passes with nothing on stdout: %s', async (_, example, path) => {
    expect(await generate(gate, copyExample(processes, example), { path })).toEqual(PASSED);
    expect(gate.server.log()).toContain('Plugin command returned zero output');
    expect(gate.server.log()).toMatch(/stderr="cilium-align passes: /);
  });

  it('passes from the root of the repository and from a folder below it', async () => {
    const repository = copyExample(processes, 'argocd-values-file');
    for (const path of ['.', 'talos/patches']) expect(await generate(gate, repository, { path })).toEqual(PASSED);
  });

  it('passes with links within the repository', async () => {
    const repository = copyExample(processes, 'argocd-values-file');
    cpSync(join(repository, 'cilium/values.yaml'), join(repository, 'shared.yaml'));
    rmSync(join(repository, 'cilium/values.yaml'));
    symlinkSync('../shared.yaml', join(repository, 'cilium/values.yaml'));
    expect(await generate(gate, repository)).toEqual(PASSED);
  });
});

it('shows a drift in the words that the operator will read', async () => {
  const answer = await generate(gate, copyExample(processes, 'argocd-values-file', PORT));
  expect(verdictIn(answer)).toMatchInlineSnapshot(`
    "cilium-align blocks: 1 disruptive difference between the bootstrap and Argo CD, and 1 error besides.
    ✗ k8sServicePort differs: bootstrap has 7445 (talos/patches/cilium.yaml:77), Argo CD has 6443 (cilium/values.yaml:5). Without kube-proxy the agent reaches the API server only by this port: a wrong one stops every agent that restarts.
      → Argo CD: change \`k8sServicePort\` to \`7445\` at cilium/values.yaml:5
    ✗ Argo CD points the agents at localhost:6443, which answers on control planes only. (cilium/values.yaml:5)
      → Write \`k8sServicePort: 7445\`.
    To do: mend one side, as the arrows say, and push: a new commit is judged at once.
    Mended elsewhere (the Application, the sidecar)? Hard refresh: argocd app get cilium --hard-refresh
    Judged is Git: argocd/cilium.yaml and what it reads. Changes of the live Application are not seen."
  `);
});

/** Asks as a row of the table in docs/plugin.md says, with the sidecar that it wants. */
async function askRow(
  { request, fault }: FailClosedRow,
  gateOf: Gate,
  env: Record<string, string> = {},
): Promise<{ answer: Answer; log: string }> {
  const { files, path = '.', sent, application = 'cilium', parameters = null } = request;
  const repository = typeof files === 'string' ? files : written(processes, files);
  const source = { ...sourceEnvironment(path ?? ''), ARGOCD_APP_NAME: application };
  const asked: GenerateOptions = {
    path: sent === undefined ? (path ?? '.') : '.',
    env: { ...source, ARGOCD_APP_PARAMETERS: typeof parameters === 'string' ? parameters : JSON.stringify(parameters) },
  };
  const ask = async ({ client, server }: Gate) => {
    const before = server.log().length;
    return { answer: await client.generate(join(repository, sent ?? ''), asked), log: server.log().slice(before) };
  };
  if (fault === undefined && request.env === undefined) return ask(gateOf);
  const built = fault === undefined ? plugin : plugin.withFault(fault);
  return askGate({ plugin: built.directory, env: { ...env, ...request.env } }, ask);
}

describe('fails closed', () => {
  it.each(failClosedRows)('$what', async (row) => {
    const verdict = verdictIn((await askRow(row, gate)).answer);
    expect(verdict.split('\n')[0]).toMatch(blocksWith(row.says));
    expect(verdict.length).toBeLessThan(4096);
    expect(verdict).not.toContain(processes.directory);
    expect(verdict).not.toMatch(/^\s+at /m);
  });

  it('a path out of the repository', async () => {
    expect(await generate(gate, copyExample(processes, 'argocd-values-file'), { path: '..' })).toMatchObject({
      error: expect.stringContaining('illegal appPath: out of workDir bound'),
    });
  });

  it('values behind a link that leads nowhere, as the plugin server makes of an absolute one', async () => {
    const repository = copyExample(processes, 'argocd-values-file', { 'cilium/values.yaml': null });
    symlinkSync('/etc/passwd', join(repository, 'cilium/values.yaml'));
    expect(verdictIn(await generate(gate, repository))).toMatch(/^cilium-align blocks: Undecided: /);
  });

  it('a link out of the repository', async () => {
    const repository = copyExample(processes, 'argocd-values-file');
    symlinkSync('../../../../etc/hostname', join(repository, 'cilium/host.yaml'));
    expect(await generate(gate, repository)).toMatchObject({ error: expect.stringContaining('illegal filepath in symlink') });
  });
});

describe('mode warn', () => {
  // Where the mode itself is wrong, it is not known to be warn.
  const rows = failClosedRows.filter(
    ({ request }) => request.env?.CILIUM_ALIGN_MODE === undefined && !/"mode"/.test(JSON.stringify(request.parameters ?? '')),
  );

  it.each(rows)('passes: $what', async (row) => {
    const { answer, log } = await askRow(row, warning, { CILIUM_ALIGN_MODE: 'warn' });
    expect(answer).toEqual(PASSED);
    expect(log).toContain('stderr="cilium-align would block, but its mode is warn: ');
  });

  it('is not for the Application to choose', async () => {
    expect(verdictIn(await generate(gate, copyExample(processes, 'argocd-values-file', PORT), { parameters: { mode: 'warn' } }))).toContain(
      'The parameter mode: warn does not count: this sidecar asks for enforce at least.',
    );
  });

  it('can be made strict by the Application', async () => {
    expect(
      verdictIn(await generate(warning, copyExample(processes, 'argocd-values-file', PORT), { parameters: { mode: 'enforce' } })),
    ).toMatch(/^cilium-align blocks: /);
  });
});

describe('break-glass', () => {
  it('lets everything pass and shows its reason', async () => {
    await askGate({ env: { CILIUM_ALIGN_BREAK_GLASS: 'INC-42: gateway down' } }, async (other) => {
      expect(await generate(other, copyExample(processes, 'argocd-values-file', PORT))).toEqual(PASSED);
      expect(await generate(other, copyExample(processes, 'argocd-values-file'))).toEqual(PASSED);
      const log = other.server.log();
      expect(log).toContain('cilium-align lets a blocked sync pass, break-glass is on: INC-42: gateway down');
      expect(log).toContain('Break-glass is on and nothing would be blocked: INC-42: gateway down');
    });
  });
});

describe('parameters', () => {
  it('are announced', async () => {
    const announced = await gate.client.parameters(copyExample(processes, 'argocd-values-file'));
    expect(
      announced.map(({ name, title, tooltip, collectionType, string }) => ({
        name,
        title,
        tooltip,
        collectionType,
        ...(string !== '' && { string }),
      })),
    ).toEqual(announcements({}));
  });

  it('are received', async () => {
    const repository = copyExample(processes, 'argocd-values-file');
    expect(verdictIn(await generate(gate, repository, { parameters: { 'fail-on': 'note' } }))).toContain(
      'in two places that nothing keeps together',
    );
    expect(await generate(gate, repository, { parameters: { bootstrap: 'talos', argocd: 'argocd' } })).toEqual(PASSED);
    // Of an Application that lives elsewhere.
    const bare = copyExample(processes, 'argocd-values-file', { 'argocd/cilium.yaml': null });
    const told = { 'chart-version': '1.18.2', 'value-files': ['cilium/values.yaml'] };
    expect(await generate(gate, bare, { parameters: told })).toEqual(PASSED);
    expect(verdictIn(await generate(gate, bare, { parameters: { ...told, values: 'k8sServicePort: 6443\n' } }))).toContain(
      'k8sServicePort differs',
    );
    expect(verdictIn(await generate(gate, repository, { parameters: { bootstrap: 'nowhere' } }))).toContain(
      'Nothing is at nowhere, which bootstrap names.',
    );
  });
});

describe('the plugin server', () => {
  it('answers twenty at once, each about its own repository', async () => {
    const aligned = copyExample(processes, 'argocd-values-file');
    const drifting = copyExample(processes, 'argocd-values-file', PORT);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => generate(gate, n % 2 === 0 ? aligned : drifting)));
    for (const [n, answer] of answers.entries()) {
      if (n % 2 === 0) expect(answer).toEqual(PASSED);
      else expect(verdictIn(answer)).toContain('k8sServicePort');
    }
    await until(
      () => readdirSync(gate.server.work).length === 0 || undefined,
      () => `left behind: ${readdirSync(gate.server.work)}`,
      10,
    );
  });

  it('blocks where the process does not end in time, and ends it', async () => {
    const answer = generate(gate, copyExample(processes, 'argocd-values-file'), { deadline: 2000 });
    const pid = await stoppedChild(gate.server);
    expect(await answer).toMatchObject({ error: expect.stringMatching(/signal: killed|Deadline exceeded|DEADLINE_EXCEEDED/i) });
    await gone(pid);
  });

  it('ends the process where nobody waits for the answer any more, and goes on', async () => {
    const caller = new AbortController();
    const answer = generate(gate, copyExample(processes, 'argocd-values-file'), { signal: caller.signal });
    const pid = await stoppedChild(gate.server);
    caller.abort();
    expect(await answer).toMatchObject({ error: expect.stringMatching(/cancel/i) });
    await gone(pid);
    expect(await generate(gate, copyExample(processes, 'argocd-values-file'))).toEqual(PASSED);
  });

  it('leaves nothing behind', async () => {
    await until(
      () => readdirSync(gate.server.work).length === 0 || undefined,
      () => `left behind: ${readdirSync(gate.server.work)}`,
      10,
    );
    expect(readdirSync(gate.server.work)).toEqual([]);
  });
});

/** Waits for the plugin to be started by a server and stops it where it is, so that it cannot end by itself. */
async function stoppedChild({ pid }: PluginServer): Promise<number> {
  const child = await until(
    () => childrenOf(pid)[0],
    () => 'the plugin was not started',
    10,
  );
  process.kill(child, 'SIGSTOP');
  return child;
}

async function gone(pid: number): Promise<void> {
  const isGone = () => {
    try {
      process.kill(pid, 0);
      return undefined;
    } catch {
      return true;
    }
  };
  await until(isGone, () => `process ${pid} still runs`, 15);
}
