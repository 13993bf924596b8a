import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { application } from '../example.ts';
import { chartValue, settingPlace, settingValue } from '../read-setting.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesOf, sidesOf } from '../sides.ts';
import { isWritten } from '../unknown-keys.ts';

/** Values that mean nothing while another has not switched them on; the text says what is lacking. */
const NEEDS: readonly { path: string; lacks: (release: EvaluatedRelease) => string | undefined }[] = [
  {
    path: 'hubble.metrics.serviceMonitor.enabled',
    lacks: (release) =>
      chartValue(release, 'hubble.metrics.serviceMonitor.enabled') === 'true' &&
      !release.facts.has('present.Service/hubble-metrics') &&
      settingValue(release, 'hubble.enabled') === 'true'
        ? '`hubble.metrics.enabled` lists no metrics'
        : undefined,
  },
  {
    path: 'ipam.operator.clusterPoolIPv4PodCIDRList',
    lacks: (release) =>
      settingValue(release, 'ipam.mode') === 'kubernetes'
        ? '`ipam.mode` is kubernetes, and nodes get their ranges from Kubernetes'
        : undefined,
  },
];

export const valueWithoutEffect: Rule = {
  id: 'value-without-effect',
  level: 'note',
  title: 'A value does nothing while another switches it off',
  why: 'The file reads as if the feature were on, and the chart renders nothing of it.',
  fix: 'Switch on what it needs, or delete it.',
  link: 'https://docs.cilium.io/en/stable/helm-reference/',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: cluster-pool\n  operator:\n    clusterPoolIPv4PodCIDRList: [10.42.0.0/16]'),
    },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes\n  operator:\n    clusterPoolIPv4PodCIDRList: [10.42.0.0/16]'),
    },
  },
  judge(cluster) {
    return NEEDS.flatMap(({ path, lacks }): Fault[] => {
      const idle = sidesOf(cluster).filter(({ release }) => isWritten(release.user, path) && lacks(release) !== undefined);
      const first = idle[0];
      if (!first) return [];
      return [
        {
          message: `\`${path}\` on ${namesOf(idle)} does nothing: ${lacks(first.release)}.`,
          places: idle.map(({ release }) => settingPlace(release, path)),
          setting: path,
        },
      ];
    });
  },
};
