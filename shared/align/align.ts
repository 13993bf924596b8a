import { type EvaluatedRelease, evaluateRelease } from '../evaluate/release.ts';
import type { Declaration, Row, TalosCluster } from '../model.ts';
import { type PairedCluster, pairClusters } from './pair.ts';
import { Room } from './room.ts';
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

/** Pairs declarations into clusters and builds the table of each that is asked for and that there is room for. */
export function align(
  declarations: readonly Declaration[],
  talos: readonly TalosCluster[],
  isAskedFor: (name: string | null) => boolean = () => true,
  room = new Room(),
): AlignedCluster[] {
  return pairClusters(declarations, talos)
    .filter(({ name, bootstrap, argocd }) => isAskedFor(name) && room.holds([bootstrap, argocd]))
    .map(alignCluster);
}

/** What a person has given to one cluster by hand. */
export interface AssignedCluster {
  name: string;
  declarations: Declaration[];
  talos: TalosCluster[];
  /** What would have spoken for it otherwise. */
  others: { declaration: Declaration; why: string }[];
}

/** The one cluster of what was given to it, whatever else its declarations say of where they belong; it is there also where nothing was. */
export function alignAssigned({ name, declarations, talos, others }: AssignedCluster): AlignedCluster {
  const clusters = [{ name, why: 'the configuration says so', strength: 3 as const }];
  const [paired, ...rest] = pairClusters(
    declarations.map((declaration) => ({ ...declaration, clusters })),
    talos.map((machines) => ({ ...machines, name, clusters })),
  );
  const aside = rest.flatMap((cluster) => [cluster.bootstrap, cluster.argocd, ...cluster.others.map((other) => other.declaration)]);
  return alignCluster({
    name,
    bootstrap: paired?.bootstrap ?? null,
    argocd: paired?.argocd ?? null,
    talos: paired?.talos ?? null,
    others: [
      ...(paired?.others ?? []),
      ...aside
        .filter((declaration) => declaration !== null)
        .map((declaration) => ({ declaration, why: `weaker evidence: ${declaration.rankWhy}` })),
      ...others,
    ],
  });
}

function alignCluster(cluster: PairedCluster): AlignedCluster {
  const bootstrap = cluster.bootstrap && evaluateRelease(cluster.bootstrap, cluster.argocd?.chartVersion ?? null);
  const argocd = cluster.argocd && evaluateRelease(cluster.argocd, cluster.bootstrap?.chartVersion ?? null);
  const rows = bootstrap && argocd ? [...versionRow(bootstrap, argocd), ...buildTable(bootstrap, argocd)] : [];
  return { name: cluster.name, bootstrap, argocd, talos: cluster.talos, others: cluster.others, rows };
}
