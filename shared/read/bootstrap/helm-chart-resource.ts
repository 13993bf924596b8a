import { exactVersion } from '../../evaluate/chart-release.ts';
import type { Declaration, Layer, SetFlag, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { at, isMap, opaque, textAt } from '../../tree.ts';
import { type Lead, type Manifests, uniqueFiles } from './manifests.ts';

/** The release of a `HelmChart` that k3s's and RKE2's controller installs; undefined where it is another chart. See https://docs.k3s.io/helm */
export function helmChartResource(object: Tree, manifests: Manifests, lead: Lead): Declaration | undefined {
  if (textAt(object, 'kind') !== 'HelmChart' || !/^helm\.cattle\.io\//.test(textAt(object, 'apiVersion') ?? '')) return undefined;
  const chart = textAt(object, 'spec.chart');
  if (chart === undefined || !/(^|\/)cilium$/.test(chart)) return undefined;
  const place = inFile(object.place, { file: lead.files[0] ?? '', line: 1, column: 1 });
  const layers: Layer[] = [];
  const values = at(object, 'spec.valuesContent');
  if (values?.kind === 'scalar' && values.value !== null)
    layers.push({ kind: 'inline-values', place: values.place, tree: manifests.reader.values(values, 3) });
  else if (values?.kind === 'opaque') layers.push({ kind: 'inline-values', place: values.place, tree: values });
  const flags = setFlags(at(object, 'spec.set'));
  if (flags[0]) layers.push({ kind: 'set', place: flags[0].place, flags });
  if (at(object, 'spec.valuesSecrets') !== undefined) {
    const secrets = at(object, 'spec.valuesSecrets')!;
    layers.push({ kind: 'inline-values', place: secrets.place, tree: opaque('it stands in a Secret', secrets.place) });
  }
  const version = at(object, 'spec.version');
  const written = version?.kind === 'scalar' && version.value !== null ? String(version.value) : undefined;
  const exact = written === undefined ? null : exactVersion(written);
  return {
    side: 'bootstrap',
    form: 'helm-command',
    place,
    files: uniqueFiles([place.file], lead.files),
    name: textAt(object, 'metadata.name') ?? null,
    namespace: textAt(object, 'spec.targetNamespace') ?? 'default',
    chartVersion: exact,
    ...(exact === null
      ? {
          chartVersionWhy:
            written === undefined ? 'there is no version: the newest release on the day it is applied' : `${written} is no exact version`,
        }
      : {}),
    chartVersionPlace: version?.place ?? place,
    installer: 'helm',
    helm: 3,
    layers,
    clusters: [...lead.clusters],
    rank: lead.rank,
    rankWhy: lead.why,
    findings: [],
  };
}

/** `set` is a map of paths. */
function setFlags(set: Tree | undefined): SetFlag[] {
  if (!isMap(set)) return [];
  return [...set.entries].map(([key, value]): SetFlag => {
    const place = inFile(value.place, startOf(''));
    if (value.kind === 'scalar') return { flag: 'set', text: `${key}=${value.value ?? ''}`, place };
    return { flag: 'set', text: `${key}=…`, place, opaque: value.kind === 'opaque' ? value : opaque('it is no text', place) };
  });
}
