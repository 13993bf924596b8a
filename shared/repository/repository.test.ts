import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkoutRepository, directoryRepository } from './directory.ts';
import { memoryRepository } from './memory.ts';
import { UnreadableFile } from './repository.ts';
import { normalize } from './tree-repository.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'cilium-align-repository-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('a directory', () => {
  it('lists what Git would not ignore, at every level', () => {
    const root = tree({
      '.gitignore': '*.log\nbuild/\n!keep.log\n',
      '.git/info/exclude': 'private.yaml\n',
      '.git/config': '[core]\n',
      'a.log': '',
      'keep.log': '',
      'private.yaml': '',
      'build/x.yaml': '',
      'apps/.gitignore': 'secret.yaml\n!debug.log\n',
      'apps/secret.yaml': '',
      'apps/debug.log': '',
      'apps/app.yaml': 'a: 1\n',
      'secret.yaml': '',
    });
    expect(directoryRepository(root).files.map((f) => f.path)).toEqual([
      '.gitignore',
      'apps/.gitignore',
      'apps/app.yaml',
      'apps/debug.log',
      'keep.log',
      'secret.yaml',
    ]);
  });

  it('lists everything of a fresh checkout, but Git itself', () => {
    const root = tree({ '.gitignore': 'a.yaml\n', '.git/config': '[core]\n', 'a.yaml': '', 'b.yaml': '' });
    expect(checkoutRepository(root).files.map((f) => f.path)).toEqual(['.gitignore', 'a.yaml', 'b.yaml']);
  });

  it('follows links inside the root and none that leave it', () => {
    const root = tree({ 'base/values.yaml': 'a: 1\n', 'outside.txt': '' });
    const other = tree({ 'stolen.yaml': 'secret: 1\n' });
    symlinkSync('../base', join(root, 'base/../overlay'));
    symlinkSync(join(other, 'stolen.yaml'), join(root, 'stolen.yaml'));
    symlinkSync('nowhere', join(root, 'broken.yaml'));
    rmSync(join(root, 'overlay'));
    symlinkSync('base', join(root, 'overlay'));
    const repository = directoryRepository(root);
    expect(repository.read('overlay/values.yaml')).toBe('a: 1\n');
    expect(repository.file('overlay/values.yaml')?.path).toBe('base/values.yaml');
    expect(repository.isDirectory('overlay')).toBe(true);
    expect(() => repository.read('stolen.yaml')).toThrow(UnreadableFile);
    expect(() => repository.read('broken.yaml')).toThrow('does not exist');
    expect(() => repository.read('../etc/passwd')).toThrow('does not exist');
  });

  it('says what it does not read: what is too large, and what is not text', () => {
    const root = tree({ 'huge.yaml': 'a', 'binary.yaml': 'a\0b' });
    truncateSync(join(root, 'huge.yaml'), 200 * 1024 * 1024);
    const repository = directoryRepository(root);
    expect(() => repository.read('huge.yaml')).toThrow('is 200 MiB, more than the 16 MiB that are read');
    expect(() => repository.read('binary.yaml')).toThrow('is not text');
  });
});

describe('any repository', () => {
  it('ends a circle of links', () => {
    const repository = memoryRepository({ a: { symlink: 'b' }, b: { symlink: 'a' }, 'c/d': { symlink: 'c' } });
    expect(repository.file('a')).toBeUndefined();
    expect(repository.isDirectory('c/d/d/d')).toBe(true);
  });

  it('reads UTF-8 without its byte order mark', () => {
    expect(memoryRepository({ 'a.yaml': '\ufeffa: ü\n' }).read('a.yaml')).toBe('a: ü\n');
  });

  it.each([
    ['a/./b//c', 'a/b/c'],
    ['a/../b', 'b'],
    ['/a/', 'a'],
    ['../a', undefined],
    ['a/../../b', undefined],
  ])('normalizes %s to %s', (path, expected) => expect(normalize(path)).toBe(expected));
});
