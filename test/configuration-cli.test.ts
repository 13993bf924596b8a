import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_FILE } from '../shared/config/config.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';

const root = join(import.meta.dirname, '..');
let cli: BuiltCli;
let scratch: string;
beforeAll(async () => {
  cli = await buildCli();
  scratch = mkdtempSync(join(tmpdir(), 'cilium-align-configuration-'));
});
afterAll(() => {
  cli?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** A copy of an example with a configuration in it. */
function repositoryWith(configuration?: string, example = 'omni-handoff'): string {
  const copy = mkdtempSync(join(scratch, 'repository-'));
  cpSync(join(root, 'examples', example), copy, { recursive: true });
  if (configuration !== undefined) writeFileSync(join(copy, CONFIG_FILE), configuration);
  return copy;
}

const ALLOW = 'allow:\n  - setting: bgpControlPlane\n    reason: routes come later\n';

describe('a configuration', () => {
  it.each<[number, string, string[]]>([
    [1, '', []],
    [0, 'fail-on: never', []],
    [1, 'fail-on: never', ['--fail-on', 'error']],
    [0, ALLOW, []],
    [1, `fail-on: warning\n${ALLOW}`, []],
    [0, `fail-on: warning\n${ALLOW}`, ['--fail-on', 'error']],
    [1, `${ALLOW}    until: 2001-01-01\n`, []],
    [0, 'levels: {bgpControlPlane.enabled: warning}', []],
    [3, 'clusters: [{name: homelab, bootstrap: omni, argocd: nowhere}]', []],
    [1, 'clusters: [{name: homelab, bootstrap: omni, argocd: nowhere}]', ['--argocd', 'argocd']],
  ])('exits with %i for %j and %j', (code, text, args) => {
    const run = cli.run([repositoryWith(text), ...args]);
    expect([run.code, run.err]).toEqual([code, '']);
  });

  it('may be another file, which is then the only one', () => {
    const repository = repositoryWith('fail-on: never');
    const other = join(scratch, 'other.yaml');
    writeFileSync(other, 'fail-on: note\n');
    expect(cli.run([repository, '--config', other]).code).toBe(1);
    mkdirSync(join(repository, 'ci'));
    writeFileSync(join(repository, 'ci/align.yaml'), 'fail-onn: note\n');
    expect(cli.run([repository, '--config', join(repository, 'ci/align.yaml')]).err).toBe(
      'cilium-align: ci/align.yaml:1:1: no key is named fail-onn; did you mean fail-on?\n',
    );
  });

  it('names clusters for every command', () => {
    const repository = repositoryWith('clusters: [{name: cellar, bootstrap: omni, argocd: argocd}]');
    expect(cli.run([repository, '--cluster', 'cellar']).code).toBe(1);
    expect(cli.run([repository, '--cluster', 'homelab']).err).toContain('no cluster is named homelab; there is cellar');
    expect(cli.run(['values', 'argocd', repository, '--cluster', 'cellar']).code).toBe(0);
  });

  it('with faults is one line for each and nothing else', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const run = cli.run([repositoryWith(`fail-on: errr\nallow:\n  - setting: ipam.mod\n    reason: ${token}\nclusters: ${token}\n`)]);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toBe(
      [
        '.cilium-align.yaml:1:1: fail-on must be error, warning, note or never; did you mean error?',
        ".cilium-align.yaml:3:5: allow[0].setting is no Helm path of Cilium's chart; did you mean ipam.mode?",
        '.cilium-align.yaml:4:13: a value looks like a secret, and a configuration needs none',
        '.cilium-align.yaml:5:1: clusters must be a list of clusters',
        '.cilium-align.yaml:5:11: a value looks like a secret, and a configuration needs none',
        '',
      ]
        .map((line) => (line === '' ? '' : `cilium-align: ${line}`))
        .join('\n'),
    );
  });

  it.each([
    [['--config', '/nowhere/c.yaml'], /cannot read the configuration \/nowhere\/c\.yaml \(ENOENT\)/],
    [['--config', '/'], /cannot read the configuration \/ \(EISDIR\)/],
  ])('%j cannot be read', (args, message) => {
    const run = cli.run([repositoryWith(), ...args]);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toMatch(message);
  });

  it('under a name that is nearly right is no silent nothing', () => {
    const repository = repositoryWith();
    writeFileSync(join(repository, '.cilium-align.yml'), 'fail-on: never\n');
    expect(cli.run([repository]).err).toBe(
      'cilium-align: .cilium-align.yml is not read: call it .cilium-align.yaml, or name it with --config\n',
    );
    expect(cli.run(['init', repository]).code).toBe(2);
  });

  it('binary is an error', () => {
    expect(cli.run([repositoryWith('a\u0000b')]).err).toBe('cilium-align: .cilium-align.yaml is not text (it holds NUL bytes)\n');
  });

  it('costs a run without one nothing: what validates it stands in a file of its own that nothing else loads', () => {
    const bundle = dirname(dirname(cli.entry));
    const files = readdirSync(bundle, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js') && !/^api|read-config/.test(name))
      .map((name) => ({ name: basename(name), text: readFileSync(join(bundle, name), 'utf8') }));
    const validating = files.filter(({ text }) => text.includes('unrecognized_keys')).map(({ name }) => name);
    expect(validating).toHaveLength(1);
    for (const { text } of files) expect(text).not.toMatch(new RegExp(`from"[^"]*/${validating[0]!.replaceAll('.', '\\.')}"`));
  });
});

describe('init', () => {
  it('writes what is inferred, prints it, and changes nothing', () => {
    const repository = repositoryWith();
    const before = cli.run([repository]);
    const run = cli.run(['init', '.'], { cwd: repository });
    expect([run.code, run.err]).toEqual([0, '']);
    const text = readFileSync(join(repository, CONFIG_FILE), 'utf8');
    expect(run.out).toBe(`wrote ${CONFIG_FILE}\n\n${text}`);
    expect(text).toContain('  - name: homelab\n    talos: omni/cluster-template.yaml\n    bootstrap: omni/patches/cilium.yaml\n');
    expect(cli.run([repository])).toEqual(before);
  });

  it('overwrites nothing', () => {
    const repository = repositoryWith('fail-on: note\n');
    const run = cli.run(['init', repository]);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toBe(`cilium-align: ${join(repository, CONFIG_FILE)} exists; init overwrites nothing: edit it, or delete it first\n`);
    expect(readFileSync(join(repository, CONFIG_FILE), 'utf8')).toBe('fail-on: note\n');
  });

  it('needs a folder', () => {
    expect(cli.run(['init', join(scratch, 'nowhere')]).err).toMatch(/^cilium-align: there is no folder /);
    expect(existsSync(join(scratch, 'nowhere'))).toBe(false);
  });
});
