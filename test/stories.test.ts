import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type CheckOptions, check } from '../shared/check.ts';
import { CONFIG_FILE } from '../shared/config/config.ts';
import { readConfig } from '../shared/config/read-config.ts';
import { renderTable } from '../shared/report/table.ts';
import { directoryRepository } from '../shared/repository/directory.ts';

// A story is a folder: repo/ is a small repository, expected.txt what a person sees at 100 columns. UPDATE_STORIES=1 writes expected.txt; read the difference before you commit it. How many settings agree is not recorded: a new one is no news to a story.
const root = join(import.meta.dirname, '..');
const stories = [
  ...readdirSync(join(root, 'test/cases')).map((name) => ({
    name,
    repo: join(root, 'test/cases', name, 'repo'),
    expected: join(root, 'test/cases', name, 'expected.txt'),
  })),
  ...readdirSync(join(root, 'examples'))
    .filter((name) => !['README.md', 'api', 'workflows'].includes(name))
    .map((name) => ({
      name: `examples/${name}`,
      repo: join(root, 'examples', name),
      expected: join(root, 'test/examples', `${name}.txt`),
    })),
].filter(({ repo }) => existsSync(repo));

const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(root, 'schema/report.schema.json'), 'utf8')));

const TODAY = '2026-06-01';

/** What the story's own configuration says, as the command line reads it. */
function configurationOf(repo: string): Partial<CheckOptions> {
  const file = join(repo, CONFIG_FILE);
  if (!existsSync(file)) return {};
  const read = readConfig(CONFIG_FILE, readFileSync(file, 'utf8'));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { config } = read;
  return { config, ...(config.failOn && { failOn: config.failOn }), ...(config.undecided && { undecided: config.undecided }) };
}

describe('stories', () => {
  it.each(stories)('$name', ({ repo, expected }) => {
    const report = check(directoryRepository(repo), { failOn: 'error', undecided: 'fail', today: TODAY, ...configurationOf(repo) });
    expect(valid(JSON.parse(JSON.stringify(report))), JSON.stringify(valid.errors)).toBe(true);
    const text =
      `exit ${report.exitCode}, ${report.outcome}\n\n${renderTable(report, { width: 100, colour: false, showAll: false })}`.replace(
        /\d+ settings? agrees?/g,
        'N settings agree',
      );
    if (process.env.UPDATE_STORIES) writeFileSync(expected, text);
    expect(text).toBe(readFileSync(expected, 'utf8'));
    for (const width of [80, 140]) {
      for (const showAll of [false, true]) {
        for (const line of renderTable(report, { width, colour: false, showAll }).split('\n'))
          expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      }
    }
  });
});
