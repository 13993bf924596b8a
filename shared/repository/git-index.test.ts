import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { directoryRepository } from './directory.ts';
import { trackedIn } from './git-index.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

const FILES = [
  '.gitignore',
  'a',
  'apps/cilium/values.yaml',
  'apps/cilium/valuéß.yaml',
  'apps/cilium.yaml',
  `long/${'x'.repeat(200)}/y`,
  'prod.auto.tfvars',
];

function repository(...options: string[]) {
  const root = mkdtempSync(join(tmpdir(), 'cilium-align-index-'));
  roots.push(root);
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  git('init', '--quiet', ...options);
  for (const path of FILES) write(root, path, '');
  write(root, '.gitignore', '*.tfvars\n');
  git('add', '--force', '.');
  return { root, git };
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('the index of a repository', () => {
  it.each([
    ['of version 2', [], '2'],
    ['of version 4, whose paths are cut short', [], '4'],
    ['of a repository of SHA-256', ['--object-format=sha256'], '2'],
  ])('%s names what Git names', (_, options, version) => {
    const { root, git } = repository(...options);
    git('update-index', '--index-version', version);
    const index = readFileSync(join(root, '.git/index'));
    expect(index.readUInt32BE(4)).toBe(Number(version));
    expect(trackedIn(index)?.map(({ path }) => path)).toEqual(git('ls-files', '-z').split('\0').slice(0, -1));
    for (let length = 0; length < index.length; length += 7) expect(() => trackedIn(index.subarray(0, length))).not.toThrow();
  });

  it('of version 3 names what is only meant to be added, too', () => {
    const { root, git } = repository();
    write(root, 'later.yaml', '');
    git('add', '--intent-to-add', 'later.yaml');
    const index = readFileSync(join(root, '.git/index'));
    expect(index.readUInt32BE(4)).toBe(3);
    expect(trackedIn(index)?.map(({ path }) => path)).toEqual(git('ls-files', '-z').split('\0').slice(0, -1));
  });

  it('is no index where it begins otherwise', () => {
    expect(trackedIn(new TextEncoder().encode('no index at all'))).toBeUndefined();
  });
});

describe('a working tree', () => {
  const pathsOf = (root: string) => directoryRepository(root).files.map(({ path }) => path);

  it('holds what is tracked, also where a .gitignore names it, and nothing else that one names', () => {
    const { root } = repository();
    write(root, 'other.tfvars', '');
    expect(pathsOf(root)).toEqual([...FILES].sort());
    write(root, 'apps/.gitignore', 'cilium/\n');
    expect(pathsOf(join(root, 'apps'))).toEqual(['.gitignore', 'cilium.yaml', 'cilium/values.yaml', 'cilium/valuéß.yaml']);
  });

  it('follows no link that stands where a tracked directory was', () => {
    const { root } = repository();
    const elsewhere = mkdtempSync(join(tmpdir(), 'cilium-align-index-'));
    roots.push(elsewhere);
    write(elsewhere, 'cilium/values.yaml', '');
    rmSync(join(root, 'apps'), { recursive: true });
    symlinkSync(elsewhere, join(root, 'apps'));
    expect(pathsOf(root).filter((path) => path.startsWith('apps'))).toEqual([]);
  });
});
