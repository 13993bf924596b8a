import { valuesApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

export const valuesFileMissing: Rule = {
  id: 'values-file-missing',
  level: 'error',
  title: 'A values file that is named does not exist',
  why: 'The renderer fails, or, where missing files are ignored, renders the defaults: a moved file changes the whole network.',
  fix: 'Correct the path, or restore the file.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#values-files',
  examples: {
    passing: { 'argocd/cilium.yaml': valuesApplication('cilium/values.yaml'), 'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n' },
    failing: {
      'argocd/cilium.yaml': valuesApplication(['cilium/values.yaml', 'cilium/homelab.yaml']),
      'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
    },
  },
};
