import { at } from '../../tree.ts';
import { application } from '../example.ts';
import type { Rule } from '../rule.ts';
import { isAutomated } from '../sync-options.ts';

const COMES_OF_IT = {
  prune: 'what a commit drops is deleted before anybody looks',
  selfHeal: 'what somebody mends by hand is undone',
};

export const automatedSync: Rule = {
  id: 'automated-sync',
  level: 'note',
  title: 'Argo CD prunes or heals the network on its own',
  why: 'A commit that drops an object, or a moment in which Argo CD sees an empty directory, takes the network away before anybody looks; self-healing undoes what somebody changes by hand while the network is down. A sync window of the AppProject may hold both back for a time; windows are not looked at.',
  fix: 'Sync the CNI without `prune` and `selfHeal`, or protect its objects with the annotation `Prune=false`.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec: 'syncPolicy:\n  automated: {}' }) },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', {
        spec: 'syncPolicy:\n  automated:\n    prune: true\n    selfHeal: true',
      }),
    },
  },
  judge({ argocd }) {
    const policy = argocd?.declaration.application;
    if (!policy) return [];
    const on = (['prune', 'selfHeal'] as const).filter((key) => isAutomated(policy, key) === true);
    if (on.length === 0) return [];
    // https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-pruning-with-allow-empty-v18
    const all = on.includes('prune') && isAutomated(policy, 'allowEmpty') === true;
    return [
      {
        message: `Argo CD syncs Cilium with automated ${on.join(' and ')}${all ? ', and allowEmpty lets it delete all of Cilium when its source renders nothing' : ''}: ${on.map((key) => COMES_OF_IT[key]).join(', and ')}.`,
        places: [at(policy.syncPolicy, `automated.${on[0]}`)?.place ?? policy.place],
        setting: 'syncPolicy.automated',
      },
    ];
  },
};
