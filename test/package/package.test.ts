import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePeer } from '../peers.ts';
import { type Packed, pack, runWith } from './packed.ts';

const root = join(import.meta.dirname, '../..');
const example = (name: string) => join(root, 'examples', name);
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version as string;

let packed: Packed;
let scratch: string;
beforeAll(async () => {
  packed = await pack();
  scratch = dirname(packed.tarball);
});
afterAll(() => {
  if (scratch) rmSync(scratch, { recursive: true, force: true });
});

/** An empty folder with nothing but the tarball installed in it. */
function installed(name: string, node = process.execPath): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}\n');
  const { code, err } = runWith(node, 'npm', ['install', '--no-audit', '--no-fund', packed.tarball], folder);
  expect(code, err).toBe(0);
  return folder;
}

describe('the tarball', () => {
  it('holds what is needed, and nothing else', () => {
    const kinds = new Set(
      packed.files.map(({ path }) =>
        path
          .replace(/-[A-Z0-9]{8}\.js$/, '-HASH.js')
          .replace(/^(dist\/shared\/)[\w-]+-HASH\.js$/, '$1*.js')
          .replace(/^(dist\/(?:api|shared)\/).*\.d\.ts$/, '$1*.d.ts'),
      ),
    );
    kinds.delete('CHANGELOG.md');
    expect([...kinds].sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/api/*.d.ts',
      'dist/api/index.js',
      'dist/cli/index.js',
      'dist/licences.txt',
      'dist/shared/*.d.ts',
      'dist/shared/*.js',
      'man/cilium-align.1',
      'package.json',
      'schema/config.schema.json',
      'schema/report.schema.json',
    ]);
  });

  it('is small', () => {
    const { size, unpackedSize, files } = packed;
    console.log(`packed ${(size / 1000).toFixed(0)} kB, unpacked ${(unpackedSize / 1000).toFixed(0)} kB, ${files.length} files`);
    expect(size).toBeLessThan(750_000);
    expect(unpackedSize).toBeLessThan(2_000_000);
    expect(files.length).toBeLessThan(100);
  });

  it('brings nothing along, and runs nothing when it is installed', () => {
    const folder = installed('alone');
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cilium-align']);
    const about = JSON.parse(readFileSync(join(folder, 'node_modules/cilium-align/package.json'), 'utf8'));
    for (const key of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'])
      expect(about).not.toHaveProperty(key);
    expect(Object.keys(about.scripts).filter((name) => /install|prepare|prepack|postpack|publish/.test(name))).toEqual([]);
  });

  it('is one that publint finds nothing to say about', async () => {
    const { messages, pkg } = await publint({ pkgDir: join(installed('linted'), 'node_modules/cilium-align'), strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('says where it comes from as provenance asks: https://docs.npmjs.com/generating-provenance-statements', () => {
    const { repository, private: isPrivate, publishConfig } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(repository).toEqual({ type: 'git', url: 'git+https://github.com/cilium-align/cilium-align.git' });
    expect(isPrivate).toBeUndefined();
    expect(publishConfig).toBeUndefined();
  });
});

describe('the licences of what is bundled', () => {
  const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];
  const listed = (folder: string) =>
    [
      ...readFileSync(join(packed.directory, folder, 'licences.txt'), 'utf8').matchAll(
        /(?:^|-{40}\n\n|packages\.\n\n)(\S+) (\d\S*) \((.+)\)\n\n(.+)/g,
      ),
    ].map(([, name, , licence, text]) => ({ name: name!, licence: licence!, text: text! }));

  it.each(['dist', 'dist/action', 'dist/plugin'])('%s: each has a text, and one that allows this', (folder) => {
    const packages = listed(folder);
    expect(packages.length).toBeGreaterThan(5);
    expect(packages.length).toBe(
      readFileSync(join(packed.directory, folder, 'licences.txt'), 'utf8').split(`\n${'-'.repeat(40)}\n`).length,
    );
    for (const { name, licence, text } of packages) {
      expect(ALLOWED, name).toContain(licence);
      expect(text.length).toBeGreaterThan(5);
    }
  });

  it('are those of every library that the sources name', () => {
    const named = (...folders: string[]) =>
      folders.flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter(
            (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/(?:action-yml|plugin-yaml|settings-table)\.ts$/.test(file),
          )
          .flatMap((file) => [
            ...readFileSync(join(root, folder, file), 'utf8').matchAll(
              /^(?:import (?!type\b)|export ).*?from '((?:@[\w-]+\/)?[\w.-]+)(?:\/[^']*)?';$|\bimport\('([\w@][^']*)'\)/gm,
            ),
          ])
          .map(([, from, lazily]) => /^(?:@[^/]+\/)?[^/]+/.exec((from ?? lazily)!)![0])
          .filter((name) => !name.startsWith('node:') && !name.startsWith('.')),
      );
    const of = (folder: string) => listed(folder).map(({ name }) => name);
    expect(of('dist')).toEqual(expect.arrayContaining(named('shared', 'cli', 'api')));
    expect(of('dist/action')).toEqual(expect.arrayContaining(named('action')));
    // What only the Action needs is no part of the package.
    expect(of('dist').filter((name) => name.startsWith('@'))).toEqual([]);
  });
});

describe.each(
  [
    ['20', nodePeer(20)],
    ['22', nodePeer(22)],
    ['24', process.execPath],
  ].filter(([, node]) => node !== undefined) as [string, string][],
)('installed under Node %s', (major, node) => {
  let folder: string;
  beforeAll(() => {
    folder = installed(`node-${major}`, node);
  });
  const run = (...args: string[]) => runWith(node, join(folder, 'node_modules/.bin/cilium-align'), args, folder);

  it('is that Node, and the oldest is what package.json asks for', () => {
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines).toEqual({ node: '>=20' });
    if (major === '20') expect(runWith(node, 'node', ['--version'], folder).out.trim()).toBe('v20.0.0');
    expect(runWith(node, 'node', ['--version'], folder).out).toMatch(new RegExp(`^v${major}\\.`));
  });

  it.each([
    ['a table', [example('omni-handoff')], 1, /^✗ homelab: 1 disruptive difference/],
    ['nothing to complain about', [example('one-source')], 0, /Aligned/],
    ['a setting explained', ['explain', 'k8sServiceHost'], 0, /^k8sServiceHost: /],
    ['values', ['values', 'argocd', example('omni-handoff')], 0, /^# helm template cilium cilium --repo/m],
    ['its version', ['--version'], 0, new RegExp(`^${version.replaceAll('.', '\\.')}$`, 'm')],
    ['its help', ['--help'], 0, /^Usage: cilium-align \[path\]/],
    ['a script of completion', ['completion', 'fish'], 0, /complete -c cilium-align/],
  ])('prints %s', (_, args, code, text) => {
    const { out, err, code: got } = run(...args);
    expect([got, err]).toEqual([code, '']);
    expect(out).toMatch(text);
  });

  // npm itself does not run on every Node that this runs on.
  it.runIf(major !== '20')('runs with npx', () => {
    const npx = (...args: string[]) => runWith(node, 'npx', ['cilium-align', ...args], folder);
    expect(npx(example('omni-handoff'))).toEqual(run(example('omni-handoff')));
    expect(npx('--fail-on', 'fatal')).toEqual(run('--fail-on', 'fatal'));
  });

  it.each(['json', 'markdown', 'sarif', 'junit', 'github'])('prints %s', (format) => {
    const { out, err } = run(example('omni-handoff'), '--format', format);
    expect(err).toBe('');
    expect(out).toContain('bgpControlPlane.enabled');
  });

  it('says what is wrong with an argument', () => {
    const { code, out, err } = run('--formt', 'json');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^cilium-align: unknown option '--formt' \(Did you mean --format\?\); cilium-align --help shows what there is\n$/);
  });

  it('writes a configuration', () => {
    const copy = join(folder, 'homelab');
    cpSync(example('omni-handoff'), copy, { recursive: true });
    expect(run('init', copy)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(copy, '.cilium-align.yaml'), 'utf8')).toContain('clusters:');
    expect(run(copy).code).toBe(1);
  });

  it('gives a program what the command line prints', () => {
    writeFileSync(
      join(folder, 'audit.js'),
      `import { check, directoryRepository } from 'cilium-align';
       import schema from 'cilium-align/schema/report.schema.json' with { type: 'json' };
       console.log(JSON.stringify({ title: schema.title, report: check(directoryRepository(process.argv[2])) }));\n`,
    );
    // The oldest Node knows another word for this.
    if (major === '20')
      writeFileSync(
        join(folder, 'audit.js'),
        readFileSync(join(folder, 'audit.js'), 'utf8').replace("with { type: 'json' }", "assert { type: 'json' }"),
      );
    const { out, err, code } = runWith(node, 'node', ['--no-warnings', 'audit.js', example('omni-handoff')], folder);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      title: 'cilium-align report',
      report: JSON.parse(run(example('omni-handoff'), '--format', 'json').out),
    });
  });
});

describe('the types', () => {
  let folder: string;
  beforeAll(() => {
    folder = installed('types');
    cpSync(example('api'), folder, { recursive: true });
    mkdirSync(join(folder, 'node_modules/@types'));
    symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  });
  const tsc = (...args: string[]) => runWith(process.execPath, 'node', [join(root, 'node_modules/typescript/bin/tsc'), ...args], folder);

  it('are enough for the example, which then runs', () => {
    expect(tsc('--project', '.')).toMatchObject({ code: 0, out: '' });
    const git = (...args: string[]) =>
      runWith(
        process.execPath,
        'git',
        ['-C', join(folder, 'homelab'), '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args],
        folder,
      );
    cpSync(example('one-source'), join(folder, 'homelab'), { recursive: true });
    for (const args of [
      ['init', '--quiet'],
      ['add', '.'],
      ['commit', '--quiet', '--message=first'],
    ])
      expect(git(...args)).toMatchObject({ code: 0, err: '' });
    const unchanged = runWith(process.execPath, 'node', ['build/what-changed.js', 'homelab'], folder);
    expect(unchanged).toEqual({ code: 0, out: 'homelab: nothing new that would break it\n', err: '' });
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('homelab');
  });

  it.each(['nodenext', 'bundler'])('check themselves, alone, under moduleResolution %s', (moduleResolution) => {
    writeFileSync(
      join(folder, 'alone.ts'),
      "import * as api from 'cilium-align';\nexport const report: api.Report = api.check(api.directoryRepository('.'));\n",
    );
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution;
    const { code, out } = tsc(
      '--noEmit',
      '--ignoreConfig',
      '--strict',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      '--target',
      'es2022',
      '--types',
      '',
      'alone.ts',
    );
    expect([code, out]).toEqual([0, '']);
  });
});
