import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlugin, buildPlugin, type PluginRequest, texts } from './built-plugin.ts';
import { edited, valuesFile } from './repositories.ts';

// Who may decide what: the sidecar's environment is the floor, the Application and the repository only ask for more.

let plugin: BuiltPlugin;
beforeAll(async () => {
  plugin = await buildPlugin();
});
afterAll(() => plugin.remove());

const values = 'cilium/values.yaml';
const broken = () => edited(valuesFile(), values, 'mode: kubernetes', 'mode: cluster-pool');
const warned = () => edited(valuesFile(), values, 'replicas: 1', 'replicas: 2');
const opaque = () => edited(valuesFile(), values, 'mode: kubernetes', 'mode: ENC[AES256_GCM,data:eA==,type:str]');

const blocks = async (request: Omit<PluginRequest, 'path'>) => {
  const { code, out, err, verdict } = await plugin.generate({ path: 'cilium', ...request });
  expect(out).toBe('');
  return { blocks: code === 1, verdict, err };
};

describe('mode', () => {
  it.each([
    // [sidecar, Application, what counts]
    [undefined, undefined, 'enforce'],
    [undefined, 'warn', 'enforce'],
    [undefined, 'off', 'enforce'],
    ['warn', undefined, 'warn'],
    ['warn', 'enforce', 'enforce'],
    ['warn', 'off', 'warn'],
    ['off', undefined, 'off'],
    ['off', 'warn', 'warn'],
    ['off', 'enforce', 'enforce'],
    ['enforce', 'off', 'enforce'],
    ['', '', 'enforce'],
  ])('sidecar %s, Application %s: %s', async (floor, asked, counts) => {
    const { blocks: blocked, verdict } = await blocks({
      files: broken(),
      ...(floor !== undefined && { env: { CILIUM_ALIGN_MODE: floor } }),
      ...(asked !== undefined && { parameters: texts({ mode: asked }) }),
    });
    expect(blocked).toBe(counts === 'enforce');
    expect(verdict).toMatch(
      {
        enforce: /^cilium-align blocks: /,
        warn: /^cilium-align would block, but its mode is warn: /,
        off: /^cilium-align is off: nothing was compared\.$/,
      }[counts as 'enforce'],
    );
  });

  it('says which wish does not count', async () => {
    const { err } = await blocks({ files: broken(), parameters: texts({ mode: 'off' }) });
    expect(err).toContain('The parameter mode: off does not count: this sidecar asks for enforce at least.');
  });
});

describe('fail-on', () => {
  it.each([
    // [sidecar, Application, repository, blocks a warning]
    [undefined, undefined, undefined, false],
    [undefined, 'warning', undefined, true],
    [undefined, undefined, 'warning', true],
    ['warning', 'error', 'never', true],
    ['error', 'error', 'note', true],
    [undefined, undefined, 'never', false],
  ])('sidecar %s, Application %s, repository %s: %s', async (floor, asked, written, expected) => {
    const { blocks: blocked } = await blocks({
      files: { ...warned(), ...(written !== undefined && { '.cilium-align.yaml': `fail-on: ${written}\n` }) },
      ...(floor !== undefined && { env: { CILIUM_ALIGN_FAIL_ON: floor } }),
      ...(asked !== undefined && { parameters: texts({ 'fail-on': asked }) }),
    });
    expect(blocked).toBe(expected);
  });

  it('does not let the repository pass an error with fail-on never', async () => {
    expect(await blocks({ files: { ...broken(), '.cilium-align.yaml': 'fail-on: never\n' } })).toMatchObject({ blocks: true });
  });
});

describe('undecided', () => {
  it.each([
    // [sidecar, Application, repository, blocks what cannot be known]
    [undefined, undefined, undefined, true],
    [undefined, 'warn', 'warn', true],
    ['warn', undefined, undefined, false],
    ['warn', 'fail', undefined, true],
    ['warn', undefined, 'fail', true],
  ])('sidecar %s, Application %s, repository %s: %s', async (floor, asked, written, expected) => {
    const { blocks: blocked } = await blocks({
      files: { ...opaque(), ...(written !== undefined && { '.cilium-align.yaml': `undecided: ${written}\n` }) },
      ...(floor !== undefined && { env: { CILIUM_ALIGN_UNDECIDED: floor } }),
      ...(asked !== undefined && { parameters: texts({ undecided: asked }) }),
    });
    expect(blocked).toBe(expected);
  });
});

