import semver from 'semver';
import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { application, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { replacesKubeProxy, settingPlace, settingValue, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesOf, sidesOf } from '../sides.ts';

const VALUES = 'kubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445\nbpf:\n  masquerade: true';

export const hostDnsMasquerade: Rule = {
  id: 'host-dns-masquerade',
  level: 'warning',
  title: 'BPF host routing breaks the DNS that Talos forwards to the host',
  why: 'Talos (from 1.8 on unless told otherwise) makes an address on the loopback interface the upstream of CoreDNS. With `bpf.masquerade` and kube-proxy replacement Cilium (from 1.16.5) routes past it, and names outside the cluster stop resolving.',
  fix: 'Set `bpf.hostLegacyRouting: true`, or `machine.features.hostDNS.forwardKubeDNSToHost: false` in Talos.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium#known-issues',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(`${VALUES}\n  hostLegacyRouting: true`),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: { 'argocd/cilium.yaml': application(VALUES), 'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }) },
  },
  judge(cluster) {
    const forward = talosFact(cluster.talos, 'forwardKubeDNSToHost');
    if (forward?.value !== true || talosFact(cluster.talos, 'hostDNS')?.value === 'disabled') return [];
    const broken = sidesOf(cluster).filter(({ release }) => routesPastTheHost(release));
    if (broken.length === 0) return [];
    return [
      {
        message: `With \`bpf.masquerade\` on ${namesOf(broken)}, CoreDNS cannot reach the host, to which Talos makes it forward its queries${forward.origin === 'default' ? " (Talos's default)" : ''}: pods stop resolving names.`,
        places: [...broken.map(({ release }) => settingPlace(release, 'bpf.masquerade')), ...talosPlaces(cluster.talos, forward)],
        setting: 'bpf.masquerade',
        fix: hostDnsMasquerade.fix,
      },
    ];
  },
};

function routesPastTheHost(release: EvaluatedRelease): boolean {
  return (
    settingValue(release, 'bpf.masquerade') === 'true' &&
    replacesKubeProxy(release) === true &&
    settingValue(release, 'bpf.hostLegacyRouting') === 'false' &&
    (release.version === null || semver.gte(release.version, '1.16.5'))
  );
}
