import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { bothSides } from '../judge/example.ts';
import { directoryRepository } from './directory.ts';
import { gitRepository, resolveRevision } from './git.ts';
import { type Repository, UnreadableFile, UnusableRepository } from './repository.ts';

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'cilium-align-git-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const ENV = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { cwd: directory, env: ENV, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString('utf8')
    .trim();
}

type Files = Record<string, string | Buffer | { symlink: string } | { executable: string }>;

/** A new repository with one commit for each of the trees that are given. */
function repository(name: string, commits: Files[], ...options: string[]): string {
  const root = join(scratch, name);
  mkdirSync(root);
  git(root, 'init', '-q', '-b', 'main', ...options);
  for (const files of commits) {
    for (const entry of readdirSync(root)) if (entry !== '.git') rmSync(join(root, entry), { recursive: true });
    write(root, files);
    git(root, 'add', '--all', '--force');
    git(root, 'commit', '-q', '--allow-empty', '-m', 'x');
  }
  return root;
}

function write(root: string, files: Files): void {
  for (const [path, file] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    if (typeof file === 'string' || Buffer.isBuffer(file)) writeFileSync(join(root, path), file);
    else if ('symlink' in file) symlinkSync(file.symlink, join(root, path));
    else {
      writeFileSync(join(root, path), file.executable);
      chmodSync(join(root, path), 0o755);
    }
  }
}

/** All that a repository says of its files. */
function contents(of: Repository): unknown[] {
  return of.files.map(({ path, size, target }) => {
    if (target !== undefined) return { path, target, leadsTo: of.file(path)?.path };
    try {
      return { path, size, text: of.read(path) };
    } catch (error) {
      return { path, size, problem: (error as UnreadableFile).message };
    }
  });
}

const head = (root: string) => gitRepository(root, resolveRevision(root, 'HEAD'));
const paths = (of: Repository) => of.files.map(({ path }) => path);

