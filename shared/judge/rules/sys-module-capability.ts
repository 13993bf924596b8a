import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesAtStart, verb } from '../sides.ts';

/** The containers that ask for it by default, and what Talos's guide writes instead. */
const ASKED: readonly { path: string; write: string }[] = [
  {
    path: 'securityContext.capabilities.ciliumAgent',
    write: '[CHOWN, KILL, NET_ADMIN, NET_RAW, IPC_LOCK, SYS_ADMIN, SYS_RESOURCE, DAC_OVERRIDE, FOWNER, SETGID, SETUID]',
  },
  {
    path: 'securityContext.capabilities.cleanCiliumState',
    write: '[NET_ADMIN, SYS_ADMIN, SYS_RESOURCE]',
  },
];
const VALUES = ASKED.map(({ path, write }) => `    ${path.split('.').at(-1)}: ${write}`).join('\n');

export const sysModuleCapability: Rule = {
  id: 'sys-module-capability',
  level: 'warning',
  title: 'Cilium asks for a capability that Talos grants to nobody',
  why: 'Talos lets no container load kernel modules. The chart asks for SYS_MODULE unless the list is written out: the container is refused and the agent crashes in a loop. Where only one side asks, the table says so, as an error.',
  fix: "Write the capability lists of Talos's guide.",
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'argocd/cilium.yaml': application(`securityContext:\n  capabilities:\n${VALUES}`),
      'talos/talconfig.yaml': talconfig(),
    },
    failing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'), 'talos/talconfig.yaml': talconfig() },
  },
  judge(cluster) {
    if (!cluster.talos) return [];
    const asking = ASKED.map((asked) => ({ ...asked, sides: ifAllSides(cluster, (release) => asks(release, asked.path)) })).filter(
      ({ sides }) => sides.length > 0,
    );
    const first = asking[0];
    if (!first) return [];
    return [
      {
        message: `${namesAtStart(first.sides)} ${verb(first.sides, 'asks', 'ask')} for SYS_MODULE, which Talos grants to nobody: the agent's pod does not start.`,
        places: asking.flatMap(({ path, sides }) => sides.map(({ release }) => settingPlace(release, path))),
        setting: asking.length === 1 ? first.path : 'securityContext.capabilities',
        fix: asking.map(({ path, write }) => `Write \`${path}: ${write}\`.`).join(' '),
      },
    ];
  },
};

function asks(release: EvaluatedRelease, path: string): boolean {
  return (
    settingValue(release, 'securityContext.privileged') !== 'true' && (settingValue(release, path) ?? '').split(' ').includes('SYS_MODULE')
  );
}
