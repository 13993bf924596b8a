import { documentOf, type MachineConfig, V1ALPHA1 } from '../../evaluate/talos/config-document.ts';
import { embedded } from '../../language/source-text.ts';
import type { FilePlace, Place, TalosManifest, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { at, isOpaque, isScalar, textAt } from '../../tree.ts';

/** Everything that Talos applies at bootstrap besides its own, in the order in which it lists it: documents, inline manifests, the CNI's URLs, further URLs. */
export function manifestsOf(config: MachineConfig, fallback: FilePlace): TalosManifest[] {
  const manifests: TalosManifest[] = [];
  for (const { kind, name, tree } of config.documents) {
    if (kind === 'KubeInlineManifestConfig')
      manifests.push(inlineManifest(kind, name || null, tree.entries.get('manifest'), tree.place, fallback));
    if (kind === 'KubeExternalManifestConfig') manifests.push(externalManifest(kind, name || null, tree.entries.get('url'), fallback));
  }
  const legacy = documentOf(config, V1ALPHA1)?.tree;
  for (const item of itemsOrOpaque(at(legacy, 'cluster.inlineManifests')))
    manifests.push(
      isOpaque(item)
        ? { name: null, source: 'inlineManifests', place: inFile(item.place, fallback), opaque: item }
        : inlineManifest('inlineManifests', textAt(item, 'name') ?? null, at(item, 'contents'), item.place, fallback),
    );
  for (const url of [...itemsOrOpaque(at(legacy, 'cluster.network.cni.urls')), ...itemsOrOpaque(at(legacy, 'cluster.extraManifests'))])
    manifests.push(externalManifest('extraManifests', null, url, fallback));
  return manifests;
}

function itemsOrOpaque(node: Tree | undefined): Tree[] {
  return isOpaque(node) ? [node] : node?.kind === 'list' ? node.items : [];
}

/** One manifest whose text stands in the configuration, or why it cannot be seen. */
export function inlineManifest(
  source: TalosManifest['source'],
  name: string | null,
  contents: Tree | undefined,
  place: Place,
  fallback: FilePlace,
): TalosManifest {
  const manifest = { name, source, place: inFile(place, fallback) };
  if (isOpaque(contents)) return { ...manifest, opaque: contents };
  if (!isScalar(contents) || contents.value === null)
    return { ...manifest, opaque: { kind: 'opaque', reason: 'it has no contents', place } };
  return { ...manifest, text: embedded(contents) };
}

function externalManifest(source: TalosManifest['source'], name: string | null, url: Tree | undefined, fallback: FilePlace): TalosManifest {
  const manifest = { name, source, place: inFile(url?.place, fallback) };
  if (isScalar(url) && url.value !== null) return { ...manifest, url: String(url.value) };
  return { ...manifest, opaque: isOpaque(url) ? url : { kind: 'opaque', reason: 'it has no URL', place: manifest.place } };
}
