import { privateKeysOf } from '../../cilium/private-keys.ts';
import { factsOfManifest } from '../../cilium/rendered-manifest.ts';
import { findingOf } from '../../evaluate/fault.ts';
import type { Declaration, FilePlace, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { identity, type Lead, type Manifests, uniqueFiles } from './manifests.ts';

/** The release that a rendered manifest is, where the set holds one. */
export function renderedManifest(manifests: Manifests, lead: Lead): Declaration | undefined {
  const found = factsOfManifest([...manifests.objects]);
  if (!found) return undefined;
  const nowhere: FilePlace = { file: lead.files[0] ?? '', line: 1, column: 1 };
  const files = new Set<string>();
  for (const object of manifests.objects) if ('file' in object.place && speaksForCilium(object)) files.add(object.place.file);
  const first = manifests.objects.find((o) => speaksForCilium(o)) ?? manifests.objects[0];
  const place = first ? inFile(first.place, nowhere) : nowhere;
  return {
    side: 'bootstrap',
    form: 'rendered-manifest',
    place,
    files: uniqueFiles([place.file], [...files], lead.files),
    // No template of the chart writes the release's name.
    name: null,
    namespace: found.namespace,
    chartVersion: found.chartVersion,
    ...(found.chartVersion === null ? { chartVersionWhy: 'neither a label nor an image tag of the manifest says it' } : {}),
    ...(found.versionPlace ? { chartVersionPlace: found.versionPlace } : {}),
    installer: 'rendered',
    layers: [],
    facts: found.facts,
    ...keysOf(manifests.objects),
    clusters: [...lead.clusters],
    rank: lead.rank,
    rankWhy: lead.why,
    findings: brokenObjects(manifests, place),
  };
}

/** Who applies the manifests stops at an object that is not YAML; the settings of that object are opaque beside it. */
function brokenObjects(manifests: Manifests, nowhere: FilePlace): Declaration['findings'] {
  return manifests.objects
    .filter((object) => object.kind === 'opaque' && object.reason.startsWith('is not valid YAML'))
    .slice(0, 5)
    .map((object) =>
      findingOf({
        rule: 'manifest-unreadable',
        level: 'error',
        message: `An object of the rendered manifest ${(object as { reason: string }).reason}: it cannot be applied, and the bootstrap installs only a part of Cilium.`,
        places: [inFile(object.place, nowhere)],
        fix: 'Render the manifest again and put it in as one literal block (`contents: |`).',
      }),
    );
}

function keysOf(objects: readonly Tree[]): Pick<Declaration, 'privateKeys'> {
  const privateKeys = privateKeysOf(objects);
  return privateKeys.length === 0 ? {} : { privateKeys };
}

/** Objects that decide what Cilium does: the report names their files first. */
function speaksForCilium(object: Parameters<typeof identity>[0]): boolean {
  const id = identity(object);
  return (
    id !== undefined &&
    ((id.kind === 'ConfigMap' && id.name === 'cilium-config') ||
      (['DaemonSet', 'Deployment'].includes(id.kind) && /^cilium(-operator)?$/.test(id.name)))
  );
}
