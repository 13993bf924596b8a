import ipaddr from 'ipaddr.js';
import { isUnknown, settingPlace, settingValue, sidesOf, talosFact } from '../read-setting.ts';
import type { Fault, Rule } from '../rule.ts';

export const nativeRoutingCidr: Rule = {
  id: 'native-routing-cidr',
  level: 'error',
  title: "The native-routing CIDR does not cover Talos's pod subnets",
  why: 'Traffic to pods outside `ipv4NativeRoutingCIDR` is masqueraded as if it left the cluster; where nothing is said, the agent refuses to start.',
  fix: "Write Talos's pod subnet as `ipv4NativeRoutingCIDR`.",
  link: 'https://docs.cilium.io/en/stable/network/concepts/routing/#native-routing',
  judge(cluster) {
    const pods = talosFact(cluster.talos, 'podSubnets');
    const subnets = (Array.isArray(pods?.value) ? pods.value : []).filter((s): s is string => typeof s === 'string' && ipaddr.isValidCIDR(s) && ipaddr.parseCIDR(s)[0].kind() === 'ipv4');
    const faults: Fault[] = [];
    for (const { release, side } of sidesOf(cluster)) {
      if (settingValue(release, 'routingMode') !== 'native' || settingValue(release, 'ipam.mode') !== 'kubernetes' || isUnknown(release, 'ipv4NativeRoutingCIDR')) continue;
      const cidr = settingValue(release, 'ipv4NativeRoutingCIDR');
      if (!cidr || !ipaddr.isValidCIDR(cidr)) continue;
      for (const subnet of subnets) {
        if (covers(cidr, subnet)) continue;
        faults.push({
          message: `${side === 'Argo CD' ? side : 'The bootstrap'} routes ${cidr} natively, Talos gives pods ${subnet}: pods would be masqueraded between nodes.`,
          places: [settingPlace(release, 'ipv4NativeRoutingCIDR'), ...(pods?.place ? [pods.place] : [])],
          setting: 'ipv4NativeRoutingCIDR',
          fix: `Write \`ipv4NativeRoutingCIDR: ${subnet}\`.`,
        });
      }
    }
    return faults;
  },
};

function covers(outer: string, inner: string): boolean {
  const [network, length] = ipaddr.parseCIDR(outer);
  const [address, innerLength] = ipaddr.parseCIDR(inner);
  return network.kind() === address.kind() && innerLength >= length && address.match(network, length);
}
