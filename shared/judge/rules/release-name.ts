import { application, bothSides, installScript } from '../example.ts';
import type { Rule } from '../rule.ts';

/** What `helm template` and kustomize call a release that nobody named; then nobody meant to. */
const UNNAMED = 'release-name';

export const releaseName: Rule = {
  id: 'release-name',
  level: 'error',
  title: 'The two sides give the release different names',
  why: '`helm` and `cilium` look for the release by its name: an adoption, an upgrade or a take-over under another name finds nothing or installs a second one. A note where one side never chose a name.',
  fix: 'Set the same release name on both sides (`cilium`).',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-release-name',
  examples: {
    passing: bothSides('ipam:\n  mode: kubernetes', 'ipam:\n  mode: kubernetes'),
    failing: {
      'bootstrap.sh': installScript({ name: 'network' }),
      'bootstrap/values.yaml': 'ipam:\n  mode: kubernetes\n',
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
  judge({ bootstrap, argocd }) {
    const [from, to] = [bootstrap?.declaration, argocd?.declaration];
    if (!from || !to || from.name === null || to.name === null || from.name === to.name) return [];
    if (from.installer === 'rendered' || to.installer === 'rendered') return [];
    const unnamed = [from, to].find(({ name }) => name === UNNAMED);
    const place = [to.place, from.place];
    if (unnamed)
      return [
        {
          message: `${unnamed === from ? 'The bootstrap' : 'Argo CD'} renders Cilium without a release name, the other side calls it ${unnamed === from ? to.name : from.name}.`,
          places: place,
          setting: 'releaseName',
          level: 'note',
        },
      ];
    return [
      {
        message: `The bootstrap's release is called ${from.name}, Argo CD's ${to.name}: \`helm\` and \`cilium\` will not find the one that they installed.`,
        places: place,
        setting: 'releaseName',
        fix: `Set the release name to ${from.name} on Argo CD's side.`,
      },
    ];
  },
};
