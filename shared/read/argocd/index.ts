import type { Candidate } from '../../discover/candidate.ts';
import { placeOf } from '../../evaluate/argocd/application.ts';
import { readChart } from '../../evaluate/argocd/chart-directory.ts';
import { renderChartObjects } from '../../evaluate/argocd/chart-templates.ts';
import type { RenderContext } from '../../evaluate/argocd/rendered.ts';
import { thisRepository } from '../../evaluate/argocd/this-repository.ts';
import { findingOf } from '../../evaluate/fault.ts';
import { buildKustomization, hasKustomization } from '../../evaluate/kustomize/build.ts';
import type { Declaration, Finding, Mapping, TalosManifest, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isMap, textAt } from '../../tree.ts';
import { isPlaceholder } from '../cluster-evidence.ts';
import { AppOfApps, type Unfollowed, type Walked } from './app-of-apps.ts';
import { askedPaths, renderedPaths } from './asked-paths.ts';
import { declarationOf, isAboutCilium, opaqueDeclaration, type Standing } from './declaration.ts';
import { type InflatedChart, inflatedCharts } from './inflated-charts.ts';
import { findManifests, identityOf, type Manifest } from './manifests.ts';
import { pluginRuns } from './plugins.ts';
import { unreachedDeclarations } from './unreached.ts';

/** A root: a document that nothing else leads to, with how live it is. */
interface Root {
  tree: Mapping;
  files: string[];
  standing: Standing;
  identity: string;
  walked: Walked;
}

/** Every Cilium that Argo CD would apply from this repository, by what Talos applies at bootstrap too; what it would refuse on the way, and what could not be followed. Never throws for bad input. */
export function argocdDeclarations(
  repository: Repository,
  candidates: readonly Candidate[],
  applied: readonly TalosManifest[] = [],
): { declarations: Declaration[]; findings: Finding[]; unused: Unused[] } {
  const found = findManifests(repository, candidates, applied);
  const { clusters, unused } = found;
  const anyFile = candidates.some(({ text }) => text.includes('LoadRestrictionsNone'));
  const inflated = inflatedCharts(repository, candidates, found.charts, anyFile);
  // Values that a chart of one's own is given are no values of the chart argocd-apps.
  const manifests = found.manifests.filter(({ file }) => !inflated.some(({ files }) => files.has(file)));
  const charts = found.charts.filter((directory) => !inflated.some(({ chart }) => chart === directory));
  const asked = manifests.flatMap((manifest) => askedPaths(repository, manifest));
  const context: RenderContext = {
    repository,
    here: thisRepository(asked, repository.beside),
    anyFile,
    plugin: (name) => pluginRuns(name, candidates),
  };
  const walker = new AppOfApps(context, clusters);
  const { live: roots, unused: copied } = withoutOriginals(findRoots(manifests, charts, inflated, walker, repository), manifests);
  unused.push(...copied, ...walker.unused);
  const reached = roots.flatMap((root) => root.walked.reached.map((one) => ({ one, root })));
  const declarations = merge(reached.map(({ one, root }) => declarationOf(one, root.standing, clusters)));
  const usesArgocd = found.manifests.length > 0 || found.charts.length > 0;
  const rest = unreachedDeclarations(
    repository,
    candidates,
    context,
    declarations,
    usesArgocd,
    roots.flatMap((root) => root.walked.faults.flatMap((refused) => refused.faults)),
  );
  unused.push(...rest.unused);
  const findings: Finding[] = [];
  for (const { walked, standing } of roots) {
    for (const { chain, faults } of walked.faults)
      if (isAboutCilium(chain) && !declarations.some((d) => d.findings.some((f) => faults.some((fault) => fault.message === f.message))))
        findings.push(...faults.map((fault) => findingOf(fault, chain.at(-1)?.name)));
    for (const lost of walked.unfollowed) {
      const declaration = opaqueDeclaration(lost, standing, clusters, declarations);
      if (declaration) declarations.push(declaration);
      else if (mentionsCilium(lost))
        unused.push({
          file: lost.chain.at(-1)!.place.file,
          why: `${lost.application.sources.length > 1 ? 'a source of ' : ''}Application ${lost.chain.at(-1)!.name} cannot be followed: ${lost.opaque.reason}`,
        });
    }
  }
  return { declarations: [...declarations, ...rest.declarations], findings, unused };
}

function mentionsCilium({ chain, application }: Unfollowed): boolean {
  return isAboutCilium(chain) || application.sources.some((source) => source.path?.kind === 'scalar' && /cilium/i.test(source.path.value));
}

