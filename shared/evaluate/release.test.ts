import { describe, expect, test } from 'vitest';
import type { Declaration, Layer, Opaque } from '../model.ts';
import { at, fromPlain, opaque } from '../tree.ts';
import { askedVersion, isCiliumChart } from './chart-release.ts';
import { installsNetwork } from './network-release.ts';
import { evaluateRelease } from './release.ts';

const place = { file: 'install.sh', line: 3, column: 5 };
const values = (plain: unknown): Layer => ({ kind: 'values-file', place, tree: fromPlain(plain, place) });
const declaration = (more: Partial<Declaration> = {}): Declaration => ({
  side: 'bootstrap',
  form: 'helm-command',
  place,
  files: [place.file],
  name: 'cilium',
  namespace: 'kube-system',
  chartVersion: '1.18.2',
  installer: 'helm',
  layers: [],
  clusters: [],
  rank: 4,
  rankWhy: 'it runs',
  findings: [],
  ...more,
});

describe('a release is worked out under', () => {
  test('its own version, else the one of the other side', () => {
    expect(evaluateRelease(declaration(), '1.17.0')).toMatchObject({ version: '1.18.2' });
    expect(evaluateRelease(declaration({ chartVersion: null }), '1.17.0')).toMatchObject({ version: '1.17.0' });
    expect(evaluateRelease(declaration(), null)).not.toHaveProperty('versionNote');
  });

  test('the newest known patch of its minor, and it says so', () => {
    const { version, versionNote } = evaluateRelease(declaration({ chartVersion: '1.16.999' }), null);
    expect(version).toMatch(/^1\.16\./);
    expect(versionNote).toContain(version);
  });

  test.each([
    ['no version', null, 'no side says which version of the chart it is'],
    ['a minor whose templates are not known', '1.99.0', 'the templates of chart 1.99.0 are not known here'],
    ['one before its templates were followed', '1.13.2', 'the templates of chart 1.13.2 are not known here'],
  ])('%s: nothing is known', (_, chartVersion, why) => {
    const release = evaluateRelease(declaration({ chartVersion, layers: [values({ ipam: { mode: 'kubernetes' } })] }), null);
    expect(release).toMatchObject({ version: null, refusals: [] });
    expect(release).not.toHaveProperty('effective');
    expect(release.versionNote).toBe(chartVersion === null ? undefined : why);
    expect(at(release.user, 'ipam.mode')).toMatchObject({ value: 'kubernetes' });
    const { opaque: reason } = release.facts.get('config.ipam')!;
    expect(reason).toEqual({ kind: 'opaque', reason: why, place });
    const stated = { file: 'install.sh', line: 9, column: 1 };
    expect(evaluateRelease(declaration({ chartVersion, chartVersionPlace: stated }), null).facts.get('config.ipam')!.opaque!.place).toEqual(
      stated,
    );
  });
});

describe('a manifest that somebody rendered', () => {
  const facts = new Map([
    ['config.ipam', { value: 'kubernetes', place, origin: 'set' as const }],
    ['caps.cilium.agent', { value: 'NET_ADMIN', place, origin: 'set' as const }],
  ]);

  test('is what it says, under the version that it says', () => {
    const release = evaluateRelease(declaration({ form: 'rendered-manifest', installer: 'rendered', facts }), null);
    expect(release.facts).toBe(facts);
    expect(release).toMatchObject({ version: '1.18.2', refusals: [], problems: [] });
    expect(release).not.toHaveProperty('effective');
    expect(evaluateRelease(declaration({ facts, chartVersion: '1.99.0' }), null).version).toBe('1.99.0');
    expect(evaluateRelease(declaration({ facts, chartVersion: null }), '1.17.3').version).toBe('1.17.3');
    expect(evaluateRelease(declaration({ facts, chartVersion: '1.16.999' }), null)).toHaveProperty('versionNote');
    expect(release).not.toHaveProperty('versionNote');
  });

  test('says nothing of what is applied after it', () => {
    const reason: Opaque = { kind: 'opaque', reason: 'a patch changes it', place };
    const hidden = evaluateRelease(declaration({ facts, hidden: [{ prefix: 'config.', opaque: reason }] }), null).facts;
    expect(hidden.get('config.ipam')).toMatchObject({ value: '', origin: 'opaque', opaque: reason });
    expect(hidden.get('caps.cilium.agent')).toMatchObject({ value: 'NET_ADMIN', origin: 'set' });
    expect(facts.get('config.ipam')!.value).toBe('kubernetes');
  });
});

