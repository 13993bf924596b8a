import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../cli/write-files.ts';
import { type BuiltCli, buildCli } from '../built-cli.ts';

let cli: BuiltCli;
const made: string[] = [];

beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => {
  cli.remove();
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

const VALUES = `# Cilium at bootstrap
kubeProxyReplacement: true
k8sServiceHost: localhost
k8sServicePort: 7445
ipam:
  mode: kubernetes
operator:
  replicas: 1 # one machine
`;

function application(values: string, name = 'cilium'): string {
  const lines = values
    .trimEnd()
    .split('\n')
    .map((line) => `        ${line}`);
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: kube-system
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm:
      valuesObject:
${lines.join('\n')}
`;
}

const INSTALL =
  '#!/bin/sh\nhelm upgrade --install cilium cilium/cilium --version 1.18.2 --namespace kube-system --values bootstrap/values.yaml\n';
const TALOS = 'cluster:\n  network:\n    cni:\n      name: none\n  proxy:\n    disabled: true\n';
const FILES = {
  'argocd/cilium.yaml': application(VALUES.replace('replicas: 1', 'replicas: 2')),
  'bootstrap/install.sh': INSTALL,
  'bootstrap/values.yaml': VALUES,
  'talos/patch.yaml': TALOS,
};

function checkout(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'cilium-align-fix-'));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8');
const fixOf = (root: string, ...more: string[]) => cli.run(['fix', '--edit', 'bootstrap', ...more, root]);

describe('cilium-align fix', () => {
  it('shows the edit and writes nothing, then writes it, and then has nothing to do', () => {
    const root = checkout(FILES);
    chmodSync(join(root, 'bootstrap/values.yaml'), 0o640);
    const shown = fixOf(root);
    expect(shown).toMatchObject({ code: 1, err: '' });
    expect(shown.out).toContain('-  replicas: 1 # one machine\n  +  replicas: 2 # one machine\n');
    expect(read(root, 'bootstrap/values.yaml')).toBe(VALUES);
    const written = fixOf(root, '--write');
    expect(written).toMatchObject({ code: 0, err: '' });
    expect(written.out).toContain('1 file written');
    expect(read(root, 'bootstrap/values.yaml')).toBe(VALUES.replace('replicas: 1', 'replicas: 2'));
    expect(statSync(join(root, 'bootstrap/values.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(root, 'bootstrap')).sort()).toEqual(['install.sh', 'values.yaml']);
    expect(read(root, 'argocd/cilium.yaml')).toBe(FILES['argocd/cilium.yaml']);
    const again = fixOf(root, '--write');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('✓ Nothing to fix');
  });

  it('keeps line ends, a byte order mark and a missing last line break', () => {
    const text = `\uFEFF${VALUES.trimEnd().replaceAll('\n', '\r\n')}`;
    const root = checkout({ ...FILES, 'bootstrap/values.yaml': text });
    expect(fixOf(root, '--write').code).toBe(0);
    expect(read(root, 'bootstrap/values.yaml')).toBe(text.replace('replicas: 1', 'replicas: 2'));
  });

  it.each([
    [
      'a link to another file',
      'is a link',
      (root: string) => {
        writeFileSync(join(root, 'elsewhere.yaml'), VALUES);
        rmSync(join(root, 'bootstrap/values.yaml'));
        symlinkSync('../elsewhere.yaml', join(root, 'bootstrap/values.yaml'));
      },
    ],
    ['a second name of a file', 'second name', (root: string) => linkSync(join(root, 'bootstrap/values.yaml'), join(root, 'other.yaml'))],
    [
      'a file of a submodule',
      'repository of its own',
      (root: string) => writeFileSync(join(root, 'bootstrap/.git'), 'gitdir: ../.git/modules/bootstrap\n'),
    ],
    [
      'a file that SOPS sealed',
      'sops edit',
      (root: string) => writeFileSync(join(root, 'bootstrap/values.yaml'), `${VALUES}sops:\n  mac: x\n`),
    ],
    [
      'a file with an anchor',
      'YAML anchor',
      (root: string) =>
        writeFileSync(join(root, 'bootstrap/values.yaml'), VALUES.replace('replicas: 1', 'replicas: &n 1\nmaxUnavailable: *n')),
    ],
  ] as const)('does not write %s', (_, why, prepare) => {
    const root = checkout(FILES);
    prepare(root);
    const [names, before] = [readdirSync(root), read(root, 'bootstrap/values.yaml')];
    const run = fixOf(root, '--write');
    expect(run).toMatchObject({ code: 1, err: '' });
    expect(run.out.replace(/\s+/g, ' ')).toContain(why);
    expect(readdirSync(root)).toEqual(names);
    expect(read(root, 'bootstrap/values.yaml')).toBe(before);
  });

  it('writes into the file that a link above it leads to only where that is no link any more', () => {
    const root = checkout({ ...FILES, 'bootstrap/install.sh': INSTALL.replace('bootstrap/values', 'linked/values') });
    symlinkSync('bootstrap', join(root, 'linked'));
    const run = fixOf(root, '--write');
    expect(run.err).toBe('');
    expect(lstatSync(join(root, 'linked')).isSymbolicLink()).toBe(true);
    expect(run.code === 0 ? read(root, 'bootstrap/values.yaml') : VALUES.replace('1 #', '2 #')).toContain('replicas: 2 # one machine');
  });

  it('refuses a file that has changed since it was read, before it writes any', () => {
    const root = checkout({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 2\n' });
    const edits = [
      { path: 'a.yaml', before: 'a: 1\n', after: 'a: 2\n' },
      { path: 'b.yaml', before: 'b: 1\n', after: 'b: 3\n' },
    ];
    expect(() => writeFiles(root, edits)).toThrow('b.yaml has changed since it was read; run the command again; nothing was written');
    expect([read(root, 'a.yaml'), read(root, 'b.yaml')]).toEqual(['a: 1\n', 'b: 2\n']);
    for (const path of ['../a.yaml', 'x/../../a.yaml'])
      expect(() => writeFiles(root, [{ path, before: '', after: '' }])).toThrow('leads out of the working tree');
    expect(readdirSync(root)).toEqual(['a.yaml', 'b.yaml']);
  });

  it('shows neither secrets nor what would harm a terminal', () => {
    const secrets = [
      'operator:\n  replicas: 1',
      'extraEnv:\n  - name: TOKEN_OF\n    value: hunter2-in-env',
      'clustermesh:\n  config:\n    clusters:\n      - name: b\n        tls:\n          key: hunter2-in-key',
      '# password: hunter2-in-comment',
      'etcd:\n  password: hunter2-in-etcd',
      'nodeinit:\n  bootstrapFile: "\\e]0;title\\a"',
    ];
    const root = checkout({
      ...FILES,
      'bootstrap/values.yaml': `${VALUES.replace(/operator:[\s\S]*/, '')}${secrets.join('\n')}\n# \u202Eright to left\n`,
    });
    const run = fixOf(root);
    expect(run.code).toBe(1);
    expect(run.out).toContain('+  replicas: 2');
    expect(run.out + run.err).not.toContain('hunter2');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be printed
    expect(run.out).not.toMatch(/[\u202E\x00-\x09\x0b-\x1f\x7f]/);
  });

  it('leaves a file that several clusters read alone, but where one is named', () => {
    const root = checkout({
      'talos/a/cluster.yaml': 'kind: Cluster\nname: a\ntalos: {version: v1.11.1}\nkubernetes: {version: v1.33.4}\n',
      'clusters/a/install.sh': INSTALL.replace('bootstrap/values.yaml', '../../base.yaml --values own.yaml').replace(
        'helm',
        'cd "$(dirname "$0")"\nhelm',
      ),
      'clusters/b/install.sh': INSTALL.replace('bootstrap/values.yaml', '../../base.yaml --values own.yaml').replace(
        'helm',
        'cd "$(dirname "$0")"\nhelm',
      ),
      'clusters/a/own.yaml': 'cluster:\n  name: a\n  id: 1\n',
      'clusters/b/own.yaml': 'cluster:\n  name: b\n  id: 2\n',
      'base.yaml': VALUES,
      'clusters/a/argocd/cilium.yaml': application(
        `${VALUES.replace('replicas: 1', 'replicas: 2')}cluster:\n  name: a\n  id: 1\n`,
        'cilium-a',
      ),
      'clusters/b/argocd/cilium.yaml': application(
        `${VALUES.replace('replicas: 1', 'replicas: 2')}cluster:\n  name: b\n  id: 2\n`,
        'cilium-b',
      ),
    });
    const run = fixOf(root, '--write');
    expect(run.code).toBe(0);
    expect(read(root, 'base.yaml')).toBe(VALUES);
    for (const name of ['a', 'b'])
      expect(read(root, `clusters/${name}/own.yaml`)).toBe(
        `cluster:\n  name: ${name}\n  id: ${name === 'a' ? 1 : 2}\noperator:\n  replicas: 2\n`,
      );
  });

  it('edits the own repository of a side only', () => {
    const [talos, gitops] = [
      checkout({ 'install.sh': INSTALL.replace('bootstrap/', ''), 'values.yaml': VALUES, 'patch.yaml': TALOS }),
      checkout({ 'cilium.yaml': FILES['argocd/cilium.yaml'] }),
    ];
    for (const root of [talos, gitops]) spawnSync('git', ['init', '-q', root]);
    const run = cli.run(['fix', '--edit', 'bootstrap', '--write', '--bootstrap', talos, gitops]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(read(talos, 'values.yaml')).toBe(VALUES.replace('replicas: 1', 'replicas: 2'));
    expect(read(gitops, 'cilium.yaml')).toBe(FILES['argocd/cilium.yaml']);
  });

  it.each([
    ['without a side', ['fix'], 2, '--edit'],
    ['with a side that is none', ['fix', '--edit', 'both'], 2, 'Allowed choices'],
    ['with a cluster that is none', ['fix', '--edit', 'argocd', '--cluster', 'x'], 2, 'no cluster is named x'],
    ['with a setting that is none', ['fix', '--edit', 'argocd', '--setting', 'nope'], 2, 'nothing that differs is called nope'],
  ])('says what is wrong %s', (_, args, code, words) => {
    const run = cli.run([...args, checkout(FILES)]);
    expect(run.code).toBe(code);
    expect(run.err).toContain(words);
  });

  it('has nothing to compare where one side is missing', () => {
    const run = cli.run(['fix', '--edit', 'argocd', checkout({ 'argocd/cilium.yaml': FILES['argocd/cilium.yaml'] })]);
    expect(run).toMatchObject({ code: 3, err: '' });
    expect(run.out).toContain('Nothing to compare');
  });
});
