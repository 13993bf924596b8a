import { isGate } from '../../evaluate/argocd/gate.ts';
import { gatedApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

export const gateWithoutPath: Rule = {
  id: 'gate-without-path',
  level: 'warning',
  title: 'The gate stands in an entry that Argo CD never renders',
  why: 'An entry with `ref` and without `path` only gives files to others: Argo CD renders nothing from it, never starts the plugin, and says nothing. Every sync passes.',
  fix: 'Write `path:` beside `ref:` and `plugin:`, the folder of the values files, say.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/#helm-value-files-from-external-git-repository',
  examples: {
    passing: gatedApplication('path: cilium\nplugin:\n  name: cilium-align-v1.0'),
    failing: gatedApplication('plugin:\n  name: cilium-align-v1.0'),
  },
  judge({ argocd }) {
    const sources = argocd?.declaration.application?.sources ?? [];
    return sources
      .filter((source) => isGate(source) && source.ref !== undefined && source.path === undefined)
      .map(({ place, ref }) => ({
        message: `Argo CD never runs the gate: its entry has the ref ${ref} and no path.`,
        places: [place],
        setting: 'plugin',
      }));
  },
};
