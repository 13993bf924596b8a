import { isLoopback } from '../../cilium/loopback.ts';
import { application, THROUGH_KUBEPRISM, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { replacesKubeProxy, settingPlace, settingValue, talosFact } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesAtStart, verb } from '../sides.ts';

export const kubePrismUnused: Rule = {
  id: 'kubeprism-unused',
  level: 'warning',
  title: 'The agents depend on one address of the API server',
  why: "Talos's guide points the agents at KubePrism, which knows every control plane. With one node's address, or a virtual one that moves, every agent loses the API server with it.",
  fix: 'Write `k8sServiceHost: localhost` and `k8sServicePort: 7445`.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application('kubeProxyReplacement: true\nk8sServiceHost: 10.0.0.11\nk8sServicePort: 6443'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    if (talosFact(cluster.talos, 'kubePrism')?.value !== 'enabled') return [];
    const port = talosFact(cluster.talos, 'kubePrismPort')?.value ?? 7445;
    const elsewhere = ifAllSides(cluster, (release) => {
      const host = settingValue(release, 'k8sServiceHost') ?? '';
      return host !== '' && host !== 'auto' && !isLoopback(host) && replacesKubeProxy(release) === true;
    });
    const first = elsewhere[0]?.release;
    if (!first) return [];
    return [
      {
        message: `${namesAtStart(elsewhere)} ${verb(elsewhere, 'reaches', 'reach')} the API server at ${settingValue(first, 'k8sServiceHost')}:${settingValue(first, 'k8sServicePort') ?? ''} and not through KubePrism, which runs on every node.`,
        places: elsewhere.map(({ release }) => settingPlace(release, 'k8sServiceHost')),
        setting: 'k8sServiceHost',
        fix: `Write \`k8sServiceHost: localhost\` and \`k8sServicePort: ${port}\`.`,
      },
    ];
  },
};
