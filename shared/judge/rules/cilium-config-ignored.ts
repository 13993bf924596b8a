import { application } from '../example.ts';
import type { Rule } from '../rule.ts';

const ignoring = (pointer: string) => `ignoreDifferences:
  - kind: ConfigMap
    name: ${pointer === '/data/ca.crt' ? 'hubble-ca-cert' : 'cilium-config'}
    jsonPointers:
      - ${pointer}`;

export const ciliumConfigIgnored: Rule = {
  id: 'cilium-config-ignored',
  level: 'warning',
  title: "Argo CD does not look at the agents' configuration",
  why: 'With `ignoreDifferences` on the data of cilium-config Argo CD shows no difference there, and with RespectIgnoreDifferences=true it applies none: what the agents run may differ from Git for ever.',
  fix: 'Name the single keys that something else writes, or remove the entry.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec: ignoring('/data/ca.crt') }) },
    failing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes', { spec: ignoring('/data') }) },
  },
};
