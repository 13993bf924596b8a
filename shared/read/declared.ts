import { discover } from '../discover/discover.ts';
import type { Declaration, Finding, Surroundings, TalosCluster, Unused } from '../model.ts';
import type { Repository } from '../repository/repository.ts';
import { argocdDeclarations } from './argocd/index.ts';
import { bootstrapDeclarations } from './bootstrap/index.ts';
import { brokenFiles } from './broken-files.ts';
import { readSurroundings } from './surroundings/index.ts';
import { talosClusters } from './talos/index.ts';

/** Everything that readers make of a repository, or of two. */
export interface Declared {
  talos: TalosCluster[];
  bootstrap: Declaration[];
  argocd: Declaration[];
  surroundings: Surroundings;
  findings: Finding[];
  /** What was not read, what could not be followed. */
  unused: Unused[];
  /** Files that are broken in a part; to be asked when nothing is read any more. */
  broken(): Unused[];
}

/** Lists what can matter in a repository and lets every reader speak of it. Never throws for bad input. */
export function readRepository(repository: Repository): Declared {
  const { candidates, unused } = discover(repository);
  const talos = talosClusters(repository, candidates);
  const bootstrap = bootstrapDeclarations(repository, candidates, talos.clusters);
  const argocd = argocdDeclarations(
    repository,
    candidates,
    talos.clusters.flatMap(({ manifests }) => manifests),
  );
  return {
    talos: talos.clusters,
    bootstrap: bootstrap.declarations,
    argocd: argocd.declarations,
    surroundings: readSurroundings(candidates),
    findings: argocd.findings,
    unused: [...unused, ...talos.unused, ...bootstrap.unused, ...argocd.unused],
    broken: () => brokenFiles(candidates),
  };
}
