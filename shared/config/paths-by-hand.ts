import type { Declaration, Side } from '../model.ts';
import { pathIn } from '../place.ts';
import { renameFiles } from '../read/rename-files.ts';
import { valuesByHand } from '../read/values-by-hand.ts';
import { isPair, type Repositories } from '../repository/pair.ts';
import type { Config, ConfiguredCluster } from './config.ts';

/** Where a call says that each side stands, in the repository of that side. */
export interface PathsByHand {
  bootstrap?: string;
  argocd?: string;
}

/** Who stands where by the configuration; a path of the call goes before it. */
export function configuredClusters(
  repositories: Repositories,
  { config, bootstrap, argocd }: PathsByHand & { config: Config | undefined },
): readonly ConfiguredCluster[] {
  return (config?.clusters ?? []).map((cluster) => ({
    ...cluster,
    ...(bootstrap !== undefined && { bootstrap: [pathOf(repositories, 'bootstrap', bootstrap)] }),
    ...(argocd !== undefined && { argocd: [pathOf(repositories, 'argocd', argocd)] }),
  }));
}

/** The declarations of a side that stand in or read from below a path; where none does, the values file that the path is. */
export function pointedAt(repositories: Repositories, side: Side, declarations: Declaration[], path: string | undefined): Declaration[] {
  if (path === undefined) return declarations;
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '');
  if (clean === '' || clean === '.') return declarations;
  const root = pathOf(repositories, side, clean);
  const found = declarations.filter(({ files }) => files.some((file) => file === root || file.startsWith(`${root}/`)));
  if (found.length > 0) return found;
  if (!isPair(repositories)) return valuesByHand(repositories, side, clean);
  const { name, repository } = repositories[side];
  return renameFiles(valuesByHand(repository, side, clean), (file) => pathIn(name, file));
}

/** A path that the call gives to a side, as every file of that side is called. */
function pathOf(repositories: Repositories, side: Side, path: string): string {
  return isPair(repositories) ? pathIn(repositories[side].name, path) : path;
}
