import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { addChart, chartDefaults, isChartPath, knownVersion } from '../cilium/charts.ts';
import { at } from '../tree.ts';
import { loadChart, readChartArchive, UnusableChart } from './chart-archive.ts';

const tar = async (files: Record<string, string>) => {
  const entries = pack();
  for (const [name, data] of Object.entries(files)) entries.entry({ name }, data);
  entries.finalize();
  return buffer(entries);
};
const archive = async (files: Record<string, string>) => gzipSync(await tar(files));
const negativeSize = async () => {
  const bytes = await tar({ 'cilium/Chart.yaml': 'x'.repeat(2000) });
  bytes.write('-0000001000', 124);
  return gzipSync(bytes);
};
const chartYaml = 'apiVersion: v2\nname: cilium\nversion: 1.77.3\nkubeVersion: ">= 1.21.0-0"\n';

describe('readChartArchive', () => {
  test('reads what a chart holds', async () => {
    const chart = await readChartArchive(
      await archive({
        'cilium/Chart.yaml': chartYaml,
        'cilium/values.yaml': 'cluster:\n  name: other\n',
        'cilium/templates/a.yaml': '{{ .Values.x }}',
        'other/Chart.yaml': 'name: x',
      }),
    );
    expect(chart).toMatchObject({ version: '1.77.3', schema: undefined });
    expect([...chart.templates.keys()]).toStrictEqual(['templates/a.yaml']);
    expect(at(chart.defaults, 'cluster.name')).toStrictEqual({
      kind: 'scalar',
      value: 'other',
      place: { source: 'chart default 1.77.3' },
      origin: 'default',
    });
  });

  test.each([
    ['text', new TextEncoder().encode('chart')],
    ['nothing', new Uint8Array()],
    ['another archive', archive({ 'cilium/README.md': 'x' })],
    ['another chart', archive({ 'cilium/Chart.yaml': 'name: flannel\nversion: 1.0.0\n' })],
    ['no version', archive({ 'cilium/Chart.yaml': 'name: cilium\nversion: newest\n' })],
    ['a broken values.yaml', archive({ 'cilium/Chart.yaml': chartYaml, 'cilium/values.yaml': 'a: [' })],
    ['a list of values', archive({ 'cilium/Chart.yaml': chartYaml, 'cilium/values.yaml': '- a\n' })],
    ['a file of negative size', negativeSize()],
    ['random bytes', gzipSync(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251))],
  ])('refuses %s', async (_, bytes) => expect(loadChart(await bytes)).rejects.toThrow(UnusableChart));
});

test('a chart that is added speaks for its version', async () => {
  const chart = await loadChart(
    await archive({ 'cilium/Chart.yaml': chartYaml, 'cilium/values.yaml': 'cluster:\n  name: other\n  brandNew: true\n' }),
  );
  expect(knownVersion('1.77.3')).toBeUndefined();
  addChart(chart);
  expect(knownVersion('v1.77.3')).toStrictEqual({ version: '1.77.3' });
  expect(knownVersion('1.77.9')).toMatchObject({ version: '1.77.3' });
  expect(chartDefaults('1.77.3')).toBe(chart.defaults);
  expect(isChartPath('1.77.3', 'cluster.brandNew')).toBe(true);
  expect(isChartPath('1.77.3', 'socketLB.hostNamespaceOnly')).toBe(true);
  expect(isChartPath('1.77.3', 'cluster.old')).toBe(false);
});
