import { embedded } from '../../language/source-text.ts';
import type { Declaration, FilePlace, Opaque, SourceText, Tree, Unused } from '../../model.ts';
import { isEmptyText } from './machine-manifests.ts';
import { manifestDeclarations } from './manifest-declarations.ts';
import { type Found, type Lead, objectsOf, type TextReader } from './manifests.ts';

/** A manifest that something applies when the cluster is born. */
export interface InlineManifest {
  name: string | null;
  place: FilePlace;
  text?: SourceText;
  /** One object, where it is no text: Terraform encodes it. */
  object?: Tree;
  opaque?: Opaque;
  /** Files that led to this one's text. */
  files?: readonly string[];
}

/** What a list of inline manifests that one machine configuration holds declares. */
export function inlineManifestDeclarations(manifests: readonly InlineManifest[], reader: TextReader, lead: Lead): Found {
  const objects: Tree[] = [];
  const chains: { files: Set<string>; from: readonly string[] }[] = [];
  const unseen: Found = { declarations: [], unused: [] };
  for (const manifest of manifests) {
    const documents = documentsOf(manifest, reader, lead, unseen);
    if (documents.length === 0) continue;
    const files = new Set<string>(manifest.text ? [manifest.text.file] : []);
    for (const object of documents) if ('file' in object.place) files.add(object.place.file);
    chains.push({ files, from: [...(manifest.files ?? []), manifest.place.file] });
    objects.push(...documents);
  }
  const found = manifestDeclarations({ objects, reader }, { ...lead, files: [] });
  for (const declaration of found.declarations) {
    const own = new Set(declaration.files);
    const chain = chains.filter(({ files }) => [...files].some((file) => own.has(file))).flatMap(({ from }) => from);
    declaration.files = [...new Set([...own, ...chain, ...lead.files])];
    declaration.inMachineConfiguration = true;
  }
  const unused: Unused[] = [...found.unused, ...unseen.unused];
  if (found.declarations.length > 0) return { declarations: found.declarations, unused };
  // A file that Git does not hold is most often one that a command of the repository renders.
  const filled = ({ opaque }: Declaration) =>
    /\{\{|[$%#]\{/.test(opaque?.text ?? '') || / is not in the repository$/.test(opaque?.reason ?? '');
  return { declarations: unseen.declarations.filter((d) => !filled(d)), unused, placeholders: unseen.declarations.filter(filled) };
}

function documentsOf(manifest: InlineManifest, reader: TextReader, lead: Lead, unseen: Found): Tree[] {
  const cilium = manifest.name !== null && /cilium/i.test(manifest.name);
  if (manifest.object) return objectsOf([manifest.object]);
  if (manifest.text === undefined) {
    if (manifest.opaque && cilium) unseen.declarations.push(unreadable(manifest, manifest.opaque, lead));
    return [];
  }
  if (isEmptyText(manifest.text)) {
    if (cilium)
      unseen.unused.push({
        file: manifest.place.file,
        why: `the inline manifest ${manifest.name} is empty here; something fills it before Talos sees it`,
      });
    return [];
  }
  return cilium || manifest.files !== undefined || /cilium/i.test(manifest.text.text) ? objectsOf(reader.documents(manifest.text)) : [];
}

/** An inline manifest called after Cilium whose text cannot be seen: it is there, and what it says is unknown. */
function unreadable(manifest: InlineManifest, why: Opaque, lead: Lead): Declaration {
  return {
    side: 'bootstrap',
    form: 'rendered-manifest',
    place: manifest.place,
    files: [...new Set([manifest.place.file, ...(manifest.files ?? []), ...lead.files])],
    name: null,
    namespace: null,
    chartVersion: null,
    chartVersionWhy: `the manifest cannot be seen: ${why.reason}`,
    installer: 'rendered',
    layers: [],
    opaque: why,
    inMachineConfiguration: true,
    clusters: [...lead.clusters],
    rank: lead.rank,
    rankWhy: lead.why,
    findings: [],
  };
}

/** What the contents of a manifest are: text, an object, or something that cannot be seen. */
export function textOf(contents: Tree | undefined): Pick<InlineManifest, 'text' | 'object' | 'opaque'> {
  if (contents?.kind === 'scalar' && contents.value !== null) return { text: embedded(contents) };
  if (contents?.kind === 'map') return { object: contents };
  return contents?.kind === 'opaque' ? { opaque: contents } : {};
}
