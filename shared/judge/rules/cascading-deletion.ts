import { isScalar } from '../../tree.ts';
import { application } from '../example.ts';
import type { Rule } from '../rule.ts';

const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export const cascadingDeletion: Rule = {
  id: 'cascading-deletion',
  level: 'note',
  title: 'Deleting the Application deletes the network',
  why: 'With the finalizer everything that the Application manages goes with it: moving it to another project, renaming it or losing its ApplicationSet removes Cilium from every node.',
  fix: `Take \`${FINALIZER}\` off the Application that owns the CNI.`,
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes') },
    failing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { metadata: `finalizers:\n  - ${FINALIZER}` }) },
  },
  judge({ argocd }) {
    const finalizers = argocd?.declaration.application?.finalizers;
    if (finalizers?.kind !== 'list') return [];
    const node = finalizers.items.find((item) => isScalar(item) && String(item.value).startsWith(FINALIZER));
    if (!node) return [];
    return [
      {
        message: 'Deleting the Application would delete Cilium with it (resources-finalizer).',
        places: [node.place],
        setting: 'finalizers',
      },
    ];
  },
};
