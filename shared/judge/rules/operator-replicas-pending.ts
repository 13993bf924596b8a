import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesOf } from '../sides.ts';

const single = talconfig().replace(/ {2}- hostname: worker\n(?: {4}.*\n)+/, '');

export const operatorReplicasPending: Rule = {
  id: 'operator-replicas-pending',
  level: 'note',
  title: 'More operators than machines',
  why: "The operator's pods do not share a machine: with fewer machines than `operator.replicas` one stays Pending for ever, and Argo CD and whoever waits for the rollout with it. Two is the chart's default.",
  fix: 'Write `operator.replicas: 1` for a cluster of one machine.',
  link: 'https://docs.cilium.io/en/stable/helm-reference/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('operator:\n  replicas: 1'), 'talos/talconfig.yaml': single },
    failing: { 'argocd/cilium.yaml': application('operator:\n  replicas: 2'), 'talos/talconfig.yaml': single },
  },
  judge(cluster) {
    const { controlPlanes, workers } = cluster.talos?.machines ?? { controlPlanes: null, workers: null };
    if (controlPlanes === null || workers === null || controlPlanes === 0) return [];
    const machines = controlPlanes + workers;
    const waiting = ifAllSides(cluster, (release) => Number(settingValue(release, 'operator.replicas') ?? 0) > machines);
    const last = waiting.at(-1);
    if (!last) return [];
    return [
      {
        message: `${settingValue(last.release, 'operator.replicas')} operators on ${namesOf(waiting)} for ${machines === 1 ? 'one machine' : `${machines} machines`}: the rest stays Pending.`,
        places: [
          ...waiting.map(({ release }) => settingPlace(release, 'operator.replicas')),
          ...(cluster.talos ? [cluster.talos.place] : []),
        ],
        setting: 'operator.replicas',
      },
    ];
  },
};
