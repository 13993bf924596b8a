import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read-config.ts';
import { application, bothSides, type ExampleFiles, installScript, talconfig } from '../judge/example.ts';
import type { Cell, Cluster, Finding, Level, Release, Report, Row, Side, Status } from '../model.ts';
import { memoryRepository } from '../repository/memory.ts';
import { type ChangePolicy, compareWithBase } from './changes.ts';
import { reportSchema } from './schema.ts';

const policy: ChangePolicy = { failOn: 'error', undecided: 'fail', fails: 'new' };
const reportOf = (files: ExampleFiles, config?: Config) =>
  check(memoryRepository(files), { failOn: 'error', undecided: 'fail', ...(config && { config }) });
const compared = (head: ExampleFiles, base: ExampleFiles, more: Partial<ChangePolicy> = {}) =>
  compareWithBase(reportOf(head), reportOf(base), { ...policy, ...more });

/** What changed, in short: `+ipam.mode -rule:kube-proxy-missing =version`. */
function summary(report: Report, level: Level[] = ['error', 'warning', 'note']): string[] {
  const sign = { introduced: '+', existing: '=', resolved: '-' } as const;
  const rows = report.clusters.flatMap((cluster) =>
    cluster.rows.flatMap((row) =>
      row.change && (row.level === null || level.includes(row.level)) ? [`${sign[row.change]}${row.setting}`] : [],
    ),
  );
  const findings = report.findings.flatMap((f) => (f.change && level.includes(f.level) ? [`${sign[f.change]}rule:${f.rule}`] : []));
  return [...rows, ...findings].sort();
}

const VALUES = 'kubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445';
const AGREED = bothSides(VALUES, VALUES);
const DRIFTED = bothSides(VALUES, `${VALUES}\nroutingMode: native\nipv4NativeRoutingCIDR: 10.0.0.0/8`);

