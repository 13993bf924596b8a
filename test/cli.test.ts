import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { chartDefaults } from '../shared/cilium/charts.ts';
import { formats } from '../shared/report/formats.ts';
import { toPlain } from '../shared/tree.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';

const root = join(import.meta.dirname, '..');
const example = (name: string) => join(root, 'examples', name);
const story = (name: string) => join(root, 'test/cases', name, 'repo');

let cli: BuiltCli;
let scratch: string;
beforeAll(async () => {
  cli = await buildCli();
  scratch = mkdtempSync(join(tmpdir(), 'cilium-align-test-'));
});
afterAll(() => {
  cli?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

describe('exit codes', () => {
  it.each([
    [1, [example('omni-handoff')], 'a disruptive difference'],
    [0, [example('omni-handoff'), '--fail-on', 'never'], 'nothing fails'],
    [0, [example('one-source')], 'aligned'],
    [1, [example('native-routing')], 'a finding at level error'],
    [1, [story('broken-yaml')], 'undecided'],
    [0, [story('broken-yaml'), '--undecided', 'warn'], 'undecided may pass'],
    [3, [story('one-side-only')], 'nothing to compare'],
    [1, [example('omni-handoff'), '--format', 'markdown'], ''],
    [1, [example('omni-handoff'), '--format', 'sarif'], ''],
    [1, [example('omni-handoff'), '--format', 'junit'], ''],
    [1, [example('omni-handoff'), '--format', 'github'], ''],
    [0, ['--version'], ''],
    [0, ['--help'], ''],
    [0, ['explain', 'ipam.mode'], ''],
    [0, ['explain', 'version'], ''],
    [0, ['explain', 'hubble.*'], ''],
    [0, ['explain', 'operator.resources.limits.cpu'], ''],
    [0, ['explain', 'externalIPs.enabled'], ''],
    [0, ['values', 'bootstrap', example('omni-handoff')], ''],
  ])('%i: %j %s', (code, args) => {
    const run = cli.run(args);
    expect(run.err).toBe('');
    expect(run.code).toBe(code);
    expect(run.out).not.toBe('');
  });
});

describe('what cannot be run is one clear line', () => {
  it.each([
    [['/nowhere/at/all'], /there is no folder \/nowhere\/at\/all/],
    [[join(example('one-source'), 'bootstrap.sh')], /bootstrap\.sh is a file/],
    [['--formt', 'json'], /unknown option '--formt' \(Did you mean --format\?\)/],
    [['--format', 'yaml'], new RegExp(`Allowed choices are ${Object.keys(formats).join(', ')}`)],
    [['--fail-on', 'fatal'], /Allowed choices are error, warning, note, never/],
    [['one', 'two'], /too many arguments/],
    [[example('omni-handoff'), '--cluster', 'nope'], /no cluster is named nope; there is homelab/],
    [[example('omni-handoff'), '--argocd', 'nope'], /--argocd nope: nothing is there/],
    [[example('omni-handoff'), '--output', '/nowhere/r.json'], /cannot write \/nowhere\/r\.json \(ENOENT\)/],
    [[example('omni-handoff'), '--chart', '/nowhere/c.tgz'], /cannot read the chart \/nowhere\/c\.tgz \(ENOENT\)/],
    [[example('omni-handoff'), '--chart', join(example('one-source'), 'bootstrap.sh')], /is no chart archive/],
    [['explain', 'ipam.mod'], /no rule, no setting and no value of Cilium's charts is named ipam\.mod; did you mean ipam\.mode\?/],
    [['values', 'argo'], /Allowed choices are bootstrap, argocd/],
    [['values', 'bootstrap', story('one-side-only')], /no bootstrap side was found/],
  ])('%j', (args, message) => {
    const run = cli.run(args, { cwd: scratch });
    expect(run.code).toBe(2);
    expect(run.out).toBe('');
    expect(run.err).toMatch(message);
    expect(run.err.trimEnd().split('\n')).toHaveLength(1);
    expect(run.err).toMatch(/^cilium-align: /);
  });

  it('a folder of clones names one of them', () => {
    const sources = mkdtempSync(join(scratch, 'sources-'));
    for (const name of ['lab', 'apps', 'talos']) mkdirSync(join(sources, name, '.git'), { recursive: true });
    const run = cli.run([sources]);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(/^cilium-align: .* holds 3 Git repositories and is none itself; name the one to check: cilium-align .*apps\n$/);
    rmSync(join(sources, 'lab'), { recursive: true });
    expect(cli.run([sources]).code).toBe(3);
  });

  it('an empty folder is nothing to compare', () => {
    const empty = mkdtempSync(join(scratch, 'empty-'));
    const run = cli.run([empty]);
    expect(run.code).toBe(3);
    expect(run.out).toContain('Nothing to compare: no Cilium was found on either side.');
  });
});

describe('formats', () => {
  const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(root, 'schema/report.schema.json'), 'utf8')));

  it('JSON is the report of the schema, on standard output or in a file', () => {
    const out = cli.run([example('omni-handoff'), '--format', 'json']).out;
    const report = JSON.parse(out);
    expect(valid(report), JSON.stringify(valid.errors)).toBe(true);
    expect(report.exitCode).toBe(1);
    const file = join(scratch, 'report.json');
    const run = cli.run([example('omni-handoff'), '--format', 'json', '--output', file]);
    expect(run.out).toBe('');
    expect(readFileSync(file, 'utf8')).toBe(out);
  });

  it('the same bytes every time', () => {
    expect(cli.run([example('native-routing')]).out).toBe(cli.run([example('native-routing')]).out);
  });

  it('--show all lists what agrees', () => {
    const run = cli.run([example('one-source'), '--show', 'all']);
    expect(run.out).toContain('tunnelProtocol = vxlan');
  });

  it('--bootstrap and --argocd name a side by hand', () => {
    const run = cli.run([example('omni-handoff'), '--argocd', 'omni', '--format', 'json']);
    expect(run.code).toBe(3);
    expect(JSON.parse(run.out).clusters[0].argocd).toBe(null);
    expect(cli.run([example('omni-handoff'), '--argocd', './argocd/', '--bootstrap', 'omni']).code).toBe(1);
  });

  it('values is a values file with the command that proves it', () => {
    const run = cli.run(['values', 'bootstrap', example('omni-handoff')]);
    expect(run.out).toContain('--version 1.18.1 --namespace kube-system');
    expect(run.out).toMatch(/^operator:\n {2}replicas: 1$/m);
    expect(cli.run(['values', 'bootstrap', story('c27-version-of-the-day')]).out).toContain(
      '# the version is what the other side says: there is no --version',
    );
  });
});

