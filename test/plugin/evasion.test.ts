import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlugin, buildPlugin, type PluginRequest, texts } from './built-plugin.ts';
import { edited, inlineValues, twoClusters, valuesFile } from './repositories.ts';

// A commit brings a difference, and with it something that should hide it. None of these may pass.

let plugin: BuiltPlugin;
beforeAll(async () => {
  plugin = await buildPlugin();
});
afterAll(() => plugin.remove());

const [application, values, talos, base] = [
  'argocd/cilium.yaml',
  'cilium/values.yaml',
  'talos/patches/cilium.yaml',
  'talos/patches/no-default-cni.yaml',
];
const good = valuesFile();
const broken = () => edited(good, values, 'mode: kubernetes', 'mode: cluster-pool');
const otherBootstrap = () => good[talos]!.replace('ipam.mode=kubernetes', 'ipam.mode=cluster-pool');
/** An Application of the same name that reads what the real one read before. */
const otherApplication = (path: string) => ({
  [path]: good[application]!.replace('$values/cilium', '$values/before'),
  'before/values.yaml': good[values]!,
});
const flannel = 'cluster:\n  network:\n    cni:\n      name: flannel\n';

const verdict = async (request: Partial<PluginRequest>) => {
  const { code, out, verdict } = await plugin.generate({ path: 'cilium', files: broken(), ...request });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  return verdict;
};

describe('another bootstrap that agrees', () => {
  const says = /^cilium-align blocks: Two bootstraps may be the live one, .* and only the first agrees with Argo CD\.$/;

  it('beside the real one', async () => {
    expect(await verdict({ files: { ...broken(), 'talos/patches/a.yaml': otherBootstrap() } })).toMatch(says);
  });

  it('to which the configuration points', async () => {
    const config = 'clusters:\n  - name: homelab\n    bootstrap: decoy\n';
    expect(await verdict({ files: { ...broken(), 'decoy/a.yaml': otherBootstrap(), '.cilium-align.yaml': config } })).toMatch(says);
  });

  it('while the real one cannot be known any more', async () => {
    const files = edited(good, talos, 'ipam.mode=kubernetes', 'ipam.mode=$MODE');
    expect(await verdict({ files: { ...files, 'talos/patches/a.yaml': good[talos]! } })).toMatch(says);
  });

  it('is no matter where the operator says which folder counts, or where both agree', async () => {
    const two = { 'old/a.yaml': otherBootstrap() };
    expect(await plugin.generate({ path: 'cilium', files: { ...good, ...two }, env: { CILIUM_ALIGN_BOOTSTRAP: 'talos' } })).toMatchObject({
      code: 0,
    });
    expect(await plugin.generate({ path: 'cilium', files: { ...good, 'old/a.yaml': good[talos]! } })).toMatchObject({ code: 0 });
  });
});

describe('another Application of the same name that agrees', () => {
  it.each(['argocd/a.yaml', 'zz/cilium.yaml'])('as %s', async (path) => {
    await verdict({ files: { ...broken(), ...otherApplication(path) } });
  });

  it('in another namespace', async () => {
    const files = { ...broken(), ...otherApplication('argocd/a.yaml') };
    await verdict({ files: edited(files, 'argocd/a.yaml', 'namespace: argocd', 'namespace: elsewhere') });
  });

  it('to which the configuration points, by the name of the Application too', async () => {
    const files = { ...broken(), ...otherApplication('x/a.yaml'), 'x/t.yaml': good[talos]! };
    await verdict({ files: { ...files, '.cilium-align.yaml': 'clusters:\n  - name: homelab\n    argocd: [x]\n' } });
    await verdict({ files: { ...files, '.cilium-align.yaml': 'clusters:\n  - name: cilium\n    argocd: [x]\n    bootstrap: [x]\n' } });
  });

  it('in another cluster, with the same path for its gate', async () => {
    const lab = edited(twoClusters(), 'clusters/lab/cilium/values.yaml', 'mode: kubernetes', 'mode: cluster-pool');
    const files = edited(lab, 'clusters/prod/argocd/cilium.yaml', 'path: clusters/prod/cilium', 'path: clusters/lab/cilium');
    expect(await verdict({ path: 'clusters/lab/cilium', files })).toContain('Which of 2 clusters');
  });

  it('while the real one has its gate only in the cluster', async () => {
    const lab = edited(twoClusters(), 'clusters/lab/cilium/values.yaml', 'mode: kubernetes', 'mode: cluster-pool');
    const bare = edited(lab, 'clusters/lab/argocd/cilium.yaml', /\n +path: clusters\/lab\/cilium\n +plugin:\n.*/, '');
    const files = edited(bare, 'clusters/prod/argocd/cilium.yaml', 'path: clusters/prod/cilium', 'path: gate');
    expect(await verdict({ path: 'gate', files: { ...files, 'gate/README.md': '' } })).toContain('Which of 2 clusters');
  });
});

