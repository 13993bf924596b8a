import { isChartPath } from '../../cilium/charts.ts';
import { settings } from '../../cilium/settings/index.ts';
import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { at } from '../../tree.ts';
import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesAtStart, type SideOfCluster, sidesOf, verb } from '../sides.ts';

export const extraConfigOverrides: Rule = {
  id: 'extra-config-overrides',
  level: 'note',
  title: 'extraConfig sets what the chart has a value for',
  why: 'The key goes into cilium-config past the chart: no schema checks it, no derived setting follows it, and whoever looks for the value of the chart finds the wrong one.',
  fix: "Write the chart's own value.",
  link: 'https://docs.cilium.io/en/stable/helm-reference/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('bpf:\n  masquerade: true') },
    failing: { 'argocd/cilium.yaml': application('extraConfig:\n  enable-bpf-masquerade: "true"') },
  },
  judge(cluster) {
    const found = new Map<string, SideOfCluster[]>();
    for (const side of sidesOf(cluster)) for (const key of overridden(side.release)) found.set(key, [...(found.get(key) ?? []), side]);
    return [...found].map(([key, sides]): Fault => {
      const own = ownValue(key, sides[0]!.release)!;
      return {
        message: `${namesAtStart(sides)} ${verb(sides, 'sets', 'set')} ${key} by \`extraConfig\`; the chart's own value is \`${own}\`.`,
        places: sides.map(({ release }) => at(release.user, ['extraConfig', key])!.place),
        setting: `extraConfig.${key}`,
      };
    });
  },
};

/** The keys of `extraConfig` that a value of the chart writes too. */
function overridden(release: EvaluatedRelease): string[] {
  const extra = at(release.user, 'extraConfig');
  if (extra?.kind !== 'map') return [];
  return [...extra.entries.keys()].filter((key) => ownValue(key, release) !== undefined);
}

function ownValue(key: string, { version }: EvaluatedRelease): string | undefined {
  if (version === null) return undefined;
  return settings.find(({ path, facts }) => facts.length === 1 && facts[0] === `config.${key}` && isChartPath(version, path))?.path;
}
