import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { application, bothSides, installScript } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';
import { CONFIG_FILE } from './config.ts';
import { readConfig } from './read-config.ts';

const NETWORK = 'k8sServiceHost: localhost\nk8sServicePort: 7445\nkubeProxyReplacement: true\n';
const files = bothSides(
  `${NETWORK}ipam:\n  mode: kubernetes\noperator:\n  replicas: 1\n`,
  `${NETWORK}ipam:\n  mode: cluster-pool\noperator:\n  replicas: 2\n`,
);

function checkWith(
  text: string,
  more: { today?: string; files?: Record<string, string>; cluster?: string; failOn?: 'error' | 'warning' } = {},
) {
  const read = readConfig(CONFIG_FILE, text);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return check(memoryRepository(more.files ?? files), {
    failOn: more.failOn ?? 'error',
    undecided: 'fail',
    config: read.config,
    ...(more.today !== undefined && { today: more.today }),
    ...(more.cluster !== undefined && { cluster: more.cluster }),
  });
}

const allow = (...entries: string[]) => `allow:\n${entries.map((entry) => `  - {${entry}}\n`).join('')}`;
const own = (report: ReturnType<typeof check>) => report.findings.filter((f) => f.rule.endsWith('-allowance'));
const row = (report: ReturnType<typeof check>, setting: string) => report.clusters[0]!.rows.find((r) => r.setting === setting)!;

describe('an allowed difference', () => {
  it('counts for nothing, and the outcome stays', () => {
    const before = checkWith('');
    expect([before.outcome, before.exitCode, before.counts.error]).toEqual(['drifted', 1, 1]);
    const after = checkWith(allow('setting: ipam.mode, reason: rebuilt next week, until: 2026-05-31'), { today: '2026-05-31' });
    expect([after.outcome, after.exitCode, after.counts.error]).toEqual(['drifted', 0, 0]);
    expect(row(after, 'ipam.mode')).toMatchObject({ level: 'error', suppressed: { reason: 'rebuilt next week', until: '2026-05-31' } });
    expect(row(after, 'operator.replicas').suppressed).toBe(undefined);
    expect(own(after)).toEqual([]);
  });

  it('counts again after its last day, and the entry is a warning', () => {
    const report = checkWith(allow('setting: ipam.mode, reason: rebuilt next week, until: 2026-05-31'), { today: '2026-06-01' });
    expect([report.outcome, report.exitCode, report.counts.error]).toEqual(['drifted', 1, 1]);
    expect(row(report, 'ipam.mode').suppressed).toBe(undefined);
    expect(own(report)).toMatchObject([
      {
        id: 'expired-allowance:::ipam.mode:.cilium-align.yaml',
        level: 'warning',
        message: 'The allowance of ipam.mode ended on 2026-05-31, and counts for nothing any more. Its reason was: rebuilt next week',
        places: [{ file: CONFIG_FILE, line: 2, column: 5 }],
      },
    ]);
  });

  it('has no end where nobody says what day it is', () => {
    expect(checkWith(allow('setting: ipam.mode, reason: x, until: 2001-01-01')).exitCode).toBe(0);
  });

  it('may be one of many below a map', () => {
    const report = checkWith(allow('setting: operator, reason: one node'), { failOn: 'warning' });
    expect(row(report, 'operator.replicas').suppressed).toEqual({ reason: 'one node' });
  });

  it('hides no finding, and an allowed finding hides no difference', () => {
    const report = checkWith(allow('rule: unknown-key, reason: x'));
    expect(report.exitCode).toBe(1);
  });
});

describe('an allowance that meets nothing is a warning', () => {
  it.each([
    ['setting: MTU, reason: x', 'The allowance of MTU meets nothing: there is no such difference.'],
    ['rule: two-owners, reason: x', 'The allowance of two-owners meets nothing: there is no such finding.'],
    ['rule: two-owners, setting: MTU, reason: x', 'The allowance of two-owners about MTU meets nothing: there is no such finding.'],
    ['setting: ipam.mode, cluster: prod, reason: x', 'The allowance of ipam.mode is for the cluster prod, which was not found.'],
  ])('%s', (entry, message) => {
    const report = checkWith(allow(entry));
    expect(own(report).map((f) => [f.rule, f.level, f.message])).toEqual([['unused-allowance', 'warning', message]]);
    expect(report.exitCode).toBe(1);
  });

  it('not where only a part was looked at', () => {
    expect(own(checkWith(allow('setting: MTU, cluster: prod, reason: x'), { cluster: 'prod' }))).toEqual([]);
  });

  it('nor where nothing was compared', () => {
    const report = checkWith(allow('setting: MTU, reason: x'), { files: { 'argocd/cilium.yaml': application(NETWORK) } });
    expect([report.outcome, own(report)]).toEqual(['nothing', []]);
  });
});

describe('findings', () => {
  const unpinned = {
    'bootstrap.sh': installScript({ version: null }),
    'bootstrap/values.yaml': NETWORK,
    'argocd/cilium.yaml': application(NETWORK),
  };

  it('are allowed by their rule, and what cannot be known by its setting', () => {
    const before = checkWith('', { files: unpinned });
    expect([before.outcome, before.exitCode]).toEqual(['undecided', 1]);
    const text = allow('setting: version, reason: the mirror pins it', 'rule: unpinned-version, reason: the mirror pins it');
    const after = checkWith(text, { files: unpinned });
    expect([after.outcome, after.exitCode, own(after)]).toEqual(['undecided', 0, []]);
    expect(after.findings.find((f) => f.rule === 'unpinned-version')?.suppressed).toEqual({ reason: 'the mirror pins it' });
    expect(checkWith(allow('rule: unpinned-version, reason: x'), { files: unpinned }).exitCode).toBe(1);
  });

  it('that repeat what cannot be known are allowed with it', () => {
    const unknown = {
      ...files,
      'bootstrap/values.yaml': `${NETWORK}ipam:\n  mode: \${IPAM_MODE}\n`,
      'argocd/cilium.yaml': application(`${NETWORK}ipam:\n  mode: kubernetes`),
    };
    const before = checkWith('', { files: unknown });
    expect(before.exitCode).toBe(1);
    const after = checkWith(allow('setting: ipam, reason: filled in by CI'), { files: unknown, failOn: 'warning' });
    expect(after.outcome).toBe('undecided');
    expect(after.findings.filter((f) => f.rule === 'unknowable-setting').map((f) => f.suppressed)).toEqual([{ reason: 'filled in by CI' }]);
  });
});

describe('levels', () => {
  it('change what counts, and the outcome stays', () => {
    const lowered = checkWith('levels:\n  ipam.mode: note\n');
    expect([lowered.outcome, lowered.exitCode, row(lowered, 'ipam.mode').level]).toEqual(['drifted', 0, 'note']);
    const raised = checkWith('levels:\n  operator: error\n  operator.replicas: error\n  ipam: warning\n');
    expect([raised.exitCode, row(raised, 'operator.replicas').level, row(raised, 'ipam.mode').level]).toEqual([1, 'error', 'warning']);
  });

  it('of the closest name count', () => {
    expect(row(checkWith('levels:\n  ipam: note\n  ipam.mode: warning\n'), 'ipam.mode').level).toBe('warning');
  });

  it('of rules are those of their findings', () => {
    const report = checkWith(`levels:\n  unused-allowance: error\n${allow('setting: MTU, reason: x')}`);
    expect(own(report).map((f) => f.level)).toEqual(['error']);
  });
});
