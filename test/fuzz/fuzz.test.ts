import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../generated/random.ts';
import { type Case, sizeOf } from './case.ts';
import { mutate } from './mutate.ts';
import { shrink } from './shrink.ts';
import { targets } from './targets.ts';

// `npm run fuzz` looks for inputs that break a promise; here run those that did once, and a few more of each target.

const kept = join(import.meta.dirname, 'kept');

describe('what was found once stays mended', () => {
  it.each(readdirSync(kept))('%s', async (file) => {
    await targets[file.slice(0, file.indexOf('.'))]!.run(JSON.parse(readFileSync(join(kept, file), 'utf8')) as Case);
  });
});

/** Programs are started anew for each case. */
const SLOW = new Set(['command', 'plugin', 'fix']);

describe('changed repositories break nothing', () => {
  it.each(Object.keys(targets).filter((name) => !SLOW.has(name)))('%s', async (name) => {
    const { seeds, run } = targets[name]!;
    const all = seeds();
    const random = new Random(8);
    for (let i = 0; i < 8; i++) await run(mutate(random.pick(all), all, random));
  });

  it.each([...SLOW])('%s', async (name) => {
    const { seeds, run } = targets[name]!;
    const all = seeds();
    await run(mutate(all[0]!, all, new Random(8)));
  });
});

it('a case that fails is made smaller', async () => {
  const files: Case = { 'a.yaml': 'one\ntwo\nthree\n', 'b.yaml': 'x', c: { symlink: 'a.yaml' } };
  const smallest = await shrink(files, async (fewer) => typeof fewer['a.yaml'] === 'string' && fewer['a.yaml'].includes('wo'));
  expect(smallest).toEqual({ 'a.yaml': 'wo' });
  expect(sizeOf(smallest)).toBe(2);
});
