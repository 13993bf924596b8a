import { readValues } from '../../evaluate/helm/values-document.ts';
import { embedded } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, Declaration, FilePlace, Opaque, Scalar, SourceText, Tree, Unused } from '../../model.ts';
import { inFile } from '../../place.ts';
import { at, isMap, textAt } from '../../tree.ts';

/** Kubernetes objects that one hand applies together, and how text inside them is read. */
export interface Manifests {
  objects: readonly Tree[];
  reader: TextReader;
}

/** Reads YAML that stands in a string; Terraform's knows what was spliced into the text. */
export interface TextReader {
  documents(source: SourceText): Tree[];
  values(text: Scalar, helm: 3 | 4): Tree;
}

/** Reads text as it stands. */
export const plainReader: TextReader = {
  documents: (source) => parseYaml(source).documents.map((d) => d.tree),
  values: (text, helm) => readValues(embedded(text), helm).tree,
};

/** What leads to a set of manifests: it becomes part of every declaration found in it. */
export interface Lead {
  files: readonly string[];
  clusters: readonly ClusterEvidence[];
  rank: Declaration['rank'];
  why: string;
}

/** What was found in a set of manifests. */
export interface Found {
  declarations: Declaration[];
  unused: Unused[];
  /** Inline manifests of Cilium that another tool fills in before Talos sees them. */
  placeholders?: Declaration[];
  /** Files whose text was followed: nobody needs to look at them on their own. */
  read?: string[];
}

/** The object's kind and name, where it is a Kubernetes object. */
export function identity(object: Tree): { kind: string; name: string; namespace: string | undefined } | undefined {
  const kind = textAt(object, 'kind');
  const name = at(object, 'metadata.name');
  if (kind === undefined || !isMap(object)) return undefined;
  return { kind, name: name?.kind === 'scalar' ? String(name.value) : '', namespace: textAt(object, 'metadata.namespace') };
}

/** The objects of a list of documents, those inside a `kind: List` included. */
export function objectsOf(documents: readonly Tree[]): Tree[] {
  const objects: Tree[] = [];
  for (const document of documents) {
    const items = textAt(document, 'kind') === 'List' ? at(document, 'items') : undefined;
    if (items?.kind === 'list') objects.push(...items.items);
    else if (!(document.kind === 'scalar' && document.value === null)) objects.push(document);
  }
  return objects;
}

/** Every file in the order of its first appearance. */
export function uniqueFiles(...lists: readonly (readonly (string | undefined)[])[]): string[] {
  return [...new Set(lists.flat().filter((file): file is string => file !== undefined))];
}

/** The files that a tree was read from. */
export function filesOf(tree: Tree | undefined, into = new Set<string>()): Set<string> {
  if (tree === undefined) return into;
  if ('file' in tree.place) into.add(tree.place.file);
  if (tree.kind === 'map') for (const child of tree.entries.values()) filesOf(child, into);
  if (tree.kind === 'list') for (const child of tree.items) filesOf(child, into);
  return into;
}

/** The text of a string, whether or not it could be read; `opaque` says why not. */
export function wordOf(tree: Tree, otherwise: FilePlace): { text: string; place: FilePlace; opaque?: Opaque } {
  const place = inFile(tree.place, otherwise);
  if (tree.kind === 'scalar') return { text: tree.value === null ? '' : String(tree.value), place };
  if (tree.kind === 'opaque') return { text: tree.text ?? '', place, opaque: tree };
  return { text: '', place, opaque: { kind: 'opaque', reason: 'is not text', place } };
}
