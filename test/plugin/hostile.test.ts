import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPlugin, buildPlugin, texts } from './built-plugin.ts';
import { edited, valuesFile } from './repositories.ts';

let plugin: BuiltPlugin;
beforeAll(async () => {
  plugin = await buildPlugin();
});
afterAll(() => plugin.remove());

const broken = () => edited(valuesFile(), 'cilium/values.yaml', 'mode: kubernetes', 'mode: cluster-pool');

it('reads what a commit tells Git to ignore: it is in the checkout all the same', async () => {
  const flannel = 'cluster:\n  network:\n    cni:\n      name: flannel\n';
  const files = { ...valuesFile(), 'talos/patches/no-default-cni.yaml': flannel, '.gitignore': 'talos/patches/no-default-cni.yaml\n' };
  const { code, err } = await plugin.generate({ path: 'cilium', files });
  expect(code).toBe(1);
  expect(err).toContain('Flannel');
});

it('runs twenty times at once without a trace', async () => {
  const requests = Array.from({ length: 20 }, (_, i) => plugin.generate({ path: 'cilium', files: i % 2 === 0 ? valuesFile() : broken() }));
  const runs = await Promise.all(requests);
  expect(runs.map(({ code }) => code)).toEqual(runs.map((_, i) => i % 2));
  expect(new Set(runs.map(({ err }) => err)).size).toBe(2);
});

it('keeps its text within bounds, the first line and what to do included', async () => {
  const keys = Array.from({ length: 400 }, (_, i) => `strange${'x'.repeat(i % 90)}${i}: true`).join('\n');
  const files = { ...broken(), 'cilium/values.yaml': `${broken()['cilium/values.yaml']}${keys}\n` };
  const { code, err } = await plugin.generate({ path: 'cilium', files, parameters: texts({ 'fail-on': 'note' }) });
  expect(code).toBe(1);
  expect(Buffer.byteLength(err)).toBeLessThanOrEqual(4096);
  expect(err).toMatch(/^cilium-align blocks: /);
  expect(err).toMatch(/… and \d+ more: /);
  expect(err).toContain('--hard-refresh');
});

it('shows no secret and no control character', async () => {
  const secret = 'https://user:hunter2hunter2@charts.example.org/cilium';
  const files = edited(valuesFile(), 'cilium/values.yaml', 'mode: kubernetes', `mode: "${secret}\\e[31m\\u202e"`);
  const { code, err } = await plugin.generate({ path: 'cilium', files });
  expect(code).toBe(1);
  expect(err).not.toContain('hunter2');
  expect(err.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it('shows no secret of a parameter', async () => {
  const { err } = await plugin.generate({
    path: 'cilium',
    files: valuesFile(),
    parameters: texts({ mode: 'https://user:hunter2hunter2@example.org' }),
  });
  expect(err).not.toContain('hunter2');
});

it('shows no control character of a parameter or of the sidecar', async () => {
  const parameters = texts({ cluster: '\u001b[2Jprod\n::error::x', mode: '\u202eecrofne' });
  const { err } = await plugin.generate({
    path: 'cilium',
    files: valuesFile(),
    parameters,
    env: { CILIUM_ALIGN_BREAK_GLASS: 'a\u001b[31m\nb' },
  });
  expect(err.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it('does not follow links out of the tree', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'cilium-align-outside-'));
  writeFileSync(join(outside, 'values.yaml'), valuesFile()['cilium/values.yaml']!);
  const source = mkdtempSync(join(tmpdir(), 'cilium-align-source-'));
  for (const [file, text] of Object.entries(valuesFile())) {
    mkdirSync(join(source, file, '..'), { recursive: true });
    if (file !== 'cilium/values.yaml') writeFileSync(join(source, file), text);
  }
  mkdirSync(join(source, 'cilium'), { recursive: true });
  symlinkSync(join(outside, 'values.yaml'), join(source, 'cilium/values.yaml'));
  try {
    const { code, err } = await plugin.generate({ path: 'cilium', files: source });
    expect(code).toBe(1);
    expect(err).toContain('cannot be known');
  } finally {
    for (const directory of [outside, source]) rmSync(directory, { recursive: true, force: true });
  }
});

it('reads a source whose path is a link', async () => {
  const source = mkdtempSync(join(tmpdir(), 'cilium-align-source-'));
  for (const [file, text] of Object.entries(edited(valuesFile(), 'argocd/cilium.yaml', 'path: cilium', 'path: gate'))) {
    mkdirSync(join(source, file, '..'), { recursive: true });
    writeFileSync(join(source, file), text);
  }
  symlinkSync('cilium', join(source, 'gate'));
  try {
    expect(await plugin.generate({ path: 'gate', files: source })).toMatchObject({ code: 0, out: '' });
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
});

it('says what it expects where something else starts it', async () => {
  expect(await plugin.generate({ files: {}, command: 'sync' })).toMatchObject({
    code: 2,
    out: '',
    verdict: expect.stringContaining('expected generate or get-parameters'),
  });
});
