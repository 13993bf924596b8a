import { isLoopback } from '../../cilium/loopback.ts';
import { application, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesAtStart, sidesOf, verb } from '../sides.ts';

export const apiServerOnControlPlanesOnly: Rule = {
  id: 'api-server-on-control-planes-only',
  level: 'error',
  title: 'Agents on workers cannot reach the API server',
  why: 'Port 6443 of the loopback address is the API server on control planes, and nothing on workers. A warning where the cluster has no workers.',
  fix: 'Write `k8sServicePort: 7445`: KubePrism listens there on every node.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('kubeProxyReplacement: true\nk8sServiceHost: 127.0.0.1\nk8sServicePort: 7445'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application('kubeProxyReplacement: true\nk8sServiceHost: 127.0.0.1\nk8sServicePort: 6443'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    const { talos } = cluster;
    const local = sidesOf(cluster).filter(
      ({ release }) => isLoopback(settingValue(release, 'k8sServiceHost')) && settingValue(release, 'k8sServicePort') === '6443',
    );
    if (!talos || local.length === 0) return [];
    const host = settingValue(local[0]!.release, 'k8sServiceHost');
    const alone = talos.machines?.workers === 0;
    return [
      {
        message: `${namesAtStart(local)} ${verb(local, 'points', 'point')} the agents at ${host}:6443, which answers on control planes only${alone ? ': this cluster has no workers yet' : ''}.`,
        places: local.map(({ release }) => settingPlace(release, 'k8sServicePort')),
        setting: 'k8sServicePort',
        ...(alone ? { level: 'warning' as const } : {}),
        fix: 'Write `k8sServicePort: 7445`.',
      },
    ];
  },
};
