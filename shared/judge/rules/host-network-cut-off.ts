import semver from 'semver';
import { application, THROUGH_KUBEPRISM, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { chartValue, replacesKubeProxy, talosFact } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

export const hostNetworkCutOff: Rule = {
  id: 'host-network-cut-off',
  level: 'note',
  title: 'Cilium 1.19 has cut Talos nodes off the network',
  why: "From 1.19 the kube-proxy replacement drops what arrives at a load-balancer address and belongs to no Service. Where such an address is a node's own, the node loses KubePrism, SSH and the rest; people went back to 1.18 or switched LB-IPAM off.",
  fix: 'Keep node addresses out of the pools of LB-IPAM, or write `defaultLBServiceIPAM: none`, and try the upgrade on one node first.',
  link: 'https://github.com/cilium/cilium/issues/46010',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(`${THROUGH_KUBEPRISM}\ndefaultLBServiceIPAM: none`, { version: '1.19.4' }),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application(THROUGH_KUBEPRISM, { version: '1.19.4' }),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    if (talosFact(cluster.talos, 'kubePrism')?.value !== 'enabled') return [];
    const struck = sidesOf(cluster).filter(
      ({ release }) =>
        release.version !== null &&
        semver.satisfies(release.version, '>=1.19.0 <1.20.0') &&
        replacesKubeProxy(release) === true &&
        (chartValue(release, 'defaultLBServiceIPAM') ?? 'none') !== 'none',
    );
    const last = struck.at(-1);
    if (!last) return [];
    const { declaration } = last.release;
    return [
      {
        message: `Cilium ${declaration.chartVersion ?? last.release.version} with kube-proxy replacement has cut Talos nodes off the network where a load-balancer pool holds their own address (cilium#46010, #44430).`,
        places: [declaration.chartVersionPlace ?? declaration.place],
        setting: 'defaultLBServiceIPAM',
      },
    ];
  },
};
