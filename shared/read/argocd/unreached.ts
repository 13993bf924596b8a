import type { Candidate } from '../../discover/candidate.ts';
import type { RenderContext } from '../../evaluate/argocd/rendered.ts';
import { type ChartRelease, isCiliumChart } from '../../evaluate/chart-release.ts';
import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { readChart } from '../../evaluate/helm/chart-directory.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import { buildKustomization } from '../../evaluate/kustomize/build.ts';
import { KUSTOMIZATION_NAMES } from '../../evaluate/kustomize/kustomization-file.ts';
import type { ClusterEvidence, Declaration, Unused } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { textAt } from '../../tree.ts';
import { groupedDirectory } from '../cluster-evidence.ts';

const CHARTS = /helmCharts|helmChartInflationGenerator|HelmChartInflationGenerator/;

/** Kustomizations and umbrella charts of Cilium that no Application leads to: weak declarations where Argo CD is used at all, else only named. */
export function unreachedDeclarations(
  repository: Repository,
  candidates: readonly Candidate[],
  context: RenderContext,
  live: readonly Declaration[],
  usesArgocd: boolean,
  refused: readonly Fault[],
): { declarations: Declaration[]; unused: Unused[] } {
  const read = new Set(live.flatMap((declaration) => declaration.files));
  const found: { release: ChartRelease; faults: Fault[] }[] = [];
  for (const { path, text } of candidates) {
    if (read.has(path) || !/[Cc]ilium/.test(text)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if ((KUSTOMIZATION_NAMES as readonly string[]).includes(name) && CHARTS.test(text)) {
      const build = buildKustomization(repository, dirname(path), { anyFile: context.anyFile });
      for (const release of build.releases) found.push({ release, faults: build.faults });
    } else if (name === 'Chart.yaml') {
      const chart = readChart(repository, dirname(path));
      if (!chart?.dependencies.some((dependency) => isCiliumChart(dependency.name))) continue;
      const faults: Fault[] = [];
      for (const part of ciliumOfChart(repository, chart.directory, [], faults))
        found.push({ release: { ...part, name: null, namespace: null }, faults });
    }
  }
  // A base that an overlay among them includes speaks through the overlay.
  const outer = found.filter(
    ({ release }) =>
      !found.some(
        (other) => other.release !== release && other.release.files.length > release.files.length && samePlace(other.release, release),
      ),
  );
  if (!usesArgocd)
    return {
      declarations: [],
      unused: outer.map(({ release }) => ({
        file: release.place.file,
        why: 'renders Cilium, but nothing in this repository uses Argo CD',
      })),
    };
  const declarations = outer.map(({ release, faults }) => asDeclaration(release, faults, refused));
  const strong = live.filter((declaration) => declaration.rank >= 4);
  // Where clusters are told apart, what names none of them would only look like one more.
  const [kept, aside] = [
    declarations.filter((d) => d.clusters.length > 0 || strong.length === 0),
    declarations.filter((d) => d.clusters.length === 0 && strong.length > 0),
  ];
  return { declarations: kept, unused: aside.map((d) => ({ file: d.place.file, why: `renders Cilium, but ${d.rankWhy}` })) };
}

function samePlace(a: ChartRelease, b: ChartRelease): boolean {
  return a.place.file === b.place.file && a.place.line === b.place.line;
}

function asDeclaration(release: ChartRelease, faults: readonly Fault[], refused: readonly Fault[]): Declaration {
  const clusters: ClusterEvidence[] = [];
  for (const layer of release.layers) {
    const name = layer.kind === 'set' ? undefined : textAt(layer.tree, 'cluster.name');
    if (name && name !== 'default') clusters.push({ name, why: 'its values set cluster.name', strength: 3, copied: true });
  }
  for (const file of release.files) {
    const directory = groupedDirectory(file);
    if (directory && directory !== 'base' && !clusters.some((c) => c.name === directory))
      clusters.push({ name: directory, why: 'its directory has that name', strength: 2 });
  }
  // What Argo CD cannot build for this cluster is most likely what was to lead here.
  const blocking = refused.filter((fault) =>
    fault.places.some((place) => 'file' in place && clusters.some(({ name }) => `/${place.file}`.includes(`/${name}/`))),
  );
  return {
    ...release,
    side: 'argocd',
    files: [...new Set([release.place.file, ...release.files])],
    installer: release.form === 'kustomize-helm' ? 'kustomize' : 'argocd',
    clusters,
    rank: blocking.length > 0 ? 3 : 2,
    rankWhy: blocking.length > 0 ? 'no Application leads to it: what seems meant to is refused' : 'no Application leads to it',
    // What blocks the way to it may be another path's fault: it is said, and decides nothing.
    findings: [...faults, ...blocking.map((fault) => ({ ...fault, level: 'warning' as const }))].map((fault) => findingOf(fault)),
  };
}
