import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlugin, buildPlugin, type PluginRequest, texts } from './built-plugin.ts';
import { edited, inlineValues, twoClusters, valuesFile, without } from './repositories.ts';

// Which cluster is judged: that of the Application, and no other one.

let plugin: BuiltPlugin;
beforeAll(async () => {
  plugin = await buildPlugin();
});
afterAll(() => plugin.remove());

const judge = async (request: PluginRequest) => {
  const { code, err } = await plugin.generate(request);
  return { code, err, line: err.split('\n', 1)[0] };
};

const labBroken = () => edited(twoClusters(), 'clusters/lab/cilium/values.yaml', 'mode: kubernetes', 'mode: cluster-pool');

describe('of two clusters', () => {
  it('an Application of one name in each is told apart by the path of its gate', async () => {
    expect(await judge({ path: 'clusters/prod/cilium', files: labBroken() })).toMatchObject({
      code: 0,
      line: expect.stringContaining('prod: Aligned'),
    });
    expect(await judge({ path: 'clusters/lab/cilium', files: labBroken() })).toMatchObject({
      code: 1,
      line: expect.stringContaining('lab: 1 disruptive'),
    });
  });

  it('by its own name', async () => {
    const named = edited(labBroken(), 'clusters/prod/argocd/cilium.yaml', 'name: cilium\n', 'name: network\n');
    expect(await judge({ path: '.', application: 'network', files: named })).toMatchObject({ code: 0 });
    expect(await judge({ path: '.', application: 'argocd_network', files: named })).toMatchObject({ code: 0 });
    expect(await judge({ path: '.', application: 'elsewhere_network', files: named })).toMatchObject({ code: 1 });
  });

  it('by the parameter, and by the sidecar', async () => {
    expect(await judge({ path: '.', files: labBroken(), parameters: texts({ cluster: 'prod' }) })).toMatchObject({ code: 0 });
    expect(await judge({ path: '.', files: labBroken(), parameters: texts({ cluster: 'lab' }) })).toMatchObject({ code: 1 });
    expect(await judge({ path: '.', files: labBroken(), env: { CILIUM_ALIGN_CLUSTER: 'prod' } })).toMatchObject({ code: 0 });
  });

  it('never by a guess', async () => {
    expect(await judge({ path: '.', files: labBroken() })).toMatchObject({ code: 1, line: expect.stringContaining('Which of 2 clusters') });
  });

  it('a broken file of the other one does not matter', async () => {
    const files = { ...twoClusters(), 'clusters/lab/talos/patches/more.yaml': 'cluster:\n  inlineManifests: [\n' };
    expect(await judge({ path: 'clusters/prod/cilium', files })).toMatchObject({ code: 0 });
    expect(await judge({ path: 'clusters/lab/cilium', files })).toMatchObject({ code: 1, line: expect.stringContaining('cannot be read') });
  });
});

describe('an Application that is not in the repository', () => {
  const bare = () => without(valuesFile(), 'argocd/');
  const told = (values?: string) => [
    { name: 'chart-version', string: '1.18.2' },
    { name: 'value-files', array: ['cilium/values.yaml'] },
    ...(values === undefined ? [] : [{ name: 'values', string: values }]),
  ];

  it('is judged by what its parameters say', async () => {
    const run = await judge({ path: 'cilium', application: 'network', files: bare(), parameters: told() });
    expect(run).toMatchObject({ code: 0, line: 'cilium-align passes: Aligned: both sides mean the same Cilium.' });
    expect(run.err).toContain('whether the Application deploys just that is not seen');
  });

  it('with its inline values last, and a line of them in the verdict', async () => {
    const run = await judge({ path: 'cilium', application: 'network', files: bare(), parameters: told('ipam:\n  mode: cluster-pool\n') });
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/Argo CD has cluster-pool \(parameters-of-the-plugin\.yaml:\d+\)/);
  });

  it('at its own version', async () => {
    const parameters = [{ name: 'chart-version', string: '1.16.0' }, ...told().slice(1)];
    const run = await judge({ path: 'cilium', application: 'network', files: bare(), parameters });
    expect(run.code).toBe(1);
    expect(run.err).toContain('version differs');
  });
});

describe('what is not seen is said', () => {
  it('live changes, always', async () => {
    expect((await judge({ path: 'cilium', files: valuesFile() })).err).toContain(
      'Judged is Git: argocd/cilium.yaml and what it reads. Changes of the live Application are not seen.',
    );
  });

  it('a gate that only the live Application has', async () => {
    const files = edited(inlineValues(), 'argocd/cilium.yaml', /\n {4}- repoURL: https:\/\/git\.example[\s\S]*?v1\.0\n/, '\n');
    const run = await judge({ path: 'argocd', files });
    expect(run.code).toBe(0);
    expect(run.err).toContain('argocd/cilium.yaml does not ask for this gate: when Argo CD applies that file, the gate is gone.');
  });
});
