import { at, itemsAt } from '../../tree.ts';
import type { Fault, Rule } from '../rule.ts';

export const argocdHygiene: Rule = {
  id: 'argocd-hygiene',
  level: 'note',
  title: 'How Argo CD applies the network could be safer',
  why: 'Automated pruning and self-healing act on the CNI before anyone looks; without server-side apply Talos clusters report fields that their schema does not know.',
  fix: 'Sync the CNI by hand or without prune, and set ServerSideApply=true.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/',
  judge({ argocd }) {
    const application = argocd?.declaration.application;
    if (!application) return [];
    const faults: Fault[] = [];
    const automated = at(application.syncPolicy, 'automated');
    const on = ['prune', 'selfHeal'].filter((key) => {
      const node = at(automated, key);
      return node?.kind === 'scalar' && node.value === true;
    });
    const place = automated && 'file' in automated.place ? automated.place : application.place;
    if (on.length > 0) faults.push({ message: `Argo CD syncs the CNI with automated ${on.join(' and ')}.`, places: [place], setting: 'syncPolicy.automated' });
    const options = at(application.syncPolicy, 'syncOptions');
    const serverSide = options?.kind === 'opaque' || itemsAt(application.syncPolicy, 'syncOptions').some((o) => o.kind === 'opaque' || (o.kind === 'scalar' && o.value === 'ServerSideApply=true'));
    if (!serverSide) faults.push({ message: 'The Application is applied without ServerSideApply=true.', places: [application.place], setting: 'syncPolicy.syncOptions' });
    return faults;
  },
};
