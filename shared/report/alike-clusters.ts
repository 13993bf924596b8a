import { WORST_FIRST } from '../align/weight.ts';
import type { Cluster, Report } from '../model.ts';
import { alikesOf } from './alike.ts';
import { releaseWords } from './compared.ts';

/** Two clusters are read one after the other; more that say the same are read once. */
const FEW = 2;

/** The clusters of a report, the worst first; those of which all the same is said stand together, unless they are few. Places and Talos's own facts may differ within. */
export function alikeClusters(report: Report): Cluster[][] {
  const groups = new Map<string, Cluster[]>();
  const said = new Map<Cluster, number[]>(report.clusters.map((cluster) => [cluster, []]));
  alikesOf(report).forEach((alike, i) => {
    for (const cluster of alike.clusters) said.get(cluster)?.push(i);
  });
  for (const cluster of report.clusters) {
    const { outcome, bootstrap, argocd, gone } = cluster;
    const key = JSON.stringify([outcome, gone, bootstrap && releaseWords(bootstrap), argocd && releaseWords(argocd), said.get(cluster)]);
    groups.set(key, [...(groups.get(key) ?? []), cluster]);
  }
  return [...groups.values()]
    .flatMap((group) => (group.length <= FEW ? group.map((cluster) => [cluster]) : [group]))
    .sort(([a], [b]) => WORST_FIRST.indexOf(a!.outcome) - WORST_FIRST.indexOf(b!.outcome));
}
