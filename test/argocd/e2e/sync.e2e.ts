import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { check } from '../../../shared/check.ts';
import { directoryRepository } from '../../../shared/repository/directory.ts';
import { type BuiltPlugin, buildPlugin } from '../../plugin/built-plugin.ts';
import { type Application, type ArgoCD, createApplication, serveCiliumChart, startArgoCD } from './argocd.ts';
import { type Cluster, type KubernetesObject, startCluster } from './cluster.ts';
import { asInTheImage, type PluginServer, type PluginServerOptions, startPluginServer } from './plugin-server.ts';
import { Processes } from './processes.ts';
import { copyExample, type Edits, edit, type GitRepository, gitRepository } from './repositories.ts';

// The whole way of a commit: Git, repo-server, plugin server, application controller, Kubernetes' API server. Nobody stands in for any of them.

const processes = new Processes();
let cluster: Cluster;
let argocd: ArgoCD;
let chart: Awaited<ReturnType<typeof serveCiliumChart>>;
let plugin: BuiltPlugin;
let gate: PluginServer;

beforeAll(async () => {
  [plugin, cluster, chart] = await Promise.all([buildPlugin(), startCluster(processes), serveCiliumChart(processes, '1.18.2')]);
  argocd = await startArgoCD(processes, cluster);
  gate = await startGate({});
});

afterAll(async () => {
  chart?.close();
  await processes.end();
  plugin?.remove();
});

const startGate = (options: Partial<PluginServerOptions>) =>
  startPluginServer(processes, { plugin: plugin.directory, sockets: argocd.sockets, ...options });

type Shape = 'argocd-values-file' | 'argocd-inline-values';

/** One cluster's repository and its Application, in a namespace that nobody else deploys to. */
interface Deployment {
  repository: GitRepository;
  application: Application;
  /** Edits, commits, and applies the Application as it stands in Git then: an app of apps would do that. */
  push(edits: Edits): Promise<void>;
  /** What Argo CD applied last. */
  live(): Promise<KubernetesObject | undefined>;
}

let deployments = 0;

async function deploy(shape: Shape, edits: Edits = {}, gateName = gate.name): Promise<Deployment> {
  deployments++;
  const [name, namespace] = [`cilium-${deployments}`, `network-${deployments}`];
  const directory = copyExample(processes, shape);
  const repository = gitRepository(directory);
  // The example, but for where its chart and its repository lie, and the names that let several stand side by side.
  edit(directory, {
    'argocd/cilium.yaml': (text) =>
      text
        .replace('name: cilium\n', `name: ${name}\n`)
        .replace('namespace: kube-system', `namespace: ${namespace}`)
        .replace('https://helm.cilium.io', chart.url)
        .replaceAll('https://git.example/homelab.git', repository.url)
        .replace('cilium-align-v1.0', gateName),
    'talos/patches/cilium.yaml': (text) => text.replace('- install\n', `- install\n                    - --namespace=${namespace}\n`),
  });
  edit(directory, edits);
  repository.commit('The cluster');
  await cluster.create('/api/v1/namespaces', { metadata: { name: namespace } });
  const manifest = () => parse(readFileSync(join(directory, 'argocd/cilium.yaml'), 'utf8'));
  const application = await createApplication(cluster, manifest());
  return {
    repository,
    application,
    async push(changes) {
      edit(directory, changes);
      repository.commit('Change');
      await application.patch({ spec: manifest().spec });
    },
    live: () => cluster.get(`/api/v1/namespaces/${namespace}/configmaps/cilium-config`),
  };
}

const valuesOf = (shape: Shape) => (shape === 'argocd-values-file' ? 'cilium/values.yaml' : 'argocd/cilium.yaml');

/** A commit that sends the agents to a port that nothing listens on. */
const drift = (shape: Shape): Edits => ({ [valuesOf(shape)]: (text) => text.replace('7445', '6443') });
const mend = (shape: Shape): Edits => ({ [valuesOf(shape)]: (text) => text.replace('6443', '7445') });
/** A commit that changes something on both sides. */
const move = (shape: Shape): Edits => ({
  [valuesOf(shape)]: (text) => text.replace('mode: kubernetes', 'mode: cluster-pool'),
  'talos/patches/cilium.yaml': (text) => text.replace('ipam.mode=kubernetes', 'ipam.mode=cluster-pool'),
});

