import { coalesce, mergeLayers } from '../../shared/evaluate/helm/merge.ts';
import { readValues } from '../../shared/evaluate/helm/values-document.ts';
import { wholeFile } from '../../shared/language/source-text.ts';
import type { Declaration, FilePlace, Layer, Mapping, Tree } from '../../shared/model.ts';
import type { Repository } from '../../shared/repository/repository.ts';
import { firstOpaque, toPlain } from '../../shared/tree.ts';
import type { Recording } from './recorded.ts';

/** `.Values` of a release over the small recorded chart; `opaque` says why they cannot be known. */
export function valuesOf(
  recording: Recording,
  repository: Repository,
  release: Pick<Declaration, 'chartVersion' | 'layers' | 'umbrella' | 'opaque'>,
): { values?: unknown; opaque?: string; problems: string[] } {
  if (release.opaque) return { opaque: release.opaque.reason, problems: [] };
  let { layers } = release;
  const [first] = layers;
  let defaults: Mapping | undefined;
  // A chart in Git brings its own defaults, which may have been edited.
  if (
    first &&
    first.kind !== 'set' &&
    first.tree.kind === 'map' &&
    first.tree.origin === 'default' &&
    (first.place as FilePlace).file.endsWith('/values.yaml')
  ) {
    const file = (first.place as FilePlace).file;
    defaults = readValues(wholeFile(file, repository.read(file)), 4).tree as Mapping;
    layers = layers.slice(1);
  } else {
    const version = release.chartVersion;
    if (version === null) return { opaque: 'no version', problems: [] };
    const text = recording.charts[`cilium-${version}`]?.['values.yaml'];
    if (text === undefined) return { opaque: `chart ${version} does not exist`, problems: [] };
    defaults = readValues(wholeFile('values.yaml', text), 4).tree as Mapping;
  }
  // The chart's own values.yaml named among the values files: the real chart's, where the recorded one is small.
  const small = defaults;
  layers = layers.map((layer) =>
    layer.kind !== 'set' && layer.tree.kind === 'map' && layer.tree.origin === 'default' ? { ...layer, tree: small } : layer,
  );
  const merged = mergeLayers(layers as Layer[], 4);
  const problems = merged.problems.map((p) => p.message);
  const unknown = firstOpaque(merged.tree);
  if (unknown) return { opaque: unknown.reason, problems };
  const values = toPlain(coalesce(defaults, merged.tree, { helm: 4, ...(release.umbrella ? { umbrella: true } : {}) }) as Tree) as Record<
    string,
    unknown
  >;
  if (release.umbrella && !('global' in values)) values.global = {};
  return { values, problems };
}
