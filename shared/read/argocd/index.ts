import type { Candidate } from '../../discover/candidate.ts';
import type { ClusterSecret } from '../../evaluate/argocd/generators/params.ts';
import type { RenderContext } from '../../evaluate/argocd/rendered.ts';
import { thisRepository } from '../../evaluate/argocd/this-repository.ts';
import { findingOf } from '../../evaluate/fault.ts';
import type { Declaration, Finding, TalosManifest, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { AppOfApps, type Unfollowed } from './app-of-apps.ts';
import { askedPaths } from './asked-paths.ts';
import { declarationOf, isAboutCilium, opaqueDeclaration } from './declaration.ts';
import { inflatedCharts } from './inflated-charts.ts';
import { findManifests, type Manifests } from './manifests.ts';
import { pluginRuns } from './plugins.ts';
import { findRoots, type Root, type RootSources, withoutOriginals } from './roots.ts';
import { unreachedDeclarations } from './unreached.ts';

/** What Argo CD would apply from a repository, as far as it is Cilium, with what it would refuse on the way. */
interface ArgocdReading {
  declarations: Declaration[];
  findings: Finding[];
  unused: Unused[];
}

/** Every Cilium that Argo CD would apply from this repository, by what Talos applies at bootstrap too; what it would refuse on the way, and what could not be followed. Never throws for bad input. */
export function argocdDeclarations(
  repository: Repository,
  candidates: readonly Candidate[],
  applied: readonly TalosManifest[] = [],
): ArgocdReading {
  const found = findManifests(repository, candidates, applied);
  const anyFile = candidates.some(({ text }) => text.includes('LoadRestrictionsNone'));
  const sources = rootSources(repository, candidates, found, anyFile);
  const asked = sources.manifests.flatMap((manifest) => askedPaths(repository, manifest));
  const here = thisRepository(asked, repository.beside);
  const context: RenderContext = { repository, here, anyFile, plugin: (name) => pluginRuns(name, candidates) };
  const walker = new AppOfApps(context, found.clusters);
  const { live: roots, unused: copied } = withoutOriginals(findRoots(sources, walker, repository), sources.manifests);
  const declarations = merge(roots.flatMap((root) => root.walked.reached.map((one) => declarationOf(one, root.standing, found.clusters))));
  const usesArgocd = found.manifests.length > 0 || found.charts.length > 0;
  const refused = roots.flatMap((root) => root.walked.faults.flatMap(({ faults }) => faults));
  const rest = unreachedDeclarations(repository, candidates, context, declarations, usesArgocd, refused);
  const lost = notFollowed(roots, declarations, found.clusters);
  return {
    declarations: [...declarations, ...lost.declarations, ...rest.declarations],
    findings: lost.findings,
    unused: [...found.unused, ...copied, ...walker.unused, ...rest.unused, ...lost.unused],
  };
}

function rootSources(repository: Repository, candidates: readonly Candidate[], found: Manifests, anyFile: boolean): RootSources {
  const inflated = inflatedCharts(repository, candidates, found.charts, anyFile);
  return {
    // Values that a chart of one's own is given are no values of the chart argocd-apps.
    manifests: found.manifests.filter(({ file }) => !inflated.some(({ files }) => files.has(file))),
    charts: found.charts.filter((directory) => !inflated.some(({ chart }) => chart === directory)),
    inflated,
  };
}

/** What stands in the way of roots to a Cilium that no declaration says already. */
function notFollowed(roots: readonly Root[], known: readonly Declaration[], clusters: readonly ClusterSecret[]): ArgocdReading {
  const result: ArgocdReading = { declarations: [], findings: [], unused: [] };
  for (const { walked, standing } of roots) {
    const all = () => [...known, ...result.declarations];
    for (const { chain, faults } of walked.faults)
      if (isAboutCilium(chain) && !all().some((d) => d.findings.some((f) => faults.some((fault) => fault.message === f.message))))
        result.findings.push(...faults.map((fault) => findingOf(fault, chain.at(-1)?.name)));
    for (const lost of walked.unfollowed) {
      const declaration = opaqueDeclaration(lost, standing, clusters, all());
      if (declaration) result.declarations.push(declaration);
      else if (mentionsCilium(lost)) result.unused.push(cannotBeFollowed(lost));
    }
  }
  return result;
}

function cannotBeFollowed({ chain, application, opaque }: Unfollowed): Unused {
  const { name, place } = chain.at(-1)!;
  const which = application.sources.length > 1 ? 'a source of ' : '';
  return { file: place.file, why: `${which}Application ${name} cannot be followed: ${opaque.reason}` };
}

function mentionsCilium({ chain, application }: Unfollowed): boolean {
  return isAboutCilium(chain) || application.sources.some((source) => source.path?.kind === 'scalar' && /cilium/i.test(source.path.value));
}

/** One declaration for each release: what several roots lead to is the same release, with the evidence of all of them. */
function merge(declarations: readonly Declaration[]): Declaration[] {
  const found = new Map<string, Declaration>();
  for (const declaration of declarations) {
    const key = JSON.stringify([
      declaration.place,
      declaration.name,
      declaration.namespace,
      declaration.chartVersion,
      declaration.clusters.filter((c) => c.strength === 3).map((c) => c.name),
      declaration.layers.map((l) => [l.kind, l.place]),
    ]);
    const known = found.get(key);
    if (!known) {
      found.set(key, declaration);
      continue;
    }
    const better = declaration.rank > known.rank ? declaration : known;
    const other = better === known ? declaration : known;
    found.set(key, {
      ...better,
      files: [...new Set([...better.files, ...other.files])],
      clusters: [...better.clusters, ...other.clusters.filter((c) => !better.clusters.some((b) => b.name === c.name))],
    });
  }
  return [...found.values()];
}
