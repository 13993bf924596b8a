import type { Declaration, TalosCluster } from '../model.ts';

/** The declarations that speak for one cluster. */
export interface PairedCluster {
  name: string | null;
  bootstrap: Declaration | null;
  argocd: Declaration | null;
  talos: TalosCluster | null;
  others: { declaration: Declaration; why: string }[];
}

/** Pairs declarations into clusters. */
export function pairClusters(declarations: readonly Declaration[], talos: readonly TalosCluster[]): PairedCluster[] {
  const best = (side: string) => declarations.filter((d) => d.side === side).sort((a, b) => b.rank - a.rank);
  const [bootstrap, argocd] = [best('bootstrap'), best('argocd')];
  if (bootstrap.length + argocd.length === 0) return [];
  return [
    {
      name: null,
      bootstrap: bootstrap[0] ?? null,
      argocd: argocd[0] ?? null,
      talos: [...talos].sort((a, b) => b.rank - a.rank)[0] ?? null,
      others: [...bootstrap.slice(1), ...argocd.slice(1)].map((declaration) => ({ declaration, why: declaration.rankWhy })),
    },
  ];
}
