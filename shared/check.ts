import { type AlignedCluster, align, alignAssigned } from './align/align.ts';
import { Room } from './align/room.ts';
import { setAsideUnclaimed } from './align/unclaimed.ts';
import { assignClusters } from './config/assign-clusters.ts';
import type { Config } from './config/config.ts';
import { configurationIn, otherConfiguration } from './config/configuration-in.ts';
import { applyExceptions } from './config/exceptions.ts';
import { missingPaths } from './config/missing-paths.ts';
import { configuredClusters, pointedAt } from './config/paths-by-hand.ts';
import { judge } from './judge/judge.ts';
import { readingBoundedYaml } from './language/yaml/parse.ts';
import type { Finding, Report, Surroundings, Unused } from './model.ts';
import { readBoth } from './read/both-repositories.ts';
import { readRepository } from './read/declared.ts';
import { unreadReferences } from './read/surroundings/chart-references.ts';
import { managedByFlux } from './read/surroundings/flux-releases.ts';
import { buildReport, type Policy } from './report/build-report.ts';
import { isPair, type Repositories } from './repository/pair.ts';

const SIDES = ['bootstrap', 'argocd'] as const;

/** What a caller may decide; `failOn` and `undecided` decide the exit code, never an outcome. */
export interface CheckOptions extends Pick<Policy, 'failOn' | 'undecided'> {
  /** Only this cluster. */
  cluster?: string;
  /** Only declarations that stand in or read from below this path of its repository speak for the bootstrap; a values file that the path is, where none does. */
  bootstrap?: string;
  /** The same for Argo CD's side. */
  argocd?: string;
  /** What the configuration says (of two repositories, Argo CD's); what stands beside it here goes before it. */
  config?: Config;
  /** The day as YYYY-MM-DD; without one no allowance of the configuration ends. */
  today?: string;
}

/** What the report is made of, before anything is judged. */
export interface Comparison {
  /** Every cluster with both sides worked out, those with both first. */
  clusters: AlignedCluster[];
  surroundings: Surroundings;
  /** What Argo CD would refuse on the way to Cilium. */
  findings: Finding[];
  unused: Unused[];
}

/**
 * Start here: the stages in order. One repository holds both sides, or each side has its own: `check(directoryRepository('.'), { failOn: 'error', undecided: 'fail' })`,
 * `check({ bootstrap: { name: 'talos', repository }, argocd: { name: 'gitops', repository }, here: 'argocd' }, …)`. The same report for the same files. Bad input is in the report; what is thrown comes from a repository that cannot be used.
 */
export function check(repositories: Repositories, options: CheckOptions): Report {
  return judgeComparison(compare(repositories, options), repositories, options);
}

/** The stages from judgement on, of what {@link compare} made of the same repositories with the same options. */
export function judgeComparison(
  { clusters, surroundings, findings, unused }: Comparison,
  repositories: Repositories,
  options: CheckOptions,
): Report {
  const { today } = options;
  const config = options.config && configurationIn(repositories, options.config);
  const partial = [options.cluster, options.bootstrap, options.argocd].some((option) => option !== undefined);
  return buildReport(clusters, judge(clusters, { surroundings, findings }), unused, {
    ...options,
    ...(isPair(repositories) && {
      repositories: (['bootstrap', 'argocd'] as const).map((side) => ({
        name: repositories[side].name,
        side,
        here: repositories.here === side,
      })),
    }),
    ...(config && { except: (judged) => applyExceptions(judged, config, { partial, ...(today !== undefined && { today }) }) }),
  });
}

/** The stages before judgement: every cluster with both sides worked out. */
export function compare(repositories: Repositories, options: Omit<CheckOptions, 'failOn' | 'undecided' | 'today'>): Comparison {
  return readingBoundedYaml(() => compareBoth(repositories, options));
}

function compareBoth(repositories: Repositories, options: Omit<CheckOptions, 'failOn' | 'undecided' | 'today'>): Comparison {
  const declared = isPair(repositories) ? readBoth(repositories) : readRepository(repositories);
  const claimed = setAsideUnclaimed({ declarations: declared.argocd, unused: declared.unused }, declared.bootstrap);
  const declarations = [
    ...pointedAt(repositories, 'bootstrap', declared.bootstrap, options.bootstrap),
    ...pointedAt(repositories, 'argocd', claimed.declarations, options.argocd),
  ];
  const config = options.config && configurationIn(repositories, options.config);
  const { assigned, ...left } = assignClusters(declarations, declared.talos, configuredClusters(repositories, { ...options, config }));
  const isAskedFor = (name: string | null) => options.cluster === undefined || name === options.cluster;
  const room = new Room();
  const clusters = [
    ...assigned.filter((cluster) => isAskedFor(cluster.name) && room.holds(cluster.declarations)).map(alignAssigned),
    ...align(left.declarations, left.talos, isAskedFor, room),
  ];
  const flux = clusters.some((c) => c.argocd !== null) ? [] : managedByFlux(declared.surroundings.fluxReleases);
  const unused = [
    ...otherConfiguration(repositories, options.config),
    ...(options.config && config ? missingPaths(repositories, { ...options.config, file: config.file }) : []),
    ...flux,
    ...claimed.unused,
    ...left.unused,
    ...room.unused,
    ...declared.broken(),
  ];
  const isMissing = SIDES.some((side) => clusters.every((cluster) => cluster[side] === null));
  if (isMissing)
    unused.push(...unreadReferences(declared.surroundings.chartReferences, [...declared.bootstrap, ...declared.argocd], unused));
  return { clusters, surroundings: declared.surroundings, findings: declared.findings, unused };
}
