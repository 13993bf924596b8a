import { describe, expect, test } from 'vitest';
import type { Declaration } from '../model.ts';
import { at, fromPlain, opaque, toPlain } from '../tree.ts';
import { chartVersions } from './charts.ts';
import { defaultChartVersion, implicitValues } from './cilium-cli.ts';

test.each([
  ['0.14.0', '1.13.2'],
  ['v0.15.3', '1.13.4'],
  ['0.15.17', '1.14.4'],
  ['0.16.0', '1.15.1'],
  ['0.16.16', '1.16.0'],
  ['0.16.24', '1.16.6'],
  ['0.18.2', '1.17.0'],
  ['0.18.5', '1.17.5'],
  ['v0.18.8', '1.18.2'],
  ['0.19.4', '1.19.3'],
  ['0.19.7', '1.19.5'],
  ['0.19.8', undefined],
  ['0.14.9', undefined],
  ['0.18.0-rc1', undefined],
  ['latest', undefined],
  ['', undefined],
])('cilium-cli %s installs %s', (cli, chart) => expect(defaultChartVersion(cli)).toBe(chart));

test('every chart that is installed by default is known', () => {
  const known = new Set(chartVersions());
  for (const cli of ['0.12.0', '0.13.2', '0.15.20', '0.17.0', '0.19.0', '0.19.7']) expect(known).toContain(defaultChartVersion(cli));
});

describe('implicitValues', () => {
  const tunnel = { operator: { replicas: 1 }, routingMode: 'tunnel', tunnelProtocol: 'vxlan' };
  const plain = { operator: { replicas: 1 } };
  test.each<[Record<string, unknown>, Declaration['installer'], string | undefined, string | undefined, unknown]>([
    [{}, 'cilium-cli-job', '0.18.8', '1.18.2', tunnel],
    [{}, 'cilium-cli-job', undefined, undefined, tunnel],
    [{}, 'cilium-cli-workstation', '0.18.8', '1.18.2', tunnel],
    [{ routingMode: 'native' }, 'cilium-cli-job', '0.18.8', '1.18.2', plain],
    [{ routingMode: 'native' }, 'cilium-cli-job', undefined, '1.18.2', plain],
    [{ routingMode: 'native' }, 'cilium-cli-job', '0.16.0', '1.15.1', tunnel],
    [{ routingMode: 'tunnel' }, 'cilium-cli-job', '0.18.8', '1.18.2', tunnel],
    [{ routingMode: null }, 'cilium-cli-job', '0.18.8', '1.18.2', tunnel],
    [{}, 'cilium-cli-job', '0.15.0', '1.13.4', { ...plain, tunnel: 'vxlan' }],
    [{}, 'helm', undefined, '1.18.2', {}],
    [{}, 'argocd', undefined, '1.18.2', {}],
  ])('%o by %s %s of chart %s adds %o', (values, installer, cli, chart, added) => {
    expect(JSON.parse(JSON.stringify(toPlain(implicitValues(fromPlain(values, { source: 'test' }), installer, cli, chart))))).toStrictEqual(
      added,
    );
  });

  test('says who adds it, and as an integer', () => {
    expect(at(implicitValues(fromPlain({}, { source: 'test' }), 'cilium-cli-job'), 'operator.replicas')).toStrictEqual({
      kind: 'scalar',
      value: 1,
      integer: true,
      place: { source: 'cilium install adds it' },
      origin: 'installer',
    });
  });

  test('does not know the tunnel where routingMode is opaque', () => {
    const place = { file: 'values.yaml', line: 3, column: 1 };
    const unknown = opaque('a variable', place);
    for (const values of [unknown, { kind: 'map' as const, entries: new Map([['routingMode', unknown]]), place, origin: 'set' as const }]) {
      expect(at(implicitValues(values, 'cilium-cli-job', '0.18.8'), 'tunnelProtocol')).toMatchObject({ kind: 'opaque', place });
    }
  });
});
