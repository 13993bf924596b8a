import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const changelog = `# Changelog

## Unreleased

- not yet

## [1.2.3] - 2026-12-01

### Added

- a rule ([rules](docs/rules.md#a), [site](https://example.org/x))

## 1.2.0 (2026-11-01)

- first

## 0.9.0

[1.2.3]: https://example.org/compare
`;
const notes = (release: string) => {
  const { status, stdout, stderr } = spawnSync('bash', [join(import.meta.dirname, 'release-notes.sh'), release], {
    encoding: 'utf8',
    input: changelog,
  });
  return { status, stdout, stderr };
};

it.each([
  [
    'v1.2.3',
    '### Added\n\n- a rule ([rules](https://github.com/cilium-align/cilium-align/blob/v1.2.3/docs/rules.md#a), [site](https://example.org/x))\n',
  ],
  ['v1.2.0', '- first\n'],
])('%s has its own notes', (release, expected) => {
  expect(notes(release)).toEqual({ status: 0, stdout: expected, stderr: '' });
});

it.each(['v0.9.0', 'v1.2', 'v1.2.30'])('%s has none, and is not released', (release) => {
  expect(notes(release)).toEqual({
    status: 1,
    stdout: '',
    stderr: `CHANGELOG.md has no notes under "## ${release.slice(1)}": write them before you tag\n`,
  });
});
