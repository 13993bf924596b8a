import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const workspace = mkdtempSync(join(tmpdir(), 'cilium-align-main-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** Runs a line of code that has `run` and `reportBug`, as Node 24 runs the sources. */
function evaluate(code: string, env: Record<string, string> = {}): { code: number | null; out: string; err: string } {
  const script = `const { run, reportBug } = await import(${JSON.stringify(join(root, 'action/main.ts'))});
    const stdout = (text) => process.stdout.write(text);
    const now = () => new Date();
    const env = process.env;
    ${code}`;
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/node/bin/node'), ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, GITHUB_WORKSPACE: workspace, RUNNER_TEMP: workspace, GITHUB_EVENT_NAME: 'schedule', ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('a step that cannot run', () => {
  it('is a bug of ours in one line, with its place only for who asks', () => {
    const bug = "process.exitCode = await run({ env, stdout, now: () => { throw new TypeError('boom\\n::error::second') } })";
    writeFileSync(join(workspace, 'a.yaml'), 'a: 1\n');
    const { code, out, err } = evaluate(bug);
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(
      /^::error title=cilium-align::This is a bug of cilium-align \S+, please report it \(npm bugs cilium-align\): boom\. .*\n$/,
    );
    expect(evaluate(bug, { RUNNER_DEBUG: '1' }).out).toMatch(/ {4}at .+:\d+:\d+/);
  });

  it('says what is wrong with its inputs, and in the summary too', () => {
    const summary = join(workspace, 'summary.md');
    const step = evaluate('process.exitCode = await run({ env, stdout, now })', {
      'INPUT_FAIL-ON': 'eror',
      INPUT_FAILON: 'x',
      GITHUB_STEP_SUMMARY: summary,
    });
    expect([step.code, step.err]).toEqual([1, '']);
    expect(step.out).toContain('::warning title=cilium-align::no input is named failon; did you mean fail-on?');
    expect(step.out).toContain(
      '::error title=cilium-align::input fail-on must be error, warning, note or never, not "eror"; did you mean error?',
    );
    expect(readFileSync(summary, 'utf8')).toMatch(/^### ✗ cilium-align could not run\n\n```\ninput fail-on must be/);
  });
});

describe('docs/action.md', () => {
  const sources = readdirSync(join(root, 'action'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, 'action', file), 'utf8'))
    .join('\n');
  const section = readFileSync(join(root, 'docs/action.md'), 'utf8').split('## When it does not do what you expect\n')[1]!;
  const table = section.split('\n## ', 1)[0]!;
  const messages = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message]) => message!);

  it('explains messages', () => expect(messages.length).toBeGreaterThan(8));

  it.each(messages)('explains a message that exists: %s', (message) => {
    for (const part of message.split(/ ?… ?/)) expect(sources.replaceAll('${CONFIG_FILE}', '.cilium-align.yaml')).toContain(part);
  });
});