describe('the files of a commit are those of a clean checkout', () => {
  const TREE: Files = {
    'bootstrap.sh': { executable: '#!/bin/sh\n' },
    'umlaut-ü-☃-𐀀.yaml': 'a: ü\n',
    ' leading and trailing ': 'x\n',
    'new\nline\tand "quotes"': 'x\n',
    '-option': 'x\n',
    ':(glob)*': 'x\n',
    'empty.yaml': '',
    'crlf.yaml': 'a: 1\r\n',
    'binary.yaml': Buffer.from('a\0b'),
    'latin1.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]),
    'bom.yaml': '\ufeffa: 1\n',
    'a/b.yaml': 'a: 1\n',
    'a.yaml': 'a: 2\n',
    'a-b/c.yaml': 'a: 3\n',
    'deep/er/than/that/values.yaml': 'a: 4\n',
    'deep/link': { symlink: '../a/b.yaml' },
    'deep/dot': { symlink: './er/../er/than' },
    'linked-directory': { symlink: 'deep/er' },
    'through-links': { symlink: 'linked-directory/than/that' },
    'link-to-link': { symlink: 'through-links' },
    'physical-parent': { symlink: 'linked-directory/../link' },
    'trailing-slash': { symlink: 'a/' },
    'file-as-directory': { symlink: 'a.yaml/' },
    'beyond-file': { symlink: 'a.yaml/../a/b.yaml' },
    broken: { symlink: 'nowhere' },
    absolute: { symlink: '/etc/passwd' },
    leaving: { symlink: '../../etc/passwd' },
    root: { symlink: '.' },
    'circle-a': { symlink: 'circle-b' },
    'circle-b': { symlink: 'circle-a' },
    'long-target': { symlink: `${'a/../'.repeat(400)}a.yaml` },
    '.gitignore': '*.log\nbuild/\n!keep.log\n/linked-ignored\n',
    'x.log': 'tracked and ignored\n',
    'keep.log': 'x\n',
    'build/x.yaml': 'x\n',
    'a/.gitignore': '!x.log\nsecret.yaml\n',
    'a/x.log': 'x\n',
    'a/secret.yaml': 'x\n',
    'link-into-ignored': { symlink: 'build/x.yaml' },
    'linked-ignored': { symlink: 'a' },
    'node_modules/m/values.yaml': 'x\n',
    'link-into-modules': { symlink: 'node_modules/m/values.yaml' },
    'apps/.terraform/x.tf': 'x\n',
    'apps/node_modules': 'a file\n',
  };

  it.each([
    ['SHA-1', []],
    ['SHA-256', ['--object-format=sha256']],
  ])('with hashes of %s', (name, options) => {
    const origin = repository(`tree-${name}`, [TREE], ...options);
    const clone = join(scratch, `clone-${name}`);
    git(scratch, 'clone', '-q', origin, clone);
    expect(contents(head(clone))).toEqual(contents(directoryRepository(clone)));
    expect(paths(head(clone))).toContain('link-into-modules');
    expect(paths(head(clone))).toContain('x.log');
    expect(head(clone).file('through-links/values.yaml')?.path).toBe('deep/er/than/that/values.yaml');
  });

  it('below a folder of it, links that leave and come back included', () => {
    const origin = repository('subtree', [
      {
        ...TREE,
        'deep/back': { symlink: '../deep/er/than/that/values.yaml' },
        'deep/across': { symlink: '../linked-directory/than' },
        'deep/top': { symlink: '../deep' },
      },
    ]);
    const clone = join(scratch, 'clone-subtree');
    git(scratch, 'clone', '-q', origin, clone);
    const below = gitRepository(join(clone, 'deep'), resolveRevision(join(clone, 'deep'), 'main'));
    // What leads through the outer tree cannot be told from what leaves it.
    const expected = contents(directoryRepository(join(clone, 'deep'))).filter((file) => (file as { path: string }).path !== 'across');
    expect(contents(below)).toEqual(expected);
    expect(paths(below)).toContain('back');
    expect(paths(gitRepository(join(clone, 'deep'), resolveRevision(clone, 'HEAD')))).toContain('er/than/that/values.yaml');
  });

  it('with names that are no UTF-8', () => {
    const root = repository('bytes', [{ 'a.yaml': 'a: 1\n' }]);
    for (const name of [Buffer.from([0x62, 0xff, 0x2e, 0x6d, 0x64]), Buffer.from('\ufffd.md')]) {
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), 'cilium\n');
    }
    git(root, 'add', '--all');
    git(root, 'commit', '-q', '-m', 'x');
    expect(contents(head(root))).toEqual(contents(directoryRepository(root)));
    expect(() => head(root).read('b\ufffd.md')).toThrow(UnreadableFile);
    expect(head(root).read('\ufffd.md')).toBe('cilium\n');
  });

  it('of random trees', () => {
    const random = generator(20_261_121);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const segments = ['a', 'b', 'c.yaml', 'd.log', '.hidden', 'node_modules', 'ü'];
    const path = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(segments)).join('/');
    for (let round = 0; round < 12; round++) {
      const files: Files = {};
      for (let i = 0; i < 25; i++) {
        const here = path();
        const taken = Object.keys(files).some((other) => other === here || other.startsWith(`${here}/`) || here.startsWith(`${other}/`));
        if (taken) continue;
        const kind = random();
        if (kind < 0.4) files[here] = { symlink: pick(['', '../', '../../', './', '/']) + path() + pick(['', '', '/', '/..', '/.']) };
        else if (kind < 0.5) files[`${here}/.gitignore`] = pick(['*.log\n', 'a\n', '/b/\n', '!d.log\n', '**/c.yaml\n']);
        else files[here] = `${random()}\n`;
      }
      const clone = join(scratch, `random-clone-${round}`);
      git(scratch, 'clone', '-q', repository(`random-${round}`, [files]), clone);
      expect(contents(head(clone)), JSON.stringify(files)).toEqual(contents(directoryRepository(clone)));
    }
  });

  it('whatever order they are asked for in, and however often', () => {
    const files: Files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`${i % 37}/${i}.yaml`, `${i}\n${'x'.repeat(i)}`]));
    const root = repository('many', [{ ...files, 'large.txt': 'y'.repeat(9 * 1024 * 1024), 'huge.txt': 'z'.repeat(17 * 1024 * 1024) }]);
    const tree = head(root);
    const random = generator(7);
    const asked = [...tree.files].sort(() => random() - 0.5).slice(0, 200);
    for (const { path } of [...asked, ...tree.files.slice(-300), ...asked]) {
      if (path !== 'huge.txt') expect(Buffer.compare(tree.bytes(path), readFileSync(join(root, path))), path).toBe(0);
    }
    expect(() => tree.read('huge.txt')).toThrow('is 17 MiB, more than the 16 MiB that are read');
    expect(tree.read('large.txt')).toHaveLength(9 * 1024 * 1024);
  });

  it('and so is the report', () => {
    const files = bothSides('ipam:\n  mode: kubernetes', 'ipam:\n  mode: cluster-pool');
    const root = repository('report', [{ ...files, 'talos.yaml': { symlink: 'argocd/cilium.yaml' } }]);
    const options = { failOn: 'error', undecided: 'fail' } as const;
    const report = check(head(root), options);
    expect(report).toEqual(check(directoryRepository(root), options));
    expect(report.outcome).toBe('drifted');
  });
});

