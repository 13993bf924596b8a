import { application } from '../example.ts';
import { nearest } from '../nearest.ts';
import type { Fault, Rule } from '../rule.ts';
import { syncOptions } from '../sync-options.ts';

/** https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ */
const KNOWN = new Set([
  'ApplyOutOfSyncOnly',
  'ClientSideApplyMigration',
  'ClientSideApplyMigrationManager',
  'CreateNamespace',
  'Delete',
  'DisableClientSideApplyMigration',
  'FailOnSharedResource',
  'Force',
  'Prune',
  'PruneLast',
  'PrunePropagationPolicy',
  'Replace',
  'RespectIgnoreDifferences',
  'ServerSideApply',
  'SkipDryRunOnMissingResource',
  'Validate',
]);

export const unknownSyncOption: Rule = {
  id: 'unknown-sync-option',
  level: 'note',
  title: 'Argo CD does not know a sync option',
  why: 'It says nothing of options that it does not know: what the line was meant to do does not happen.',
  fix: 'Write the name as the documentation has it.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec: 'syncPolicy:\n  syncOptions:\n    - ServerSideApply=true' }),
    },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec: 'syncPolicy:\n  syncOptions:\n    - ServerSideApplied=true' }),
    },
  },
  judge({ argocd }) {
    const policy = argocd?.declaration.application;
    if (!policy) return [];
    return syncOptions(policy).flatMap(({ text, node }): Fault[] => {
      const name = text.split('=')[0]!.trim();
      if (KNOWN.has(name) || name === '' || name.includes('{{')) return [];
      const close = nearest(name, KNOWN);
      return [
        {
          message: `Argo CD knows no sync option ${name}${close ? `; ${close} is one` : ''}: the line does nothing.`,
          places: [node.place],
          setting: `syncOptions.${name}`,
        },
      ];
    });
  },
};