describe('a change', () => {
  it('introduces, resolves, and leaves the rest', () => {
    expect(summary(compared(DRIFTED, AGREED), ['error'])).toEqual(['+ipv4NativeRoutingCIDR', '+routingMode']);
    expect(summary(compared(AGREED, DRIFTED), ['error'])).toEqual(['-ipv4NativeRoutingCIDR', '-routingMode']);
    expect(summary(compared(DRIFTED, DRIFTED), ['error'])).toEqual(['=ipv4NativeRoutingCIDR', '=routingMode']);
    const resolved = compared(AGREED, DRIFTED).clusters[0]!.rows.filter((row) => row.setting === 'routingMode');
    expect(resolved.map((row) => [row.status, row.argocd.value, row.change])).toEqual([
      ['aligned', 'tunnel', undefined],
      ['drifted', 'native', 'resolved'],
    ]);
  });

  it('fails only for what it introduces, or for all that stands', () => {
    expect(compared(DRIFTED, AGREED).exitCode).toBe(1);
    expect(compared(DRIFTED, DRIFTED).exitCode).toBe(0);
    expect(compared(DRIFTED, DRIFTED, { fails: 'all' }).exitCode).toBe(1);
    expect(compared(DRIFTED, AGREED, { failOn: 'never' }).exitCode).toBe(0);
    expect(compared(AGREED, DRIFTED).exitCode).toBe(0);
  });

  it('is new where another value differs, not where the same value is written in another way', () => {
    const cidr = (text: string) => bothSides(VALUES, `${VALUES}\nroutingMode: native\nipv4NativeRoutingCIDR: ${text}`);
    expect(summary(compared(cidr('10.0.0.0/9'), DRIFTED), ['error'])).toEqual(['+ipv4NativeRoutingCIDR', '=routingMode']);
    expect(summary(compared(cidr('"10.0.0.0/8"'), DRIFTED), ['error'])).toEqual(['=ipv4NativeRoutingCIDR', '=routingMode']);
  });

  it('is not new where lines move and files are renamed', () => {
    const moved = {
      'setup/install.sh': installScript().replace('bootstrap/values.yaml', 'setup/helm-values.yaml').replace('\n', '\n# one\n# two\n\n'),
      'setup/helm-values.yaml': `# moved\n\n${DRIFTED['bootstrap/values.yaml']}`,
      'gitops/network/application.yaml': `# moved\n${DRIFTED['argocd/cilium.yaml']}`,
    };
    const report = compared(moved, DRIFTED);
    expect(summary(report).filter((line) => !line.startsWith('='))).toEqual([]);
    expect(summary(report).length).toBeGreaterThan(3);
  });

  it('is not new where the cluster gets another name', () => {
    const named = (name: string) => ({ ...DRIFTED, 'talconfig.yaml': talconfig().replace('homelab', name) });
    const report = compared(named('production'), named('homelab'));
    expect(report.clusters.map(({ name }) => name)).toEqual(['production']);
    expect(summary(report).filter((line) => !line.startsWith('='))).toEqual([]);
  });

  it('is new where a known value becomes unknown, and the other way round', () => {
    const hidden = { ...DRIFTED, 'bootstrap.sh': `${installScript().trim()} --set routingMode="$ROUTING"\n` };
    expect(summary(compared(hidden, AGREED))).toContain('+routingMode');
    expect(compared(hidden, DRIFTED).exitCode).toBe(1);
    expect(compared(hidden, DRIFTED, { undecided: 'warn' }).exitCode).toBe(0);
    expect(summary(compared(hidden, DRIFTED))).toContain('+routingMode');
    expect(summary(compared(DRIFTED, hidden))).toContain('+routingMode');
    expect(summary(compared(AGREED, hidden))).toContain('-routingMode');
    expect(compared(hidden, hidden).exitCode).toBe(0);
  });

  it('of the version on one side is not new where the other one was not known before either', () => {
    const unpinned = (version: string) => ({
      ...bothSides(VALUES, VALUES, { argocdVersion: version }),
      'bootstrap.sh': installScript({ version: null }),
    });
    const report = compared(unpinned('1.19.1'), unpinned('1.18.2'));
    expect(summary(report)).toContain('=version');
    expect(report.exitCode).toBe(0);
    expect(compared(unpinned('1.18.2'), AGREED).exitCode).toBe(1);
    // Where a whole side cannot be known, another version brings other defaults to the other one.
    const hidden = (version: string) => ({ ...unpinned(version), 'bootstrap.sh': `${installScript().trim()} $FLAGS\n` });
    expect(
      compared(hidden('1.19.1'), hidden('1.18.2')).clusters[0]!.rows.filter((r) => r.change === 'introduced' && r.status === 'opaque'),
    ).toEqual([]);
  });

  it.each([
    [['1.18.2', '1.18.2'], ['1.18.2', '1.18.3'], '+'],
    [['1.18.2', '1.18.3'], ['1.18.2', '1.18.4'], '+'],
    [['1.18.2', '1.18.4'], ['1.18.3', '1.18.4'], '='],
    [['1.17.2', '1.17.3'], ['1.18.1', '1.18.2'], '='],
    [['1.17.2', '1.17.3'], ['1.17.2', '1.18.2'], '+'],
    [['1.17.2', '1.18.1'], ['1.17.2', '1.18.2'], '+'],
    [['1.17.2', '1.18.1'], ['1.17.3', '1.18.1'], '='],
    [['1.16.2', '1.17.1'], ['1.17.2', '1.18.2'], '='],
    [['1.17.2', '1.18.1'], ['1.18.1', '1.17.2'], '+'],
    [['1.18.2', '1.18.3'], ['1.18.3', '1.18.3'], '-'],
  ])('from %j to %j: versions that are further apart are new', (before, after, sign) => {
    const versions = ([bootstrapVersion, argocdVersion]: string[]) =>
      bothSides(VALUES, VALUES, { bootstrapVersion: bootstrapVersion!, argocdVersion: argocdVersion! });
    expect(summary(compared(versions(after), versions(before))).filter((line) => line.endsWith('version'))).toEqual([`${sign}version`]);
  });

  it('introduces everything where the base has no Cilium, or one side of it', () => {
    const { 'argocd/cilium.yaml': _, ...bootstrapOnly } = DRIFTED;
    for (const base of [{ 'README.md': 'nothing\n' }, bootstrapOnly]) {
      const report = compared(DRIFTED, base);
      expect(summary(report, ['error'])).toEqual(['+ipv4NativeRoutingCIDR', '+routingMode']);
      expect(report.exitCode).toBe(1);
      expect(report.clusters[0]!.gone).toBeUndefined();
    }
  });

  it('that takes a side away resolves nothing', () => {
    const { 'argocd/cilium.yaml': argocd, ...bootstrapOnly } = DRIFTED;
    for (const [files, gone] of [
      [bootstrapOnly, ['argocd']],
      [{ 'argocd/cilium.yaml': argocd! }, ['bootstrap']],
      [{ 'README.md': 'nothing\n' }, ['bootstrap', 'argocd']],
    ] as const) {
      const report = compared(files, DRIFTED);
      expect(report.clusters.map((cluster) => cluster.gone)).toEqual([gone]);
      expect(summary(report).filter((line) => line.startsWith('-'))).toEqual([]);
      expect(report).toMatchObject({ outcome: 'nothing', exitCode: 3, base: { name: null, outcome: 'drifted' } });
      expect(reportSchema.parse(report)).toEqual(report);
    }
  });

  it('in one cluster is not one in the other', () => {
    const cluster = (name: string, values: string): ExampleFiles => ({
      [`clusters/${name}/install.sh`]: `#!/bin/sh\nhelm install cilium cilium --repo https://helm.cilium.io --version 1.18.2 -n kube-system --set cluster.name=${name},routingMode=native,ipv4NativeRoutingCIDR=10.0.0.0/8\n`,
      [`clusters/${name}/cilium.yaml`]: application(`cluster:\n  name: ${name}\n${values}`),
    });
    const native = 'routingMode: native\nipv4NativeRoutingCIDR: 10.0.0.0/8';
    const one = cluster('one', native);
    const two = cluster('two', native);
    const broken = cluster('two', 'routingMode: tunnel');
    const both = compared({ ...one, ...broken }, { ...one, ...two });
    expect(both.clusters.map(({ name, rows }) => [name, rows.filter((r) => r.change).map((r) => `${r.change} ${r.setting}`)])).toEqual([
      ['one', []],
      ['two', ['introduced routingMode', 'introduced ipv4NativeRoutingCIDR']],
    ]);
    // A renamed cluster is the same, a cluster that goes is gone.
    const renamed = cluster('three', 'routingMode: tunnel');
    expect(summary(compared({ ...one, ...renamed }, { ...one, ...broken }), ['error'])).toEqual(['=ipv4NativeRoutingCIDR', '=routingMode']);
    expect(compared(one, { ...one, ...broken }).clusters.map(({ name, gone }) => [name, gone])).toEqual([
      ['one', undefined],
      ['two', ['bootstrap', 'argocd']],
    ]);
    // One that shares nothing with the one that goes is another one.
    const other = {
      'sites/zeta/bootstrap.sh': '#!/bin/sh\ncilium install --version 1.17.5 --set cluster.name=zeta --set MTU=1400\n',
      'sites/zeta/app.yaml': application('cluster:\n  name: zeta\nipam:\n  mode: kubernetes', { version: '1.17.5', name: 'net' }),
    };
    expect(compared({ ...one, ...other }, { ...one, ...broken }).clusters.map(({ name, gone }) => [name, gone])).toEqual([
      ['one', undefined],
      ['zeta', undefined],
      ['two', ['bootstrap', 'argocd']],
    ]);
    expect(summary(compared({ ...one, ...two, ...renamed }, { ...one, ...two }), ['error'])).toEqual([
      '+ipv4NativeRoutingCIDR',
      '+routingMode',
    ]);
  });

  it('is judged with one configuration: what that one allows stays allowed, what only the head allows is not', () => {
    const read = (text: string) => {
      const result = readConfig('.cilium-align.yaml', text);
      if ('problems' in result) throw new Error(JSON.stringify(result.problems));
      return result.config;
    };
    const allowing = read('allow:\n  - setting: routingMode\n    reason: meant\n  - setting: ipv4NativeRoutingCIDR\n    reason: meant\n');
    const open = compareWithBase(reportOf(DRIFTED), reportOf(AGREED), policy);
    const allowed = compareWithBase(reportOf(DRIFTED, allowing), reportOf(AGREED, allowing), policy);
    expect(open.exitCode).toBe(1);
    expect(allowed.exitCode).toBe(0);
    expect(summary(allowed)).toContain('+routingMode');
  });
});

