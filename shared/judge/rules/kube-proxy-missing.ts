import { application, THROUGH_KUBEPRISM, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { replacesKubeProxy, settingPlace, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesOf, sidesOf, verb } from '../sides.ts';

export const kubeProxyMissing: Rule = {
  id: 'kube-proxy-missing',
  level: 'error',
  title: 'Nobody serves Services',
  why: 'With kube-proxy disabled and not replaced no Service works, the one of the API server included: CoreDNS, Cilium itself and everything that waits for them stay down.',
  fix: 'Write `kubeProxyReplacement: true`.',
  link: 'https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application('kubeProxyReplacement: false'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    const proxy = talosFact(cluster.talos, 'kubeProxy');
    if (proxy?.value !== 'disabled') return [];
    const idle = sidesOf(cluster).filter(({ release }) => replacesKubeProxy(release) === false);
    if (idle.length === 0) return [];
    return [
      {
        message: `Talos disables kube-proxy, and ${namesOf(idle)} ${verb(idle, 'does', 'do')} not let Cilium replace it: no Service would work.`,
        places: [...idle.map(({ release }) => settingPlace(release, 'kubeProxyReplacement')), ...talosPlaces(cluster.talos, proxy)],
        setting: 'kubeProxyReplacement',
        fix: 'Write `kubeProxyReplacement: true`.',
      },
    ];
  },
};
