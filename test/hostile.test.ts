import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../shared/check.ts';
import { renderJson } from '../shared/report/json.ts';
import { renderTable } from '../shared/report/table.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';

const application = (values: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: cilium
spec:
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm:
      releaseName: cilium
      valuesObject:
${values.replace(/^(?=.)/gm, '        ')}
`;
const script = 'helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.2 -n kube-system -f values.yaml\n';
const good = {
  'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\n'),
  'bootstrap.sh': script,
  'values.yaml': 'ipam:\n  mode: kubernetes\n',
};

const policy = { failOn: 'error', undecided: 'fail' } as const;
const report = (files: Record<string, string>) => check(memoryRepository({ ...good, ...files }), policy);
const table = (files: Record<string, string>) => renderTable(report(files), { width: 100, colour: false, showAll: true });

describe('bad input is said in the report, and the rest is read', () => {
  it('values that are a list', () => {
    const text = table({ 'values.yaml': '- a\n- b\n' });
    expect(text.replace(/\s+/g, ' ')).toMatch(/a list stands at its top/);
    expect(text).toContain('values.yaml:1');
  });

  it('broken YAML, with line and column', () => {
    const files = {
      'argocd/broken.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source: {a: b\n  chart: cilium\n',
    };
    const { unused, outcome } = report(files);
    expect(outcome).toBe('aligned');
    expect(unused).toContainEqual({
      file: 'argocd/broken.yaml',
      why: expect.stringMatching(/^line \d+, column \d+: is not valid YAML/),
      broken: true,
    });
    expect(table({ 'values.yaml': 'ipam: {mode: kubernetes\n' })).toMatch(/values\.yaml:\d+:\d+/);
  });

  it('aliases that double at each level', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 40; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const { outcome, clusters } = report({ 'values.yaml': `${lines.join('\n')}\n` });
    expect(outcome).not.toBe('aligned');
    expect(clusters).toHaveLength(1);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['maps', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['a million short lines', 'a: 1\n'.repeat(1_000_000)],
    ['one long line', `a: ${'x'.repeat(4_000_000)}\n`],
    ['marks of templates', `${'{{ if a }}\n'.repeat(20_000)}`],
    ['quotes that never end', `a: "${'\\"'.repeat(100_000)}`],
    ['keys that stand twice', 'ipam: {mode: a}\n'.repeat(20_000)],
    ['a text of NUL bytes', '\0'.repeat(1000)],
  ])('%s', (_, values) => {
    expect(() => table({ 'values.yaml': values })).not.toThrow();
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('%s as a key answers for no setting', (key) => {
    const honest = report({ 'values.yaml': 'ipam: {mode: kubernetes}\n' });
    const { clusters } = report({
      'values.yaml': `ipam:\n  mode: kubernetes\n  ${key}:\n    mode: cluster-pool\n${key}:\n  ipam: {mode: cluster-pool}\n  kubeProxyReplacement: true\n  enabled: true\n`,
    });
    const rows = (all: typeof clusters) =>
      all[0]!.rows.map(({ setting, bootstrap }) => [setting, bootstrap.value]).filter(([setting]) => !String(setting).includes(key));
    expect(rows(clusters)).toEqual(rows(honest.clusters));
    expect(({} as Record<string, unknown>).enabled).toBe(undefined);
  });
});

describe('nothing in a report acts on its reader', () => {
  const evil = [
    '\u001b[31mred\u001b[0m',
    '\u009b2J',
    '\u202egnp.exe',
    'a\u200bb',
    'x\r\ny',
    '::error file=a::boom',
    '##[set-output name=a]b',
    '\u2028',
  ];
  const harmful = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s*::|##\[/mu;

  it.each(evil)('%j', (text) => {
    const quoted = JSON.stringify(text);
    const files = {
      'argocd/cilium.yaml': application(
        `ipam:\n  mode: ${quoted}\ncluster:\n  name: ${quoted}\n${quoted}: 1\nextraConfig:\n  ${quoted}: ${quoted}\ndevices: [${quoted}, ${quoted}]\n`,
      ),
      [`argocd/${text.replaceAll('/', '')}.yaml`]: application(`MTU: ${quoted}\n`).replace('name: cilium', `name: ${quoted}`),
      [`${text.replaceAll('/', '')}/values.yaml`]: '{',
      'values.yaml': `routingMode: ${quoted}\n`,
    };
    for (const width of [60, 100]) {
      for (const showAll of [true, false]) {
        expect(renderTable(report(files), { width, colour: false, showAll })).not.toMatch(harmful);
      }
    }
    const json = renderJson(report(files));
    expect(json).not.toMatch(harmful);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(report(files))));
  });
});

