import semver from 'semver';
import { application } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { namesOf, sidesOf } from '../sides.ts';

export const netkitWithTproxy: Rule = {
  id: 'netkit-with-tproxy',
  level: 'warning',
  title: 'bpf.tproxy does not work with netkit',
  why: 'Traffic that the proxy should see is lost with netkit devices (cilium#39892); charts from 1.19 on refuse the pair, older ones do not.',
  fix: 'Set `bpf.tproxy: false`, or `bpf.datapathMode: veth` on a new cluster.',
  link: 'https://github.com/cilium/cilium/issues/39892',
  examples: {
    passing: { 'argocd/cilium.yaml': application('bpf:\n  datapathMode: netkit\n  tproxy: false') },
    failing: { 'argocd/cilium.yaml': application('bpf:\n  datapathMode: netkit\n  tproxy: true') },
  },
  judge(cluster) {
    const both = sidesOf(cluster).filter(
      ({ release }) =>
        release.version !== null &&
        semver.lt(release.version, '1.19.0') &&
        settingValue(release, 'bpf.tproxy') === 'true' &&
        (settingValue(release, 'bpf.datapathMode') ?? '').startsWith('netkit'),
    );
    if (both.length === 0) return [];
    return [
      {
        message: `\`bpf.tproxy\` and \`bpf.datapathMode: netkit\` on ${namesOf(both)} do not work together, and charts from 1.19 on refuse them.`,
        places: both.flatMap(({ release }) => [settingPlace(release, 'bpf.tproxy'), settingPlace(release, 'bpf.datapathMode')]),
        setting: 'bpf.tproxy',
        fix: netkitWithTproxy.fix,
      },
    ];
  },
};
