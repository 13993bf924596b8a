import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONFIG_FILE } from '../../shared/config/config.ts';
import { readConfig } from '../../shared/config/read-config.ts';
import { fix } from '../../shared/fix/fix.ts';
import type { FixOptions } from '../../shared/fix/model.ts';
import { isLeft, renderFix } from '../../shared/fix/table.ts';
import { directoryRepository } from '../../shared/repository/directory.ts';

// What a person sees of fix for the examples and the stories of the check, both sides. UPDATE_STORIES=1 writes them; read the difference before you commit it.
const root = join(import.meta.dirname, '../..');
const repositories = [
  ...['omni-handoff', 'native-routing', 'one-source', 'two-clusters'].map((name) => ({
    name: `example ${name}`,
    path: join(root, 'examples', name),
  })),
  ...readdirSync(join(root, 'test/cases')).map((name) => ({ name, path: join(root, 'test/cases', name, 'repo') })),
].filter(({ path }) => existsSync(path));

function optionsFor(path: string, side: FixOptions['side']): FixOptions {
  const options: FixOptions = { side, failOn: 'error', undecided: 'fail', today: '2026-06-01' };
  const file = join(path, CONFIG_FILE);
  if (!existsSync(file)) return options;
  const read = readConfig(CONFIG_FILE, readFileSync(file, 'utf8'));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return { ...options, config: read.config };
}

describe('what fix says', () => {
  it.each(repositories)('of $name', ({ name, path }) => {
    const text = (['bootstrap', 'argocd'] as const)
      .map((side) => {
        const result = fix(directoryRepository(path), optionsFor(path, side));
        return `$ cilium-align fix --edit ${side}\n${renderFix(result, { width: 100, colour: false, written: false })}exit ${isLeft(result, false) ? 1 : 0}\n`;
      })
      .join('\n');
    const expected = join(import.meta.dirname, 'stories', `${name.replace(' ', '-')}.txt`);
    if (process.env.UPDATE_STORIES) writeFileSync(expected, text);
    expect(text).toBe(readFileSync(expected, 'utf8'));
  });
});