describe('findings', () => {
  const finding = (rule: string, file: string, message: string, more: Partial<Finding> = {}): Finding => ({
    id: [rule, more.cluster ?? '', more.setting ?? '', file].join(':'),
    rule,
    level: 'warning',
    message,
    cluster: null,
    places: [{ file, line: 1, column: 1 }],
    ...more,
  });
  const changes = (head: Finding[], base: Finding[]) =>
    compareWithBase(emptyReport(head), emptyReport(base), policy).findings.map(({ change, places }) => [
      change,
      'file' in places[0]! ? places[0].file : places[0]!.source,
    ]);

  it('stay the same with other lines and numbers, in a renamed file, in a renamed cluster', () => {
    const before = finding('two-copies', 'a.yaml', 'a.yaml holds 3 copies');
    expect(changes([{ ...before, message: 'a.yaml holds 4 copies', places: [{ file: 'a.yaml', line: 9, column: 3 }] }], [before])).toEqual([
      ['existing', 'a.yaml'],
    ]);
    expect(changes([finding('two-copies', 'b.yaml', 'b.yaml holds 4 copies')], [before])).toEqual([['existing', 'b.yaml']]);
    expect(changes([finding('two-copies', 'b.yaml', 'is worded differently')], [before])).toEqual([['existing', 'b.yaml']]);
    const source = (version: string): Finding => ({
      ...finding('sys-module', `chart default ${version}`, `as chart ${version} has it`),
      places: [{ source: `chart default ${version}` }],
    });
    expect(changes([source('1.18.3')], [source('1.18.2')])).toEqual([['existing', 'chart default 1.18.3']]);
  });

  it('are told apart where one rule is broken at two places', () => {
    const [a, b] = [finding('two-copies', 'a.yaml', 'a copy'), finding('two-copies', 'b.yaml', 'a copy')];
    expect(changes([a, b], [a])).toEqual([
      ['existing', 'a.yaml'],
      ['introduced', 'b.yaml'],
    ]);
    expect(changes([a], [a, b])).toEqual([
      ['existing', 'a.yaml'],
      ['resolved', 'b.yaml'],
    ]);
    expect(changes([a, { ...a }], [a])).toEqual([
      ['existing', 'a.yaml'],
      ['introduced', 'a.yaml'],
    ]);
    // The file of the base is still there, so nobody renamed it.
    const elsewhere = finding('unknown-key', 'a.yaml', 'another fault', { setting: 'hubble.x' });
    expect(changes([b, elsewhere], [a, elsewhere])).toEqual([
      ['introduced', 'b.yaml'],
      ['existing', 'a.yaml'],
      ['resolved', 'a.yaml'],
    ]);
    const [x, y] = [finding('unknown-key', 'a.yaml', 'x', { setting: 'x' }), finding('unknown-key', 'a.yaml', 'y', { setting: 'y' })];
    expect(changes([y], [x])).toEqual([
      ['introduced', 'a.yaml'],
      ['resolved', 'a.yaml'],
    ]);
  });

  it('are new where they weigh more', () => {
    const before = finding('two-copies', 'a.yaml', 'a copy');
    expect(changes([{ ...before, level: 'error' }], [before])).toEqual([['introduced', 'a.yaml']]);
    expect(changes([{ ...before, level: 'note' }], [before])).toEqual([['existing', 'a.yaml']]);
  });
});

