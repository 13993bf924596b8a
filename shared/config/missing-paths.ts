import type { Unused } from '../model.ts';
import type { Repository } from '../repository/repository.ts';
import type { Config } from './config.ts';

/** The paths of configured clusters that nothing is at. */
export function missingPaths(repository: Repository, { file, clusters }: Config): Unused[] {
  return clusters.flatMap((cluster) =>
    (['talos', 'bootstrap', 'argocd'] as const).flatMap((key) =>
      cluster[key]
        .filter((path) => path !== '' && repository.file(path) === undefined && !repository.isDirectory(path))
        .map((path) => ({ file, why: `gives ${cluster.name} the ${key} path ${path}, where nothing is that Git would track` })),
    ),
  );
}
