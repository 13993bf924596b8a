import { describe, expect, test } from 'vitest';
import { at } from '../tree.ts';
import { chartDefaults, chartVersions, defaultHistory, isChartPath, knownVersion, sensitivityOf } from './charts.ts';

const valueAt = (version: string, path: string) => {
  const node = at(chartDefaults(version), path);
  return node?.kind === 'scalar' ? node.value : node?.kind;
};

describe('chartDefaults', () => {
  test.each([
    ['1.18.2', 'routingMode', ''],
    ['1.18.2', 'MTU', 0],
    ['1.18.2', 'bpf.masquerade', null],
    ['1.18.2', 'cluster.name', 'default'],
    ['1.18.2', 'nodeSelector.kubernetes\\.io/os', 'linux'],
    ['1.18.2', 'extraConfig', 'map'],
    ['1.18.2', 'securityContext.capabilities.ciliumAgent', 'list'],
    ['1.18.2', 'devices', undefined],
    ['1.20.0', 'devices', ''],
    ['1.13.0', 'securityContext', 'map'],
    ['1.14.0', 'securityContext.privileged', false],
    ['9.9.9', 'MTU', undefined],
  ])('%s: %s is %s', (version, path, value) => expect(valueAt(version, path)).toStrictEqual(value));

  test('says who speaks', () => {
    expect(at(chartDefaults('1.18.2'), 'cluster.name')).toStrictEqual({
      kind: 'scalar',
      value: 'default',
      place: { source: 'chart default 1.18.2' },
      origin: 'default',
    });
    expect(chartDefaults('1.18.2')).toBe(chartDefaults('1.18.2'));
  });

  test('every version has its own', () => {
    for (const version of chartVersions()) expect(chartDefaults(version).entries.size).toBeGreaterThan(80);
  });
});

test.each([
  ['1.18.2', '1.18.2', false],
  ['v1.18.2', '1.18.2', false],
  ['1.12.0-rc0', '1.12.0-rc0', false],
  ['1.18.99', '1.18.12', true],
  ['1.21.0', '1.21.0-pre.0', true],
  ['1.99.0', undefined, false],
  ['latest', undefined, false],
  ['', undefined, false],
])('knownVersion(%s) is %s', (version, known, noted) => {
  expect(knownVersion(version)?.version).toBe(known);
  expect(knownVersion(version)?.note !== undefined).toBe(noted);
});

test.each([
  ['1.18.2', 'bpf.masquerade', true],
  ['1.18.2', 'bpf', true],
  ['1.18.2', 'bpf.masquerading', false],
  ['1.18.2', 'cgroup.automount.enabled', false],
  ['1.18.2', 'cgroup.autoMount.enabled', true],
  ['1.18.2', 'extraConfig.any-key', true],
  ['1.18.2', 'nodeSelector.disktype', true],
  ['1.18.2', 'operator.podDisruptionBudget.other', false],
  ['1.18.2', 'hubble.metrics.enabled.0', true],
  ['1.18.2', 'tolerations.0.key', true],
  ['1.18.2', 'devices', true],
  ['1.18.2', 'logOptions.format', true],
  ['1.18.2', 'localRedirectPolicies.enabled', true],
  ['1.17.5', 'localRedirectPolicies.enabled', false],
  ['1.18.2', 'global.imageRegistry', true],
  ['1.18.2', 'constructor', false],
  ['1.18.2', '__proto__.polluted', false],
])('isChartPath(%s, %s) is %s', (version, path, known) => expect(isChartPath(version, path)).toBe(known));

test('defaultHistory', () => {
  const history = defaultHistory('securityContext.capabilities.ciliumAgent');
  expect(history.at(-1)).toMatchObject({ last: '1.21.0-pre.0' });
  expect(history.at(-2)?.value).not.toContain('SYSLOG');
  expect(history.at(-1)?.value).toContain('SYSLOG');
  expect(defaultHistory('toString')).toStrictEqual([]);
});

test('sensitivityOf', () => {
  expect(sensitivityOf('MTU')).toStrictEqual({ config: ['mtu'] });
  expect(sensitivityOf('constructor')).toBeUndefined();
});