describe('the installer speaks', () => {
  test('below what people write: `cilium install` in a Job asks for one operator', () => {
    const job = declaration({ installer: 'cilium-cli-job', form: 'cilium-cli-job', ciliumCliVersion: '0.18.7' });
    expect(at(evaluateRelease(job, null).user, 'operator.replicas')).toMatchObject({ value: 1 });
    expect(at(evaluateRelease({ ...job, layers: [values({ operator: { replicas: 3 } })] }, null).user, 'operator.replicas')).toMatchObject({
      value: 3,
    });
    expect(at(evaluateRelease(job, null).user, 'cluster.name')).toBeUndefined();
    expect(at(evaluateRelease(declaration(), null).user, 'operator.replicas')).toBeUndefined();
  });

  test.each(['cluster.name', 'kubeProxyReplacement', 'k8sServiceHost', 'k8sServicePort'])(
    '`cilium install` by hand asks the cluster for %s unless it is told',
    (path) => {
      const byHand = declaration({ installer: 'cilium-cli-workstation', form: 'cilium-command' });
      expect(at(evaluateRelease(byHand, null).user, path)).toMatchObject({ kind: 'opaque' });
      const told = { cluster: { name: 'x' }, kubeProxyReplacement: 'x', k8sServiceHost: 'x', k8sServicePort: 'x' };
      expect(at(evaluateRelease({ ...byHand, layers: [values(told)] }, null).user, path)).toMatchObject({ value: 'x' });
    },
  );
});

describe('what the chart refuses', () => {
  const refusals = (plain: unknown, more: Partial<Declaration> = {}) =>
    evaluateRelease(declaration({ layers: [values(plain)], ...more }), null).refusals;

  test('is said, but for its schema where Helm is told to skip that', () => {
    expect(refusals({ MTU: 'many' })).not.toEqual([]);
    expect(refusals({ MTU: 'many' }, { skipSchemaValidation: true })).toEqual([]);
    expect(refusals({ MTU: 1400 })).toEqual([]);
  });

  test.each(['1.14.0-snapshot.0', '1.15.0-pre.0', '1.18.0-pre.0', '1.18.2', '1.21.0-pre.0'])(
    'is never its own defaults: %s',
    (chartVersion) => {
      expect(refusals({}, { chartVersion })).toEqual([]);
    },
  );
});

test('a pre-release that would refuse its own defaults still refuses what people write', () => {
  const release = evaluateRelease(declaration({ chartVersion: '1.18.0-pre.0', layers: [values({ MTU: 'many' })] }), null);
  expect(release.refusals.map(({ path }) => path)).toEqual(['MTU']);
});

test('a null of the chart itself stays with Helm 3 alone', () => {
  const nulls = [values({ upgradeCompatibility: null })];
  const effective = (more: Partial<Declaration>) => evaluateRelease(declaration({ layers: nulls, ...more }), null).effective!;
  expect(at(effective({ helm: 4 }), 'upgradeCompatibility')).toBeUndefined();
  expect(at(effective({ helm: 3, layers: [] }), 'upgradeCompatibility')).toMatchObject({ value: null });
  expect(at(effective({ layers: [] }), 'upgradeCompatibility')).toBeUndefined();
});

test('values that cannot be known hide the defaults', () => {
  const hidden = opaque('is remote', place);
  const release = evaluateRelease(declaration({ opaque: hidden, layers: [values({ ipam: { mode: 'kubernetes' } })] }), null);
  expect(release.user).toBe(hidden);
  expect(release.facts.get('config.ipam')).toMatchObject({ origin: 'opaque' });
});

test.each([
  ['nothing said', [values({})], true],
  ['both on', [values({ agent: true, operator: { enabled: true } })], true],
  ['the agent off alone', [values({ agent: false })], true],
  ['the operator off alone', [values({ operator: { enabled: false } })], true],
  ['both off', [values({ agent: false, operator: { enabled: false } })], false],
  ['both off, in two files', [values({ agent: false }), values({ operator: { enabled: false } })], false],
  ['off, and on again', [values({ agent: false, operator: { enabled: false } }), values({ agent: true })], true],
  ['a text, which is no switch', [values({ agent: 'false', operator: { enabled: false } })], true],
  ['an empty value', [values({ agent: '', operator: { enabled: false } })], true],
  ['a flag', [{ kind: 'set', place, flags: [{ flag: 'set', text: 'agent=false,operator.enabled=false', place }] }], false],
  ['a file that cannot be known', [{ kind: 'values-file', place, tree: opaque('is remote', place) }], true],
] as [string, Layer[], boolean][])('agent and operator, %s: the network is %#', (_, layers, expected) => {
  expect(installsNetwork(layers)).toBe(expected);
});

test.each([
  ['1.18.2', '1.18.2'],
  ['v1.18.2', '1.18.2'],
  [' 1.18.2\n', '1.18.2'],
  ['1.19.0-rc.1', '1.19.0-rc.1'],
  ['1.18.2+build.5', '1.18.2'],
  ['1.18', null],
  ['1.18.x', null],
  ['~1.18.2', null],
  ['>=1.18.2', null],
  ['1.18.2 || 1.19.0', null],
  ['', null],
  ['  ', null],
  [undefined, null],
])('the version %j is exactly %j', (text, version) => {
  const exact = askedVersion(text);
  expect(exact.version).toBe(version);
  if (version !== null) expect(exact).not.toHaveProperty('why');
  else expect(exact.why).toContain(text?.trim() ? `${text.trim()} is a range` : 'no version is named');
});

test.each([
  ['cilium', true],
  ['cilium/cilium', true],
  ['oci://quay.io/cilium/charts/cilium', true],
  ['tetragon', false],
  ['cilium/tetragon', false],
  ['my-cilium', false],
  ['cilium/', false],
])('the chart %s is Cilium: %s', (name, expected) => expect(isCiliumChart(name)).toBe(expected));
