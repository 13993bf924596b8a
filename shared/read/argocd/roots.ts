import { placeOf } from '../../evaluate/argocd/application.ts';
import { readChart } from '../../evaluate/helm/chart-directory.ts';
import { renderChartObjects } from '../../evaluate/helm/chart-templates.ts';
import { buildKustomization, hasKustomization } from '../../evaluate/kustomize/build.ts';
import type { Mapping, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isMap, textAt } from '../../tree.ts';
import { isPlaceholder } from '../cluster-evidence.ts';
import type { AppOfApps, Walked } from './app-of-apps.ts';
import { renderedPaths } from './asked-paths.ts';
import type { Standing } from './declaration.ts';
import type { InflatedChart } from './inflated-charts.ts';
import { identityOf, type Manifest } from './manifests.ts';

/** A root: a document that nothing else leads to, with how live it is. */
export interface Root {
  tree: Mapping;
  files: string[];
  standing: Standing;
  identity: string;
  walked: Walked;
}

/** Where roots may stand. */
export interface RootSources {
  manifests: readonly Manifest[];
  /** Directories of charts whose templates hold Applications. */
  charts: readonly string[];
  inflated: readonly InflatedChart[];
}

/** Every document that nothing else leads to, walked to what it leads to itself. A document whose directory another one renders waits until that has shown whether it leads to it. */
export function findRoots({ manifests, charts, inflated }: RootSources, walker: AppOfApps, repository: Repository): Root[] {
  const roots = new Roots(walker, repository);
  const waiting = ledTo(manifests);
  const later = new Set(waiting);
  roots.startManifests(manifests.filter((manifest) => !later.has(manifest)));
  roots.startInflated(inflated);
  roots.startCharts(charts);
  roots.startWaiting(waiting, manifests);
  return roots.outermost();
}

class Roots {
  readonly #walker: AppOfApps;
  readonly #repository: Repository;
  readonly #roots: Root[] = [];
  /** Identities of all that a root leads to. */
  readonly #below = new Set<string>();

  constructor(walker: AppOfApps, repository: Repository) {
    this.#walker = walker;
    this.#repository = repository;
  }

  startManifests(manifests: readonly Manifest[]): void {
    for (const manifest of manifests) this.#start(...rooted(this.#repository, manifest), standingOf(manifest, 'alone'));
  }

  startInflated(inflated: readonly InflatedChart[]): void {
    for (const { kustomization, directory, applications } of inflated) {
      if (this.#walker.rendered.has(directory)) continue;
      for (const { tree, files } of applications)
        if (isMap(tree)) this.#start(tree, files, { rank: 5, why: `the kustomization ${kustomization} renders it` });
    }
  }

  startCharts(charts: readonly string[]): void {
    for (const directory of charts) {
      if (this.#walker.rendered.has(directory)) continue;
      const chart = readChart(this.#repository, directory);
      if (!chart) continue;
      for (const { tree, files } of renderChartObjects(this.#repository, chart, [], { name: chart.name, namespace: null }))
        if (isMap(tree) && at(tree, 'spec'))
          this.#start(tree, files, { rank: 4, why: `the chart ${chart.file} holds it; what installs that chart is not in Git` });
    }
  }

  startWaiting(waiting: readonly Manifest[], manifests: readonly Manifest[]): void {
    for (const manifest of waiting) {
      const directory = dirname(manifest.file);
      // Its neighbours are led to from their directory, and it is not: somebody left it out.
      const left =
        this.#walker.rendered.has(directory) &&
        manifests.some((other) => other !== manifest && dirname(other.file) === directory && this.#below.has(identityOf(other.tree)));
      this.#start(...rooted(this.#repository, manifest), standingOf(manifest, left ? 'left out' : 'alone'));
    }
  }

  /** Without roots that a later one turned out to lead to; of those that lead to each other all stay. */
  outermost(): Root[] {
    const leading = this.#roots.filter(({ walked }) => walked.below.size > 0);
    return this.#roots.filter(
      (root) =>
        !this.#below.has(root.identity) ||
        leading.every((other) => other === root || !other.walked.below.has(root.identity) || root.walked.below.has(other.identity)),
    );
  }

  #start(tree: Mapping, files: string[], standing: Standing): void {
    const identity = identityOf(tree);
    if (this.#below.has(identity)) return;
    const walked = this.#walker.walk(tree, files);
    for (const one of walked.below) if (one !== identity) this.#below.add(one);
    this.#roots.push({ tree, files, standing, identity, walked });
  }
}

/** Manifests in directories that others render, those that render most first. */
function ledTo(manifests: readonly Manifest[]): Manifest[] {
  const leaders = leadersOf(manifests);
  const leads = new Map<Manifest, number>();
  for (const manifest of manifests) for (const leader of leaders(manifest)) leads.set(leader, (leads.get(leader) ?? 0) + 1);
  return manifests.filter((manifest) => leaders(manifest).size > 0).sort((a, b) => (leads.get(b) ?? 0) - (leads.get(a) ?? 0));
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
export function withoutOriginals(roots: readonly Root[], manifests: readonly Manifest[]): { live: Root[]; unused: Unused[] } {
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

/** What the kustomization of a directory applies, by identity: many roots lie in one directory. */
const built = new WeakMap<Repository, Map<string, Map<string, [Mapping, string[]]>>>();

/** A root as its own directory's kustomization would apply it. */
function rooted(repository: Repository, { file, tree }: Manifest): [Mapping, string[]] {
  const directories = built.get(repository) ?? new Map<string, Map<string, [Mapping, string[]]>>();
  built.set(repository, directories);
  const directory = dirname(file);
  let objects = directories.get(directory);
  if (!objects) {
    objects = new Map();
    if (hasKustomization(repository, directory))
      for (const object of buildKustomization(repository, directory).objects)
        if (isMap(object.tree) && !objects.has(identityOf(object.tree))) objects.set(identityOf(object.tree), [object.tree, object.files]);
    directories.set(directory, objects);
  }
  return objects.get(identityOf(tree)) ?? [tree, [file]];
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
