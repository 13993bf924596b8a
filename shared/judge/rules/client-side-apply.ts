import { application } from '../example.ts';
import type { Rule } from '../rule.ts';
import { hasSyncOption, syncOptions } from '../sync-options.ts';

export const clientSideApply: Rule = {
  id: 'client-side-apply',
  level: 'note',
  title: 'Argo CD does not apply Cilium server-side',
  why: 'Client-side apply compares with the schema that Argo CD was built with (`appArmorProfile: field not declared in schema`), and puts each object into an annotation that has a limit. `Replace=true` is worse: it recreates what cannot be changed. ServerSideDiff alone does not apply server-side.',
  fix: 'Add the sync option ServerSideApply=true, and remove Replace=true.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#server-side-apply',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec: 'syncPolicy:\n  syncOptions:\n    - ServerSideApply=true' }),
    },
    failing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes') },
  },
  judge({ argocd }) {
    const policy = argocd?.declaration.application;
    if (!policy || hasSyncOption(policy, 'ServerSideApply=true') !== false) return [];
    const replace = syncOptions(policy).find(({ text }) => text === 'Replace=true');
    return [
      {
        message: replace
          ? 'The Application replaces objects (Replace=true) instead of applying them server-side.'
          : 'The Application is applied without ServerSideApply=true.',
        places: [replace?.node.place ?? policy.place],
        setting: 'syncPolicy.syncOptions',
      },
    ];
  },
};
