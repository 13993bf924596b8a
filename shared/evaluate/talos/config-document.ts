import type { Mapping, Opaque, Place } from '../../model.ts';

/** The one document of old has this kind and no apiVersion. */
export const V1ALPHA1 = 'v1alpha1';

/** One document of a machine configuration. */
export interface ConfigDocument {
  apiVersion: string;
  kind: string;
  name: string;
  tree: Mapping;
}

/** Why Talos itself would not take a configuration or patch, in Talos's words. */
export interface TalosRefusal {
  message: string;
  place: Place;
  /** Where in the document, for rules that look for one fault. */
  path: readonly string[];
}

/** A machine configuration after its patches. */
export interface MachineConfig {
  documents: ConfigDocument[];
  /** Something of it cannot be seen; what is not in `documents` may exist all the same. */
  unseen?: Opaque;
  /** Kinds of documents that a patch deletes, and where. */
  deleted?: ReadonlyMap<string, Place>;
  refusals: TalosRefusal[];
}

/** What tells one document from another: https://docs.siderolabs.com/talos/latest/configure-your-talos-cluster/system-configuration/patching */
export function documentId(document: { apiVersion: string; kind: string; name: string }): string {
  return `${document.apiVersion}/${document.kind}/${document.name}`;
}

/** The document of a kind, the first where several have it. */
export function documentOf(config: { documents: readonly ConfigDocument[] }, kind: string): ConfigDocument | undefined {
  return config.documents.find((document) => document.kind === kind);
}
