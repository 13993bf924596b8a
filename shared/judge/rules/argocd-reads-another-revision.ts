import { valuesApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

export const argocdReadsAnotherRevision: Rule = {
  id: 'argocd-reads-another-revision',
  level: 'warning',
  title: 'Argo CD reads another revision than this one',
  why: 'The Application is pinned to a tag or a commit: what is compared here is not what Argo CD applies.',
  fix: 'Compare at that revision too, or let targetRevision follow the branch that is reviewed.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/',
  examples: {
    passing: { 'argocd/cilium.yaml': valuesApplication('cilium/values.yaml'), 'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n' },
    failing: {
      'argocd/cilium.yaml': valuesApplication('cilium/values.yaml', { revision: 'v1.4.0' }),
      'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
    },
  },
};