describe('the terminal', () => {
  const colourCode = `${String.fromCharCode(27)}[`;

  it('has colours only where it wants them', () => {
    const text = (env: Record<string, string>) => cli.run([example('omni-handoff')], { env }).out;
    expect(text({})).not.toContain(colourCode);
    expect(text({ FORCE_COLOR: '1' })).toContain(colourCode);
    expect(text({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(colourCode);
    expect(text({ FORCE_COLOR: '0' })).not.toContain(colourCode);
  });

  it.each([80, 140])('is not overrun at %i columns', (width) => {
    const { out } = cli.run([example('omni-handoff'), '--show', 'all'], { env: { COLUMNS: String(width) } });
    for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('may stop reading', () => {
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${cli.entry}" "${example('omni-handoff')}" --show all | head -1`],
      { encoding: 'utf8' },
    );
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });

  it.runIf(existsSync('/dev/full'))('a report that was cut off is no verdict', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${cli.entry}" "${example('one-source')}" > /dev/full`], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('cilium-align: cannot write to standard output (ENOSPC)\n');
    expect(status).toBe(2);
  });
});

describe('a chart archive', () => {
  it('speaks for its version', () => {
    const chart = join(scratch, 'cilium-9.9.9.tgz');
    const directory = mkdtempSync(join(scratch, 'chart-'));
    mkdirSync(join(directory, 'cilium'));
    writeFileSync(join(directory, 'cilium/Chart.yaml'), 'apiVersion: v2\nname: cilium\nversion: 1.18.2\n');
    const values = toPlain(chartDefaults('1.18.2')) as { operator: { replicas: number } };
    writeFileSync(join(directory, 'cilium/values.yaml'), stringify({ ...values, operator: { ...values.operator, replicas: 7 } }));
    spawnSync('tar', ['czf', chart, '-C', directory, 'cilium']);
    const report = JSON.parse(cli.run([example('omni-handoff'), '--chart', chart, '--format', 'json']).out);
    const row = report.clusters[0].rows.find((r: { setting: string }) => r.setting === 'operator.replicas');
    expect(row.argocd.value).toBe(7);
  });
});
