import type { EvaluatedRelease } from '../../evaluate/release.ts';
import type { Place } from '../../model.ts';
import { at } from '../../tree.ts';
import { cidrsOf, overlaps, sameCidrs } from '../cidr.ts';
import { application, talconfig } from '../example.ts';
import { settingPlace, settingValue, talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { ifAllSides, namesOf } from '../sides.ts';

const POOL = 'ipam.operator.clusterPoolIPv4PodCIDRList';

export const poolOutsidePodSubnets: Rule = {
  id: 'pool-outside-pod-subnets',
  level: 'warning',
  title: "Cilium gives pods addresses from a pool of its own, not Talos's pod subnets",
  why: "Talos's guide asks for `ipam.mode: kubernetes`: nodes then give pods addresses from Talos's pod subnets. With cluster-pool Cilium takes its own pool (10.0.0.0/8 unless told otherwise), which may hold the nodes' own network or the service subnets, and what Talos and Kubernetes say of pod addresses is not true. A note where the pool is the pod subnets.",
  fix: 'On a new cluster write `ipam.mode: kubernetes`; on a running one never change the mode, and keep the pool apart from services and nodes.',
  link: 'https://docs.cilium.io/en/stable/network/concepts/ipam/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'), 'talos/talconfig.yaml': talconfig() },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: cluster-pool\n  operator:\n    clusterPoolIPv4PodCIDRList: [10.0.0.0/8]'),
      'talos/talconfig.yaml': talconfig(),
    },
  },
  judge(cluster) {
    const pods = talosFact(cluster.talos, 'podSubnets');
    const subnets = cidrsOf(pods?.value);
    const pooled = ifAllSides(
      cluster,
      (release) => settingValue(release, 'ipam.mode') === 'cluster-pool' && cidrsOf(settingValue(release, POOL)).length > 0,
    );
    const first = pooled[0]?.release;
    if (!first || subnets.length === 0) return [];
    const pool = cidrsOf(settingValue(first, POOL));
    const places = [...pooled.map(({ release }) => placeOf(release)), ...talosPlaces(cluster.talos, pods)];
    if (sameCidrs(pool, subnets))
      return [
        {
          message: `\`ipam.mode: cluster-pool\` on ${namesOf(pooled)} takes Talos's pod subnets as its pool; Talos's guide asks for \`kubernetes\`.`,
          places,
          setting: 'ipam.mode',
          level: 'note',
        },
      ];
    const services = cidrsOf(talosFact(cluster.talos, 'serviceSubnets')?.value);
    const clash = services.find((service) => pool.some((own) => overlaps(own, service)));
    return [
      {
        message: `\`ipam.mode: cluster-pool\` on ${namesOf(pooled)} gives pods addresses from ${pool.join(', ')}${clash ? `, in which the services' ${clash} lies` : ''}; Talos's pod subnets are ${subnets.join(', ')}.`,
        places,
        setting: 'ipam.mode',
        fix: poolOutsidePodSubnets.fix,
      },
    ];
  },
};

/** The mode where somebody wrote it, else the pool: a mode that is the chart's own has no line. */
function placeOf(release: EvaluatedRelease): Place {
  return settingPlace(release, at(release.user, 'ipam.mode') === undefined ? POOL : 'ipam.mode');
}
