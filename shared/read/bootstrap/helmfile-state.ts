import { mergeLayers } from '../../evaluate/helm/merge.ts';
import { readValues } from '../../evaluate/helm/values-document.ts';
import { glob } from '../../glob.ts';
import { findPaths } from '../../language/shell/paths.ts';
import { knownText } from '../../language/shell/text.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Layer, SetFlag, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at, emptyMap, isMap, itemsAt, textAt } from '../../tree.ts';
import { type HelmfileRun, helmfileContext, renderedTree, renderNode } from './helmfile-template.ts';

/** A helmfile and its bases, put together for one environment. https://helmfile.readthedocs.io/ */
export interface HelmfileState {
  path: string;
  /** All its parts, bases first; lists of later parts follow those of earlier ones. */
  parts: Tree[];
  files: string[];
  /** `.Values` for templates. */
  values: Tree;
  environment: string;
}

const DEEPEST = 8;

/** Every environment that a helmfile and its bases define. */
export function environmentsOf(path: string, repository: Repository): string[] {
  const { parts } = partsOf(path, repository, 0, []);
  return [
    ...new Set(
      parts.flatMap((part) => {
        const all = at(part, 'environments');
        return isMap(all) ? [...all.entries.keys()] : [];
      }),
    ),
  ];
}

/** The state of a helmfile for the environment of a run; undefined where the file cannot be read. */
export function helmfileState(path: string, run: HelmfileRun, repository: Repository): HelmfileState | undefined {
  const { parts, files } = partsOf(path, repository, 0, []);
  if (parts.length === 0) return undefined;
  const place = startOf(path);
  const layers: Layer[] = [];
  const add = (item: Tree) => {
    const layer = stateLayer(item, path, run, repository, mergeLayers(layers).tree);
    if (!layer) return;
    layers.push(layer.layer);
    files.push(...layer.files);
  };
  for (const part of parts) for (const item of itemsAt(part, 'values')) add(item);
  for (const part of parts) {
    const own = at(part, ['environments', run.environment]);
    for (const item of itemsAt(own, 'values')) add(item);
  }
  for (const item of run.values) add(item);
  if (run.stateValues.length > 0)
    layers.push({ kind: 'set', place, flags: run.stateValues.map((text): SetFlag => ({ flag: 'set', text, place })) });
  return {
    path,
    parts,
    files: [...new Set(files)],
    values: layers.length === 0 ? emptyMap(place) : mergeLayers(layers).tree,
    environment: run.environment,
  };
}

function partsOf(path: string, repository: Repository, depth: number, seen: readonly string[]): { parts: Tree[]; files: string[] } {
  if (depth > DEEPEST || seen.includes(path)) return { parts: [], files: [] };
  let text: string;
  try {
    text = repository.read(path);
  } catch {
    return { parts: [], files: [] };
  }
  const own = parseYaml(wholeFile(path, text)).documents.map((d) => d.tree);
  const parts: Tree[] = [];
  const files = [path];
  for (const tree of own) {
    for (const base of itemsAt(tree, 'bases')) {
      const written = base.kind === 'scalar' ? String(base.value) : base.kind === 'opaque' ? base.text : undefined;
      const found =
        written &&
        findPaths(
          [written.replace(/^.*\{\{[^}]*\}\}\//, '')],
          { repository, directories: [dirname(path), ''], written: new Map() },
          'file',
        )[0];
      if (!found) continue;
      const inner = partsOf(found.path, repository, depth + 1, [...seen, path]);
      parts.push(...inner.parts);
      files.push(...inner.files);
    }
    parts.push(tree);
  }
  return { parts, files };
}

/** One entry of `environments.*.values` or `values`: a file, perhaps a template, or a map. */
function stateLayer(
  item: Tree,
  path: string,
  run: HelmfileRun,
  repository: Repository,
  below: Tree,
): { layer: Layer; files: string[] } | undefined {
  if (item.kind === 'map') return { layer: { kind: 'inline-values', place: item.place, tree: item }, files: [] };
  const context = helmfileContext({
    path,
    values: below,
    run,
    repository,
    place: inFile(item.place, startOf(path)),
  });
  const text = renderNode(item, context);
  if (!text) return undefined;
  const known = knownText(text);
  if (known === undefined) {
    const opaque: Tree = { kind: 'opaque', reason: 'the path of an environment values file is not known', place: item.place };
    return { layer: { kind: 'inline-values', place: item.place, tree: opaque }, files: [] };
  }
  const found = findPaths(text, { repository, directories: [dirname(path)], written: new Map() }, 'file')[0];
  if (!found) return undefined;
  return {
    layer: {
      kind: 'values-file',
      place: startOf(found.path),
      tree: readMaybeTemplate(found.path, repository, { ...context, directory: dirname(found.path) }),
    },
    files: [found.path],
  };
}

/** A values file; one that ends in `.gotmpl` is rendered first. */
export function readMaybeTemplate(path: string, repository: Repository, context: ReturnType<typeof helmfileContext>): Tree {
  const place = startOf(path);
  try {
    const text = repository.read(path);
    const source = wholeFile(path, text);
    return path.endsWith('.gotmpl') ? renderedTree(source, { ...context, place }) : readValues(source, 4).tree;
  } catch (error) {
    return { kind: 'opaque', reason: error instanceof Error ? `${path} ${error.message}` : 'it cannot be read', place };
  }
}

/** The sub-helmfiles that a state names, with the values that it gives them. */
export function subHelmfiles(state: HelmfileState, run: HelmfileRun, repository: Repository): { path: string; run: HelmfileRun }[] {
  const found: { path: string; run: HelmfileRun }[] = [];
  for (const part of state.parts) {
    for (const item of itemsAt(part, 'helmfiles')) {
      const node = item.kind === 'map' ? at(item, 'path') : item;
      if (!node) continue;
      const context = helmfileContext({
        path: state.path,
        values: state.values,
        run,
        repository,
        place: inFile(item.place, startOf(state.path)),
      });
      const text = renderNode(node, context);
      const known = text && knownText(text);
      if (known === undefined || known.includes('://')) continue;
      const inner: HelmfileRun = {
        ...run,
        stateValues: run.stateValues,
        values: itemsAt(item, 'values'),
        environment: textAt(item, 'environment.name') ?? run.environment,
      };
      for (const path of filesAt(known, dirname(state.path), repository)) found.push({ path, run: inner });
    }
  }
  return found.slice(0, 200);
}

/** The helmfiles that a path means: the file, everything in the directory, or what a pattern fits. */
export function filesAt(path: string, directory: string, repository: Repository): string[] {
  const target = join(directory, path);
  if (target === undefined) return [];
  if (repository.file(target)) return [target];
  if (repository.isDirectory(target)) {
    const own = DEFAULTS.map((name) => (target === '' ? name : `${target}/${name}`)).find((p) => repository.file(p));
    if (own) return [own];
    return repository
      .directory(target)
      .files.filter((f) => /\.ya?ml(\.gotmpl)?$/.test(f.path))
      .map((f) => f.path);
  }
  if (!/[*?]/.test(target)) return [];
  const fits = glob(target, { globstar: true });
  return repository.files.filter((f) => fits?.(f.path)).map((f) => f.path);
}

/** The names that helmfile looks for by itself. */
export const DEFAULTS = ['helmfile.yaml', 'helmfile.yaml.gotmpl', 'helmfile.yml'];