it('a second chart in the same Application', async () => {
  const second = `    - repoURL: https://helm.cilium.io
      chart: cilium
      targetRevision: 1.18.2
      helm: {releaseName: cilium, values: "ipam: {mode: cluster-pool}"}
`;
  expect(await verdict({ files: edited(good, application, '  syncPolicy:', `${second}  syncPolicy:`) })).toContain(
    'The Application cilium deploys Cilium twice, argocd/cilium.yaml:14 and argocd/cilium.yaml:28, and only the first agrees',
  );
});

it.each([
  ['with the values', 'cilium', good],
  ['beside values of the Application', 'argocd', inlineValues()],
])('a gate that moves to another repository, %s', async (_, path, before) => {
  const files = edited(before, application, 'https://git.example/homelab.git', 'https://git.example/other.git');
  expect(await verdict({ path, files })).toMatch(
    /What Argo CD applies comes from git\.example\/other \(argocd\/cilium\.yaml:\d+\), and the gate is given git\.example\/homelab\.$/,
  );
});

it.each([
  ['a flag', 'extraArgs: ["--routing-mode=native"]'],
  ['a flag of two words', 'extraArgs: ["--routing-mode", "native"]'],
  ['a variable', 'extraEnv:\n  - name: CILIUM_ROUTING_MODE\n    value: native'],
])('%s of the agent, which goes before what the values say', async (_, line) => {
  await verdict({ files: { ...good, [values]: `${good[values]}${line}\n` } });
});

it('parameters that speak for an Application which is in the repository', async () => {
  const parameters = texts({ 'chart-version': '1.18.2', values: good[values]! });
  expect(await verdict({ parameters })).toContain('chart-version would stand in its place.');
});

it.each(['PLUGIN', 'Plugin'])('parameters beside the gate under %s, which Argo CD takes for plugin', async (key) => {
  const file = `${key}:\n  parameters:\n    - name: chart-version\n      string: 1.18.2\n`;
  expect(await verdict({ files: { ...broken(), 'cilium/.argocd-source.yaml': file } })).toContain('changes the parameters');
});

describe('files that are not looked at', () => {
  it.each([
    [
      'that look like a definition of resources',
      '{"version": "\nkind: CustomResourceDefinition", "cluster": {"network": {"cni": {"name": "flannel"}}}}',
    ],
    ['that are JSON', '{"cluster": {"network": {"cni": {"name": "flannel"}}}}'],
    ['that are written in one line', '{cluster: {network: {cni: {name: flannel}}}}'],
    ['whose keys stand in quotes', flannel.replace('cluster', '"cluster"')],
    ['that are large', `${flannel}${'# padding\n'.repeat(600_000)}`],
    ['in UTF-16', `\ufeff${flannel}`],
  ])('%s', async (how, text) => {
    const directory = checkout({ ...good, [base]: '' });
    writeFileSync(join(directory, base), text, how.includes('UTF-16') ? 'utf16le' : 'utf8');
    await verdict({ files: directory });
  });

  const optional = (path: string) =>
    edited(
      edited(good, application, 'valueFiles:', 'ignoreMissingValueFiles: true\n        valueFiles:'),
      application,
      '- $values/cilium/values.yaml',
      `- $values/cilium/values.yaml\n          - $values/${path}`,
    );

  it('in a folder that is none of a configuration', async () => {
    await verdict({ files: { ...optional('node_modules/a.yaml'), 'node_modules/a.yaml': 'ipam:\n  mode: cluster-pool\n' } });
  });

  it.each([
    ['a link to the root', 'up/more/a.yaml'],
    ['many links', `${'up/'.repeat(38)}more/a.yaml`],
  ])('behind %s', async (_, path) => {
    const directory = checkout({ ...optional(path), 'more/a.yaml': 'ipam:\n  mode: cluster-pool\n' });
    symlinkSync('.', join(directory, 'up'));
    await verdict({ files: directory });
  });
});

it('a repository in the repository, to which the path of the gate leads', async () => {
  const inner = Object.fromEntries(
    Object.entries(good).map(([file, text]) => [`x/_cmp_server/y/${file}`.replace('/cilium/', '/gate/'), text]),
  );
  const directory = checkout({ ...broken(), ...inner });
  rmSync(join(directory, 'cilium'), { recursive: true });
  symlinkSync('x/_cmp_server/y', join(directory, 'cilium'));
  symlinkSync('.', join(directory, 'x/_cmp_server/y/cilium'));
  await verdict({ files: directory });
});

const checkouts: string[] = [];
afterAll(() => {
  for (const directory of checkouts) rmSync(directory, { recursive: true, force: true });
});

function checkout(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'cilium-align-checkout-'));
  checkouts.push(directory);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  return directory;
}