describe("the repository's exceptions", () => {
  const allow = 'allow:\n  - setting: ipam\n    reason: moving in June\n    until: 2020-01-31\n';

  it('do not count by themselves, and the verdict says so', async () => {
    const run = await blocks({ files: { ...broken(), '.cilium-align.yaml': allow } });
    expect(run.blocks).toBe(true);
    expect(run.err).toContain('What .cilium-align.yaml allows does not count here');
  });

  it('count where the operator honours them, until nobody enforces the last day', async () => {
    const run = await blocks({ files: { ...broken(), '.cilium-align.yaml': allow }, env: { CILIUM_ALIGN_ALLOW: 'honour' } });
    expect(run.blocks).toBe(false);
    expect(run.err).toContain('Allowed until 2020-01-31: moving in June');
  });

  it('lower no level, and raise them', async () => {
    expect(await blocks({ files: { ...broken(), '.cilium-align.yaml': 'levels:\n  ipam: note\n' } })).toMatchObject({ blocks: true });
    expect(await blocks({ files: { ...warned(), '.cilium-align.yaml': 'levels:\n  operator.replicas: error\n' } })).toMatchObject({
      blocks: true,
    });
  });
});

describe('what an Application cannot reach', () => {
  it("the sidecar's variables by plugin.env, which Argo CD prefixes", async () => {
    const env = { ARGOCD_ENV_CILIUM_ALIGN_MODE: 'off', ARGOCD_ENV_MODE: 'off', PARAM_MODE: 'off', CILIUM_ALIGN_MODE: 'enforce' };
    expect(await blocks({ files: broken(), env })).toMatchObject({ blocks: true });
  });

  it('a text that the sidecar has decided', async () => {
    const env = { CILIUM_ALIGN_CLUSTER: 'homelab' };
    expect(await blocks({ files: valuesFile(), env, parameters: texts({ cluster: 'homelab' }) })).toMatchObject({ blocks: false });
    expect(await blocks({ files: valuesFile(), env, parameters: texts({ cluster: 'other' }) })).toMatchObject({ blocks: true });
  });
});

it('takes what Kubernetes sets for a Service of this name for no setting', async () => {
  const env = { CILIUM_ALIGN_SERVICE_HOST: '10.0.0.1', CILIUM_ALIGN_PORT: 'tcp://10.0.0.1:80', CILIUM_ALIGN_PORT_80_TCP_ADDR: '10.0.0.1' };
  expect(await blocks({ files: valuesFile(), env })).toMatchObject({ blocks: false });
});

describe('break-glass', () => {
  const env = { CILIUM_ALIGN_BREAK_GLASS: 'INC-7: nodes cannot join' };

  it('lets pass what would be blocked, and shows its reason and the verdict', async () => {
    const run = await blocks({ files: broken(), env });
    expect(run.blocks).toBe(false);
    expect(run.verdict).toBe('cilium-align lets a blocked sync pass, break-glass is on: INC-7: nodes cannot join');
    expect(run.err).toContain('Without it: 1 disruptive difference between the bootstrap and Argo CD.');
  });

  it('lets pass what cannot be judged', async () => {
    expect(await blocks({ files: broken(), env, parameters: texts({ mod: 'warn' }) })).toMatchObject({ blocks: false });
  });

  it('is shown where nothing would be blocked, too', async () => {
    expect((await blocks({ files: valuesFile(), env })).err).toContain(
      'Break-glass is on and nothing would be blocked: INC-7: nodes cannot join',
    );
  });

  it('is nothing without a reason', async () => {
    expect(await blocks({ files: broken(), env: { CILIUM_ALIGN_BREAK_GLASS: ' ' } })).toMatchObject({ blocks: true });
  });
});
