import { isGate } from '../../evaluate/argocd/gate.ts';
import type { Mapping, Tree } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { normalize } from '../../repository/tree-repository.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import type { Manifest } from './manifests.ts';

/** A path that an Application asks a repository for. */
export interface AskedPath {
  url: string;
  /** Up to where it can be read: before a template or a pattern. */
  path: string;
  exists: boolean;
  /** It is in the repository beside this one. */
  existsBeside?: boolean;
  revision?: string;
}

/** Every path that sources, refs and git generators ask a repository for. */
export function askedPaths(repository: Repository, manifest: Manifest): AskedPath[] {
  const asked: AskedPath[] = [];
  const spec = at(manifest.tree, manifest.kind === 'Application' ? 'spec' : 'spec.template.spec');
  const sources = [at(spec, 'source'), at(spec, 'sourceHydrator.drySource'), ...itemsAt(spec, 'sources')].filter((source) => isMap(source));
  const ask = (url: string | undefined, path: string | undefined, revision: string | undefined) => {
    if (!url || url.includes('{{') || path === undefined) return;
    const prefix = normalize(literalPrefix(path));
    if (prefix)
      asked.push({
        url,
        path: prefix,
        exists: isThere(repository, prefix),
        ...(repository.beside && isThere(repository.beside.repository, prefix) && { existsBeside: true }),
        ...(revision ? { revision } : {}),
      });
  };
  for (const source of sources) {
    ask(textAt(source, 'repoURL'), textAt(source, 'path'), textAt(source, 'targetRevision'));
    for (const file of itemsAt(source, 'helm.valueFiles')) {
      const [, ref, path] = (file.kind === 'scalar' && /^\$([\w-]+)\/(.*)$/.exec(String(file.value))) || [];
      const target = ref === undefined ? undefined : sources.find((other) => textAt(other, 'ref') === ref);
      if (target) ask(textAt(target, 'repoURL'), path, textAt(target, 'targetRevision'));
    }
  }
  if (manifest.kind === 'ApplicationSet') for (const entry of itemsAt(manifest.tree, 'spec.generators')) askGenerator(entry, ask, 0);
  return asked;
}

function isThere(repository: Repository, path: string): boolean {
  return repository.isDirectory(path) || repository.file(path) !== undefined;
}

function askGenerator(
  entry: Tree,
  ask: (url: string | undefined, path: string | undefined, revision: string | undefined) => void,
  depth: number,
): void {
  if (!isMap(entry) || depth > 4) return;
  const git = at(entry, 'git');
  for (const item of [...itemsAt(git, 'directories'), ...itemsAt(git, 'files')])
    ask(textAt(git, 'repoURL'), textAt(item, 'path'), textAt(git, 'revision'));
  for (const kind of ['matrix', 'merge']) for (const child of itemsAt(entry, `${kind}.generators`)) askGenerator(child, ask, depth + 1);
}

function literalPrefix(path: string): string {
  const cut = path.search(/[*?[{$]/);
  return cut < 0 ? path : path.slice(0, path.lastIndexOf('/', cut) + 1);
}

/** The paths of this repository that an Application renders, for telling roots from what they lead to. */
export function renderedPaths(manifest: Mapping, kind: Manifest['kind']): string[] {
  const spec = at(manifest, kind === 'Application' ? 'spec' : 'spec.template.spec');
  const sources = [at(spec, 'source'), ...itemsAt(spec, 'sources')].filter((source) => {
    const plugin = textAt(source, 'plugin.name');
    return plugin === undefined || !isGate({ plugin });
  });
  const paths: (string | undefined)[] = sources.map((source) => textAt(source, 'path'));
  if (kind === 'ApplicationSet') {
    const visit = (entry: Tree, depth: number): void => {
      if (!isMap(entry) || depth > 4) return;
      for (const item of [...itemsAt(entry, 'git.directories'), ...itemsAt(entry, 'git.files')]) paths.push(textAt(item, 'path'));
      for (const element of itemsAt(entry, 'list.elements'))
        if (isMap(element))
          for (const value of element.entries.values())
            if (value.kind === 'scalar' && typeof value.value === 'string' && value.value.includes('/')) paths.push(value.value);
      for (const name of ['matrix', 'merge']) for (const child of itemsAt(entry, `${name}.generators`)) visit(child, depth + 1);
    };
    for (const entry of itemsAt(manifest, 'spec.generators')) visit(entry, 0);
  }
  return paths.flatMap((path) => {
    const clean = path === undefined || path.includes('://') ? undefined : normalize(literalPrefix(path));
    return clean === undefined || clean === '' ? [] : [clean];
  });
}
