import type { Candidate } from '../../discover/candidate.ts';
import type { Declaration, Surroundings, Unused } from '../../model.ts';
import { matchingLines } from './lines.ts';

/** Where Cilium publishes its chart. https://docs.cilium.io/en/stable/installation/k8s-install-helm/ */
const CHART = /\bhelm\.cilium\.io\b|\bquay\.io\/cilium\/charts\b/;

/** What names the chart and installs nothing: Flux has its own line, a project permits, Renovate bumps. */
const INSTALLS_NOTHING = /kind:\s*["']?(?:AppProject|HelmRepository|OCIRepository|HelmRelease)\b|(?:^|\/)(?:\.?renovate\b|\.github\/)/;

/** The first line of every file that names Cilium's chart by its repository. */
export function chartReferences(candidate: Candidate): Surroundings['chartReferences'] {
  const { path, text } = candidate;
  if (!CHART.test(text) || INSTALLS_NOTHING.test(path) || INSTALLS_NOTHING.test(text)) return [];
  return matchingLines(candidate, CHART)
    .slice(0, 1)
    .map(({ line }) => ({ place: line.place }));
}

/** Files that name Cilium's chart where a side is missing: nothing that was read leads to them, and they may be that side. */
export function unreadReferences(
  references: Surroundings['chartReferences'],
  declarations: readonly Declaration[],
  unused: readonly Unused[],
): Unused[] {
  const known = new Set([...declarations.flatMap(({ place, files }) => [place.file, ...files]), ...unused.map(({ file }) => file)]);
  return references
    .filter(({ place }) => !known.has(place.file))
    .map(({ place }) => ({
      file: place.file,
      why: `names the chart of Cilium on line ${place.line}, and nothing that was read leads to it`,
    }));
}
