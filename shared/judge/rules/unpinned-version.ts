import type { Rule } from '../rule.ts';

export const unpinnedVersion: Rule = {
  id: 'unpinned-version',
  level: 'warning',
  title: 'The chart version is not pinned in Git',
  why: 'What a rebuilt cluster gets depends on the day it is built, so nobody can say whether Argo CD will agree with it.',
  fix: 'Name the exact version: `--version 1.18.2` of `cilium install` or `helm`, `targetRevision: 1.18.2` of the Application.',
  link: 'https://docs.cilium.io/en/stable/gettingstarted/k8s-install-default/',
  judge({ bootstrap, argocd }) {
    return [bootstrap, argocd].flatMap((release) => {
      if (!release || release.declaration.chartVersion !== null || release.declaration.opaque) return [];
      const { declaration } = release;
      const side = declaration.side === 'bootstrap' ? 'bootstrap' : 'Argo CD';
      const other = release === bootstrap ? argocd : bootstrap;
      const pin = other?.declaration.chartVersion;
      return [
        {
          message: `The ${side} side does not say which chart version it installs: ${declaration.chartVersionWhy ?? 'no version is written'}.`,
          places: [declaration.chartVersionPlace ?? declaration.place],
          setting: 'version',
          fix: `Pin the version${pin ? ` to the other side's, ${pin}` : ''}.`,
        },
      ];
    });
  },
};
