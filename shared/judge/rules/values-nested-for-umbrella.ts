import { leavesOf } from '../../tree.ts';
import { application, bothSides, installScript } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesAtStart, sidesOf, verb } from '../sides.ts';
import { isNestedForUmbrella, unknownKeys } from '../unknown-keys.ts';

export const valuesNestedForUmbrella: Rule = {
  id: 'values-nested-for-umbrella',
  level: 'error',
  title: "Every value stands under a key that Cilium's chart does not know",
  why: "Under `cilium:` stand the values of an umbrella chart's dependency. The chart itself knows no such key: nothing of the file is applied, and the cluster runs the chart's defaults.",
  fix: 'Move the values up to the top of a file of their own, or install the umbrella chart.',
  link: 'https://helm.sh/docs/chart_template_guide/subcharts_and_globals/',
  examples: {
    passing: bothSides('ipam:\n  mode: kubernetes', 'ipam:\n  mode: kubernetes'),
    failing: {
      'bootstrap.sh': installScript(),
      'bootstrap/values.yaml': 'cilium:\n  ipam:\n    mode: kubernetes\n  kubeProxyReplacement: true\n',
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
  judge(cluster) {
    return unknownKeys(cluster).flatMap((key): Fault[] => {
      const nested = sidesOf(cluster).filter(
        (side) => key.sides.some(({ name }) => name === side.name) && isNestedForUmbrella(key, side.release.user),
      );
      if (nested.length === 0) return [];
      const alone = nested.every(({ release }) => [...leavesOf(release.user).keys()].every((leaf) => leaf.startsWith('cilium.')));
      return [
        {
          message: `${namesAtStart(nested)} ${verb(nested, 'nests', 'nest')} ${alone ? 'every value' : 'values'} under \`cilium:\`, which Cilium's own chart does not know: ${key.leaves.length === 1 ? 'it is' : 'they are'} ignored.`,
          places: key.places,
          setting: 'cilium',
          fix: valuesNestedForUmbrella.fix,
        },
      ];
    });
  },
};
