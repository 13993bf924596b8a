import { describe, expect, it } from 'vitest';
import type { Finding, Level, Report } from '../shared/model.ts';
import { type VerdictOptions, verdict } from './verdict.ts';

const finding = (level: Level, change?: Finding['change']): Finding => ({
  id: level,
  rule: 'unknown-key',
  level,
  message: '',
  cluster: null,
  places: [],
  ...(change && { change }),
});

const report = (more: Partial<Report>): Report => ({
  schemaVersion: 1,
  outcome: 'aligned',
  exitCode: 0,
  counts: { error: 0, warning: 0, note: 0 },
  clusters: [],
  findings: [],
  unused: [],
  ...more,
});

const base = { name: 'main', outcome: 'drifted', fails: 'new' } as const;

describe('the verdict', () => {
  const cases: [string, Partial<Report>, Partial<VerdictOptions>, boolean, Level, string][] = [
    ['nothing is wrong', {}, {}, false, 'note', 'Said.'],
    ['an error stands', { outcome: 'drifted', exitCode: 1, findings: [finding('error')] }, {}, true, 'error', 'Said.'],
    ['an error is new', { outcome: 'drifted', exitCode: 1, base, findings: [finding('error', 'introduced')] }, {}, true, 'error', 'Said.'],
    [
      'an error is new and may be',
      { outcome: 'drifted', base, findings: [finding('error', 'introduced')] },
      { failOn: 'never' },
      false,
      'warning',
      'Said.',
    ],
    ['an error was there before', { outcome: 'drifted', base, findings: [finding('error', 'existing')] }, {}, false, 'note', 'Said.'],
    [
      'an error was there before, and counts',
      { outcome: 'drifted', exitCode: 1, base, findings: [finding('error', 'existing')] },
      {},
      true,
      'error',
      'Said. `fail-on-new: false` lets what was there before count.',
    ],
    [
      'it is undecided, and that fails',
      { outcome: 'undecided', exitCode: 1, findings: [finding('warning')] },
      { undecided: 'fail' },
      true,
      'error',
      'Said. `undecided: fail` asks for certainty.',
    ],
    ['it is undecided', { outcome: 'undecided' }, {}, false, 'warning', 'Said.'],
    [
      'it was undecided before',
      { outcome: 'undecided', base: { name: null, outcome: 'undecided', fails: 'new' } },
      {},
      false,
      'note',
      'Said.',
    ],
    ['nothing is to compare', { outcome: 'nothing', exitCode: 3 }, {}, false, 'note', 'Said.'],
    [
      'nothing is to compare, and something must be',
      { outcome: 'nothing', exitCode: 3 },
      { requires: true },
      true,
      'error',
      'Said. `require: true` asks for both sides.',
    ],
    ['the other repository cannot be read', { outcome: 'undecided' }, { unread: true, requires: true }, false, 'warning', 'Said.'],
    [
      'the other repository cannot be read, and that fails',
      { outcome: 'undecided', exitCode: 3 },
      { unread: true, undecided: 'fail' },
      true,
      'error',
      'Said. `undecided: fail` asks for certainty.',
    ],
    ['the configuration is broken', {}, { isBroken: true }, true, 'error', 'Said. The change breaks the configuration.'],
  ];

  it.each(cases)('%s', (_, about, options, fails, level, words) => {
    const all = {
      words: 'Said.',
      failOn: 'error',
      undecided: 'warn',
      requires: false,
      unread: false,
      isBroken: false,
      ...options,
    } as const;
    expect(verdict(report(about), all)).toEqual({
      fails,
      level,
      words,
      ...(words !== 'Said.' && { because: words.slice('Said. '.length) }),
    });
  });
});
