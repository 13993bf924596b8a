import { application, bothSides, installScript } from '../example.ts';
import type { Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

export const unpinnedVersion: Rule = {
  id: 'unpinned-version',
  level: 'warning',
  title: 'The chart version is not pinned in Git',
  why: 'What a rebuilt cluster gets depends on the day it is built, so nobody can say whether Argo CD will agree with it.',
  fix: 'Name the exact version: `--version 1.18.2` of `cilium install` or `helm`, `targetRevision: 1.18.2` of the Application.',
  link: 'https://docs.cilium.io/en/stable/gettingstarted/k8s-install-default/',
  examples: {
    passing: bothSides('ipam:\n  mode: kubernetes', 'ipam:\n  mode: kubernetes'),
    failing: {
      'bootstrap.sh': installScript({ version: null }),
      'bootstrap/values.yaml': 'ipam:\n  mode: kubernetes\n',
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
  judge(cluster) {
    return sidesOf(cluster).flatMap(({ release: { declaration }, name }) => {
      if (declaration.chartVersion !== null || declaration.opaque) return [];
      const other = declaration.side === 'bootstrap' ? cluster.argocd : cluster.bootstrap;
      const pin = other?.declaration.chartVersion;
      const side = name === 'the bootstrap' ? 'The bootstrap' : name;
      return [
        {
          message: `${side} does not say which version of the chart it installs: ${declaration.chartVersionWhy ?? 'no version is written'}.`,
          places: [declaration.chartVersionPlace ?? declaration.place],
          setting: 'version',
          fix: `Pin the version${pin ? ` to the other side's, ${pin}` : ''}.`,
        },
      ];
    });
  },
};
