import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../test/built-cli.ts';
import {
  check,
  compareWithBase,
  directoryRepository,
  FaultyConfiguration,
  findConfig,
  gitRepository,
  memoryRepository,
  type Report,
  readConfig,
  render,
  resolveRevision,
  UnusableRepository,
} from './index.ts';

const root = join(import.meta.dirname, '..');
const example = join(root, 'examples/omni-handoff');
let cli: BuiltCli;
let scratch: string;

beforeAll(async () => {
  cli = await buildCli();
  scratch = mkdtempSync(join(tmpdir(), 'cilium-align-api-'));
});
afterAll(() => {
  cli.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** A copy of the example that disagrees, with a configuration beside it. */
function withConfiguration(name: string, text: string, file = '.cilium-align.yaml'): string {
  const directory = join(scratch, name);
  cpSync(example, directory, { recursive: true });
  writeFileSync(join(directory, file), text);
  return directory;
}

const printed = (...args: string[]): Report => JSON.parse(cli.run([...args, '--format', 'json']).out);

describe('check', () => {
  it('gives the report of the command line, with nothing but a folder', () => {
    expect(check(directoryRepository(example))).toEqual(printed(example));
  });

  it('obeys the configuration at the root as the command line does, on the same day', () => {
    const allow =
      'allow:\n  - setting: bgpControlPlane.enabled\n    reason: the lab has no router\n    until: 2027-03-31\nfail-on: warning\n';
    const directory = withConfiguration('configured', allow);
    const report = check(directoryRepository(directory));
    expect(report).toEqual(printed(directory));
    expect(report.exitCode).toBe(1);
    const row = (day: string) =>
      check(directoryRepository(directory), { today: day }).clusters[0]!.rows.find(({ setting }) => setting === 'bgpControlPlane.enabled');
    expect(row('2027-03-31')?.suppressed).toEqual({ reason: 'the lab has no router', until: '2027-03-31' });
    expect(row('2027-04-01')?.suppressed).toBeUndefined();
  });

  it('lets a call go before the configuration, or do without it', () => {
    const files = directoryRepository(withConfiguration('strict', 'fail-on: note\n'));
    expect(check(files, { failOn: 'never' }).exitCode).toBe(0);
    const read = readConfig('given.yaml', 'fail-on: never\n');
    if ('problems' in read) throw new Error('a good configuration is read');
    expect(check(files, { config: read.config }).exitCode).toBe(0);
    expect(check(files, { config: false })).toEqual(check(directoryRepository(example)));
  });

  it('says all that is wrong with a configuration, and where', () => {
    const files = directoryRepository(withConfiguration('faulty', 'fail-om: note\nundecided: maybe\n'));
    const message =
      /^\.cilium-align\.yaml:1:1: no key is named fail-om; did you mean fail-on\?\n\.cilium-align\.yaml:2:1: undecided must be fail or warn/;
    expect(() => check(files)).toThrow(FaultyConfiguration);
    expect(() => check(files)).toThrow(message);
    const misnamed = directoryRepository(withConfiguration('misnamed', '', '.cilium-align.yml'));
    expect(() => check(misnamed)).toThrow(/\.cilium-align\.yml:1:1: is not read: call it \.cilium-align\.yaml/);
  });

  it('takes a repository for each side, in which Argo CD’s configuration governs', () => {
    const one = directoryRepository(example);
    const texts = (folder: string) =>
      memoryRepository(
        Object.fromEntries(one.files.filter(({ path }) => path.startsWith(folder)).map(({ path }) => [path, one.read(path)])),
      );
    const pair = {
      bootstrap: { name: 'talos', repository: texts('omni/') },
      argocd: { name: 'gitops', repository: texts('argocd/') },
      here: null,
    };
    expect(check(pair).counts).toEqual(check(one).counts);
    expect(check(pair).repositories).toEqual([
      { name: 'talos', side: 'bootstrap', here: false },
      { name: 'gitops', side: 'argocd', here: false },
    ]);
  });

  it('takes no option for another, also where no compiler has looked', async () => {
    const files = memoryRepository({});
    const options = (value: object) => value as never;
    expect(() => check(files, options({ failOn: 'fatal' }))).toThrow(new TypeError('failOn must be one of error, warning, note, never'));
    expect(() => check(files, options({ undecided: true }))).toThrow('undecided must be one of fail, warn');
    expect(() => check(files, options({ today: '31.1.2027' }))).toThrow('today must be a day such as 2027-01-31');
    const report = check(files);
    expect(() => compareWithBase(report, report, options({ fails: 'none' }))).toThrow('fails must be one of new, all');
    await expect(render(report, 'yaml' as never)).rejects.toThrow('format must be one of table, json, markdown, sarif, junit, github');
  });

  it('finds nothing in nothing', () => {
    expect(check(memoryRepository({}))).toMatchObject({ outcome: 'nothing', exitCode: 3, clusters: [] });
  });
});

describe('a commit and a base', () => {
  it('says what a change brings', () => {
    const directory = join(scratch, 'git');
    cpSync(example, directory, { recursive: true });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', directory, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { encoding: 'utf8' });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message=first');
    const commit = gitRepository(directory, resolveRevision(directory, 'HEAD'));
    const base = check(commit);
    expect(base).toEqual(check(directoryRepository(example)));
    writeFileSync(
      join(directory, 'argocd/cilium.yaml'),
      directoryRepository(example).read('argocd/cilium.yaml').replace('1.18.2', '1.20.0'),
    );
    const report = compareWithBase(check(directoryRepository(directory)), base, { name: 'HEAD' });
    expect(report).toEqual(printed(directory, '--base', 'HEAD'));
    expect(report.base).toEqual({ name: 'HEAD', outcome: 'drifted', fails: 'new' });
    writeFileSync(join(directory, '.cilium-align.yaml'), 'fail-on: never\n');
    const files = directoryRepository(directory);
    const config = findConfig(files) ?? false;
    const configured = compareWithBase(check(files, { config }), check(commit, { config }), { config, name: 'HEAD' });
    expect(configured).toEqual(printed(directory, '--base', 'HEAD'));
    expect(configured.exitCode).toBe(0);
    expect(() => resolveRevision(directory, 'nowhere')).toThrow(UnusableRepository);
  });
});

describe('render', () => {
  it.each(['table', 'json', 'markdown', 'sarif', 'junit', 'github'] as const)('prints %s as the command line does', async (format) => {
    const report = check(directoryRepository(example));
    expect(await render(report, format)).toBe(cli.run([example, '--format', format]).out);
  });
});
