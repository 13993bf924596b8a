import { glob } from '../../glob.ts';
import type { Mapping } from '../../model.ts';
import { startOf } from '../../place.ts';
import { pathsAround } from '../../repository/beside.ts';
import type { Repository } from '../../repository/repository.ts';
import { at, isMap, isTrue, opaque, textAt } from '../../tree.ts';
import { argocdRefuses } from '../fault.ts';
import { type BuiltObject, holdsAgent, holdsApplication, mayBePart, readObjects, textOfFile } from '../object-files.ts';
import type { Rendered } from './rendered.ts';

const MOST_FILES = 5000;

/** Only such files can hold an Application or a part of Cilium. */
const RELEVANT = /[Cc]ilium|hubble|argoproj\.io/;

/** A directory of plain manifests: its YAML and JSON files, those of its subdirectories only with `recurse`. What Jsonnet makes is not known. */
export function plainManifests(repository: Repository, directory: string, block: Mapping | undefined, rendered: Rendered): BuiltObject[] {
  const files: ManifestFile[] = [];
  for (const file of relevantFiles(repository, directory, block)) {
    if (/\.jsonnet$/i.test(file.path)) rendered.unknown.push({ opaque: opaque('Jsonnet makes it', startOf(file.real)) });
    else files.push(file);
  }
  const rendersCilium = files.some(({ text }) => holdsAgent(text));
  const objects: BuiltObject[] = [];
  for (const { path, real, text } of files) {
    const leads = holdsApplication(text);
    if (!leads && !(rendersCilium && mayBePart(text))) continue;
    const file = readObjects(repository, real, text);
    const [problem] = file.problems;
    if (problem && leads) rendered.faults.push(argocdRefuses(`Argo CD cannot read ${real}: it ${problem.message}`, [problem.place]));
    for (const tree of file.objects) if (isMap(tree)) objects.push({ tree, files: real === path ? [path] : [real, path] });
  }
  return objects;
}

interface ManifestFile {
  path: string;
  /** Where its text lies, if `path` is a link. */
  real: string;
  text: string;
}

/** Files that the source takes and that can concern anybody here. */
function relevantFiles(repository: Repository, directory: string, block: Mapping | undefined): ManifestFile[] {
  const include = filterOf(textAt(block, 'include'));
  const exclude = filterOf(textAt(block, 'exclude'));
  return filesBelow(repository, directory, isTrue(at(block, 'recurse'))).flatMap((path) => {
    if (!/\.(ya?ml|json|jsonnet)$/i.test(path)) return [];
    const relative = directory === '' ? path : path.slice(directory.length + 1);
    if ((include && !include(relative)) || exclude?.(relative)) return [];
    const real = repository.file(path)?.path ?? path;
    const text = textOfFile(repository, real);
    return text !== undefined && RELEVANT.test(text) ? [{ path, real, text }] : [];
  });
}

/** Paths of files in a directory, by name; links to directories are followed only at the top, as they may lead in a circle. */
function filesBelow(repository: Repository, directory: string, deep: boolean): string[] {
  if (!deep) return repository.directory(directory).files.map((file) => file.path);
  const prefix = directory === '' ? '' : `${directory}/`;
  const found = pathsAround(repository).filter((path) => path.startsWith(prefix));
  if (found.length === 0) return repository.directory(directory).files.map((file) => file.path);
  return found.slice(0, MOST_FILES);
}

/** `include` and `exclude` of a directory source: one glob, or several in braces. */
function filterOf(pattern: string | undefined): ((path: string) => boolean) | undefined {
  if (!pattern) return undefined;
  // https://github.com/gobwas/glob without separators.
  return glob(pattern, { crosses: true, braces: true, sets: true, escapes: true }) ?? (() => false);
}
