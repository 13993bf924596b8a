import { application, THROUGH_KUBEPRISM, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { isUnknown, replacesKubeProxy, settingPlace, settingValue, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesOf, sidesOf, verb } from '../sides.ts';

export const apiServerUnset: Rule = {
  id: 'api-server-unset',
  level: 'error',
  title: 'Nothing tells the agents where the API server is',
  why: 'Without kube-proxy nobody answers at the address of the `kubernetes` Service until Cilium does, and Cilium cannot start before it has reached the API server. The agents that run go on; the first that restarts does not come back.',
  fix: 'Write `k8sServiceHost: localhost` and `k8sServicePort: 7445` (KubePrism).',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application('kubeProxyReplacement: true'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    const proxy = talosFact(cluster.talos, 'kubeProxy');
    if (proxy?.value !== 'disabled') return [];
    const lost = sidesOf(cluster).filter(
      ({ release }) =>
        !isUnknown(release, 'k8sServiceHost') &&
        (settingValue(release, 'k8sServiceHost') ?? '') === '' &&
        replacesKubeProxy(release) === true,
    );
    if (lost.length === 0) return [];
    return [
      {
        message: `Talos runs no kube-proxy, and ${namesOf(lost)} ${verb(lost, 'does', 'do')} not say where the API server is: agents that start dial a Service that nobody serves yet.`,
        places: [...lost.map(({ release }) => settingPlace(release, 'k8sServiceHost')), ...talosPlaces(cluster.talos, proxy)],
        setting: 'k8sServiceHost',
        fix: 'Write `k8sServiceHost: localhost` and `k8sServicePort: 7445`.',
      },
    ];
  },
};
