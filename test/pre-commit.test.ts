import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundlePackage } from '../scripts/bundle.ts';
import { hasDebianPeer } from './peers.ts';

const root = join(import.meta.dirname, '..');

// pre-commit itself, with a repository that holds this project as it is built from the sources.
describe.runIf(hasDebianPeer('pre-commit'))('the hooks of pre-commit', () => {
  let scratch: string;
  let hooks: { directory: string; revision: string };
  let folders = 0;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'cilium-align-pre-commit-'));
    const directory = join(scratch, 'cilium-align');
    await bundlePackage(join(directory, 'dist'));
    for (const file of ['.pre-commit-hooks.yaml', 'package.json']) cpSync(join(root, file), join(directory, file));
    run(directory, 'git', 'init', '--quiet');
    commit(directory);
    hooks = { directory, revision: run(directory, 'git', 'rev-parse', 'HEAD').out.trim() };
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  function run(cwd: string, program: string, ...args: string[]): { code: number | null; out: string } {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd,
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: scratch,
        PRE_COMMIT_HOME: join(scratch, 'cache'),
        ...Object.fromEntries(
          ['AUTHOR', 'COMMITTER'].flatMap((who) => [
            [`GIT_${who}_NAME`, 'a'],
            [`GIT_${who}_EMAIL`, 'a@example.org'],
          ]),
        ),
      },
    });
    return { code: status, out: stdout + stderr };
  }

  function commit(directory: string): { code: number | null; out: string } {
    run(directory, 'git', 'add', '--all');
    return run(directory, 'git', 'commit', '--message=change');
  }

  /** A repository of somebody who uses a hook; what is in it is committed. */
  function repository(example: string, ...args: string[]): string {
    const directory = join(scratch, `homelab-${++folders}`);
    mkdirSync(directory);
    run(directory, 'git', 'init', '--quiet');
    cpSync(join(root, 'examples', example), directory, { recursive: true });
    const hook = { id: 'cilium-align-installed-node', args };
    const config = { repos: [{ repo: hooks.directory, rev: hooks.revision, hooks: [hook] }] };
    writeFileSync(join(directory, '.pre-commit-config.yaml'), JSON.stringify(config));
    commit(directory);
    expect(run(directory, 'pre-commit', 'install').code).toBe(0);
    return directory;
  }

  function edit(directory: string, file: string, from: string, to: string): void {
    const text = readFileSync(join(directory, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(directory, file), text.replace(from, to));
  }

  it('are ones that pre-commit knows how to run', () => {
    expect(run(root, 'pre-commit', 'validate-manifest', '.pre-commit-hooks.yaml')).toEqual({ code: 0, out: '' });
    const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const [node, script] = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8'));
    expect(Object.keys(bin)).toEqual([node.entry]);
    expect(Object.values(bin)).toEqual([script.entry]);
  });

  it('refuse a commit that makes the sides disagree, and let one pass that does not', () => {
    const directory = repository('one-source');
    edit(directory, 'talos/patch.yaml', 'name: none', 'name: flannel');
    const refused = commit(directory);
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/cilium-align\.+Failed\n/);
    expect(refused.out).toContain('✗ homelab: ');
    edit(directory, 'talos/patch.yaml', 'name: flannel', 'name: none');
    writeFileSync(join(directory, 'README.md'), 'aligned\n');
    const taken = commit(directory);
    expect(taken.out).toMatch(/cilium-align\.+Passed\n/);
    expect(taken.code).toBe(0);
  });

  it('run for a file that is deleted', () => {
    const directory = repository('one-source');
    run(directory, 'git', 'rm', '--quiet', 'bootstrap.sh');
    expect(commit(directory).out).toMatch(/cilium-align\.+Failed\n/);
  });

  it('refuse only what is new, where they are told so', () => {
    const directory = repository('omni-handoff', '--base', 'HEAD');
    writeFileSync(join(directory, 'README.md'), 'they disagree, and did before\n');
    expect(commit(directory)).toMatchObject({ code: 0 });
    edit(directory, 'argocd/cilium.yaml', 'k8sServicePort: 7445', 'k8sServicePort: 6443');
    const refused = commit(directory);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('k8sServicePort');
  });
});
