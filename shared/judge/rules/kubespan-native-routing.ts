import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue, talosFact, talosMinor, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesOf } from '../sides.ts';

const VALUES = 'ipam:\n  mode: kubernetes\nipv4NativeRoutingCIDR: 10.244.0.0/16';
const KUBESPAN = 'machine:\n  network:\n    kubespan:\n      enabled: true';

export const kubeSpanNativeRouting: Rule = {
  id: 'kubespan-native-routing',
  level: 'warning',
  title: 'KubeSpan carries no natively routed pod traffic',
  why: 'KubeSpan routes node addresses; pod addresses only with `advertiseKubernetesNetworks: true`, and with Cilium only from Talos 1.13 on and with `bpf.hostLegacyRouting: true`. Otherwise pods on different nodes do not reach each other.',
  fix: 'Use `routingMode: tunnel`, or from Talos 1.13 on `advertiseKubernetesNetworks: true` with `bpf.hostLegacyRouting: true`.',
  link: 'https://docs.siderolabs.com/talos/latest/networking/kubespan',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\nroutingMode: tunnel'),
      'talos/talconfig.yaml': talconfig({ patch: KUBESPAN }),
    },
    failing: {
      'argocd/cilium.yaml': application(`${VALUES}\nroutingMode: native`),
      'talos/talconfig.yaml': talconfig({ patch: KUBESPAN }),
    },
  },
  judge(cluster) {
    const kubeSpan = talosFact(cluster.talos, 'kubeSpan');
    if (kubeSpan?.value !== 'enabled') return [];
    const minor = talosMinor(cluster.talos);
    const native = ifAllSides(
      cluster,
      (release) =>
        settingValue(release, 'routingMode') === 'native' &&
        !(minor !== undefined && minor >= 13 && settingValue(release, 'bpf.hostLegacyRouting') === 'true'),
    );
    if (native.length === 0) return [];
    return [
      {
        message: `\`routingMode: native\` on ${namesOf(native)} sends pod traffic into KubeSpan, which ${minor !== undefined && minor < 13 ? `in Talos 1.${minor} does not carry it` : 'does not carry it like this'}.`,
        places: [...native.map(({ release }) => settingPlace(release, 'routingMode')), ...talosPlaces(cluster.talos, kubeSpan)],
        setting: 'routingMode',
        fix: minor !== undefined && minor < 13 ? 'Use `routingMode: tunnel`.' : kubeSpanNativeRouting.fix,
      },
    ];
  },
};
