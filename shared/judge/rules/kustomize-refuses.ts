import { pathApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

const files = (kustomization: string): Record<string, string> => ({
  'cilium/kustomization.yaml': kustomization,
  'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
  'argocd/cilium.yaml': pathApplication('cilium'),
});
const CHART = `helmCharts:
  - name: cilium
    repo: https://helm.cilium.io
    version: 1.18.2
    releaseName: cilium
    namespace: kube-system
    valuesFile: values.yaml
`;

export const kustomizeRefuses: Rule = {
  id: 'kustomize-refuses',
  level: 'error',
  title: 'kustomize refuses the kustomization',
  why: 'Nothing of the directory is rendered: neither a rebuilt cluster nor Argo CD gets what it says.',
  fix: 'Mend what kustomize names.',
  link: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/',
  examples: {
    passing: files(CHART),
    failing: files(`${CHART}resources:\n  - missing.yaml\n`),
  },
};
