import type { FilePlace, SourceText, Tree } from '../../model.ts';
import { inFile } from '../../place.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';

/** One manifest that a piece of Talos machine configuration lists: its text, or a URL. */
export interface MachineManifest {
  name: string | null;
  place: FilePlace;
  /** A string of Kubernetes objects, or why it cannot be seen. */
  contents?: Tree;
  url?: string;
  /** The list as a whole cannot be seen. */
  whole?: true;
}

/** Words of which one stands in every text that lists manifests for Talos. */
export const MENTIONS_MANIFESTS = /inlineManifests|extraManifests|Kube(?:Inline|External)ManifestConfig/;

/** The manifests that a document of machine configuration lists, in both shapes of Talos, and those of an Omni cluster template. */
export function machineManifests(document: Tree, otherwise: FilePlace): MachineManifest[] {
  const found: MachineManifest[] = [];
  if (!isMap(document)) return found;
  const kind = textAt(document, 'kind');
  if (kind === 'KubeInlineManifestConfig') found.push(inline(document, 'manifest', otherwise));
  else if (kind === 'KubeExternalManifestConfig') found.push(...external(at(document, 'url'), textAt(document, 'name') ?? null, otherwise));
  else if (kind === undefined || at(document, 'cluster') !== undefined) {
    const list = at(document, 'cluster.inlineManifests');
    if (list?.kind === 'list') for (const item of list.items) found.push(inline(item, 'contents', otherwise));
    else if (list?.kind === 'opaque') found.push({ name: null, place: inFile(list.place, otherwise), contents: list, whole: true });
    const urls = [...itemsAt(document, 'cluster.extraManifests'), ...itemsAt(document, 'cluster.network.cni.urls')];
    for (const url of urls) found.push(...external(url, null, otherwise));
  }
  return found;
}

function inline(item: Tree, key: string, otherwise: FilePlace): MachineManifest {
  const contents = item.kind === 'opaque' ? item : at(item, key);
  const name = at(item, 'name');
  return {
    name: name?.kind === 'scalar' && name.value !== null ? String(name.value) : null,
    place: inFile(item.place, otherwise),
    ...(contents === undefined ? {} : { contents }),
  };
}

function external(url: Tree | undefined, name: string | null, otherwise: FilePlace): MachineManifest[] {
  if (url?.kind === 'scalar' && typeof url.value === 'string') return [{ name, place: inFile(url.place, otherwise), url: url.value }];
  return url?.kind === 'opaque' ? [{ name, place: inFile(url.place, otherwise), contents: url }] : [];
}

/** True where a text holds nothing but comments and blanks. */
export function isEmptyText(source: SourceText): boolean {
  return source.text.split('\n').every((line) => /^\s*(#.*|---|\.\.\.)?\s*$/.test(line));
}
