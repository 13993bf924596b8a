import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { check } from '../shared/check.ts';
import type { Report } from '../shared/model.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import type { RepositoryPair } from '../shared/repository/pair.ts';

const root = join(import.meta.dirname, '..');
const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(root, 'schema/report.schema.json'), 'utf8')));
const policy = { failOn: 'error', undecided: 'fail' } as const;

/** The files of a folder, those below the paths of the bootstrap in a repository of their own. */
function split(folder: string, bootstrap: readonly string[]): RepositoryPair {
  const whole = directoryRepository(join(root, folder));
  const isBootstrap = (path: string) =>
    bootstrap.some((start) => path === start || path.startsWith(`${start}/`) || path.includes(`/${start}/`));
  const half = (wanted: boolean) =>
    memoryRepository(
      Object.fromEntries(whole.files.filter(({ path }) => isBootstrap(path) === wanted).map(({ path }) => [path, whole.read(path)])),
    );
  return { bootstrap: { name: 'talos', repository: half(true) }, argocd: { name: 'gitops', repository: half(false) }, here: 'argocd' };
}

/** What a report says, whatever repository its files are in. */
function said({ outcome, exitCode, clusters, findings }: Report): string {
  const said = {
    outcome,
    exitCode,
    clusters: clusters.map(({ name, rows, talos }) => ({ name, rows, talos })),
    findings: findings.map(({ rule, level, message, setting, places }) => ({ rule, level, message, setting, places })),
  };
  return JSON.stringify(said, null, 1).replace(/(?:talos|gitops):\//g, '');
}

describe('two repositories', () => {
  it.each([
    ['examples/native-routing', ['talos', 'bootstrap']],
    ['test/cases/job-with-mounted-values/repo', ['talos']],
    ['test/cases/opaque-values/repo', ['talos', 'bootstrap']],
    ['test/cases/rendered-manifest-in-omni-patch/repo', ['omni']],
    ['test/cases/several-clusters/repo', ['talos']],
    ['test/cases/umbrella-chart/repo', ['talos', 'bootstrap', 'Taskfile.yaml']],
  ])('say of %s what one says', (folder, bootstrap) => {
    const report = check(split(folder, bootstrap), policy);
    expect(valid(JSON.parse(JSON.stringify(report))), JSON.stringify(valid.errors)).toBe(true);
    expect(report.repositories).toEqual([
      { name: 'talos', side: 'bootstrap', here: false },
      { name: 'gitops', side: 'argocd', here: true },
    ]);
    expect(said(report)).toBe(said(check(directoryRepository(join(root, folder)), policy)));
  });
});
