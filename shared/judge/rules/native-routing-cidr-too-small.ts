import { cidrsOf, covers } from '../cidr.ts';
import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesAtStart, sidesOf, verb } from '../sides.ts';

export const nativeRoutingCidrTooSmall: Rule = {
  id: 'native-routing-cidr-too-small',
  level: 'error',
  title: "The native-routing range does not cover Talos's pod subnets",
  why: 'Traffic between pods outside `ipv4NativeRoutingCIDR` is masqueraded as if it left the cluster: policies and source addresses are wrong, and connections fail.',
  fix: "Write Talos's pod subnet as `ipv4NativeRoutingCIDR`.",
  link: 'https://docs.cilium.io/en/stable/network/concepts/routing/#native-routing',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\nroutingMode: native\nipv4NativeRoutingCIDR: 10.42.0.0/16'),
      'talos/talconfig.yaml': talconfig({ config: 'cniConfig:\n  name: none\nclusterPodNets: [10.42.0.0/16]' }),
    },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\nroutingMode: native\nipv4NativeRoutingCIDR: 10.244.0.0/16'),
      'talos/talconfig.yaml': talconfig({ config: 'cniConfig:\n  name: none\nclusterPodNets: [10.42.0.0/16]' }),
    },
  },
  judge(cluster) {
    const pods = talosFact(cluster.talos, 'podSubnets');
    const subnets = cidrsOf(pods?.value);
    const rangeOf = (release: Parameters<typeof settingValue>[0]) => cidrsOf(settingValue(release, 'ipv4NativeRoutingCIDR'))[0];
    const short = sidesOf(cluster).filter(({ release }) => {
      const range = rangeOf(release);
      return (
        range !== undefined &&
        settingValue(release, 'routingMode') === 'native' &&
        settingValue(release, 'ipam.mode') === 'kubernetes' &&
        subnets.some((subnet) => !covers(range, subnet))
      );
    });
    if (short.length === 0) return [];
    const ranges = [...new Set(short.map(({ release }) => rangeOf(release)))];
    return [
      {
        message: `${namesAtStart(short)} ${verb(short, 'routes', 'route')} ${ranges.join(' and ')} natively, and Talos gives pods ${subnets.join(', ')}: traffic between nodes would be masqueraded.`,
        places: [...short.map(({ release }) => settingPlace(release, 'ipv4NativeRoutingCIDR')), ...talosPlaces(cluster.talos, pods)],
        setting: 'ipv4NativeRoutingCIDR',
        fix: `Write \`ipv4NativeRoutingCIDR: ${subnets.length === 1 ? subnets[0] : `a range that covers ${subnets.join(' and ')}`}\`.`,
      },
    ];
  },
};
