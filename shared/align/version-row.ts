import semver from 'semver';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Cell, Level, Row } from '../model.ts';

/** The row of the chart version, where the two sides differ or one cannot be known; none where they agree. */
export function versionRow(bootstrap: EvaluatedRelease, argocd: EvaluatedRelease): Row[] {
  const [from, to] = [bootstrap.declaration.chartVersion, argocd.declaration.chartVersion];
  const row = { setting: 'version', impact: 'disruptive' as const, bootstrap: cell(bootstrap), argocd: cell(argocd) };
  if (from === null || to === null) {
    const unknown = from === null ? bootstrap : argocd;
    return [{ ...row, status: 'opaque', level: null, why: unknown.declaration.chartVersionWhy ?? 'the version cannot be known here' }];
  }
  if (from === to) return [];
  const { level, why } = judgeStep(from, to);
  return [{ ...row, status: 'drifted', level, why }];
}

/** How grave it is to go from the bootstrapped version to Argo CD's; https://docs.cilium.io/en/stable/operations/upgrade/ tests one minor at a time, upwards. */
function judgeStep(from: string, to: string): { level: Level; why: string } {
  const [a, b] = [semver.parse(from), semver.parse(to)];
  if (!a || !b) return { level: 'warning', why: 'the two sides name different versions' };
  if (semver.lt(b, a)) return { level: 'error', why: 'Argo CD would downgrade what the bootstrap installs' };
  const minors = a.major === b.major ? b.minor - a.minor : Number.POSITIVE_INFINITY;
  if (minors >= 2)
    return {
      level: 'error',
      why: `Argo CD is ${Number.isFinite(minors) ? `${minors} minors` : 'a major version'} ahead; Cilium tests upgrades between consecutive minors only`,
    };
  return {
    level: 'note',
    why: minors === 1 ? 'Argo CD upgrades the bootstrapped Cilium by one minor' : 'Argo CD upgrades the bootstrapped Cilium by a patch',
  };
}

function cell({ declaration }: EvaluatedRelease): Cell {
  if (declaration.chartVersion === null)
    return {
      value: null,
      origin: 'opaque',
      place: declaration.chartVersionPlace ?? declaration.place,
      ...(declaration.chartVersionWhy ? { why: declaration.chartVersionWhy } : {}),
    };
  return { value: declaration.chartVersion, origin: 'set', place: declaration.chartVersionPlace ?? declaration.place };
}
