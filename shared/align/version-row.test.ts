import { expect, test } from 'vitest';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Declaration } from '../model.ts';
import { versionRow } from './version-row.ts';

const place = { file: 'install.sh', line: 1, column: 1 };
const release = (chartVersion: string | null, more: Partial<Declaration> = {}) =>
  ({ declaration: { place, chartVersion, ...more } }) as EvaluatedRelease;

test.each([
  ['1.18.2', '1.18.2', undefined, ''],
  ['1.18.1', '1.18.2', 'note', 'by a patch'],
  ['1.17.9', '1.18.0', 'note', 'by one minor'],
  ['1.16.9', '1.18.0', 'error', '2 minors ahead'],
  ['1.14.0', '1.18.0', 'error', '4 minors ahead'],
  ['1.18.2', '2.18.2', 'error', 'a major version ahead'],
  ['1.18.2', '1.18.1', 'error', 'downgrade'],
  ['1.18.0', '1.18.0-rc.1', 'error', 'downgrade'],
  ['1.18.0-rc.1', '1.18.0', 'note', 'by a patch'],
  ['2.0.0', '1.18.0', 'error', 'downgrade'],
  ['1.18.2', 'main', 'warning', 'different versions'],
  ['main', '1.18.2', 'warning', 'different versions'],
])('from %s to %s is a step of level %s', (from, to, level, why) => {
  const rows = versionRow(release(from), release(to));
  if (level === undefined) expect(rows).toEqual([]);
  else expect(rows).toEqual([expect.objectContaining({ setting: 'version', status: 'drifted', level, why: expect.stringContaining(why) })]);
});

test('a version that cannot be known is opaque, with the reason of the side that has it', () => {
  const stated = { ...place, line: 7 };
  const unknown = release(null, { chartVersionWhy: 'is a variable', chartVersionPlace: stated });
  const known = release('1.18.2', { chartVersionPlace: { ...place, line: 8 } });
  for (const [side, rows] of [
    ['bootstrap', versionRow(unknown, known)],
    ['argocd', versionRow(known, unknown)],
  ] as const) {
    expect(rows).toEqual([expect.objectContaining({ status: 'opaque', level: null, why: 'is a variable' })]);
    const [row] = rows;
    expect(row![side]).toEqual({ value: null, origin: 'opaque', place: stated, why: 'is a variable' });
    expect(row![side === 'argocd' ? 'bootstrap' : 'argocd']).toEqual({ value: '1.18.2', origin: 'set', place: { ...place, line: 8 } });
  }
  expect(versionRow(release(null), known)[0]).toMatchObject({ why: 'the version cannot be known here', bootstrap: { place } });
  expect(versionRow(release(null), known)[0]!.bootstrap).not.toHaveProperty('why');
  expect(versionRow(release('1.18.1'), release('1.18.2'))[0]!.argocd.place).toEqual(place);
});
