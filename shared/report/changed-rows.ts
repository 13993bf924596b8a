import { isDeepStrictEqual } from 'node:util';
import semver from 'semver';
import { sameValue } from '../align/equality.ts';
import { isDefault } from '../align/table.ts';
import { gravity } from '../align/weight.ts';
import { settingAt } from '../cilium/settings/index.ts';
import type { Cell, Row } from '../model.ts';

/** True for a row that asks for something: it differs, or cannot be known. */
export function isOpen({ status }: Row): boolean {
  return status === 'drifted' || status === 'opaque';
}

/** True where both rows say the same of both sides: types and places may have changed, meaning has not. */
function hasSameValues(one: Row, other: Row): boolean {
  return hasSameMeaning(one.setting, one.bootstrap, other.bootstrap) && hasSameMeaning(one.setting, one.argocd, other.argocd);
}

/** Whether an open row was there before: the same values that differ, no graver, or versions that are no further apart. */
export function wasThere(row: Row, before: Row | undefined): boolean {
  if (before === undefined || before.status !== row.status || gravity(row.level) > gravity(before.level)) return false;
  if (hasSameValues(row, before)) return true;
  if (row.status === 'opaque') return isAsUnknown(row, before);
  return row.setting === 'version' && !hasWidened(row, before);
}

/** Nobody has changed what is written: another version brings other defaults, and what was not known before is not known now. */
function isAsUnknown(row: Row, before: Row): boolean {
  return (['bootstrap', 'argocd'] as const).every((side) => {
    const [now, then] = [row[side], before[side]];
    if (now.origin === 'opaque' || then.origin === 'opaque') return now.origin === then.origin;
    return row.setting === 'version' || hasSameMeaning(row.setting, now, then) || (isDefault(now) && isDefault(then));
  });
}

function hasSameMeaning(setting: string, one: Cell, other: Cell): boolean {
  if ((one.origin === 'opaque') !== (other.origin === 'opaque')) return false;
  const [a, b] = [one.value ?? undefined, other.value ?? undefined];
  const known = settingAt(setting);
  return known && isPlain(a) && isPlain(b) ? sameValue(known.equality, a, b) : isDeepStrictEqual(a, b);
}

function isPlain(value: unknown): value is string | string[] | undefined {
  return value === undefined || typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

/** Both sides may be bumped together: what counts is how far Argo CD is from the bootstrap, and on which side of it. */
function hasWidened(row: Row, before: Row): boolean {
  const [from, to, was, wasTo] = [row.bootstrap, row.argocd, before.bootstrap, before.argocd].map((cell) =>
    semver.parse(String(cell.value)),
  );
  if (!from || !to || !was || !wasTo) return true;
  if (semver.compare(from, to) !== semver.compare(was, wasTo)) return true;
  const [now, then] = [minors(from, to), minors(was, wasTo)];
  if (now !== then) return now > then;
  // Patches of two minors have no distance: a side that alone moved away has widened it.
  if (now > 0)
    return row.bootstrap.value === before.bootstrap.value || row.argocd.value === before.argocd.value
      ? isFurther(from, to, was, wasTo)
      : false;
  if (from.prerelease.length + to.prerelease.length + was.prerelease.length + wasTo.prerelease.length > 0) return true;
  return Math.abs(to.patch - from.patch) > Math.abs(wasTo.patch - was.patch);
}

function isFurther(from: semver.SemVer, to: semver.SemVer, was: semver.SemVer, wasTo: semver.SemVer): boolean {
  const up = semver.lt(from, to);
  return up ? semver.gt(to, wasTo) || semver.lt(from, was) : semver.lt(to, wasTo) || semver.gt(from, was);
}

function minors(from: semver.SemVer, to: semver.SemVer): number {
  return from.major === to.major ? Math.abs(to.minor - from.minor) : Number.POSITIVE_INFINITY;
}
