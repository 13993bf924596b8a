import { inlinePatch, omniTemplate, renderedManifest } from '../example.ts';
import type { Rule } from '../rule.ts';

const manifest = `${renderedManifest()}---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cilium-operator
  namespace: kube-system
`;
const broken = manifest.replace('- name: cilium-agent', '- name: cilium: agent');

export const manifestUnreadable: Rule = {
  id: 'manifest-unreadable',
  level: 'error',
  title: 'An object of the rendered manifest is not valid YAML',
  why: 'Talos applies what it can read and leaves the rest out: a bootstrap whose DaemonSet cannot be read installs no agent, and no node becomes ready.',
  fix: 'Render the manifest again, and do not edit it by hand.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': inlinePatch(manifest) },
    failing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': inlinePatch(broken) },
  },
};
