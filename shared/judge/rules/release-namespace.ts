import { application, bothSides, installScript } from '../example.ts';
import type { Rule } from '../rule.ts';

export const releaseNamespace: Rule = {
  id: 'release-namespace',
  level: 'error',
  title: 'The two sides install Cilium into different namespaces',
  why: 'The second Cilium does not replace the first: two agents fight over every node.',
  fix: 'Use the same namespace on both sides: the one that the running Cilium is in.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/helm/',
  examples: {
    passing: bothSides('ipam:\n  mode: kubernetes', 'ipam:\n  mode: kubernetes'),
    failing: {
      'bootstrap.sh': installScript(),
      'bootstrap/values.yaml': 'ipam:\n  mode: kubernetes\n',
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { namespace: 'cilium' }),
    },
  },
  judge({ bootstrap, argocd }) {
    const [from, to] = [bootstrap?.declaration, argocd?.declaration];
    if (!from || !to || from.namespace === null || to.namespace === null || from.namespace === to.namespace) return [];
    return [
      {
        message: `The bootstrap installs Cilium into namespace ${from.namespace}, Argo CD into ${to.namespace}: two Ciliums would fight over every node.`,
        places: [to.place, from.place],
        setting: 'namespace',
        fix: `Use namespace ${from.namespace} on Argo CD's side as well, or ${to.namespace} on both once Cilium runs there.`,
      },
    ];
  },
};
