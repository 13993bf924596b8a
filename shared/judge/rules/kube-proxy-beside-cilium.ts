import { application, THROUGH_KUBEPRISM, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { replacesKubeProxy, settingPlace, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesAtStart, sidesOf, verb } from '../sides.ts';
import { refusesShape } from '../talos-refusals.ts';

export const kubeProxyBesideCilium: Rule = {
  id: 'kube-proxy-beside-cilium',
  level: 'error',
  title: 'kube-proxy and Cilium serve the same Services',
  why: 'Both translate the same traffic with tables of their own that know nothing of each other: connections break, NodePorts answer by chance. From Talos 1.14 deleting the document does not disable kube-proxy, `enabled: false` does.',
  fix: 'Disable kube-proxy in the machine configuration of the control planes.',
  link: 'https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig(),
    },
  },
  judge(cluster) {
    const { talos } = cluster;
    const proxy = talosFact(talos, 'kubeProxy');
    if (!talos || proxy?.value !== 'enabled' || refusesShape(talos)) return [];
    const replacing = sidesOf(cluster).filter(({ release }) => replacesKubeProxy(release) === true);
    if (replacing.length === 0) return [];
    return [
      {
        message: `${namesAtStart(replacing)} ${verb(replacing, 'lets', 'let')} Cilium replace kube-proxy, and Talos still runs it${proxy.origin === 'default' ? ', because nothing tells it not to' : ''}.`,
        places: [...replacing.map(({ release }) => settingPlace(release, 'kubeProxyReplacement')), ...talosPlaces(talos, proxy)],
        setting: 'kubeProxyReplacement',
        fix: 'Disable kube-proxy for the control planes: `cluster.proxy.disabled: true`, in the shape of Talos 1.14 `KubeProxyConfig` with `enabled: false`.',
      },
    ];
  },
};
