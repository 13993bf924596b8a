import { application, talconfig } from '../example.ts';
import type { Rule } from '../rule.ts';

const manifests = (second: string) => `cniConfig:
  name: none
inlineManifests:
  - name: cilium
    contents: |
      apiVersion: v1
      kind: Namespace
      metadata:
        name: cilium-secrets
  - name: ${second}
    contents: |
      apiVersion: v1
      kind: Namespace
      metadata:
        name: cilium-test`;

export const duplicateInlineManifest: Rule = {
  id: 'duplicate-inline-manifest',
  level: 'error',
  title: 'Two inline manifests have one name',
  why: 'Patches are laid over each other, and lists are appended: a patch that is named twice, or a copy that was meant to replace, makes a duplicate, and Talos refuses the configuration.',
  fix: 'Delete the earlier one in the same patch (`$patch: delete` with its name), or give one of them another name.',
  link: 'https://docs.siderolabs.com/talos/latest/configure-your-talos-cluster/system-configuration/patching',
  examples: {
    passing: {
      'talos/talconfig.yaml': talconfig({ config: manifests('cilium-test') }),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
    failing: {
      'talos/talconfig.yaml': talconfig({ config: manifests('cilium') }),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
};
