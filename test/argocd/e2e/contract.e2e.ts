import { cpSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announcements } from '../../../plugin/announcements.ts';
import {
  builtPlugin,
  connect,
  type GenerateOptions,
  type PluginClient,
  type PluginServer,
  type PluginServerOptions,
  sourceEnvironment,
  startPluginServer,
} from './plugin-server.ts';
import { childrenOf, Processes, until } from './processes.ts';
import { copyExample, type Edits } from './repositories.ts';

// Argo CD's own plugin server runs the bundled plugin as plugin/plugin.yaml says. What it answers is what the repo-server would be told.

const processes = new Processes();
let plugin: string;
let gate: Gate;
let warning: Gate;

interface Gate {
  server: PluginServer;
  client: PluginClient;
}

beforeAll(async () => {
  plugin = await builtPlugin(processes);
  gate = await startGate({});
  warning = await startGate({ version: 'warn', env: { CILIUM_ALIGN_MODE: 'warn' } });
});

afterAll(async () => {
  gate?.client.close();
  warning?.client.close();
  await processes.end();
});

async function startGate(options: Partial<PluginServerOptions>): Promise<Gate> {
  const server = await startPluginServer(processes, { plugin, sockets: join(processes.directory, 'sockets'), ...options });
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
function verdictIn(answer: Awaited<ReturnType<PluginClient['generate']>>): string {
  if (!('error' in answer)) throw new Error(`expected an error, found ${answer.manifests.length} manifests`);
  const words = readable(answer.error);
  const before = 'error generating manifests: `node /plugin/index.js generate` failed exit status 1: ';
  expect(words.slice(0, before.length)).toBe(before);
  return words.slice(before.length);
}

/** With the paths of the image, as an operator sees it. */
const readable = (text: string) => text.replaceAll(process.execPath, 'node').replaceAll(plugin, '/plugin');

const PASSED = { manifests: [] };
const PORT: Edits = { 'cilium/values.yaml': (text) => text.replace('7445', '6443') };
const ENCRYPTED: Edits = {
  'cilium/values.yaml': (text) => text.replace('mode: kubernetes', 'mode: ENC[AES256_GCM,data:a3ViZQ==,iv:aXY=,tag:dGFn,type:str]'),
};
const BROKEN: Edits = { 'cilium/values.yaml': (text) => text.replace('mode: kubernetes', 'mode: [kubernetes') };

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

// Each row: what is wrong, and what the first line says. In mode warn the same passes.
const REFUSALS: [what: string, repository: () => string, says: RegExp, asked?: Asked][] = [
  ['a drift', () => copyExample(processes, 'argocd-values-file', PORT), /disruptive difference/],
  [
    'a drift that only Talos brings',
    () =>
      copyExample(processes, 'argocd-values-file', {
        'talos/patches/no-default-cni.yaml': (text) => text.replace('disabled: true', 'disabled: false'),
      }),
    /disruptive|error|fault/,
  ],
  [
    'no bootstrap',
    () => copyExample(processes, 'argocd-values-file', { 'talos/patches/cilium.yaml': null, 'talos/patches/no-default-cni.yaml': null }),
    /bootstrap/,
  ],
  [
    'no values',
    () => copyExample(processes, 'argocd-values-file', { 'cilium/values.yaml': null, 'cilium/README.md': 'gone' }),
    /values\.yaml|cannot be known|undecided/i,
  ],
  [
    'no Cilium at all',
    () =>
      copyExample(processes, 'argocd-values-file', {
        'talos/patches/cilium.yaml': null,
        'argocd/cilium.yaml': null,
        'cilium/values.yaml': null,
        'cilium/README.md': 'gone',
      }),
    /No Cilium was found in this repository/,
  ],
  ['YAML that cannot be read', () => copyExample(processes, 'argocd-values-file', BROKEN), /cannot be (read|known)/],
  [
    'a core setting that Git does not hold',
    () => copyExample(processes, 'argocd-values-file', ENCRYPTED),
    /cannot be (known|decided)|undecided/i,
  ],
  [
    'a configuration that cannot be read',
    () => copyExample(processes, 'argocd-values-file', { '.cilium-align.yaml': 'clusters: [\n' }),
    /\.cilium-align\.yaml cannot be used/,
  ],
  [
    'a configuration with a wrong key',
    () => copyExample(processes, 'argocd-values-file', { '.cilium-align.yaml': 'fail-onn: note\n' }),
    /\.cilium-align\.yaml cannot be used/,
  ],
  [
    'a commit that changes the parameters',
    () => copyExample(processes, 'argocd-values-file', { 'cilium/.argocd-source.yaml': 'plugin:\n  parameters: []\n' }),
    /changes the parameters of this plugin/,
  ],
  [
    'a parameter that does not exist',
    () => copyExample(processes, 'argocd-values-file'),
    /"fail-onn".*did you mean fail-on/,
    { parameters: { 'fail-onn': 'note' } },
  ],
  [
    'a value that does not exist',
    () => copyExample(processes, 'argocd-values-file'),
    /The parameter fail-on is "warnings"; did you mean warning/,
    { parameters: { 'fail-on': 'warnings' } },
  ],
  [
    'a parameter that is the operator’s',
    () => copyExample(processes, 'argocd-values-file'),
    /break-glass is not the Application's to decide/,
    { parameters: { 'break-glass': 'trust me' } },
  ],
  [
    'a cluster that does not exist',
    () => copyExample(processes, 'omni-handoff'),
    /No cluster of this repository is named homelabb; did you mean homelab/,
    { path: 'argocd', parameters: { cluster: 'homelabb' } },
  ],
  [
    'an Application of another name',
    () => copyExample(processes, 'argocd-values-file'),
    /by the Application cilium, and not by other/,
    { path: 'talos', env: { ARGOCD_APP_NAME: 'other' } },
  ],
  [
    'a source without a path',
    () => copyExample(processes, 'argocd-values-file'),
    /Its source has no path/,
    { path: '.', env: { ARGOCD_APP_SOURCE_PATH: '' } },
  ],
  [
    'a part of the repository (manifest-generate-paths)',
    () => join(copyExample(processes, 'argocd-values-file'), 'cilium'),
    /a part of the repository only/,
    { path: '.', env: { ARGOCD_APP_SOURCE_PATH: 'cilium' } },
  ],
];

describe('fails closed', () => {
  it.each(REFUSALS)('%s', async (_, repository, says, asked) => {
    const verdict = verdictIn(await generate(gate, repository(), asked));
    const [first] = verdict.split('\n');
    expect(first).toMatch(/^cilium-align blocks: /);
    expect(first).toMatch(says);
    expect(verdict.length).toBeLessThan(4000);
    expect(verdict).not.toContain(processes.directory);
    expect(verdict).not.toMatch(/^\s+at /m);
  });

  it('a check that takes too long', async () => {
    const answer = await askGate({ env: { CILIUM_ALIGN_TIMEOUT: '0.001' } }, (other) =>
      generate(other, copyExample(processes, 'argocd-values-file')),
    );
    expect(verdictIn(answer)).toMatch(/^cilium-align blocks: The check was not done after 0\.001 s/);
  });

  it('a check that needs too much memory', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [
        `talos/patches/${n}.yaml`,
        'cluster:\n  network:\n    cni:\n      name: none\n'.padEnd(40_000, '# cilium\n'),
      ]),
    );
    const answer = await askGate({ env: { CILIUM_ALIGN_MEMORY: '8' } }, (other) =>
      generate(other, copyExample(processes, 'argocd-values-file', many)),
    );
    expect(verdictIn(answer)).toMatch(/^cilium-align blocks: The check needs more than 8 MiB of memory/);
  });

  it('a program that is broken', async () => {
    const broken = join(processes.directory, 'broken');
    cpSync(plugin, broken, { recursive: true });
    for (const file of readdirSync(broken)) if (file.startsWith('judge-thread')) rmSync(join(broken, file));
    const answer = await askGate({ plugin: broken }, (other) => generate(other, copyExample(processes, 'argocd-values-file')));
    expect('error' in answer && answer.error.replaceAll(broken, plugin)).toMatch(/cilium-align blocks: This is a bug of cilium-align/);
  });

  it.each([
    ['CILIUM_ALIGN_MODE', 'enforced', /CILIUM_ALIGN_MODE is "enforced"; did you mean enforce/],
    ['CILIUM_ALIGN_FAILON', 'note', /"CILIUM_ALIGN_FAILON", which is nothing; did you mean CILIUM_ALIGN_FAIL_ON/],
  ])('a wrong setting of the sidecar: %s=%s', async (name, value, says) => {
    const answer = await askGate({ env: { [name]: value } }, (other) => generate(other, copyExample(processes, 'argocd-values-file')));
    expect(verdictIn(answer)).toMatch(says);
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
  it.each(REFUSALS)('passes: %s', async (_, repository, says, asked) => {
    const before = warning.server.log().length;
    expect(await generate(warning, repository(), asked)).toEqual(PASSED);
    const [, verdict] = /stderr="cilium-align would block, but its mode is warn: ((?:[^"\\]|\\.)*)"/.exec(
      warning.server.log().slice(before),
    )!;
    expect(verdict!.replaceAll('\\"', '"').split('\\n')[0]).toMatch(says);
  });

  it('passes what takes too long', async () => {
    const answer = await askGate({ env: { CILIUM_ALIGN_MODE: 'warn', CILIUM_ALIGN_TIMEOUT: '0.001' } }, (other) =>
      generate(other, copyExample(processes, 'argocd-values-file', PORT)),
    );
    expect(answer).toEqual(PASSED);
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
    const told = { 'chart-version': '1.18.2', 'value-files': ['cilium/values.yaml'] };
    expect(await generate(gate, repository, { parameters: told })).toEqual(PASSED);
    expect(verdictIn(await generate(gate, repository, { parameters: { ...told, values: 'k8sServicePort: 6443\n' } }))).toContain(
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
