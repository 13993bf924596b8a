import type { List, Opaque, Tree } from '../../model.ts';
import { type ConfigDocument, documentId, type MachineConfig, type TalosRefusal, V1ALPHA1 } from './config-document.ts';
import { decodeDocuments, LENIENT_MINOR } from './decode-documents.ts';
import { applyJsonPatch, isJsonPatch } from './json-patch.ts';
import { applyDelete, type Delete } from './patch-delete.ts';
import { mergeDocument } from './strategic-merge.ts';

/** The documents of one patch, or why it cannot be seen. */
export type Patch = readonly Tree[] | Opaque;

export interface PatchOptions {
  /** The minor version of Talos 1 whose tools patch; undefined where it cannot be known. */
  minor?: number;
  /** How much of the configuration under the patches is known: all of it, what a tool generates (without what depends on secrets and machines), or nothing. */
  base: 'whole' | 'generated' | 'unknown';
}

/** A machine configuration as it is read from a file. */
export function readMachineConfig(trees: readonly Tree[], minor?: number): MachineConfig {
  const { steps, refusals, unseen } = decodeDocuments(trees, { patch: false, exact: true, ...(minor === undefined ? {} : { minor }) });
  return { documents: steps.filter((step) => 'tree' in step), refusals, ...(unseen ? { unseen } : {}) };
}

/**
 * The configuration after all patches, in their order; what Talos refuses is in `refusals`, and the rest is applied all the same.
 * https://docs.siderolabs.com/talos/latest/configure-your-talos-cluster/system-configuration/patching
 */
export function applyPatches(base: MachineConfig, patches: readonly Patch[], options: PatchOptions): MachineConfig {
  let config: MachineConfig = { ...base, refusals: [...base.refusals] };
  for (const patch of patches) {
    if ('kind' in patch) config = { ...config, unseen: patch };
    else config = isJsonPatch(patch) ? applyJson(config, patch[0], options) : applyStrategic(config, patch, options);
  }
  return config;
}

function applyStrategic(config: MachineConfig, patch: readonly Tree[], options: PatchOptions): MachineConfig {
  const decoded = decodeDocuments(patch, {
    patch: true,
    exact: options.base === 'whole',
    ...(options.minor === undefined ? {} : { minor: options.minor }),
  });
  const refusals = [...config.refusals, ...decoded.refusals];
  const documents = [...config.documents];
  const deleted = new Map(config.deleted);
  const indexOf = (step: { apiVersion: string; kind: string; name: string }) =>
    documents.findIndex((document) => documentId(document) === documentId(step));
  for (const step of decoded.steps) {
    const index = indexOf(step);
    const found = documents[index];
    if (!('tree' in step) && step.path.length === 0) deleted.set(step.kind, step.place);
    else if ('tree' in step) deleted.delete(step.kind);
    if ('tree' in step) {
      if (found) documents[index] = mergeDocument(found, step);
      else documents.push(step);
    } else if (!found) {
      if (options.base === 'whole' && options.minor !== undefined && options.minor < LENIENT_MINOR)
        refusals.push(leavesEmptyDocument(step));
    } else if (step.path.length === 0) {
      if (found.kind === V1ALPHA1) refusals.push({ message: "can't delete the root of the legacy document", place: step.place, path: [] });
      else documents.splice(index, 1);
    } else {
      const result = applyDelete(found, step);
      if ('tree' in result) documents[index] = result;
      else if (isCertain(step, options)) refusals.push(result);
    }
  }
  const unseen = decoded.unseen ?? config.unseen;
  return { documents, deleted, refusals, ...(unseen ? { unseen } : {}) };
}

/** Talos up to 1.13 writes the selector out as an empty document, and then refuses to load what it wrote. */
function leavesEmptyDocument(step: Delete): TalosRefusal {
  return { message: `duplicate document /${V1ALPHA1}/ is not allowed`, place: step.place, path: [] };
}

/** Whether nothing could stand at the path that we do not see. */
function isCertain(step: Delete, options: PatchOptions): boolean {
  return options.base === 'whole' || (options.base === 'generated' && step.path[0] === 'cluster' && step.path[1] === 'inlineManifests');
}

function applyJson(config: MachineConfig, patch: List, options: PatchOptions): MachineConfig {
  const several = config.documents.length > 1 || (options.base === 'generated' && options.minor !== undefined && options.minor >= 12);
  if (several && options.base !== 'unknown')
    return {
      ...config,
      refusals: [
        ...config.refusals,
        { message: 'JSON6902 patches are not supported for multi-document machine configuration', place: patch.place, path: [] },
      ],
    };
  const index = config.documents.findIndex((document) => document.kind === V1ALPHA1);
  const document: ConfigDocument = config.documents[index] ?? {
    apiVersion: '',
    kind: V1ALPHA1,
    name: '',
    tree: { kind: 'map', entries: new Map(), place: patch.place, origin: 'set' },
  };
  const { tree, refusals } = applyJsonPatch(document.tree, patch, options.base !== 'whole');
  const patched = { ...document, tree };
  const documents = index < 0 ? [...config.documents, patched] : config.documents.with(index, patched);
  return { ...config, documents, refusals: [...config.refusals, ...(options.base === 'whole' ? refusals : [])] };
}
