import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../shared/model.ts';
import { reportSchema } from '../shared/report/schema.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';

// What `--base` says of real Git repositories, from the bundled command line.

const example = join(import.meta.dirname, '..', 'examples', 'one-source');

let cli: BuiltCli;
let scratch: string;
beforeAll(async () => {
  cli = await buildCli();
  scratch = mkdtempSync(join(tmpdir(), 'cilium-align-base-'));
});
afterAll(() => {
  cli?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

function git(directory: string, ...args: string[]): string {
  const settings = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'protocol.file.allow=always'];
  const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  return execFileSync('git', [...settings, ...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim();
}

/** The example in which both sides agree, as a repository with one commit. */
function aligned(name: string): string {
  const root = join(scratch, name);
  cpSync(example, root, { recursive: true });
  git(root, 'init', '-q', '-b', 'main');
  return commit(root);
}

function commit(root: string): string {
  git(root, 'add', '--all');
  git(root, 'commit', '-q', '-m', 'x');
  return root;
}

function edit(root: string, file: string, from: string | RegExp, to: string): void {
  writeFileSync(join(root, file), readFileSync(join(root, file), 'utf8').replace(from, to));
}

const drift = (root: string, flags = '--set MTU=1400') => edit(root, 'bootstrap.sh', '--values cilium', `${flags} --values cilium`);
const audit = (root: string, ...args: string[]) => cli.run([root, ...args]);

function reportOf(root: string, ...args: string[]): Report {
  const { out, err } = audit(root, '--format', 'json', ...args);
  expect(err).toBe('');
  return reportSchema.parse(JSON.parse(out)) as Report;
}

const changes = ({ clusters }: Report) =>
  clusters.flatMap(({ rows }) => rows.filter((r) => r.change && r.level === 'error').map((r) => `${r.change} ${r.setting}`));

describe('a working tree against a commit of it', () => {
  it('says what is new, and fails only for that', () => {
    const root = aligned('changed');
    expect(audit(root, '--base', 'main')).toMatchObject({ code: 0, err: '' });
    expect(audit(root, '--base', 'main').out).toMatch(/^✓ Nothing new\. homelab: Aligned: both sides mean the same Cilium\./);
    drift(root);
    const changed = audit(root, '--base', 'main');
    expect(changed).toMatchObject({ code: 1, err: '' });
    expect(changed.out).toMatch(/^✗ .*1 new disruptive difference/m);
    expect(changed.out).toMatch(/^New since main:$/m);
    expect(changes(reportOf(root, '--base', 'main'))).toEqual(['introduced MTU']);
    commit(root);
    const after = audit(root, '--base', 'HEAD');
    expect(after.code).toBe(0);
    expect(after.out).toMatch(/^✓ Nothing new: 1 disruptive difference was there before this change\.$/m);
    expect(after.out).toMatch(/^There before/m);
    expect(audit(root).code).toBe(1);
    edit(root, 'bootstrap.sh', ' --set MTU=1400', '');
    const mended = audit(root, '--base', 'HEAD');
    expect(mended.code).toBe(0);
    expect(mended.out).toMatch(/^Resolved since HEAD:\n {2}✓ MTU: the bootstrap had 1400, Argo CD \(unset\); now both have \(unset\)$/m);
    expect(reportOf(root, '--base', git(root, 'rev-parse', 'HEAD')).base).toMatchObject({
      name: git(root, 'rev-parse', 'HEAD').slice(0, 12),
    });
  });

  it('is not misled by a renamed values file, moved lines and a folder that is new', () => {
    const root = aligned('renamed');
    drift(root);
    commit(root);
    mkdirSync(join(root, 'network'));
    git(root, 'mv', 'cilium/values.yaml', 'network/cilium-values.yaml');
    edit(root, 'network/cilium-values.yaml', /^/, '# one\n# two\n');
    edit(root, 'bootstrap.sh', 'cilium/values.yaml', 'network/cilium-values.yaml');
    edit(root, 'argocd/cilium.yaml', 'cilium/values.yaml', 'network/cilium-values.yaml');
    expect(changes(reportOf(root, '--base', 'main'))).toEqual(['existing MTU']);
    expect(audit(root, '--base', 'main').code).toBe(0);
    expect(audit(join(root, 'network'), '--base', 'main')).toMatchObject({ code: 3, err: '' });
  });

  it('introduces all of it where the commit had no Cilium, and says what a change takes away', () => {
    const root = join(scratch, 'new');
    mkdirSync(root);
    writeFileSync(join(root, 'README.md'), 'nothing\n');
    git(root, 'init', '-q', '-b', 'main');
    commit(root);
    cpSync(example, root, { recursive: true });
    drift(root);
    const first = audit(root, '--base', 'main');
    expect(first.code).toBe(1);
    expect(changes(reportOf(root, '--base', 'main'))).toEqual(['introduced MTU']);
    commit(root);
    rmSync(join(root, 'bootstrap.sh'));
    const gone = audit(root, '--base', 'main');
    expect(gone.code).toBe(3);
    expect(gone.out).toMatch(
      /^– This change takes the bootstrap side out of Git: nothing is left there to\n {2}compare\.$|^– This change takes the bootstrap side out of Git: nothing is left there to compare\.$/m,
    );
    expect(gone.out).toMatch(/main has it; here not found/);
    expect(gone.out).not.toMatch(/Resolved/);
  });

  it('compares a linked working tree, a clone of a bare repository and a folder of the repository', () => {
    const root = aligned('kinds');
    git(root, 'worktree', 'add', '-q', '-b', 'feature', join(scratch, 'linked'));
    drift(join(scratch, 'linked'));
    expect(changes(reportOf(join(scratch, 'linked'), '--base', 'main'))).toEqual(['introduced MTU']);
    const nested = join(scratch, 'nested');
    cpSync(example, join(nested, 'clusters/home'), { recursive: true });
    git(nested, 'init', '-q', '-b', 'main');
    commit(nested);
    drift(join(nested, 'clusters/home'));
    expect(changes(reportOf(join(nested, 'clusters/home'), '--base', 'main'))).toEqual(['introduced MTU']);
  });

  it('keeps to the configuration of the working tree for both', () => {
    const root = aligned('configured');
    drift(root);
    writeFileSync(join(root, '.cilium-align.yaml'), 'allow:\n  - setting: MTU\n    reason: meant\n');
    expect(audit(root, '--base', 'main')).toMatchObject({ code: 0, err: '' });
  });

  it('finds a cluster that was called otherwise', () => {
    const root = aligned('called');
    drift(root, '--set cluster.name=old --set MTU=1400');
    edit(root, 'cilium/values.yaml', /^/, 'cluster:\n  name: old\n');
    edit(root, 'bootstrap.sh', 'gen config homelab', 'gen config old');
    commit(root);
    for (const file of ['bootstrap.sh', 'cilium/values.yaml']) edit(root, file, /(name[=:] ?|config )old/g, '$1new');
    expect(changes(reportOf(root, '--base', 'main', '--cluster', 'new'))).toEqual(['existing MTU']);
  });

  it('compares one of two repositories with its own commit', () => {
    const [talos, gitops] = ['talos', 'gitops'].map((name) => join(scratch, 'pair', name)) as [string, string];
    for (const [root, files] of [
      [talos, ['bootstrap.sh', 'talos', 'cilium']],
      [gitops, ['argocd', 'cilium']],
    ] as const) {
      for (const file of files) cpSync(join(example, file), join(root, file), { recursive: true });
      git(root, 'init', '-q', '-b', 'main');
      commit(root);
    }
    edit(gitops, 'cilium/values.yaml', /^/, 'MTU: 1400\n');
    expect(changes(reportOf(gitops, '--bootstrap', talos, '--base', 'main'))).toEqual(['introduced MTU']);
    expect(changes(reportOf(talos, '--argocd', gitops, '--base', 'main'))).toEqual(['existing MTU']);
    expect(cli.run(['--bootstrap', talos, '--argocd', gitops, '--base', 'main'], { cwd: scratch }).err).toMatch(
      /both sides are other repositories/,
    );
  });

  it.each(['table', 'markdown', 'json', 'sarif', 'junit', 'github'])('prints it as %s', (format) => {
    const root = aligned(`printed-${format}`);
    drift(root);
    commit(root);
    drift(root, '--set routingMode=native --set ipv4NativeRoutingCIDR=10.0.0.0/8');
    const { code, out, err } = audit(root, '--base', 'HEAD', '--format', format);
    expect(err).toBe('');
    expect(code).toBe(1);
    expect(out).toMatch(/routingMode/);
    switch (format) {
      case 'sarif': {
        const { results } = JSON.parse(out).runs[0];
        expect(new Set(results.map((r: { ruleId: string; baselineState: string }) => `${r.ruleId} ${r.baselineState}`))).toEqual(
          new Set(
            ['routingMode new', 'ipv4NativeRoutingCIDR new', 'MTU unchanged', 'two-copies unchanged'].filter(
              (x) => x.startsWith('two') === false,
            ),
          ),
        );
        break;
      }
      case 'junit':
        expect(out).toMatch(/failures="2" errors="0" skipped="1"/);
        expect(out).toMatch(/<skipped message="there before: MTU differs/);
        break;
      case 'github':
        expect(out).toMatch(/^::error .*title=routingMode::/m);
        expect(out).toMatch(/^::notice title=cilium-align::There before this change: MTU\.$/m);
        expect(out).not.toMatch(/^::error .*MTU/m);
        break;
      case 'table':
        expect(out.indexOf('routingMode')).toBeLessThan(out.indexOf('MTU'));
        break;
    }
  });

  it('fits the terminal, with everything too', () => {
    for (const show of [[], ['--show', 'all']])
      for (const width of ['60', '80', '120']) {
        const { out } = cli.run([join(scratch, 'printed-table'), '--base', 'HEAD', ...show], { env: { COLUMNS: width } });
        for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(Number(width));
      }
  });
});

describe('what cannot be compared is one clear line', () => {
  it('says what is wrong and what to do', () => {
    const root = aligned('wrong');
    writeFileSync(join(root, 'a.txt'), 'a');
    commit(root);
    git(scratch, 'clone', '-q', '--depth=1', `file://${root}`, 'wrong-shallow');
    git(scratch, 'clone', '-q', root, 'wrong-sparse');
    git(join(scratch, 'wrong-sparse'), 'sparse-checkout', 'set', 'cilium');
    cpSync(example, join(scratch, 'wrong-plain'), { recursive: true });
    const cases: [string, string, RegExp][] = [
      ['wrong', 'nonsense', /^cilium-align: --base nonsense: no commit is named nonsense here; .*\n$/],
      ['wrong', 'HEAD~9', /no commit is named HEAD~9 here/],
      ['wrong', '\u001b[31m@{', /^\P{Cc}*\n$/u],
      ['wrong-shallow', 'HEAD~1', /this clone is shallow: `git fetch --unshallow`/],
      ['wrong-sparse', 'main', /is a sparse checkout/],
      ['wrong-plain', 'main', /wrong-plain is not in a Git repository\n$/],
    ];
    for (const [name, base, message] of cases) {
      const { code, out, err } = audit(join(scratch, name), '--base', base);
      expect(out, name).toBe('');
      expect(err, name).toMatch(message);
      expect(err.split('\n').length, err).toBe(2);
      expect(code, name).toBe(2);
    }
    const bin = join(scratch, 'bin');
    mkdirSync(bin);
    expect(cli.run([root, '--base', 'main'], { env: { PATH: bin } }).err).toBe(
      'cilium-align: --base main: git was not found on PATH; a commit can only be read with it\n',
    );
  });

  it('says which file a partial clone lacks, and fetches nothing', () => {
    const root = aligned('partial');
    drift(root);
    commit(root);
    git(root, 'config', 'uploadpack.allowFilter', 'true');
    git(scratch, 'clone', '-q', '--filter=blob:none', `file://${root}`, 'partial-clone');
    const { code, err } = audit(join(scratch, 'partial-clone'), '--base', 'HEAD~1');
    expect(err).toMatch(/^cilium-align: --base HEAD~1: bootstrap\.sh of commit [0-9a-f]{40} cannot be read: its content is not here\. /);
    expect(code).toBe(2);
  });
});
