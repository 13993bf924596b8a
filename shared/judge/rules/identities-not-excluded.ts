import { application } from '../example.ts';
import type { Rule } from '../rule.ts';

const KINDS = ['CiliumIdentity', 'CiliumEndpoint', 'CiliumEndpointSlice'];
const configMap = (kinds: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
data:
  resource.exclusions: |
    - apiGroups: [cilium.io]
      kinds: [${kinds}]
      clusters: ["*"]
`;

export const identitiesNotExcluded: Rule = {
  id: 'identities-not-excluded',
  level: 'note',
  title: "Argo CD watches objects that are Cilium's own",
  why: "CiliumIdentity, CiliumEndpoint and CiliumEndpointSlice are made by Cilium by the thousand. Where they carry an Application's label Argo CD takes them for its own and prunes them, and pods lose their identities. Argo CD ships the exclusion from 3.0 on; writing `resource.exclusions` replaces what it ships.",
  fix: 'List CiliumIdentity, CiliumEndpoint and CiliumEndpointSlice of cilium.io in `resource.exclusions` of argocd-cm.',
  link: 'https://docs.cilium.io/en/stable/configuration/argocd-issues/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'), 'argocd/argocd-cm.yaml': configMap(KINDS.join(', ')) },
    failing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'), 'argocd/argocd-cm.yaml': configMap('CiliumIdentity') },
  },
  judge({ argocd }, { resourceExclusions, argocdVersions }) {
    if (!argocd) return [];
    if (resourceExclusions.length > 0) {
      // Where one of several says enough, nobody can tell which of them this cluster has.
      const missing = resourceExclusions.map(({ text }) => KINDS.filter((kind) => !excludes(text, kind)));
      if (missing.some((kinds) => !kinds.includes('CiliumIdentity') && !kinds.includes('CiliumEndpoint'))) return [];
      return [
        {
          message: `resource.exclusions replaces the list that Argo CD ships, and does not hold ${missing[0]!.join(', ')}: Argo CD watches objects that are Cilium's own, and may prune them.`,
          places: resourceExclusions.map(({ place }) => place).slice(0, 3),
          setting: 'resource.exclusions',
        },
      ];
    }
    const [old] = argocdVersions;
    if (!old || argocdVersions.some(({ version }) => Number(version.split('.')[0]) >= 3)) return [];
    return [
      {
        message: `Argo CD ${old.version} excludes neither CiliumIdentity nor CiliumEndpoint by itself, and nothing here writes resource.exclusions.`,
        places: [old.place],
        setting: 'resource.exclusions',
      },
    ];
  },
};

function excludes(text: string, kind: string): boolean {
  const words = text.split(/[\s"',[\]]+/);
  if (words.includes(kind)) return true;
  // A group with every kind of it.
  return words.includes('cilium.io') && /kinds:\s*(?:\[\s*)?(?:-\s*)?["']?\*/.test(text);
}
