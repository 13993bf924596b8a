import { inRepository } from '../read/in-repository.ts';
import { isPair, pathIn, type Repositories } from '../repository/pair.ts';
import type { Config } from './config.ts';

/** The configuration with every path as the files of its side are called: of two repositories, it is Argo CD's that holds it. */
export function configurationIn(repositories: Repositories, config: Config): Config {
  if (!isPair(repositories)) return config;
  const { bootstrap, argocd } = repositories;
  const stands = argocd.repository.file(config.file) !== undefined;
  const { clusters, allow, ...rest } = config;
  return {
    ...rest,
    file: stands ? pathIn(argocd.name, config.file) : config.file,
    allow: stands ? inRepository(argocd.name, allow) : allow,
    clusters: clusters.map((cluster) => ({
      name: cluster.name,
      talos: cluster.talos.map((path) => pathIn(bootstrap.name, path)),
      bootstrap: cluster.bootstrap.map((path) => pathIn(bootstrap.name, path)),
      argocd: cluster.argocd.map((path) => pathIn(argocd.name, path)),
    })),
  };
}
