import semver from 'semver';
import { ReadsOpaque, TemplateError } from '../../cilium/chart-values.ts';
import { chartVersions, isChartPath } from '../../cilium/charts.ts';
import { removedKeys } from '../../cilium/templates/removed-keys.ts';
import { type EvaluatedRelease, valuesUnder } from '../../evaluate/release.ts';
import { at } from '../../tree.ts';
import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

export const refusedByNextMinor: Rule = {
  id: 'refused-by-next-minor',
  level: 'note',
  title: 'The next minor of the chart refuses a key',
  why: 'Until then the key is honoured or ignored; then the upgrade fails on it, and the bot that bumps the version does not remove it.',
  fix: 'Remove the key before the upgrade.',
  link: 'https://docs.cilium.io/en/stable/operations/upgrade/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('bpf:\n  autoMount:\n    enabled: true', { version: '1.15.3' }) },
    failing: { 'argocd/cilium.yaml': application('containerRuntime:\n  integration: containerd', { version: '1.15.3' }) },
  },
  judge(cluster) {
    const faults = new Map<string, Fault>();
    for (const { release } of sidesOf(cluster)) {
      if (release.version === null || !release.effective || release.refusals.length > 0) continue;
      const next = newestOfNextMinor(release.version);
      for (const path of next === undefined ? [] : refusedBy(release, next)) {
        // Ignored already: another rule says so.
        if (!isChartPath(release.version, path)) continue;
        const place = at(release.user, path)?.place ?? release.declaration.place;
        const known = faults.get(path);
        if (known) known.places.push(place);
        else
          faults.set(path, {
            message: `\`${path}\` is refused by the chart from ${semver.major(next!)}.${semver.minor(next!)} on: the next upgrade fails on it.`,
            places: [place],
            setting: path,
          });
      }
    }
    return [...faults.values()];
  },
};

function newestOfNextMinor(version: string): string | undefined {
  const { major, minor } = semver.parse(version)!;
  return semver.maxSatisfying([...chartVersions()], `~${major}.${minor + 1}.0`) ?? undefined;
}

/** Removed keys that people wrote and that a chart refuses. */
function refusedBy({ user, declaration }: EvaluatedRelease, version: string): string[] {
  const written = removedKeys.filter(({ path }) => at(user, path) !== undefined);
  if (written.length === 0) return [];
  const { values: chart } = valuesUnder(declaration, user, version);
  return written.flatMap((rule) => {
    try {
      return rule.refuses(chart) === undefined ? [] : [rule.path];
    } catch (error) {
      if (error instanceof ReadsOpaque || error instanceof TemplateError) return [];
      throw error;
    }
  });
}
