import type { Candidate } from '../../discover/candidate.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Surroundings, Unused } from '../../model.ts';
import { at, textAt } from '../../tree.ts';

/** Releases of the Cilium chart that Flux manages, as far as no kustomization leaves them out. https://fluxcd.io/flux/components/helm/helmreleases/ */
export function fluxReleases(candidates: readonly Candidate[]): Surroundings['fluxReleases'] {
  return candidates.flatMap(({ path, text }) => {
    if (!/kind:\s*["']?HelmRelease/.test(text) || !/\bcilium\b/.test(text)) return [];
    return parseYaml(wholeFile(path, text)).documents.flatMap(({ tree }) => {
      if (textAt(tree, 'kind') !== 'HelmRelease' || !(textAt(tree, 'apiVersion') ?? '').startsWith('helm.toolkit.fluxcd.io/')) return [];
      const chart = textAt(tree, 'spec.chart.spec.chart') ?? textAt(tree, 'spec.chartRef.name');
      if (chart !== 'cilium' || isLeftOut(path, candidates)) return [];
      const place = at(tree, 'kind')!.place;
      const namespace = textAt(tree, 'spec.targetNamespace') ?? textAt(tree, 'metadata.namespace') ?? null;
      return 'file' in place ? [{ name: textAt(tree, 'metadata.name') ?? 'cilium', namespace, place }] : [];
    });
  });
}

/** Why no Argo CD side is found where Flux manages Cilium. */
export function managedByFlux(releases: Surroundings['fluxReleases']): Unused[] {
  return [...new Set(releases.map(({ place }) => place.file))].map((file) => ({
    file,
    why: 'is a HelmRelease of Flux: Flux manages this Cilium, not Argo CD, and its side is not read',
  }));
}

/** A kustomization beside or above lists its neighbours, and neither this file nor its directory. */
function isLeftOut(path: string, candidates: readonly Candidate[]): boolean {
  const segments = path.split('/');
  for (let depth = segments.length - 1; depth >= 0; depth--) {
    const directory = segments.slice(0, depth).join('/');
    const file = candidates.find(
      (candidate) =>
        /(?:^|\/)kustomization\.ya?ml$/.test(candidate.path) && candidate.path.replace(/\/?kustomization\.ya?ml$/, '') === directory,
    );
    if (!file) continue;
    const below = segments.slice(depth);
    const listed = file.text
      .split('\n')
      .some((line) => !/^\s*#/.test(line) && below.some((_, i) => line.includes(below.slice(0, i + 1).join('/'))));
    if (!listed) return true;
  }
  return false;
}
