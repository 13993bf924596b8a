import type { Unused } from '../model.ts';
import { pathIn } from '../place.ts';
import { renameFiles } from '../read/rename-files.ts';
import { isPair, type Repositories } from '../repository/pair.ts';
import { CONFIG_FILE, type Config } from './config.ts';

/** The configuration with every path as the files of its side are called: of two repositories, it is Argo CD's that holds it. */
export function configurationIn(repositories: Repositories, config: Config): Config {
  if (!isPair(repositories)) return config;
  const { bootstrap, argocd } = repositories;
  const stands = argocd.repository.file(config.file) !== undefined;
  const { clusters, allow, ...rest } = config;
  return {
    ...rest,
    file: stands ? pathIn(argocd.name, config.file) : config.file,
    allow: stands ? renameFiles(allow, (path) => pathIn(argocd.name, path)) : allow,
    clusters: clusters.map((cluster) => ({
      name: cluster.name,
      talos: cluster.talos.map((path) => pathIn(bootstrap.name, path)),
      bootstrap: cluster.bootstrap.map((path) => pathIn(bootstrap.name, path)),
      argocd: cluster.argocd.map((path) => pathIn(argocd.name, path)),
    })),
  };
}

/** A configuration that does not govern because it stands in the bootstrap's repository, and nobody named another than Argo CD's. */
export function otherConfiguration(repositories: Repositories, config: Config | undefined): Unused[] {
  if (!isPair(repositories) || repositories.bootstrap.repository.file(CONFIG_FILE) === undefined) return [];
  const { bootstrap, argocd } = repositories;
  if (config && argocd.repository.file(config.file) === undefined) return [];
  return [
    { file: pathIn(bootstrap.name, CONFIG_FILE), why: `does not count: of two repositories, that of Argo CD governs (${argocd.name})` },
  ];
}
