import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, compare } from '../check.ts';
import { directoryRepository } from '../repository/directory.ts';
import { memoryRepository } from '../repository/memory.ts';
import { inferConfig } from './infer-config.ts';
import { readConfig } from './read-config.ts';

const root = join(import.meta.dirname, '../..');
const repositories = ['examples', 'test/cases'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .map((name) => join(folder, name, folder === 'examples' ? '' : 'repo'))
    .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()),
);

const POLICY = { failOn: 'error', undecided: 'fail' } as const;

function configOf(text: string) {
  const result = readConfig('.cilium-align.yaml', text);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

describe('the configuration that init writes', () => {
  it.each(repositories)('changes nothing: %s', (path) => {
    const repository = directoryRepository(join(root, path));
    const config = configOf(inferConfig(compare(repository, {}).clusters));
    const sides = (report: ReturnType<typeof check>) =>
      report.clusters
        // A cluster without a name gets one from the configuration, and so do the ids of its rows.
        .map(({ name, outcome, bootstrap, argocd, talos, rows }) => ({
          name: name ?? 'main',
          outcome,
          bootstrap,
          argocd,
          talos,
          rows: rows.map((row) => ({ ...row, id: `setting:${name ?? 'main'}:${row.setting}` })),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    const [before, after] = [check(repository, POLICY), check(repository, { ...POLICY, config })];
    expect(sides(after)).toEqual(sides(before));
    expect(after.exitCode).toBe(before.exitCode);
  });

  it('is whole without its comment signs too', () => {
    const uncommented = (text: string) => text.replace(/^# (?=levels:|allow:|clusters:| {2})/gm, '');
    const config = configOf(uncommented(inferConfig([])));
    expect(config.allow).toHaveLength(1);
    expect(config.levels.size).toBe(1);
    expect(config.clusters).toHaveLength(1);
  });

  it('says what was not found', () => {
    const text = inferConfig(compare(memoryRepository({ 'talos/patch.yaml': '' }), {}).clusters);
    expect(configOf(text).clusters).toEqual([]);
  });
});
