import type { Candidate } from '../../discover/candidate.ts';
import type { TalosCluster, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { looseConfigurations } from './machine-config.ts';
import { omniClusterTemplates } from './omni-cluster-template.ts';
import { omniConfigPatches } from './omni-config-patch.ts';
import { talhelperClusters } from './talhelper.ts';
import { talosctlClusters } from './talosctl-commands.ts';
import { terraformClusters } from './terraform-machine-config.ts';

/**
 * Every cluster of which the repository holds Talos machine configuration, worked out after all patches.
 * A cluster that Omni declares is Omni's, also where old Terraform for it is left. Patches that no tool of the repository names stand for a cluster only where no tool is there; else they are in `unused`.
 */
export function talosClusters(repository: Repository, candidates: readonly Candidate[]): { clusters: TalosCluster[]; unused: Unused[] } {
  const templates = omniClusterTemplates(repository, candidates);
  const terraform = terraformClusters(repository, candidates);
  const owned = [
    ...templates.clusters,
    ...talhelperClusters(repository, candidates),
    ...terraform.clusters.map((cluster) =>
      templates.clusters.some(({ name }) => name !== null && name === cluster.name) && cluster.rank > 4
        ? { ...cluster, rank: 4 as const }
        : cluster,
    ),
    ...talosctlClusters(repository, candidates),
    ...omniConfigPatches(candidates),
  ];
  const loose = looseConfigurations(repository, candidates, owned);
  return { clusters: [...owned, ...loose.clusters], unused: [...templates.unused, ...terraform.unused, ...loose.unused] };
}
