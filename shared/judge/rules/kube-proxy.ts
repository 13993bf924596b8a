import { isUnknown, settingPlace, settingValue, sidesOf, talosFact } from '../read-setting.ts';
import type { Fault, Rule } from '../rule.ts';

export const kubeProxy: Rule = {
  id: 'kube-proxy',
  level: 'error',
  title: 'kube-proxy and kubeProxyReplacement contradict each other',
  why: 'With neither, no Service works and the agent itself cannot reach the API server; with both, they fight over the same traffic.',
  fix: 'Disable kube-proxy in the Talos machine configuration exactly where Cilium replaces it.',
  link: 'https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/',
  judge(cluster) {
    const fact = talosFact(cluster.talos, 'kubeProxy');
    if (!fact) return [];
    const faults: Fault[] = [];
    for (const { release, side } of sidesOf(cluster)) {
      if (isUnknown(release, 'kubeProxyReplacement')) continue;
      const replaces = settingValue(release, 'kubeProxyReplacement') === 'true';
      const disabled = fact.value === 'disabled';
      if (replaces === disabled) continue;
      faults.push({
        message: disabled
          ? `Talos disables kube-proxy, and ${side} does not let Cilium replace it: no Service would work.`
          : `${side === 'Argo CD' ? side : 'The bootstrap'} lets Cilium replace kube-proxy, and Talos still runs kube-proxy.`,
        places: [settingPlace(release, 'kubeProxyReplacement'), ...(fact.place ? [fact.place] : [])],
        setting: 'kubeProxyReplacement',
        ...(disabled ? {} : { level: 'warning' as const }),
        fix: disabled ? 'Write `kubeProxyReplacement: true`.' : 'Disable kube-proxy in the machine configuration (`cluster.proxy.disabled: true`, from 1.14 `KubeProxyConfig` with `enabled: false`).',
      });
    }
    return faults;
  },
};
