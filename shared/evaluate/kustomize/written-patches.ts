import { embedded, wholeFile } from '../../language/source-text.ts';
import type { Opaque, SourceText, Tree } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { at, itemsAt, opaque } from '../../tree.ts';
import type { Fault } from '../fault.ts';
import { PatchError } from './json-patch.ts';
import { refusal, stringsOf } from './kustomization-file.ts';
import { isRemote, missingAt } from './named-paths.ts';
import { type Patch, readPatch, targetOf } from './patches.ts';

/** Where patches are looked up, and where it is noted what kustomize refuses and what is not here. */
export interface PatchContext {
  repository: Repository;
  faults: Fault[];
  remote: Opaque[];
}

/** All patches of a kustomization, in kustomize's order. One that cannot be read hides what it is for: kustomize then applies nothing. */
export function patchesOf(tree: Tree, directory: string, context: PatchContext): Patch[] {
  const written = (['patches', 'patchesJson6902'] as const).flatMap((field) => itemsAt(tree, field));
  return [
    ...written.flatMap((entry) =>
      read(entry, { path: at(entry, 'path'), text: at(entry, 'patch'), target: at(entry, 'target') }, directory, context),
    ),
    ...stringsOf(at(tree, 'patchesStrategicMerge')).flatMap((entry) =>
      read(entry, entry.value.includes('\n') ? { text: entry } : { path: entry }, directory, context),
    ),
  ];
}

interface Written {
  path?: Tree | undefined;
  text?: Tree | undefined;
  target?: Tree | undefined;
}

function read(entry: Tree, { path, text, target }: Written, directory: string, context: PatchContext): Patch[] {
  try {
    const source = text?.kind === 'scalar' ? embedded(text) : patchFile(path, directory, context);
    return source ? readPatch(source, target, (text ?? path ?? entry).place) : [];
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const { message, place, missing } = error;
    context.faults.push({
      ...refusal(`kustomize refuses a patch of ${(entry.place as { file?: string }).file}: it ${message}`, [place]),
      ...(missing === undefined ? {} : missingAt(directory, missing)),
    });
    if (target === undefined) return [];
    const value = opaque('kustomize refuses a patch for it', place);
    return [{ target: targetOf(target), operations: [{ op: 'add', path: [], value, place }], place }];
  }
}

function patchFile(path: Tree | undefined, directory: string, { repository, remote }: PatchContext): SourceText | undefined {
  if (path?.kind !== 'scalar' || typeof path.value !== 'string') return undefined;
  const joined = join(directory, path.value);
  const found = joined === undefined ? undefined : repository.file(joined);
  if (!found) {
    if (!isRemote(path.value)) throw new PatchError(`is in ${path.value}, which does not exist`, path.place, path.value);
    remote.push(opaque('it is a remote patch, which is not in Git', path.place, path.value));
    return undefined;
  }
  try {
    return wholeFile(found.path, repository.read(found.path));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new PatchError(error.message, path.place);
  }
}
