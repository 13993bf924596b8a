import { application } from '../example.ts';
import { isUnknown, settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesAtStart, sidesOf, verb } from '../sides.ts';

/** Modes in which the agent knows the range without being told. */
const TOLD_BY_THE_CLOUD = new Set(['eni', 'azure', 'alibabacloud']);

export const nativeRoutingCidrMissing: Rule = {
  id: 'native-routing-cidr-missing',
  level: 'error',
  title: 'Native routing without the range that is routed natively',
  why: 'With native routing and masquerading the agent refuses to start unless it knows which addresses not to masquerade.',
  fix: "Write Talos's pod subnet as `ipv4NativeRoutingCIDR`.",
  link: 'https://docs.cilium.io/en/stable/network/concepts/routing/#native-routing',
  examples: {
    passing: { 'argocd/cilium.yaml': application('routingMode: native\nautoDirectNodeRoutes: true\nipv4NativeRoutingCIDR: 10.244.0.0/16') },
    failing: { 'argocd/cilium.yaml': application('routingMode: native\nautoDirectNodeRoutes: true') },
  },
  judge(cluster) {
    const refused = sidesOf(cluster).filter(
      ({ release }) =>
        settingValue(release, 'routingMode') === 'native' &&
        !isUnknown(release, 'ipv4NativeRoutingCIDR') &&
        (settingValue(release, 'ipv4NativeRoutingCIDR') ?? '') === '' &&
        settingValue(release, 'ipv4.enabled') === 'true' &&
        settingValue(release, 'enableIPv4Masquerade') === 'true' &&
        settingValue(release, 'ipMasqAgent.enabled') === 'false' &&
        !TOLD_BY_THE_CLOUD.has(settingValue(release, 'ipam.mode') ?? 'eni') &&
        (settingValue(release, 'cni.chainingMode') ?? 'none') === 'none',
    );
    if (refused.length === 0) return [];
    return [
      {
        message: `${namesAtStart(refused)} ${verb(refused, 'asks', 'ask')} for native routing with masquerading and ${verb(refused, 'does', 'do')} not say \`ipv4NativeRoutingCIDR\`: the agents refuse to start.`,
        places: refused.map(({ release }) => settingPlace(release, 'routingMode')),
        setting: 'ipv4NativeRoutingCIDR',
        fix: nativeRoutingCidrMissing.fix,
      },
    ];
  },
};