describe('any two reports', () => {
  const random = generator(20_261_121);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const cell = (): Cell => {
    const value = pick(['a', 'b', '1', null, ['x', 'y']]);
    return pick<Cell>([
      { value, origin: 'set', place: { file: pick(['a.yaml', 'b.yaml']), line: 1, column: 1 } },
      { value, origin: 'default', place: { source: 'chart default 1.18.2' } },
      { value: null, origin: 'opaque', place: null, why: 'a variable' },
    ]);
  };
  const row = (setting: string): Row => ({
    id: `setting::${setting}`,
    setting,
    status: pick<Status>(['aligned', 'drifted', 'opaque', 'irrelevant']),
    impact: pick(['disruptive', 'behaviour']),
    level: pick([null, 'error', 'warning', 'note']),
    bootstrap: cell(),
    argocd: cell(),
    ...(random() < 0.2 && { suppressed: { reason: 'meant' } }),
  });
  const release = (side: Side): Release => ({
    side,
    form: 'application',
    name: 'cilium',
    namespace: 'kube-system',
    chartVersion: '1.18.2',
    place: { file: pick(['a.yaml', 'b.yaml', 'c.yaml']), line: 1, column: 1 },
    files: [pick(['a.yaml', 'b.yaml', 'c.yaml'])],
    layers: [],
  });
  const cluster = (name: string | null): Cluster => ({
    name,
    outcome: pick(['aligned', 'drifted', 'undecided', 'nothing']),
    bootstrap: random() < 0.8 ? release('bootstrap') : null,
    argocd: random() < 0.8 ? release('argocd') : null,
    others: [],
    talos: null,
    rows: ['version', 'ipam.mode', 'MTU', 'podAnnotations.x', 'hubble.enabled'].filter(() => random() < 0.8).map(row),
  });
  const report = (): Report => {
    const clusters = ['one', 'two', null, null].filter(() => random() < 0.6).map(cluster);
    const findings = Array.from({ length: Math.floor(random() * 6) }, (): Finding => {
      const rule = pick(['two-copies', 'unknown-key']);
      const file = pick(['a.yaml', 'b.yaml', 'd.yaml']);
      const name = pick([null, ...clusters.map((c) => c.name)]);
      return {
        id: [rule, name ?? '', '', file].join(':'),
        rule,
        level: pick<Level>(['error', 'warning', 'note']),
        message: `${file} has ${pick([1, 2])} ${pick(['faults', 'flaws'])}`,
        cluster: name,
        places: random() < 0.1 ? [] : [{ file, line: pick([1, 2]), column: 1 }],
      };
    });
    return { ...emptyReport(findings), clusters };
  };
  const strip = ({ change: _, ...rest }: { change?: unknown }) => rest;

  it('add up', () => {
    for (let round = 0; round < 400; round++) {
      const [head, base] = [report(), report()];
      const both = compareWithBase(head, base, policy);
      expect(reportSchema.parse(both)).toEqual(both);
      // What is introduced or existing is what is open in the head, in its order, with nothing else changed.
      for (const [i, before] of head.clusters.entries()) {
        const rows = both.clusters[i]!.rows.filter((r) => r.change !== 'resolved');
        expect(rows.map(strip)).toEqual(before.rows);
        for (const r of rows) expect(r.change !== undefined, r.status).toBe(r.status === 'drifted' || r.status === 'opaque');
      }
      expect(both.findings.filter((f) => f.change !== 'resolved').map(strip)).toEqual(head.findings);
      expect(both.findings.every((f) => f.change)).toBe(true);
      // What is resolved is the base's, each once, and open in the head no more.
      const openInBase = base.clusters.flatMap((c) => c.rows).filter((r) => r.status === 'drifted' || r.status === 'opaque');
      for (const c of both.clusters) {
        const resolved = c.rows.filter((r) => r.change === 'resolved');
        for (const r of resolved) {
          expect(openInBase).toContainEqual(strip(r));
          expect(c.rows.filter((x) => x.setting === r.setting && x.change !== undefined)).toEqual([r]);
        }
        if (c.gone) expect(resolved).toEqual([]);
      }
      const count = (change: string) => both.findings.filter((f) => f.change === change).length;
      expect(count('resolved')).toBeLessThanOrEqual(base.findings.length);
      expect(count('existing') + count('resolved')).toBeLessThanOrEqual(base.findings.length);
      expect(compareWithBase(head, base, { ...policy, fails: 'all' }).exitCode).toBe(head.exitCode);
    }
  });

  it('that are one hold nothing new and nothing resolved', () => {
    for (let round = 0; round < 200; round++) {
      const one = report();
      const both = compareWithBase(one, structuredClone(one), policy);
      expect(summary(both).filter((line) => !line.startsWith('='))).toEqual([]);
      expect(both.clusters.map(({ gone }) => gone)).toEqual(one.clusters.map(() => undefined));
      expect([0, 3]).toContain(both.exitCode);
    }
  });
});

function emptyReport(findings: Finding[]): Report {
  return {
    schemaVersion: 1,
    outcome: 'aligned',
    exitCode: 0,
    counts: { error: 0, warning: 0, note: 0 },
    clusters: [],
    findings,
    unused: [],
  };
}

/** Numbers from 0 to 1 that look random and are the same each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
