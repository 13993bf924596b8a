import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { CONFIG_FILE } from '../config/config.ts';
import { readConfig } from '../config/read-config.ts';
import { memoryRepository } from '../repository/memory.ts';
import type { ExampleFiles } from './example.ts';
import { ruleOf, rules } from './rules/index.ts';

// What the readers raise has a page too.
const root = join(import.meta.dirname, '..');
const raised = ['read', 'evaluate'].flatMap((stage) =>
  readdirSync(join(root, stage), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(join(root, stage, file), 'utf8').matchAll(/\brule: '([a-z-]+)'/g)].map(([, id]) => id!)),
);
it.each([...new Set(raised)])('%s has a page', (id) => expect(ruleOf(id)).toBeDefined());

function findingsOf(example: ExampleFiles) {
  const read = readConfig(CONFIG_FILE, example[CONFIG_FILE] ?? '');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return check(memoryRepository(example), { failOn: 'error', undecided: 'fail', today: '2026-01-01', config: read.config }).findings;
}

describe.each(rules)('$id', (rule) => {
  it('finds nothing in its passing example', () => {
    expect(findingsOf(rule.examples.passing).filter((finding) => finding.rule === rule.id)).toEqual([]);
  });

  it('finds its fault in its failing example, at its level', () => {
    const found = findingsOf(rule.examples.failing).filter((finding) => finding.rule === rule.id);
    expect(found.map(({ level }) => level)).toEqual([rule.level]);
    expect(found[0]!.places.length).toBeGreaterThan(0);
    expect(found[0]!.places[0]).toHaveProperty('file');
  });

  it('says what it is in whole sentences', () => {
    expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.fix).toMatch(/\.$/);
    expect(rule.link).toMatch(/^https:\/\//);
    expect(rule.title).not.toMatch(/\.$/);
  });
});