/** A source whose plugin has another name, if it has one. */
const named = (name: string) => (source: KubernetesObject) => (source.plugin === undefined ? source : { ...source, plugin: { name } });

/** The error that an Application shows, with the paths of the image. */
function errorOf(application: KubernetesObject): string {
  const conditions: KubernetesObject[] = application.status.conditions ?? [];
  expect(conditions.map(({ type }) => type)).toEqual(['ComparisonError']);
  return asInTheImage(conditions[0].message);
}

/** The beginning that Argo CD gives to what a plugin of a second source says. */
const opening = (name: string) =>
  `Failed to load target state: failed to generate manifest for source 2 of 2: rpc error: code = Unknown desc = CMP processing failed for application "${name}": error generating manifests in cmp: rpc error: code = Unknown desc = error generating manifests: \`node /plugin/index.js generate\` failed exit status 1: cilium-align blocks: `;

describe.each<Shape>(['argocd-values-file', 'argocd-inline-values'])('%s', (shape) => {
  it('syncs what is aligned, blocks a drifting commit whatever is asked for, and syncs the commit that mends it', async () => {
    const { application, push, live } = await deploy(shape);
    const name = (await application.get()).metadata.name;
    await application.becomes('Synced');
    const first = await live();
    expect(first.data).toEqual({ ipam: 'kubernetes', 'api-server': 'localhost:7445', 'kube-proxy-replacement': 'true' });

    await push(drift(shape));
    const blocked = await application.refresh();
    expect(blocked.status.sync.status).toBe('Unknown');
    const error = errorOf(blocked);
    expect(error.slice(0, opening(name).length)).toBe(opening(name));
    expect(error).toContain('k8sServicePort differs: bootstrap has 7445');
    expect(error).toContain(`argocd app get ${name} --hard-refresh`);

    const configMap = { group: '', kind: 'ConfigMap', name: 'cilium-config' };
    for (const how of [
      {},
      { prune: true },
      { dryRun: true },
      { resources: [configMap] },
      { syncStrategy: { apply: { force: true } }, syncOptions: ['Replace=true', 'Force=true'] },
    ]) {
      const operation = await application.sync(how);
      expect(operation.phase).toBe('Error');
      expect(asInTheImage(operation.message)).toContain('ComparisonError: Failed to load target state: ');
      expect(operation.message).toContain('cilium-align blocks: ');
    }
    const again = await application.refresh('hard');
    expect(again.status.sync.status).toBe('Unknown');
    expect(errorOf(again)).toBe(error);
    expect((await live()).metadata.resourceVersion).toBe(first.metadata.resourceVersion);

    await push(mend(shape));
    await push(move(shape));
    await application.refresh();
    await application.becomes('Synced');
    expect((await live()).data.ipam).toBe('cluster-pool');
  });

  it('blocks a drift that only the Talos side brings', async () => {
    const { application, push } = await deploy(shape);
    await application.becomes('Synced');
    await push({ 'talos/patches/no-default-cni.yaml': (text) => text.replace('disabled: true', 'disabled: false') });
    const blocked = await application.refresh();
    expect(blocked.status.sync.status).toBe('Unknown');
    expect(errorOf(blocked)).toContain('kube-proxy');
  });

  it('creates nothing of an Application that is red from birth', async () => {
    const { application, live } = await deploy(shape, drift(shape));
    const blocked = await application.becomes('Unknown');
    expect(errorOf(blocked)).toContain('cilium-align blocks: ');
    expect(blocked.status.operationState).toBeUndefined();
    expect(await live()).toBeUndefined();
  });
});

