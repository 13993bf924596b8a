import { namesOf, settingPlace, settingValue, sidesOf, talosFact } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

export const hostDnsMasquerade: Rule = {
  id: 'host-dns-masquerade',
  level: 'warning',
  title: 'BPF host routing breaks the DNS that Talos forwards to the host',
  why: 'Talos makes an address on `lo` the upstream of CoreDNS; with `bpf.masquerade` and kube-proxy replacement Cilium routes past it, and names stop resolving.',
  fix: 'Set `bpf.hostLegacyRouting: true`, or `machine.features.hostDNS.forwardKubeDNSToHost: false`.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium#known-issues',
  judge(cluster) {
    const forward = talosFact(cluster.talos, 'forwardKubeDNSToHost');
    if (forward?.value !== true) return [];
    const broken = sidesOf(cluster).filter(
      ({ release }) => settingValue(release, 'bpf.masquerade') === 'true' && settingValue(release, 'kubeProxyReplacement') === 'true' && settingValue(release, 'bpf.hostLegacyRouting') !== 'true',
    );
    if (broken.length === 0) return [];
    return [
      {
        message: `\`bpf.masquerade\` on ${namesOf(broken)} and Talos's forwarding of kube-dns to the host break name resolution in pods.`,
        places: [...broken.map(({ release }) => settingPlace(release, 'bpf.masquerade')), ...(forward.place ? [forward.place] : [])],
        setting: 'bpf.masquerade',
        fix: hostDnsMasquerade.fix,
      },
    ];
  },
};