describe('secrets stay where they are', () => {
  /** Numbers that look random and are the same each time. */
  function* random(seed: number): Generator<number> {
    for (let state = seed; ; ) {
      state = (state * 1664525 + 1013904223) % 4294967296;
      yield state;
    }
  }
  const numbers = random(7);
  const word = () => `S3cr${Array.from({ length: 3 }, () => numbers.next().value!.toString(36)).join('')}`;
  const pem = (text: string) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`;

  const places: ((secret: string) => Record<string, unknown>)[] = [
    (s) => ({ hubble: { tls: { server: { key: s, cert: s } } } }),
    (s) => ({ hubble: { relay: { tls: { client: { key: s }, server: { key: s } } }, ui: { tls: { client: { key: s } } } } }),
    (s) => ({ tls: { ca: { key: s, cert: s } } }),
    (s) => ({ clustermesh: { apiserver: { tls: { server: { key: s }, admin: { key: s }, remote: { key: s } } } } }),
    (s) => ({ clustermesh: { config: { enabled: true, clusters: [{ name: 'other', tls: { key: s, cert: s, caCert: pem(s) } }] } } }),
    (s) => ({ extraEnv: [{ name: 'TOKEN', value: s }] }),
    (s) => ({ operator: { extraEnv: [{ name: 'TOKEN', value: s }] } }),
    (s) => ({ azure: { clientSecret: s, clientID: s } }),
    (s) => ({ extraConfig: { 'some-key': pem(s), password: s } }),
    (s) => ({ etcd: { endpoints: [`https://root:${s}@10.0.0.1:2379`] } }),
    (s) => ({ hubble: { ui: { ingress: { annotations: { url: `https://user:${s}@example.org/` } } } } }),
    (s) => ({ podAnnotations: { token: `ghp_${s.replace(/[^A-Za-z0-9]/g, '').padEnd(36, 'x')}` } }),
    (s) => ({ ipam: { mode: pem(s) } }),
    (s) => ({ kubeProxyReplacement: pem(s), cluster: { name: pem(s), id: pem(s) } }),
    (s) => ({ unknownKey: { password: s, nested: { privateKey: s } } }),
  ];

  it.each(places.map((make, i) => [i, make] as const))('place %i', (_, make) => {
    for (let i = 0; i < 5; i++) {
      const [one, two] = [word(), word()];
      const broken: Record<string, string>[] = [
        { 'values.yaml': JSON.stringify(make(one)), 'argocd/cilium.yaml': application(JSON.stringify(make(two))) },
        { 'values.yaml': `${JSON.stringify(make(one))}}` },
        { 'argocd/cilium.yaml': `${application(JSON.stringify(make(two)))}\n  broken: {` },
      ];
      for (const files of broken) {
        const found = report(files);
        for (const text of [renderJson(found), renderTable(found, { width: 120, colour: false, showAll: true })]) {
          expect(text).not.toContain(one);
          expect(text).not.toContain(two);
        }
      }
    }
  });
});

describe('as a process', () => {
  let cli: BuiltCli;
  let root: string;
  beforeAll(async () => {
    cli = await buildCli();
    root = mkdtempSync(join(tmpdir(), 'cilium-align-hostile-'));
    for (const [path, text] of Object.entries(good)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  });
  afterAll(() => {
    cli?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  it('a file of 200 MB is named and not read', () => {
    writeFileSync(join(root, 'huge.yaml'), 'cilium: {}\n');
    truncateSync(join(root, 'huge.yaml'), 200 * 1024 * 1024);
    const run = cli.run([root]);
    rmSync(join(root, 'huge.yaml'));
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/huge\.yaml: is 200 MiB/);
  });

  it('links that leave the tree or go in circles are not followed', () => {
    const outside = mkdtempSync(join(tmpdir(), 'cilium-align-outside-'));
    writeFileSync(join(outside, 'values.yaml'), 'cluster:\n  name: FROM-OUTSIDE\n');
    rmSync(join(root, 'values.yaml'));
    symlinkSync(join(outside, 'values.yaml'), join(root, 'values.yaml'));
    symlinkSync('.', join(root, 'here'));
    symlinkSync('b', join(root, 'a'));
    symlinkSync('a', join(root, 'b'));
    const run = cli.run([root, '--format', 'json']);
    rmSync(outside, { recursive: true });
    expect(run.err).toBe('');
    expect(run.out).not.toContain('FROM-OUTSIDE');
    expect(JSON.parse(run.out).outcome).toBe('undecided');
  });

  it('values prints no secret', () => {
    rmSync(join(root, 'values.yaml'), { force: true });
    writeFileSync(
      join(root, 'values.yaml'),
      'ipam: {mode: kubernetes}\nhubble: {tls: {server: {key: TOP-SECRET}}}\nextraEnv: [{name: A, value: TOP-SECRET}]\n',
    );
    const run = cli.run(['values', 'bootstrap', root]);
    expect(run.code).toBe(0);
    expect(run.out).toContain('(secret)');
    expect(run.out).not.toContain('TOP-SECRET');
  });
});