describe('a repository as people write it', () => {
  it('blocks the hand-over from a Job in an Omni template, with one source of its own for the gate', async () => {
    const directory = copyExample(processes, 'omni-handoff');
    const repository = gitRepository(directory);
    edit(directory, {
      'argocd/cilium.yaml': (text) => text.replace('https://helm.cilium.io', chart.url),
    });
    repository.commit('The cluster');
    const manifest = parse(readFileSync(join(directory, 'argocd/cilium.yaml'), 'utf8'));
    const { source, ...spec } = manifest.spec;
    const gateSource = { repoURL: repository.url, targetRevision: 'main', path: 'argocd', plugin: { name: gate.name } };
    const application = await createApplication(cluster, { ...manifest, spec: { ...spec, sources: [gateSource, source] } });
    const blocked = await application.becomes('Unknown');
    const error = errorOf(blocked);
    expect(error).toContain('failed to generate manifest for source 1 of 2: ');
    expect(error).toContain('bgpControlPlane.enabled differs: bootstrap has false (chart default 1.18.1), Argo CD has true');
    expect(await cluster.get('/api/v1/namespaces/kube-system/configmaps/cilium-config')).toBeUndefined();
  });
});

describe('an Application', () => {
  it('in a namespace of its own is known by both its names', async () => {
    await cluster.create('/api/v1/namespaces', { metadata: { name: 'team' } });
    const edits: Edits = { 'argocd/cilium.yaml': (text) => text.replace('namespace: argocd', 'namespace: team') };
    const { application, push } = await deploy('argocd-values-file', edits);
    await application.becomes('Synced');
    await push(drift('argocd-values-file'));
    expect(errorOf(await application.refresh())).toMatch(/CMP processing failed for application "team_cilium-\d+"/);
  });

  it('that keeps files from its plugins (manifest-generate-paths) is blocked, and told what to name', async () => {
    const { application } = await deploy('argocd-values-file');
    await application.becomes('Synced');
    const annotate = (paths: string) =>
      application.patch({ metadata: { annotations: { 'argocd.argoproj.io/manifest-generate-paths': paths } } });
    await annotate('/cilium');
    const blocked = await application.refresh('hard');
    expect(blocked.status.sync.status).toBe('Unknown');
    expect(errorOf(blocked)).toContain('Argo CD handed over a part of the repository only');
    await annotate('/cilium;/talos;/argocd');
    expect((await application.refresh('hard')).status.sync.status).toBe('Synced');
  });
});

