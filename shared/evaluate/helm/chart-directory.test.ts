import { describe, expect, test } from 'vitest';
import { memoryRepository } from '../../repository/memory.ts';
import { at, toPlain } from '../../tree.ts';
import type { Fault } from '../fault.ts';
import { isUpstreamCilium, lockedVersion, ownValues, readChart, unlistedCharts, vendored } from './chart-directory.ts';

const CHART = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;
const DEPENDS = `dependencies:
  - name: cilium
    version: 1.18.2
    repository: file://../cilium
    alias: cni
    condition: cni.enabled
    tags: [network, a<b]
    import-values: [data]
`;
const chartOf = (files: Record<string, string>, directory = 'a') => {
  const repository = memoryRepository(files);
  return { repository, chart: readChart(repository, directory)! };
};

describe('a chart', () => {
  test('is what its Chart.yaml says', () => {
    expect(chartOf({ 'a/Chart.yaml': CHART('network', DEPENDS) }).chart).toMatchObject({
      directory: 'a',
      file: 'a/Chart.yaml',
      name: 'network',
      version: '0.1.0',
      versionPlace: { line: 3, column: 10 },
      place: { file: 'a/Chart.yaml', line: 2, column: 7 },
      dependencies: [
        {
          name: 'cilium',
          key: 'cni',
          version: '1.18.2',
          versionPlace: { line: 6, column: 14 },
          repository: 'file://../cilium',
          condition: 'cni.enabled',
          tags: ['network', 'a<b'],
          place: { line: 5, column: 11 },
        },
      ],
    });
  });

  test('at the root of the repository is one too, and what holds no Chart.yaml is none', () => {
    expect(chartOf({ 'Chart.yaml': CHART('network') }, '').chart).toMatchObject({ directory: '', file: 'Chart.yaml', dependencies: [] });
    expect(readChart(memoryRepository({ 'a/values.yaml': '' }), 'a')).toBeUndefined();
  });

  test('may leave almost everything out', () => {
    const { chart } = chartOf({ 'a/Chart.yaml': 'dependencies: [{name: x}, {alias: nameless}, {name: z, version: null}]' });
    expect(chart).toMatchObject({ name: '', place: { file: 'a/Chart.yaml', line: 1, column: 1 } });
    expect(chart).not.toHaveProperty('version');
    expect(chart.dependencies.map(({ name, key, repository, tags }) => [name, key, repository, tags])).toEqual([
      ['x', 'x', '', []],
      ['z', 'z', '', []],
    ]);
    for (const dependency of chart.dependencies) expect(dependency).not.toHaveProperty('version');
    expect(chartOf({ 'a/Chart.yaml': '' }).chart.dependencies).toEqual([]);
  });

  test('of Helm 2 has its dependencies in a file of their own', () => {
    const requirements = 'dependencies: [{name: cilium, version: 1.18.2}]';
    expect(chartOf({ 'a/Chart.yaml': CHART('x'), 'a/requirements.yaml': requirements }).chart.dependencies).toHaveLength(1);
    expect(chartOf({ 'a/Chart.yaml': CHART('x', 'dependencies: []'), 'a/requirements.yaml': requirements }).chart.dependencies).toEqual([]);
  });

  test.each([
    ['of a known version', { 'a/Chart.yaml': CHART('cilium').replace('0.1.0', '1.18.2') }, true],
    ['with its ConfigMap', { 'a/Chart.yaml': CHART('cilium'), 'a/templates/cilium-configmap.yaml': '' }, true],
    ['of another version', { 'a/Chart.yaml': CHART('cilium') }, false],
    ['of no version', { 'a/Chart.yaml': 'name: cilium' }, false],
    ['of another name', { 'a/Chart.yaml': CHART('network').replace('0.1.0', '1.18.2'), 'a/templates/cilium-configmap.yaml': '' }, false],
    ['that depends on Cilium', { 'a/Chart.yaml': CHART('cilium', DEPENDS).replace('0.1.0', '1.18.2') }, false],
    ['that depends on something else', { 'a/Chart.yaml': CHART('cilium', 'dependencies: [{name: x}]').replace('0.1.0', '1.18.2') }, true],
  ])('%s is Cilium: %#', (_, files, expected) => {
    const { repository, chart } = chartOf(files);
    expect(isUpstreamCilium(repository, chart)).toBe(expected);
  });
});

describe('the values of a chart', () => {
  const values = (text: string, origin: 'set' | 'default') => {
    const faults: Fault[] = [];
    const { repository, chart } = chartOf({ 'a/Chart.yaml': CHART('x'), 'a/values.yaml': text });
    return { layer: ownValues(repository, chart, origin, faults)!, faults };
  };

  test('as defaults delete nothing', () => {
    const text = 'a: null\nb: {c: null, d: 1}\nl: [null, {e: null}]\n';
    const { layer } = values(text, 'default');
    expect(layer.kind === 'values-file' && toPlain(layer.tree)).toEqual({ b: { d: 1 }, l: [null, {}] });
    for (const path of ['b', 'b.d', 'l', 'l.0'])
      expect(layer.kind === 'values-file' && at(layer.tree, path)).toMatchObject({ origin: 'default' });
    const set = values(text, 'set').layer;
    expect(set.kind === 'values-file' && toPlain(set.tree)).toEqual({ a: null, b: { c: null, d: 1 }, l: [null, { e: null }] });
  });

  test('are none where there is no file, and a fault where Helm cannot read it', () => {
    const { repository, chart } = chartOf({ 'a/Chart.yaml': CHART('x') });
    expect(ownValues(repository, chart, 'set', [])).toBeUndefined();
    const { faults } = values('a: [', 'set');
    expect(faults.map(({ message, places }) => [message.startsWith('Helm cannot read a/values.yaml: it '), places.length])).toEqual([
      [true, 1],
    ]);
    const root = chartOf({ 'Chart.yaml': CHART('x'), 'values.yaml': 'a: 1' }, '');
    expect(ownValues(root.repository, root.chart, 'set', [])!.place).toEqual({ file: 'values.yaml', line: 1, column: 1 });
  });
});

