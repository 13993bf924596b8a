import { application, talconfig } from '../example.ts';
import type { Rule } from '../rule.ts';

export const talosRefuses: Rule = {
  id: 'talos-refuses',
  level: 'error',
  title: 'Talos refuses the machine configuration',
  why: 'A field that no version knows (`machine.network.cni`), a CNI that Talos does not install (`cni.name: cilium`), or a patch in the wrong shape for its base: up to Talos 1.13 these things are fields of `cluster` and `machine`, from 1.14 documents of their own, and the two exclude each other. Talos then rejects the configuration as a whole, or keeps Flannel.',
  fix: 'Write the patch in the shape of the configuration that it is laid over.',
  link: 'https://docs.siderolabs.com/talos/latest/reference/configuration/overview',
  examples: {
    passing: { 'talos/talconfig.yaml': talconfig(), 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes') },
    failing: {
      'talos/talconfig.yaml': talconfig({ patch: 'machine:\n  network:\n    cni:\n      name: none' }),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
};
