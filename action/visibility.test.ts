import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../shared/check.ts';
import type { Cell, Place, Release, Report } from '../shared/model.ts';
import { formats } from '../shared/report/formats.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import { conceal, mustConceal, visibilityIn } from './visibility.ts';

const cases = join(import.meta.dirname, '../test/cases');
const SECRET = 'top-secret-value';

describe('what is as public as what', () => {
  it.each([
    ['public', 'public', false],
    ['public', 'internal', true],
    ['public', 'private', true],
    ['internal', 'private', true],
    ['internal', 'public', false],
    ['private', 'private', false],
    ['private', 'public', false],
    ['public', undefined, true],
    [undefined, 'public', false],
    [undefined, 'private', true],
    [undefined, undefined, true],
  ] as const)('a %s repository beside a %s one: %s', (here, other, expected) => expect(mustConceal(here, other)).toBe(expected));

  it.each([
    [{ visibility: 'internal', private: true }, 'internal'],
    [{ private: true }, 'private'],
    [{ private: false }, 'public'],
    [{ visibility: 'secret' }, undefined],
    [null, undefined],
    ['public', undefined],
  ])('reads %o as %s', (repository, expected) => expect(visibilityIn(repository)).toBe(expected));
});

describe('a report of which only settings and statuses may be seen', () => {
  const stories = readdirSync(cases).filter((name) => existsSync(join(cases, name, 'repo')));

  it.each(stories)('is the same whatever %s holds', async (story) => {
    const report = check(directoryRepository(join(cases, story, 'repo')), { failOn: 'error', undecided: 'fail' });
    const hidden = conceal(report, new Set());
    expect(conceal(otherwise(report), new Set())).toEqual(hidden);
    for (const render of Object.values(formats)) {
      const text = await render(conceal(otherwise(report), new Set()), { width: 100, colour: false, showAll: true, version: '0' });
      expect(text).not.toContain(SECRET);
    }
  });

  it('says by name which clusters this repository itself names', () => {
    const story = stories[0]!;
    const report = check(directoryRepository(join(cases, story, 'repo')), { failOn: 'error', undecided: 'fail' });
    const [first] = report.clusters;
    const named: Report = {
      ...report,
      clusters: [
        { ...first!, name: 'prod' },
        { ...first!, name: 'lab' },
      ],
      findings: [],
    };
    expect(conceal(named, new Set(['lab'])).clusters.map(({ name }) => name)).toEqual(['cluster 1', 'lab']);
  });
});

/** The same statuses with every text another. */
function otherwise(report: Report): Report {
  const place: Place = { file: SECRET, line: 7, column: 7 };
  const cell: Cell = { value: SECRET, origin: 'set', place, why: SECRET };
  const release = (of: Release | null): Release | null =>
    of && { ...of, name: SECRET, namespace: SECRET, chartVersion: SECRET, place, files: [SECRET], layers: [{ kind: SECRET, place }] };
  const nameOf = (name: string | null) => name && `${SECRET} ${report.clusters.findIndex((cluster) => cluster.name === name)}`;
  return {
    ...report,
    clusters: report.clusters.map((cluster) => ({
      ...cluster,
      name: nameOf(cluster.name),
      bootstrap: release(cluster.bootstrap),
      argocd: release(cluster.argocd),
      others: [{ release: release(cluster.bootstrap ?? cluster.argocd)!, why: SECRET }],
      talos: { contract: SECRET, facts: { [SECRET]: cell } },
      rows: cluster.rows.map((row) => ({ ...row, id: SECRET, bootstrap: cell, argocd: cell, why: SECRET })),
    })),
    findings: report.findings.map((finding) => ({
      ...finding,
      id: SECRET,
      cluster: nameOf(finding.cluster),
      message: SECRET,
      fix: SECRET,
      places: [place],
    })),
    unused: [{ file: SECRET, why: SECRET }],
  };
}
