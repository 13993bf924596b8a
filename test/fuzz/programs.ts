import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type BuiltCli, buildCli } from '../built-cli.ts';
import { type BuiltPlugin, buildPlugin } from '../plugin/built-plugin.ts';
import { bytesOf, type Case } from './case.ts';

// Cases that whole programs are started on: what they print, how they end, and that they write nothing.

/** Lines of a stack, which nobody is to see. */
const STACK = /^\s+at .*(?:\.[jt]s:\d+|<anonymous>)|node:internal|Node\.js v\d/m;
const FORMATS = ['table', 'json', 'markdown', 'sarif', 'junit', 'github'];

let cli: Promise<BuiltCli> | undefined;
let plugin: Promise<BuiltPlugin> | undefined;

/** Throws where the command line ends in a way that is not documented, shows a stack, or changes a file. */
export async function runsAsCommand(files: Case): Promise<void> {
  cli ??= buildCli();
  const { run } = await cli;
  await inFolder(files, (folder) => {
    const before = contentsOf(folder);
    const size = before.length;
    for (const args of [
      [folder, '--format', FORMATS[size % FORMATS.length]!],
      ['values', size % 2 === 0 ? 'argocd' : 'bootstrap', folder],
      ['fix', '--edit', size % 2 === 0 ? 'argocd' : 'bootstrap', folder],
    ])
      ended(run(args), args.join(' '), [0, 1, 2, 3]);
    if (contentsOf(folder) !== before) throw new Error('the command line changed a file');
  });
}

/** The same of the plugin, which says nothing on standard output. */
export async function runsAsPlugin(files: Case): Promise<void> {
  plugin ??= buildPlugin();
  const { generate } = await plugin;
  await inFolder(files, async (folder) => {
    const run = await generate({ files: folder });
    ended(run, 'generate', [0, 1]);
    if (run.out !== '') throw new Error(`the plugin prints ${JSON.stringify(run.out.slice(0, 100))}`);
    if (run.err.includes('This is a bug')) throw new Error(run.verdict);
  });
}

function ended(run: { code: number | string | null; out: string; err: string }, what: string, codes: readonly number[]): void {
  if (typeof run.code !== 'number' || !codes.includes(run.code)) throw new Error(`${what} ends with ${run.code}: ${run.err.slice(0, 300)}`);
  if (STACK.test(run.err) || STACK.test(run.out)) throw new Error(`${what} shows a stack: ${STACK.exec(run.err + run.out)?.[0]}`);
  if (run.err.includes('this is a bug')) throw new Error(`${what}: ${run.err.slice(0, 300)}`);
}

async function inFolder(files: Case, use: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cilium-align-fuzz-'));
  try {
    for (const [path, file] of Object.entries(files)) if (isPossible(path)) write(folder, path, file);
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What no file system would take, or would put elsewhere. */
function isPossible(path: string): boolean {
  return path
    .split('/')
    .every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && Buffer.byteLength(name) < 250);
}

function write(folder: string, path: string, file: Case[string]): void {
  const place = join(folder, path);
  try {
    mkdirSync(dirname(place), { recursive: true });
    if (typeof file === 'string') writeFileSync(place, bytesOf(file));
    else symlinkSync(file.symlink === '' ? '.' : relative(dirname(path), file.symlink) || '.', place);
  } catch {
    // A name that this file system does not take.
  }
}

function contentsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const place = join(folder, path);
      const stat = lstatSync(place);
      return `${path}\0${stat.isFile() ? readFileSync(place, 'latin1') : stat.isSymbolicLink() ? readlinkSync(place) : ''}\0`;
    })
    .join('');
}