describe('every kind of repository', () => {
  const files: Files = { 'a.yaml': 'a: 1\n', 'sub/b.yaml': 'b: 1\n' };

  it('no bare one that is made of the files of a working tree: whoever commits them could make up what any commit holds', () => {
    const forged = repository('forged', [{ 'values.yaml': 'true', 'talos/values.yaml': 'true' }]);
    const commit = git(forged, 'rev-parse', 'HEAD');
    const blob = git(forged, 'rev-parse', 'HEAD:values.yaml');
    for (const folder of ['.', 'talos']) {
      cpSync(join(forged, '.git'), join(forged, folder), { recursive: true });
      const object = join(forged, folder, 'objects', blob.slice(0, 2), blob.slice(2));
      chmodSync(object, 0o600);
      writeFileSync(object, deflateSync('blob 4\0lies'));
    }
    for (const folder of ['.', 'talos']) expect(gitRepository(join(forged, folder), commit).read('values.yaml')).toBe('true');
  });

  it('a bare one, its .git directory, a linked working tree, a shallow clone', () => {
    const origin = repository('kinds', [{ 'old.yaml': 'x\n' }, files]);
    const hash = resolveRevision(origin, 'main');
    git(scratch, 'clone', '-q', '--bare', origin, 'bare');
    git(origin, 'worktree', 'add', '-q', join(scratch, 'linked'), 'HEAD~1');
    git(scratch, 'clone', '-q', '--depth=1', `file://${origin}`, 'shallow');
    for (const place of ['bare', 'kinds/.git', 'linked', 'shallow', 'kinds'].map((name) => join(scratch, name)))
      expect(paths(gitRepository(place, hash)), place).toEqual(['a.yaml', 'sub/b.yaml']);
    expect(paths(gitRepository(join(scratch, 'linked', ''), resolveRevision(join(scratch, 'linked'), 'HEAD')))).toEqual(['old.yaml']);
  });

  it('an empty tree, and a folder that the commit does not have', () => {
    const root = repository('empty', [{}, files]);
    expect(gitRepository(root, resolveRevision(root, 'HEAD~1')).files).toEqual([]);
    expect(gitRepository(join(root, 'sub'), resolveRevision(root, 'HEAD~1')).files).toEqual([]);
  });

  it('one with submodules, which are read where they are checked out', () => {
    const innermost = repository('innermost', [{ 'x.yaml': 'x: 1\n' }]);
    const inner = repository('inner', [
      { ...files, '.gitignore': 'c.yaml\n', 'up.yaml': { symlink: '../../c.yaml' } },
      { 'new.yaml': 'x\n' },
    ]);
    git(inner, 'checkout', '-q', '-B', 'main', 'HEAD~1');
    git(inner, 'submodule', 'add', '-q', innermost, 'deeper');
    git(inner, 'commit', '-q', '-a', '-m', 'x');
    const outer = repository('outer', [{ 'c.yaml': 'c: 1\n', 'other-checkout/a.yaml': 'a\n' }]);
    git(outer, 'submodule', 'add', '-q', inner, 'vendor/inner');
    write(outer, { 'to-submodule': { symlink: 'vendor/inner' }, 'into-submodule': { symlink: 'vendor/inner/a.yaml' } });
    git(outer, 'add', '--all');
    git(outer, 'commit', '-q', '-m', 'x');
    const clone = join(scratch, 'outer-clone');
    git(scratch, 'clone', '-q', outer, clone);
    expect(contents(head(clone))).toEqual(contents(directoryRepository(clone)));
    expect(paths(head(clone))).toEqual(['.gitmodules', 'c.yaml', 'other-checkout/a.yaml', 'to-submodule']);

    git(clone, 'submodule', 'update', '-q', '--init', '--recursive');
    expect(contents(head(clone))).toEqual(contents(directoryRepository(clone)));
    expect(head(clone).read('into-submodule')).toBe('a: 1\n');
    expect(head(clone).read('vendor/inner/deeper/x.yaml')).toBe('x: 1\n');
    expect(head(clone).read('vendor/inner/up.yaml')).toBe('c: 1\n');
    expect(paths(gitRepository(join(clone, 'vendor'), resolveRevision(clone, 'HEAD')))).toContain('inner/deeper/x.yaml');

    // A commit of the submodule that nobody fetched is missing, and not empty.
    git(clone, 'update-index', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/inner`);
    git(clone, 'commit', '-q', '-m', 'x');
    expect(() => head(clone)).toThrow(/^submodule vendor\/inner: commit 1{40} cannot be read, or not all of it is here/);
  });

  it('one whose tree names another checkout in the same folder as if it were its submodule: that is not read', () => {
    const secret = repository('secret', [{ 'secret.yaml': 'password: x\n' }]);
    const root = repository('claims', [{ 'a.yaml': 'a: 1\n' }]);
    git(root, 'clone', '-q', secret, 'checkout');
    git(scratch, 'clone', '-q', secret, 'elsewhere');
    symlinkSync(join(scratch, 'elsewhere'), join(root, 'link'));
    write(root, { 'file/.git': `gitdir: ${join(scratch, 'elsewhere/.git')}\n` });
    for (const path of ['checkout', 'link', 'file'])
      git(root, 'update-index', '--add', '--cacheinfo', `160000,${resolveRevision(secret, 'main')},${path}`);
    git(root, 'commit', '-q', '-m', 'x');
    expect(paths(head(root))).toEqual(['a.yaml']);
  });

  it('nobody but its objects has a say: no configuration, hook, replaced object, filter, alias or environment', () => {
    const root = repository('hostile', [files, { 'a.yaml': 'a: 2\n' }]);
    const trap = join(scratch, 'trap');
    write(scratch, { 'trap.sh': { executable: `#!/bin/sh\necho "$0 $*" >> ${trap}\nexit 1\n` } });
    const run = join(scratch, 'trap.sh');
    for (const [name, value] of [
      ['core.fsmonitor', run],
      ['core.pager', run],
      ['core.sshCommand', run],
      ['core.editor', run],
      ['core.hooksPath', scratch],
      ['core.worktree', scratch],
      ['alias.ls-tree', `!${run}`],
      ['filter.trap.smudge', run],
      ['filter.trap.required', 'true'],
      ['diff.external', run],
      ['credential.helper', `!${run}`],
      ['core.quotePath', 'true'],
      ['core.abbrev', '4'],
      ['color.ui', 'always'],
    ] as const)
      git(root, 'config', name, value);
    writeFileSync(join(root, '.git/info/attributes'), '* filter=trap\n');
    const [now, before] = [resolveRevision(root, 'main'), resolveRevision(root, 'HEAD~1')];
    execFileSync('git', ['--git-dir', join(root, '.git'), 'replace', now, before], { env: ENV });
    process.env.GIT_DIR = join(scratch, 'nowhere');
    process.env.GIT_CONFIG_COUNT = '1';
    process.env.GIT_CONFIG_KEY_0 = 'core.bare';
    process.env.GIT_CONFIG_VALUE_0 = 'nonsense';
    try {
      expect(gitRepository(root, now).read('a.yaml')).toBe('a: 2\n');
      expect(paths(gitRepository(root, now))).toEqual(['a.yaml']);
      expect(resolveRevision(root, 'HEAD~1')).toBe(before);
    } finally {
      for (const name of ['GIT_DIR', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_CONFIG_VALUE_0']) delete process.env[name];
    }
    expect(readdirSync(scratch)).not.toContain('trap');
  });

  it('a partial clone: what is here is read, what is not is said, and nothing is fetched', () => {
    const origin = repository('whole', [
      { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' },
      { 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 1\n' },
    ]);
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    for (const filter of ['blob:none', 'tree:0']) {
      const partial = join(scratch, `partial-${filter.replace(':', '-')}`);
      git(scratch, 'clone', '-q', `--filter=${filter}`, `file://${origin}`, partial);
      expect(head(partial).read('a.yaml')).toBe('a: 2\n');
      if (filter === 'blob:none') {
        const base = gitRepository(partial, resolveRevision(partial, 'HEAD~1'));
        expect(paths(base)).toEqual(['a.yaml', 'b.yaml']);
        expect(base.read('b.yaml')).toBe('b: 1\n');
        expect(() => base.read('a.yaml')).toThrow(UnusableRepository);
        expect(() => base.bytes('a.yaml')).toThrow(/a\.yaml of commit [0-9a-f]{40} cannot be read: its content is not here/);
      } else
        expect(() => gitRepository(partial, resolveRevision(partial, 'HEAD~1'))).toThrow(
          /not all of it is here .*This is a partial clone: `git diff --stat [0-9a-f]{40} HEAD` fetches what is missing/,
        );
      const missing = execFileSync('git', ['rev-list', '--objects', '--all', '--missing=print'], { cwd: partial, env: ENV }).toString();
      expect(missing).toMatch(/^\?/m);
    }
  });

  it('a damaged one is said, and never read as if a file were absent', () => {
    const root = repository('damaged', [files]);
    const blob = git(root, 'rev-parse', 'HEAD:a.yaml');
    const object = join(root, '.git/objects', blob.slice(0, 2), blob.slice(2));
    chmodSync(object, 0o644);
    writeFileSync(object, 'garbage');
    expect(() => head(root).read('a.yaml')).toThrow(UnusableRepository);
    rmSync(object);
    expect(() => head(root).read('a.yaml')).toThrow(/a\.yaml of commit [0-9a-f]{40} cannot be read/);
    const tree = git(root, 'rev-parse', 'HEAD:sub');
    rmSync(join(root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    expect(() => head(root)).toThrow(UnusableRepository);
  });
});

describe('a revision that a person types', () => {
  it('is a branch, a tag, an ancestor, the beginning of a hash', () => {
    const root = repository('words', [{ a: '1' }, { a: '2' }]);
    git(root, 'tag', '-a', 'v1', '-m', 'x', 'HEAD~1');
    const [now, before] = [git(root, 'rev-parse', 'HEAD'), git(root, 'rev-parse', 'HEAD~1')];
    for (const text of ['main', 'HEAD', now.slice(0, 8), '@', 'refs/heads/main']) expect(resolveRevision(root, text), text).toBe(now);
    for (const text of ['v1', 'HEAD~1', 'main^', before]) expect(resolveRevision(root, text), text).toBe(before);
  });

  it('is refused with what to do where it names no commit', () => {
    const origin = repository('refused', [{ a: '1' }, { a: '2' }]);
    git(origin, 'branch', 'feature');
    git(scratch, 'clone', '-q', '--depth=1', `file://${origin}`, 'refused-shallow');
    git(scratch, 'clone', '-q', origin, 'refused-clone');
    const say = (root: string, text: string) => {
      try {
        return resolveRevision(join(scratch, root), text);
      } catch (error) {
        expect(error).toBeInstanceOf(UnusableRepository);
        return (error as Error).message;
      }
    };
    expect(say('refused', 'nonsense')).toBe('no commit is named nonsense here; `git branch --all` and `git log` show what there is');
    expect(say('refused-clone', 'feature')).toBe('no commit is named feature here; did you mean origin/feature?');
    expect(say('refused-shallow', 'HEAD~1')).toMatch(/this clone is shallow: `git fetch --unshallow` brings all commits/);
    expect(say('refused', 'HEAD:a')).toMatch(/no commit is named HEAD:a here \(git: /);
    expect(say('refused', '')).toBe('a branch, a tag or a hash is expected, and nothing was named');
    for (const text of ['--all', '-h', 'a\nb', 'HEAD\0', '--upload-pack=touch x', 'main..feature'])
      expect(say('refused', text), text).toMatch(/^no commit is named /);
    expect(say('refused', '0'.repeat(40))).toMatch(/^no commit is named 0+ here/);
    expect(say('.', 'main')).toMatch(/is not in a Git repository$/);
    expect(say('refused/a', 'main')).toMatch(/is a file; a folder of a Git repository is expected/);
    expect(say('nowhere', 'main')).toMatch(/cannot read the folder .*nowhere \(ENOENT\)/);
  });

  it('is a whole hash for whoever is not a person', () => {
    const root = join(scratch, 'refused');
    for (const text of ['main', 'HEAD', '--help', 'abcdef', `${'a'.repeat(40)} `, 'A'.repeat(40)])
      expect(() => gitRepository(root, text), text).toThrow(/is no commit's hash/);
    expect(() => gitRepository(root, 'a'.repeat(40))).toThrow(/commit a{40} cannot be read, or not all of it is here/);
    expect(() => gitRepository(join(scratch, 'refused-shallow'), resolveRevision(root, 'HEAD~1'))).toThrow(
      /This clone is shallow: `git fetch --depth=1 origin [0-9a-f]{40}` brings the commit/,
    );
  });

  it('needs Git', () => {
    const path = process.env.PATH;
    process.env.PATH = join(scratch, 'nowhere');
    try {
      expect(() => resolveRevision(join(scratch, 'refused'), 'main')).toThrow('git was not found on PATH');
    } finally {
      process.env.PATH = path;
    }
  });
});

/** Numbers from 0 to 1 that look random and are the same each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
