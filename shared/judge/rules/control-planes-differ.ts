import { application, THROUGH_KUBEPRISM } from '../example.ts';
import type { Rule } from '../rule.ts';

const talconfig = (second: string) => `clusterName: homelab
endpoint: https://10.0.0.10:6443
talosVersion: v1.13.4
kubernetesVersion: v1.33.4
nodes:
  - hostname: first
    ipAddress: 10.0.0.11
    controlPlane: true
    installDisk: /dev/sda
    patches:
      - |-
        cluster:
          proxy:
            disabled: true
  - hostname: second
    ipAddress: 10.0.0.12
    controlPlane: true
    installDisk: /dev/sda
${second}cniConfig:
  name: none
`;

export const controlPlanesDiffer: Rule = {
  id: 'control-planes-differ',
  level: 'error',
  title: 'Control planes are told different things',
  why: 'Every control plane applies its own list of manifests: one that keeps Flannel or kube-proxy is enough to install them everywhere. A warning where KubePrism or host DNS differ, which each node has for itself.',
  fix: 'Give all control planes the same patch.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'talos/talconfig.yaml': talconfig('    patches:\n      - |-\n        cluster:\n          proxy:\n            disabled: true\n'),
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
    },
    failing: {
      'talos/talconfig.yaml': talconfig(''),
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
    },
  },
};
