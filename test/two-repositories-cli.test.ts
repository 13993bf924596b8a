import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../shared/model.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';

const example = join(import.meta.dirname, '../examples/native-routing');

let cli: BuiltCli;
let scratch: string;
/** Two checkouts beside each other. */
let work: string;
beforeAll(async () => {
  cli = await buildCli();
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'cilium-align-two-')));
  work = checkouts(join(scratch, 'work'), 'talos', 'gitops');
});
afterAll(() => {
  cli?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** The example with its bootstrap in a clone of its own; either path may lie in the other. */
function checkouts(root: string, talos: string, gitops: string): string {
  for (const [path, folders] of [
    [gitops, ['argocd', 'cilium']],
    [talos, ['talos', 'bootstrap']],
  ] as const) {
    mkdirSync(join(root, path), { recursive: true });
    for (const folder of folders) cpSync(join(example, folder), join(root, path, folder), { recursive: true });
    spawnSync('git', ['init', '-q'], { cwd: join(root, path) });
  }
  return root;
}

function report(args: string[], cwd: string): Report {
  const { out, err } = cli.run([...args, '--format', 'json'], { cwd });
  expect(err).toBe('');
  return JSON.parse(out);
}

const named = ({ repositories }: Report) => repositories?.map(({ name, side, here }) => `${name} ${side}${here ? ' here' : ''}`);

describe('two checkouts', () => {
  it.each([
    ['gitops', ['--bootstrap', '../talos'], ['talos bootstrap', 'gitops argocd here']],
    ['talos', ['--argocd', '../gitops'], ['talos bootstrap here', 'gitops argocd']],
    ['.', ['gitops', '--bootstrap', 'talos'], ['talos bootstrap', 'gitops argocd here']],
    ['.', ['--bootstrap', 'talos', '--argocd', 'gitops'], ['talos bootstrap', 'gitops argocd here']],
    ['talos/talos', ['--bootstrap', '../../talos', '--argocd', '../../gitops'], ['talos bootstrap', 'gitops argocd here']],
    ['gitops', ['--bootstrap', '../talos/bootstrap', '--argocd', 'argocd'], ['talos bootstrap', 'gitops argocd here']],
  ])('from %s: %j', (cwd, args, names) => {
    const found = report(args, join(work, cwd));
    expect(named(found)).toEqual(names);
    expect(found.unused).toEqual([]);
    expect(found.clusters.map(({ bootstrap, argocd }) => [bootstrap?.files[0], argocd?.files[0]])).toEqual([
      ['talos:/bootstrap/helmfile.yaml', 'gitops:/cilium/kustomization.yaml'],
    ]);
    const [drifting] = found.clusters[0]!.rows.filter((row) => row.status === 'drifted');
    expect(drifting).toMatchObject({ setting: 'operator.replicas', argocd: { place: { file: 'gitops:/cilium/values.yaml' } } });
  });

  it.each([
    ['the bootstrap below', 'gitops/talos', 'gitops', ['--bootstrap', 'talos'], 'gitops'],
    ['Argo CD below', 'talos', 'talos/gitops', ['--argocd', 'gitops'], 'talos'],
  ])('one in a folder of the other: %s', (name, talos, gitops, args, cwd) => {
    const root = checkouts(join(scratch, name), talos, gitops);
    const found = report(args, join(root, cwd));
    expect(found.unused).toEqual([]);
    expect(found.clusters[0]!.bootstrap!.files).toEqual(['talos:/bootstrap/helmfile.yaml', 'talos:/bootstrap/values.yaml']);
    expect(found.clusters[0]!.argocd!.files[0]).toBe('gitops:/cilium/kustomization.yaml');
  });

  it('are called by their sides where their folders are called the same', () => {
    const root = checkouts(join(scratch, 'same'), 'talos/cluster', 'argocd/cluster');
    expect(named(report(['--bootstrap', '../../talos/cluster'], join(root, 'argocd/cluster')))).toEqual([
      'bootstrap bootstrap',
      'argocd argocd here',
    ]);
  });

  it('may be reached by a link', () => {
    symlinkSync(join(work, 'talos'), join(scratch, 'link'));
    expect(named(report(['--bootstrap', '../../link'], join(work, 'gitops')))).toEqual(['talos bootstrap', 'gitops argocd here']);
  });

  it('annotate only the working tree', () => {
    const { out } = cli.run(['--argocd', '../gitops', '--format', 'github'], { cwd: join(work, 'talos') });
    const files = [...out.matchAll(/file=([^,]+)/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(join(work, 'talos', file)), file).toBe(true);
  });

  it('say so at the head of the table', () => {
    const { out } = cli.run(['--bootstrap', '../talos'], { cwd: join(work, 'gitops') });
    expect(out).toContain('compared   talos (bootstrap) with gitops (Argo CD)\n');
    expect(out).toContain('talos:/bootstrap/helmfile.yaml');
  });

  it('have values of either side', () => {
    const { out } = cli.run(['values', 'bootstrap', '--bootstrap', '../talos'], { cwd: join(work, 'gitops') });
    expect(out).toContain('# bootstrap: helmfile at talos:/bootstrap/helmfile.yaml:5\n');
    expect(out).toContain('ipv4NativeRoutingCIDR: 10.244.0.0/16');
  });

  it.each([
    ['gitops', ['--bootstrap', '../nowhere'], '--bootstrap ../nowhere: nothing is there'],
    [
      'gitops',
      ['--bootstrap', '../talos', '--argocd', '../talos'],
      '--bootstrap and --argocd are one repository; name it once: cilium-align',
    ],
    ['gitops/cilium', ['--bootstrap', '..'], 'is a folder of'],
    ['.', ['--bootstrap', 'talos', '--argocd', '../work/talos'], '--bootstrap and --argocd are one repository'],
    ['.', ['plain', '--bootstrap', 'talos', '--argocd', 'gitops'], 'plain is not compared'],
    ['plain', ['--bootstrap', '../file.yaml'], '--bootstrap ../file.yaml is a file outside of'],
  ])('that make no sense are one clear line: in %s, %j', (cwd, args, message) => {
    mkdirSync(join(work, 'plain'), { recursive: true });
    writeFileSync(join(work, 'file.yaml'), '');
    const run = cli.run(args, { cwd: join(work, cwd) });
    expect(run.code).toBe(2);
    expect(run.out).toBe('');
    expect(run.err).toContain(message);
    expect(run.err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('the configuration of two checkouts', () => {
  it("is Argo CD's; init writes it there, and with it the same sides are compared", () => {
    const root = checkouts(join(scratch, 'configured'), 'talos', 'gitops');
    const before = report(['--argocd', '../gitops'], join(root, 'talos'));
    const file = join(root, 'gitops/.cilium-align.yaml');
    expect(cli.run(['init', '--argocd', '../gitops'], { cwd: join(root, 'talos') }).out).toContain(`wrote ${file}\n`);
    expect(readFileSync(file, 'utf8')).toContain(
      '  - name: main\n    talos: talos/patches/network.yaml\n    bootstrap: bootstrap/helmfile.yaml\n    argocd: cilium/kustomization.yaml\n',
    );
    for (const [cwd, args] of [
      ['talos', ['--argocd', '../gitops']],
      ['gitops', ['--bootstrap', '../talos']],
    ] as const) {
      const after = report([...args], join(root, cwd));
      expect(after.clusters.map(({ name }) => name)).toEqual(['main']);
      expect(after.clusters[0]!.rows.map(({ id, ...row }) => row)).toEqual(before.clusters[0]!.rows.map(({ id, ...row }) => row));
      expect(after.unused).toEqual([]);
    }
  });

  it('says which does not count, and what stands nowhere', () => {
    const root = checkouts(join(scratch, 'two configurations'), 'talos', 'gitops');
    writeFileSync(
      join(root, 'gitops/.cilium-align.yaml'),
      'fail-on: warning\nclusters:\n  - {name: home, talos: nowhere}\nallow:\n  - {setting: k8sServiceHost, reason: so be it}\n',
    );
    writeFileSync(join(root, 'talos/.cilium-align.yaml'), 'fail-on: never\n');
    const found = report(['--argocd', '../gitops'], join(root, 'talos'));
    expect(found.exitCode).toBe(1);
    expect(found.unused).toEqual([
      { file: 'gitops:/.cilium-align.yaml', why: 'gives home the talos path nowhere, where nothing is that Git would track' },
      { file: 'talos:/.cilium-align.yaml', why: 'does not count: of two repositories, that of Argo CD governs (gitops)' },
      { file: 'talos:/talos/patches/network.yaml', why: 'the configuration names other paths for the Talos machine configuration of home' },
    ]);
    expect(found.findings.find(({ rule }) => rule === 'unused-allowance')?.places).toEqual([
      { file: 'gitops:/.cilium-align.yaml', line: 5, column: 5 },
    ]);
    const other = report(['--argocd', '../gitops', '--config', '.cilium-align.yaml'], join(root, 'talos'));
    expect(other.exitCode).toBe(0);
    expect(other.unused).toEqual([]);
  });
});
