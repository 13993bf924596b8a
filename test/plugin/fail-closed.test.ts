import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlugin, buildPlugin } from './built-plugin.ts';
import { blocksWith, failClosedRows } from './fail-closed-rows.ts';
import { inlineValues, valuesFile } from './repositories.ts';

let plugin: BuiltPlugin;
beforeAll(async () => {
  plugin = await buildPlugin();
});
afterAll(() => plugin.remove());

describe.concurrent('blocks, and says so in its first line', () => {
  it.for(failClosedRows)('$what', async ({ says, request, fault }, { expect }) => {
    const built = fault === undefined ? plugin : plugin.withFault(fault);
    const { code, out, err, verdict } = await built.generate(request);
    if (process.env.SHOW) console.log(err);
    expect.soft(verdict).toMatch(blocksWith(says));
    expect.soft({ code, out }).toEqual({ code: 1, out: '' });
    expect.soft(verdict.length).toBeLessThanOrEqual(260);
    expect.soft(Buffer.byteLength(err)).toBeLessThanOrEqual(4096);
    expect.soft(err).not.toMatch(/\n\s+at |_cmp_server/);
    expect.soft(err.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect.soft(err.trimEnd().split('\n').length).toBeGreaterThan(1);
  });

  it.for(failClosedRows)('$what: never in mode warn', async ({ request, fault }, { expect }) => {
    const built = fault === undefined ? plugin : plugin.withFault(fault);
    const env = { CILIUM_ALIGN_MODE: 'warn', ...request.env };
    // Where the mode itself is wrong, it is not known to be warn.
    if (env.CILIUM_ALIGN_MODE !== 'warn' || /"mode"/.test(JSON.stringify(request.parameters ?? ''))) return;
    const { code, out, verdict } = await built.generate({ ...request, env });
    expect(verdict).toMatch(/^cilium-align would block, but its mode is warn: /);
    expect({ code, out }).toEqual({ code: 0, out: '' });
  });
});

it.concurrent('blocks where its working directory is gone', async ({ expect }) => {
  const { code, out, verdict } = await plugin.generate({ path: 'cilium', files: valuesFile(), isGone: true });
  expect(verdict).toBe('cilium-align blocks: The working directory cannot be read (ENOENT).');
  expect({ code, out }).toEqual({ code: 1, out: '' });
});

it.concurrent('orders no edit of what a running cluster cannot change: which side runs is not known to it', async ({ expect }) => {
  const { err } = await plugin.generate(failClosedRows[0]!.request);
  expect(err).toContain('→ make both sides say what runs: a running cluster cannot take another value');
  expect(err).not.toContain('change `ipam.mode`');
});

describe.concurrent('ends as it was decided where nobody takes its words', () => {
  it.for(['2>&-', '2>/dev/full', '>&- <&- 2>&-'])('%s', async (redirection, { expect }) => {
    const blocking = failClosedRows[0]!.request;
    expect(await plugin.generate({ ...blocking, redirection })).toMatchObject({ code: 1, out: '', err: '' });
    expect(await plugin.generate({ path: 'cilium', files: valuesFile(), redirection })).toMatchObject({ code: 0, out: '', err: '' });
    expect(await plugin.generate({ ...blocking, env: { CILIUM_ALIGN_MODE: 'warn' }, redirection })).toMatchObject({ code: 0 });
  });
});

describe.concurrent('needs no place to write', () => {
  it.for(['/nonexistent', '/proc', '/dev/full'])('TMPDIR is %s', async (directory, { expect }) => {
    const blocking = failClosedRows[0]!.request;
    expect(await plugin.generate({ ...blocking, env: { TMPDIR: directory } })).toMatchObject({ code: 1, out: '' });
    expect(await plugin.generate({ path: 'cilium', files: valuesFile(), env: { TMPDIR: directory } })).toMatchObject({ code: 0, out: '' });
  });
});

it('is the table in docs/plugin.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/plugin.md'), 'utf8');
  const [, table] = /<!-- blocks -->\n([\s\S]*?)<!-- \/blocks -->/.exec(page)!;
  const lines = failClosedRows.map(({ what, says }) => `| ${what} | \`${says}\` |\n`).join('');
  const expected = `| what happened | the first line after \`cilium-align blocks: \` |\n|---|---|\n${lines}`;
  if (process.env.UPDATE_PLUGIN_PAGE)
    writeFileSync(
      join(import.meta.dirname, '../../docs/plugin.md'),
      page.replace(table!, () => expected),
    );
  else expect(table).toBe(expected);
});

describe('passes in silence', () => {
  it.each([
    ['the recommended shape', { path: 'cilium', files: valuesFile() }],
    ['the other shape', { path: 'argocd', files: inlineValues() }],
  ] as const)('%s', async (_, request) => {
    const { code, out, verdict } = await plugin.generate(request);
    expect(verdict).toBe('cilium-align passes: Aligned: both sides mean the same Cilium.');
    expect({ code, out }).toEqual({ code: 0, out: '' });
  });
});
