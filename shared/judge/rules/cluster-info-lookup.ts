import { application, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { chartValue, settingPlace } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesOf, sidesOf } from '../sides.ts';

export const clusterInfoLookup: Rule = {
  id: 'cluster-info-lookup',
  level: 'error',
  title: 'k8sServiceHost: auto does not work on Talos',
  why: 'The chart then looks for the ConfigMap `cluster-info` in kube-public, which kubeadm writes and Talos does not; Argo CD, which renders without a cluster, cannot look at all.',
  fix: 'Write `k8sServiceHost: localhost` and `k8sServicePort: 7445`.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('k8sServiceHost: localhost\nk8sServicePort: 7445'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application('k8sServiceHost: auto'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    const auto = sidesOf(cluster).filter(({ release }) => chartValue(release, 'k8sServiceHost') === 'auto');
    if (!cluster.talos || auto.length === 0) return [];
    return [
      {
        message: `\`k8sServiceHost: auto\` on ${namesOf(auto)} reads kubeadm's cluster-info, which Talos does not have.`,
        places: auto.map(({ release }) => settingPlace(release, 'k8sServiceHost')),
        setting: 'k8sServiceHost',
        fix: clusterInfoLookup.fix,
      },
    ];
  },
};
