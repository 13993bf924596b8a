import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { gitRepository } from '../shared/repository/git.ts';
import { createRepository, gitEnvironment } from '../test/action/peers/git.ts';
import { unpackFiles } from './download-files.ts';

const root = mkdtempSync(join(tmpdir(), 'cilium-align-archive-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const origin = createRepository(root, 'octocat', 'infra');
const commit = origin.commit('main', {
  'a.yaml': 'a: 1\n',
  'with blanks/ü b.yaml': 'b: 1\n',
  [`${'long/'.repeat(30)}c.yaml`]: 'c: 1\n',
  [`${'x'.repeat(120)}/${'y'.repeat(120)}.yaml`]: 'y: 1\n',
  'clusters/prod/d.yaml': 'd: 1\n',
  'clusters/prod/link.yaml': { link: '../shared.yaml' },
  'clusters/shared.yaml': 's: 1\n',
  'out.yaml': { link: '../../etc/passwd' },
  'absolute.yaml': { link: '/etc/passwd' },
  '.gitignore': '*.log\nbuild/\n',
  'debug.log': 'ignored\n',
  'build/x.yaml': 'x: 1\n',
  'node_modules/m.yaml': 'm: 1\n',
  'empty.yaml': '',
  module: { submodule: '1'.repeat(40) },
});
const archive = (): Buffer =>
  execFileSync('git', ['-C', origin.directory, 'archive', '--format=tar.gz', '--prefix=octocat-infra-abc/', commit], {
    env: gitEnvironment,
  });

it('gives the files of a commit as Git itself has them: long names, blanks, links inside, and nothing that leads out', async () => {
  const [unpacked, read] = [await unpackFiles(Readable.from([archive()]), ''), gitRepository(origin.directory, commit, { whole: true })];
  expect(unpacked.files.map(({ path, target }) => [path, target])).toEqual(read.files.map(({ path, target }) => [path, target]));
  for (const { path } of read.files) expect(unpacked.read(path)).toBe(read.read(path));
});

it('gives the files below a folder', async () => {
  const unpacked = await unpackFiles(Readable.from([archive()]), 'clusters/prod');
  expect(unpacked.files.map(({ path }) => path)).toEqual(['d.yaml']);
  expect((await unpackFiles(Readable.from([archive()]), 'clusters/pro')).files).toEqual([]);
});

it.each([
  ['is no archive', Buffer.from('<html>')],
  ['ends in the middle', archive().subarray(0, 300)],
  ['is no tar', gzipSync('x'.repeat(5000))],
  ['says that a file is larger than a disk', hugeEntry()],
])('refuses what %s', async (_, bytes) => {
  await expect(unpackFiles(Readable.from([bytes]), '')).rejects.toThrow();
});

/** A tar whose one entry says that it has 8 GiB. */
function hugeEntry(): Buffer {
  const header = Buffer.alloc(512);
  header.write('a/b.yaml', 0);
  header.write('0000644\0', 100);
  header.write('77777777777\0', 124);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return gzipSync(Buffer.concat([header, Buffer.alloc(4096)]));
}