describe('a dependency lies', () => {
  const where = (files: Record<string, string>) => {
    const { repository, chart } = chartOf({ 'a/Chart.yaml': CHART('network', DEPENDS), ...files });
    return vendored(repository, chart, chart.dependencies[0]!);
  };
  test.each([
    [
      'unpacked below charts/, whatever the directory is called',
      { 'a/charts/any/Chart.yaml': CHART('cilium') },
      { directory: 'a/charts/any' },
    ],
    ['packed below charts/', { 'a/charts/cilium-1.18.2.tgz': '' }, { version: '1.18.2', file: 'a/charts/cilium-1.18.2.tgz' }],
    ['packed with a v', { 'a/charts/cilium-v1.18.2-rc.1.tgz': '' }, { version: '1.18.2-rc.1', file: 'a/charts/cilium-v1.18.2-rc.1.tgz' }],
    ['where its repository leads', { 'cilium/Chart.yaml': CHART('cilium') }, { directory: 'cilium' }],
    ['nowhere', {}, undefined],
    [
      'not in another chart',
      { 'a/charts/x/Chart.yaml': CHART('x'), 'a/charts/x-1.0.0.tgz': '', 'a/charts/my-cilium-1.0.0.tgz': '' },
      undefined,
    ],
    ['not in what is no archive', { 'a/charts/cilium-1.18.2.tgz.sha': '', 'a/charts/cilium-1.18.tgz': '' }, undefined],
  ])('%s', (_, files, expected) => expect(where(files)).toEqual(expected));

  test('beside charts that nothing lists', () => {
    const { repository, chart } = chartOf({
      'a/Chart.yaml': CHART('network', DEPENDS),
      'a/charts/cilium/Chart.yaml': CHART('cilium'),
      'a/charts/x/Chart.yaml': CHART('extra'),
      'a/charts/y/values.yaml': '',
    });
    expect(unlistedCharts(repository, chart).map(({ name }) => name)).toEqual(['extra']);
  });
});

describe('Chart.lock', () => {
  // Written by `helm dependency update` of Helm 4.3 for DEPENDS, and for a dependency without the fields that it may leave out.
  const LOCK = (digest: string) => `dependencies:
- name: other
  repository: ""
  version: 9.9.9
- name: cilium
  repository: file://../cilium
  version: 1.18.2
digest: sha256:${digest}
`;
  const ONE = (digest: string) => LOCK(digest).replace('- name: other\n  repository: ""\n  version: 9.9.9\n', '');
  const WHOLE = '0eff11a8da59f80fda19c1ee861a02c5f03e84e11f427b2b228625989604cd54';
  const BARE = '2ddb964dc611bd469ac500d9670313178cf5b28aa5d037012c70b40b230bffa3';
  const bare = DEPENDS.replace(/ {4}(alias|condition|tags|import-values).*\n/g, '');
  const locked = (dependencies: string, lock?: string) => {
    const { repository, chart } = chartOf({
      'a/Chart.yaml': CHART('network', dependencies),
      ...(lock !== undefined && { 'a/Chart.lock': lock }),
    });
    return lockedVersion(repository, chart, chart.dependencies[0]!);
  };

  test.each([
    ['of every field', DEPENDS, WHOLE, true],
    ['of the fields that must be', bare, BARE, true],
    ['of something else', bare, WHOLE, false],
    ['of a version that changed since', bare.replace('1.18.2', '1.18.3'), BARE, false],
  ])('%s is in step with Chart.yaml: %#', (_, dependencies, digest, inStep) => {
    expect(locked(dependencies, ONE(digest))).toMatchObject({
      file: 'a/Chart.lock',
      version: '1.18.2',
      place: { line: 4, column: 12 },
      inStep,
    });
  });

  test('says the version of each dependency by its name', () => {
    expect(locked(bare, LOCK(BARE))).toMatchObject({ version: '1.18.2' });
    expect(locked(bare.replace('name: cilium', 'name: missing'), LOCK(BARE))).not.toHaveProperty('version');
    expect(locked(bare, 'dependencies: none')).toEqual({ file: 'a/Chart.lock', inStep: true });
    expect(locked(bare, ONE(BARE).replace('1.18.2', 'v1.18.2'))).toMatchObject({ version: '1.18.2' });
  });

  test('is none where it does not exist or holds no map', () => {
    expect(locked(bare)).toBeUndefined();
    expect(locked(bare, '- a')).toBeUndefined();
    const root = chartOf({ 'Chart.yaml': CHART('network', bare), 'Chart.lock': ONE(BARE) }, '');
    expect(lockedVersion(root.repository, root.chart, root.chart.dependencies[0]!)).toMatchObject({ file: 'Chart.lock', inStep: true });
  });
});
