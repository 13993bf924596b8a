import type { Unused } from '../model.ts';
import { isPair, type Repositories } from '../repository/pair.ts';
import type { Config } from './config.ts';

const KEYS = ['talos', 'bootstrap', 'argocd'] as const;

/** The paths of configured clusters that nothing is at, in the repository of their side. */
export function missingPaths(repositories: Repositories, { file, clusters }: Config): Unused[] {
  const repositoryOf = (key: (typeof KEYS)[number]) =>
    isPair(repositories) ? repositories[key === 'argocd' ? 'argocd' : 'bootstrap'].repository : repositories;
  return clusters.flatMap((cluster) =>
    KEYS.flatMap((key) =>
      cluster[key]
        .filter((path) => path !== '' && repositoryOf(key).file(path) === undefined && !repositoryOf(key).isDirectory(path))
        .map((path) => ({ file, why: `gives ${cluster.name} the ${key} path ${path}, where nothing is that Git would track` })),
    ),
  );
}