/** Roots first: a document whose directory another one renders waits until that has shown whether it leads to it. */
function findRoots(
  manifests: readonly Manifest[],
  charts: readonly string[],
  inflated: readonly InflatedChart[],
  walker: AppOfApps,
  repository: Repository,
): Root[] {
  const leaders = leadersOf(manifests);
  const roots: Root[] = [];
  const below = new Set<string>();
  const start = (tree: Mapping, files: string[], standing: Standing) => {
    const identity = identityOf(tree);
    if (below.has(identity)) return;
    const walked = walker.walk(tree, files);
    for (const one of walked.below) if (one !== identity) below.add(one);
    roots.push({ tree, files, standing, identity, walked });
  };
  const leads = new Map<Manifest, number>();
  for (const manifest of manifests) for (const leader of leaders(manifest)) leads.set(leader, (leads.get(leader) ?? 0) + 1);
  const waiting = manifests.filter((manifest) => leaders(manifest).size > 0).sort((a, b) => (leads.get(b) ?? 0) - (leads.get(a) ?? 0));
  const later = new Set(waiting);
  for (const manifest of manifests) if (!later.has(manifest)) start(...rooted(repository, manifest), standingOf(manifest, 'alone'));
  for (const { kustomization, directory, applications } of inflated) {
    if (walker.rendered.has(directory)) continue;
    for (const { tree, files } of applications)
      if (isMap(tree)) start(tree, files, { rank: 5, why: `the kustomization ${kustomization} renders it` });
  }
  for (const directory of charts) {
    if (walker.rendered.has(directory)) continue;
    const chart = readChart(repository, directory);
    if (!chart) continue;
    for (const { tree, files } of renderChartObjects(repository, chart, [], { name: chart.name, namespace: null }))
      if (isMap(tree) && at(tree, 'spec'))
        start(tree, files, { rank: 4, why: `the chart ${chart.file} holds it; what installs that chart is not in Git` });
  }
  for (const manifest of waiting) {
    const directory = dirname(manifest.file);
    // Its neighbours are led to from their directory, and it is not: somebody left it out.
    const left =
      walker.rendered.has(directory) &&
      manifests.some((other) => other !== manifest && dirname(other.file) === directory && below.has(identityOf(other.tree)));
    start(...rooted(repository, manifest), standingOf(manifest, left ? 'left out' : 'alone'));
  }
  const leading = roots.filter(({ walked }) => walked.below.size > 0);
  return roots.filter(
    (root) =>
      !below.has(root.identity) ||
      leading.every((other) => other === root || !other.walked.below.has(root.identity) || root.walked.below.has(other.identity)),
  );
}

/** For each manifest the others that render a directory above it. */
function leadersOf(manifests: readonly Manifest[]): (manifest: Manifest) => Set<Manifest> {
  const byPath = new Map<string, Manifest[]>();
  for (const manifest of manifests)
    for (const path of renderedPaths(manifest.tree, manifest.kind)) byPath.set(path, [...(byPath.get(path) ?? []), manifest]);
  return (manifest) => {
    const leaders = new Set<Manifest>();
    const { file } = manifest;
    for (let slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1))
      for (const leader of byPath.get(file.slice(0, slash)) ?? []) if (leader !== manifest) leaders.add(leader);
    return leaders;
  };
}

/** A set that names its cluster with a placeholder is what those are made from that Talos applies under the same name: it goes to no cluster itself. */
function withoutOriginals(roots: readonly Root[], manifests: readonly Manifest[]): { live: Root[]; unused: Unused[] } {
  const unused: Unused[] = [];
  const live = roots.filter(({ tree, walked }) => {
    const placeholder = walked.reached
      .flatMap(({ chain }) => chain.flatMap(({ params }) => [...(params?.values() ?? [])]))
      .find((value) => typeof value === 'string' && isPlaceholder(value));
    if (placeholder === undefined) return true;
    const made = manifests.find((other) => other.applied && nameOf(other.tree) === nameOf(tree));
    if (made === undefined) return true;
    unused.push({
      file: placeOf(tree).file,
      why: `has ${placeholder} to fill in: Talos applies what is made from it (${made.file})`,
    });
    return false;
  });
  return { live, unused };
}

const nameOf = (tree: Mapping) => `${textAt(tree, 'kind')} ${textAt(tree, 'metadata.namespace')}/${textAt(tree, 'metadata.name')}`;

/** A root as its own directory's kustomization would apply it. */
function rooted(repository: Repository, manifest: Manifest): [Mapping, string[]] {
  const directory = dirname(manifest.file);
  if (!hasKustomization(repository, directory)) return [manifest.tree, [manifest.file]];
  const identity = identityOf(manifest.tree);
  const object = buildKustomization(repository, directory).objects.find(({ tree }) => isMap(tree) && identityOf(tree) === identity);
  return object && isMap(object.tree) ? [object.tree, object.files] : [manifest.tree, [manifest.file]];
}

const ASIDE = /(?:^|\/)(?:examples?|samples?|docs?|archived?|old|deprecated|disabled|backups?|attic|unused|legacy|\.github|testdata)\//i;

function standingOf(manifest: Manifest, how: 'alone' | 'left out'): Standing {
  const { file } = manifest;
  if (/(?:^|\/)rendered[^/]*$|[.-](?:example|sample|rendered|bak|old)\./i.test(file))
    return { rank: 2, why: `${file} looks like an example or the output of a tool` };
  if (ASIDE.test(file)) return { rank: 2, why: `it lies in ${file.slice(0, file.search(ASIDE) + (ASIDE.exec(file)?.[0].length ?? 0))}` };
  if (how === 'left out') return { rank: 2, why: 'the Application that renders its directory leaves it out' };
  if (manifest.template) return { rank: 3, why: 'it is a template that something has yet to render' };
  return { rank: 5, why: 'it stands alone as a live Application' };
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
