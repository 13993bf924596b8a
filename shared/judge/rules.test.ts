import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import type { ExampleFiles } from './example.ts';
import { rules } from './index.ts';

const findingsOf = (example: ExampleFiles) => check(memoryRepository(example), { failOn: 'error', undecided: 'fail' }).findings;

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