describe('the sidecar', () => {
  it('blocks while it is gone, and goes on when it is back', async () => {
    const { application, push, live } = await deploy('argocd-values-file');
    await application.becomes('Synced');
    const first = await live();
    await gate.kill();
    try {
      await push(move('argocd-values-file'));
      const blocked = await application.refresh();
      expect(blocked.status.sync.status).toBe('Unknown');
      expect(errorOf(blocked)).toContain(
        `could not find cmp-server plugin with name "${gate.name}" supporting the given repository: error dialing to cmp-server for plugin ${gate.name}.sock`,
      );
      expect((await application.sync()).phase).toBe('Error');
      expect((await live()).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    } finally {
      gate = await startGate({});
    }
    await application.refresh('hard');
    await application.becomes('Synced');
    expect((await live()).data.ipam).toBe('cluster-pool');
  });

  it('is upgraded beside the old one: each Application moves when it wants to', async () => {
    const next = await startGate({ version: 'v1.1' });
    expect(next.name).toBe('cilium-align-v1.1');
    const moving = await deploy('argocd-values-file');
    const staying = await deploy('argocd-values-file');
    await moving.application.becomes('Synced');
    await staying.application.becomes('Synced');

    const log = next.log().length;
    await moving.push({ 'argocd/cilium.yaml': (text) => text.replace(gate.name, next.name) });
    expect((await moving.application.refresh()).status.sync.status).toBe('Synced');
    expect(next.log().length).toBeGreaterThan(log);

    for (const { push, application } of [moving, staying]) {
      await push(drift('argocd-values-file'));
      expect(errorOf(await application.refresh())).toContain('cilium-align blocks: ');
    }
    await next.kill();
    await moving.push(mend('argocd-values-file'));
    expect(errorOf(await moving.application.refresh())).toContain('could not find cmp-server plugin with name "cilium-align-v1.1"');
    await staying.push(mend('argocd-values-file'));
    expect((await staying.application.refresh()).status.conditions).toBeUndefined();
  });

  it('passes everything in mode warn, and says in its log what it would block', async () => {
    const warning = await startGate({ version: 'warn', env: { CILIUM_ALIGN_MODE: 'warn' } });
    const { application, live } = await deploy('argocd-values-file', drift('argocd-values-file'), warning.name);
    await application.becomes('Synced');
    expect((await live()).data['api-server']).toBe('localhost:6443');
    expect(warning.log()).toContain('cilium-align would block, but its mode is warn: ');

    // Argo CD remembers that this commit passed, but not for a plugin of another name.
    await application.patch({ spec: { sources: (await application.get()).spec.sources.map(named(gate.name)) } });
    expect(errorOf(await application.refresh())).toContain('cilium-align blocks: ');
    await warning.kill();
  });

  it('lets a blocked sync pass in an emergency, and blocks again after it', async () => {
    const { application, push, live } = await deploy('argocd-values-file', drift('argocd-values-file'));
    await application.becomes('Unknown');
    await gate.kill();
    gate = await startGate({ env: { CILIUM_ALIGN_BREAK_GLASS: 'INC-42' } });
    await application.refresh('hard');
    await application.becomes('Synced');
    expect((await live()).data['api-server']).toBe('localhost:6443');
    expect(gate.log()).toContain('break-glass is on: INC-42');

    await gate.kill();
    gate = await startGate({});
    await push(move('argocd-values-file'));
    expect(errorOf(await application.refresh())).toContain('cilium-align blocks: ');
    expect((await live()).data.ipam).toBe('kubernetes');
  });
});

describe('what Argo CD lets pass, as docs/plugin.md says', () => {
  const findings = ({ repository }: Deployment) =>
    check(directoryRepository(repository.directory), { failOn: 'error', undecided: 'fail' }).findings.map(({ rule }) => rule);

  const runsOf = (server: PluginServer) => server.log().split('index.js generate" dir=').length - 1;

  it('an entry with a plugin and no path: never run, and found in Git', async () => {
    const runs = runsOf(gate);
    const deployment = await deploy('argocd-values-file', {
      ...drift('argocd-values-file'),
      'argocd/cilium.yaml': (text) => text.replace('      path: cilium\n', ''),
    });
    await deployment.application.becomes('Synced');
    expect(runsOf(gate)).toBe(runs);
    expect(findings(deployment)).toContain('gate-without-path');
  });

  it('an entry without a plugin, on a folder without manifests: never run', async () => {
    const runs = runsOf(gate);
    const { application } = await deploy('argocd-values-file', {
      ...drift('argocd-values-file'),
      'argocd/cilium.yaml': (text) => text.replace('path: cilium', 'path: gate').replace(/ {6}plugin:\n.*\n/, ''),
      'gate/README.md': 'The plugin starts here.\n',
    });
    await application.becomes('Synced');
    expect(runsOf(gate)).toBe(runs);
  });

  it('a commit that passed before, once more after the hard refresh that blocks it: another verdict needs another name', async () => {
    let same = await startGate({ version: 'same', env: { CILIUM_ALIGN_MODE: 'warn' } });
    const { application } = await deploy('argocd-values-file', drift('argocd-values-file'), same.name);
    await application.becomes('Synced');
    await same.kill();
    same = await startGate({ version: 'same' });
    expect((await application.refresh()).status.sync.status).toBe('Synced');
    expect(errorOf(await application.refresh('hard'))).toContain('cilium-align blocks: ');
    expect((await application.refresh()).status.sync.status).toBe('Synced');
    await same.kill();
  });
});

// Argo CD reads the names of fields whatever their case.
it.each(['plugin', 'PLUGIN'])('a commit cannot change what the Application asks of the plugin, under %s', async (key) => {
  const { application, push } = await deploy('argocd-values-file');
  await application.becomes('Synced');
  await push({
    ...drift('argocd-values-file'),
    'cilium/.argocd-source.yaml': `${key}:\n  parameters:\n    - name: mode\n      string: warn\n`,
  });
  expect(errorOf(await application.refresh())).toContain(
    'cilium-align blocks: cilium/.argocd-source.yaml changes the parameters of this plugin from within the repository.',
  );
});
