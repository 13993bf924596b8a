import { at } from '../../tree.ts';
import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesAtStart, verb } from '../sides.ts';

const PATH = 'securityContext.privileged';
const LIST = 'securityContext.capabilities.ciliumAgent';

export const privilegedAgent: Rule = {
  id: 'privileged-agent',
  level: 'warning',
  title: 'The agent runs privileged',
  why: "The capability lists of Talos's guide are then not rendered at all: the agent may do everything that a node may, which Talos's list is there to prevent.",
  fix: 'Remove `securityContext.privileged`, and write the capability lists.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: { 'argocd/cilium.yaml': application('securityContext:\n  privileged: false'), 'talos/talconfig.yaml': talconfig() },
    failing: { 'argocd/cilium.yaml': application('securityContext:\n  privileged: true'), 'talos/talconfig.yaml': talconfig() },
  },
  judge(cluster) {
    if (!cluster.talos) return [];
    const privileged = ifAllSides(cluster, (release) => settingValue(release, PATH) === 'true');
    if (privileged.length === 0) return [];
    return [
      {
        message: `${namesAtStart(privileged)} ${verb(privileged, 'runs', 'run')} the agent privileged: its capability lists mean nothing.`,
        places: privileged.map(({ release }) => settingPlace(release, PATH)),
        setting: PATH,
        fix: privileged.every(({ release }) => at(release.user, LIST) !== undefined)
          ? 'Remove `securityContext.privileged`: the capability lists that are written count then.'
          : privilegedAgent.fix,
      },
    ];
  },
};
