import { type EvaluatedRelease, evaluateRelease } from '../evaluate/release.ts';
import type { Declaration, Row, TalosCluster } from '../model.ts';
import { type PairedCluster, pairClusters } from './pair.ts';
import { buildTable } from './table.ts';
import { versionRow } from './version-row.ts';

/** One cluster with both sides worked out and its table; `rows` is empty where a side is missing. */
export interface AlignedCluster {
  name: string | null;
  bootstrap: EvaluatedRelease | null;
  argocd: EvaluatedRelease | null;
  talos: TalosCluster | null;
  others: { declaration: Declaration; why: string }[];
  rows: Row[];
}

/** Pairs declarations into clusters and builds the table of each. */
export function align(declarations: readonly Declaration[], talos: readonly TalosCluster[]): AlignedCluster[] {
  return pairClusters(declarations, talos).map(alignCluster);
}

function alignCluster(cluster: PairedCluster): AlignedCluster {
  const bootstrap = cluster.bootstrap && evaluateRelease(cluster.bootstrap, cluster.argocd?.chartVersion ?? null);
  const argocd = cluster.argocd && evaluateRelease(cluster.argocd, cluster.bootstrap?.chartVersion ?? null);
  const rows = bootstrap && argocd ? [...versionRow(bootstrap, argocd), ...buildTable(bootstrap, argocd)] : [];
  return { name: cluster.name, bootstrap, argocd, talos: cluster.talos, others: cluster.others, rows };
}
