import { type AlignedCluster, align, alignAssigned } from './align/align.ts';
import { setAsideUnclaimed } from './align/unclaimed.ts';
import { assignClusters } from './config/assign-clusters.ts';
import type { Config, ConfiguredCluster } from './config/config.ts';
import { applyExceptions } from './config/exceptions.ts';
import { missingPaths } from './config/missing-paths.ts';
import { discover } from './discover/discover.ts';
import { judge } from './judge/index.ts';
import type { Declaration, Finding, Report, Side, Surroundings, Unused } from './model.ts';
import { argocdDeclarations } from './read/argocd/index.ts';
import { bootstrapDeclarations } from './read/bootstrap/index.ts';
import { brokenFiles } from './read/broken-files.ts';
import { managedByFlux } from './read/surroundings/flux-releases.ts';
import { readSurroundings } from './read/surroundings/index.ts';
import { talosClusters } from './read/talos/index.ts';
import { valuesByHand } from './read/values-by-hand.ts';
import { buildReport, type Policy } from './report/build-report.ts';
import type { Repository } from './repository/repository.ts';

/** What a caller may decide. */
export interface CheckOptions extends Policy {
  /** Only this cluster. */
  cluster?: string;
  /** Only declarations that stand in or read from below this path speak for the side. */
  bootstrap?: string;
  argocd?: string;
  /** What the repository's configuration says; what stands beside it here goes before it. */
  config?: Config;
  /** The day as YYYY-MM-DD; without one no allowance of the configuration ends. */
  today?: string;
}

/** Start here: the stages in order. The same report for the same files; bad input is in the report, never thrown. */
export function check(repository: Repository, options: CheckOptions): Report {
  const { clusters, surroundings, findings, unused } = compare(repository, options);
  const { config, today } = options;
  const partial = [options.cluster, options.bootstrap, options.argocd].some((option) => option !== undefined);
  return buildReport(clusters, judge(clusters, { surroundings, findings }), unused, {
    ...options,
    ...(config && { except: (judged) => applyExceptions(judged, config, { partial, ...(today !== undefined && { today }) }) }),
  });
}

/** The stages before judgement: every cluster with both sides worked out. */
export function compare(
  repository: Repository,
  options: Pick<CheckOptions, 'cluster' | 'bootstrap' | 'argocd' | 'config'>,
): { clusters: AlignedCluster[]; surroundings: Surroundings; findings: Finding[]; unused: Unused[] } {
  const found = discover(repository);
  const talos = talosClusters(repository, found.candidates);
  const bootstrap = bootstrapDeclarations(repository, found.candidates, talos.clusters);
  const argocd = argocdDeclarations(repository, found.candidates);
  const claimed = setAsideUnclaimed(argocd, bootstrap.declarations);
  const declarations = [
    ...pointedAt(repository, 'bootstrap', bootstrap.declarations, options.bootstrap),
    ...pointedAt(repository, 'argocd', claimed.declarations, options.argocd),
  ];
  const { assigned, ...left } = assignClusters(declarations, talos.clusters, configuredClusters(options));
  const clusters = [...assigned.map(alignAssigned), ...align(left.declarations, left.talos)].filter(
    (c) => options.cluster === undefined || c.name === options.cluster,
  );
  const surroundings = readSurroundings(found.candidates);
  const flux = clusters.some((c) => c.argocd !== null) ? [] : managedByFlux(surroundings.fluxReleases);
  return {
    clusters,
    surroundings,
    findings: argocd.findings,
    unused: [
      ...(options.config ? missingPaths(repository, options.config) : []),
      ...flux,
      ...found.unused,
      ...talos.unused,
      ...bootstrap.unused,
      ...claimed.unused,
      ...left.unused,
      ...brokenFiles(found.candidates),
    ],
  };
}

/** Who stands where by the configuration; a path of the call goes before it. */
function configuredClusters({
  config,
  bootstrap,
  argocd,
}: Pick<CheckOptions, 'bootstrap' | 'argocd' | 'config'>): readonly ConfiguredCluster[] {
  return (config?.clusters ?? []).map((cluster) => ({
    ...cluster,
    ...(bootstrap !== undefined && { bootstrap: [bootstrap] }),
    ...(argocd !== undefined && { argocd: [argocd] }),
  }));
}

/** The declarations of a side that stand in or read from below a path; where none does, the values file that the path is. */
function pointedAt(repository: Repository, side: Side, declarations: Declaration[], path: string | undefined): Declaration[] {
  if (path === undefined) return declarations;
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '');
  if (clean === '' || clean === '.') return declarations;
  const found = declarations.filter(({ files }) => files.some((file) => file === clean || file.startsWith(`${clean}/`)));
  return found.length > 0 ? found : valuesByHand(repository, side, clean);
}
