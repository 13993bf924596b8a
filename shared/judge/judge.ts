import type { AlignedCluster } from '../align/align.ts';
import type { Finding, Surroundings } from '../model.ts';
import { toFinding } from './rule.ts';
import { rules } from './rules/index.ts';
import { talosFindings } from './talos-refusals.ts';

/** What the readers found broken beside the releases, for the judge to place. */
export interface Found {
  surroundings: Surroundings;
  findings: readonly Finding[];
}

/** Every broken rule of every cluster; what the readers found broken on the way comes first. One finding per id. */
export function judge(clusters: readonly AlignedCluster[], { surroundings, findings: unplaced }: Found): Finding[] {
  const findings = new Map<string, Finding>();
  const add = (finding: Finding) => {
    if (!findings.has(finding.id)) findings.set(finding.id, finding);
  };
  const only = clusters.length === 1 ? clusters[0]!.name : null;
  for (const finding of unplaced) add({ ...finding, cluster: finding.cluster ?? only });
  for (const cluster of clusters) {
    const read = [cluster.bootstrap?.declaration, cluster.argocd?.declaration].flatMap((side) => side?.findings ?? []);
    for (const finding of [...read, ...(cluster.talos ? talosFindings(cluster.talos) : [])]) add({ ...finding, cluster: cluster.name });
    for (const rule of rules) for (const fault of rule.judge?.(cluster, surroundings) ?? []) add(toFinding(rule, cluster.name, fault));
  }
  return [...findings.values()];
}
