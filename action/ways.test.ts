import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../shared/check.ts';
import { renderTable } from '../shared/report/table.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { definitions } from './inputs.ts';
import { WORKFLOW } from './ways.ts';

const cases = join(import.meta.dirname, '../test/cases');
const repositories = [
  ['nothing', memoryRepository({})] as const,
  ...readdirSync(cases)
    .filter((name) => existsSync(join(cases, name, 'repo')))
    .map((name) => [name, directoryRepository(join(cases, name, 'repo'))] as const),
];

it.each(repositories)('the log names no option of a command line that is not there: %s', (_, repository) => {
  const report = check(repository, { failOn: 'error', undecided: 'fail' });
  const lines = renderTable(report, { width: 1000, colour: false, showAll: false, ways: WORKFLOW });
  expect(lines).not.toMatch(/`--(?:bootstrap|argocd|show|cluster)|\((?:cilium-align|--show)/);
});

it('names inputs that there are', () => {
  const named = [WORKFLOW.places, WORKFLOW.place('bootstrap', true), WORKFLOW.place('argocd', true)].flatMap((text) =>
    [...text.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!),
  );
  const inputs = definitions().map(([name]): string => name);
  for (const name of named) expect(inputs).toContain(name);
});
