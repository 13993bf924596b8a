import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const tags = ['v1', 'v1.2', 'v1.2.3', 'v1.2.10', 'v1.10.0', 'v2.0.0', 'v12.0.0', 'v2.1.0-rc.1', 'nightly'];
const moved = (release: string, input = tags): string =>
  execFileSync('bash', [join(import.meta.dirname, 'moving-tags.sh'), release], { encoding: 'utf8', input: input.join('\n') });

it.each([
  ['the newest of its line moves both', 'v1.10.1', 'v1.10\nv1\n'],
  ['the newest of an older minor moves that alone', 'v1.2.11', 'v1.2\n'],
  ['one that is not the newest moves nothing', 'v1.2.4', ''],
  ['the first of a major begins both', 'v3.0.0', 'v3.0\nv3\n'],
  ['v1 is not v12', 'v1.11.0', 'v1.11\nv1\n'],
])('%s', (_, release, expected) => {
  expect(moved(release)).toBe(expected);
});

it('the first of all moves both', () => {
  expect(moved('v0.1.0', [])).toBe('v0.1\nv0\n');
});
