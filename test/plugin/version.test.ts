import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { PLUGIN_NAME, PLUGIN_VERSION } from '../../plugin/version.ts';
import { check } from '../../shared/check.ts';
import { chartVersions } from '../../shared/cilium/charts.ts';
import { CONFIG_FILE } from '../../shared/config/config.ts';
import { readConfig } from '../../shared/config/read-config.ts';
import { rules } from '../../shared/judge/rules/index.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';

// Argo CD keeps a verdict for a commit until the plugin's name changes, so the version in that name must change when verdicts do.
// test/plugin/verdicts.json holds what the version said of every example, story and rule; UPDATE_VERDICTS=1 writes it anew.

const root = join(import.meta.dirname, '../..');
const file = join(root, 'test/plugin/verdicts.json');

interface Verdicts {
  /** Of the plugin. */
  version: string;
  /** Of the package that first had it. */
  since: string;
  newestChart: string;
  stories: Record<string, { input: string; verdict: string }>;
}

function stories(): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  for (const [folder, below] of [
    ['examples', ''],
    ['test/cases', 'repo'],
  ] as const)
    for (const name of readdirSync(join(root, folder))) {
      const directory = join(root, folder, name, below);
      if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) found.set(`${folder}/${name}`, filesIn(directory));
    }
  for (const { id, examples } of rules)
    for (const which of ['passing', 'failing'] as const) found.set(`rule ${id}, ${which}`, examples[which]);
  return found;
}

function filesIn(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(directory, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(directory, path), 'utf8')]),
  );
}

/** What decides, without its words: the outcome, and what stands at which level. */
function verdictOf(files: Record<string, string>): string {
  const read = readConfig(CONFIG_FILE, files[CONFIG_FILE] ?? '');
  if ('problems' in read) return 'the configuration is refused';
  const report = check(memoryRepository(files), { failOn: 'error', undecided: 'fail', config: read.config });
  const rows = report.clusters.flatMap((cluster) =>
    cluster.rows
      .filter((row) => row.status === 'drifted' || row.status === 'opaque')
      .map((row) => `${row.level ?? 'unknown'} ${row.setting}`),
  );
  const findings = report.findings.map((finding) => `${finding.level} ${finding.rule}`);
  const digest = createHash('sha256')
    .update([...rows, ...findings].sort().join('\n'))
    .digest('hex')
    .slice(0, 12);
  const { error, warning, note } = report.counts;
  return `${report.outcome}, exit code ${report.exitCode}, ${error} errors, ${warning} warnings, ${note} notes, ${digest}`;
}

function verdicts(): Verdicts['stories'] {
  return Object.fromEntries(
    [...stories()].map(([name, files]) => [
      name,
      { input: createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12), verdict: verdictOf(files) },
    ]),
  );
}

it('judges as the version in its name did', () => {
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Verdicts;
  const now = verdicts();
  const newestChart = chartVersions().at(-1)!;
  const changed = Object.keys(now).filter((name) => {
    const before = recorded.stories[name];
    return before !== undefined && before.input === now[name]!.input && before.verdict !== now[name]!.verdict;
  });
  if (process.env.UPDATE_VERDICTS === '1') {
    const isOther = changed.length > 0 || newestChart !== recorded.newestChart;
    if (isOther && recorded.version === PLUGIN_VERSION && recorded.since !== packageJson.version)
      throw new Error(
        `cilium-align ${recorded.since} was released with plugin ${PLUGIN_VERSION} and judges otherwise: raise PLUGIN_VERSION in plugin/version.ts`,
      );
    const since = recorded.version === PLUGIN_VERSION ? recorded.since : packageJson.version;
    writeFileSync(file, `${JSON.stringify({ version: PLUGIN_VERSION, since, newestChart, stories: now }, null, 2)}\n`);
    return;
  }
  expect(recorded.version, 'write test/plugin/verdicts.json anew: UPDATE_VERDICTS=1').toBe(PLUGIN_VERSION);
  expect(
    changed,
    'judged otherwise than before: where that is meant, UPDATE_VERDICTS=1 says whether PLUGIN_VERSION must be raised',
  ).toEqual([]);
  expect(newestChart, 'another chart is known: UPDATE_VERDICTS=1 says whether PLUGIN_VERSION must be raised').toBe(recorded.newestChart);
});

it('is named alike wherever people copy it from', () => {
  const named = ['examples', 'docs', 'plugin']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(root, folder, path)))
    .filter((path) => /\.(?:md|ya?ml)$/.test(path) || path.endsWith('Containerfile'))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/cilium-align-v\d+\.\d+/g)].map(([name]) => `${path.slice(root.length + 1)}: ${name}`),
    );
  expect(named.length).toBeGreaterThan(3);
  // The page about upgrades has both, the old one and the next.
  expect(named.filter((line) => !line.startsWith('docs/plugin.md') && !line.endsWith(PLUGIN_NAME))).toEqual([]);
});
