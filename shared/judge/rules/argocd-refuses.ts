import { application } from '../example.ts';
import type { Rule } from '../rule.ts';

export const argocdRefuses: Rule = {
  id: 'argocd-refuses',
  level: 'error',
  title: 'Argo CD cannot render the Application',
  why: 'Argo CD shows an error and syncs nothing: the running Cilium stays as it is, and what this file says is not what any cluster gets.',
  fix: 'Mend what Argo CD names.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes') },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes').replace('releaseName: cilium', 'releaseName: Cilium_Network!'),
    },
  },
};
