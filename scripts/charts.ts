/**
 * Records the charts of a folder beside those that are known: `npm run charts -- DIR` reads every cilium-<version>.tgz in it and writes
 * shared/cilium/data again. Where HELMFACTS names the judge's binary, the recorded documents are rendered on each version that is new
 * (or named: `npm run charts -- DIR VERSION …`), and every fact that the template rules do not explain is printed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { readChartArchive } from '../shared/read/chart-archive.ts';
import { toPlain } from '../shared/tree.ts';
import { type ChartFacts, writeChartFacts } from './chart-data.ts';
import { freeMaps, honouredPaths, leavesOf } from './chart-paths.ts';
import { writeSchemas } from './charts-schema.ts';
import { type ChartRecord, recordedCharts, type SchemaNode } from './recorded-charts.ts';

const [directory, ...asked] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: npm run charts -- DIR [VERSION …]');

const records = recordedCharts();
const known = new Set(records.keys());
const archives = new Map<string, string>();
for (const file of readdirSync(directory)) {
  if (!/^cilium-.*\.tgz$/.test(file)) continue;
  const chart = await readChartArchive(readFileSync(join(directory, file)));
  const defaults = new Map([...leavesOf(chart.defaults)].map(([path, node]) => [path, JSON.stringify(inOrder(toPlain(node)))]));
  const record: ChartRecord = {
    defaults,
    honoured: honouredPaths(chart.templates, chart.defaults),
    free: freeMaps(chart.templates, chart.defaults),
  };
  if (chart.schema !== undefined) record.schema = JSON.parse(chart.schema) as SchemaNode;
  records.set(chart.version, record);
  archives.set(chart.version, join(directory, file));
}

const versions = [...records.keys()].sort(inReleaseOrder);
writeChartFacts(rangesOf(versions));
writeSchemas(versions, new Map([...records].flatMap(([version, { schema }]) => (schema ? [[version, schema]] : []))));
const fresh = versions.filter((version) => !known.has(version));
console.log(
  `${archives.size} charts read, ${fresh.length} of them new${fresh.length > 0 ? `: ${fresh.join(' ')}` : ''}; ${versions.length} recorded`,
);

const judge = process.env.HELMFACTS;
for (const version of asked.length > 0 ? asked : fresh) {
  const archive = archives.get(version);
  if (archive === undefined) throw new Error(`${directory} holds no chart ${version}`);
  if (judge === undefined) {
    console.log(`${version}: not rendered, HELMFACTS names no binary`);
    continue;
  }
  const { unexplainedFacts } = await import('./unexplained-facts.ts');
  const { documents, facts, differences } = await unexplainedFacts(judge, archive, version);
  console.log(`${version}: ${documents} documents, ${facts} facts, ${differences.size} of them not explained by the rules`);
  for (const [fact, { times, example }] of [...differences].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${fact} (${times} documents): ${example}`);
}

/** Maps with their keys in order, so that one default is one text. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, inOrder(child)]),
  );
}

/** `snapshot` came before `pre`, and `pre` before `rc`, whatever the alphabet says. */
function inReleaseOrder(left: string, right: string): number {
  const [a, b] = [semver.parse(left)!, semver.parse(right)!];
  return a.compareMain(b) || stage(a) - stage(b) || stageNumber(a) - stageNumber(b);
}

function stage({ prerelease }: semver.SemVer): number {
  if (prerelease.length === 0) return 3;
  const name = String(prerelease[0]);
  return name.startsWith('snapshot') ? 0 : name.startsWith('pre') ? 1 : 2;
}

function stageNumber({ prerelease }: semver.SemVer): number {
  return Number(/\d+$/.exec(prerelease.join('.'))?.[0] ?? 0);
}

function rangesOf(versions: string[]): ChartFacts {
  const facts: ChartFacts = { versions, defaults: {}, honoured: {}, free: {} };
  for (const [i, version] of versions.entries()) {
    const record = records.get(version)!;
    const before = versions[i - 1];
    for (const [path, value] of record.defaults) {
      facts.defaults[path] ??= [];
      const last = facts.defaults[path].at(-1);
      if (last && last[1] === before && JSON.stringify(last[2]) === value) last[1] = version;
      else facts.defaults[path].push([version, version, JSON.parse(value)]);
    }
    for (const field of ['honoured', 'free'] as const) {
      for (const path of record[field]) {
        facts[field][path] ??= [];
        const last = facts[field][path].at(-1);
        if (last && last[1] === before) last[1] = version;
        else facts[field][path].push([version, version]);
      }
    }
  }
  return facts;
}
