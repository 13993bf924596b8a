import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, Mapping, Scalar, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { emptyMap } from '../../tree.ts';
import type { Fault } from '../fault.ts';

/** The names that kustomize looks for in a directory. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** A kustomization as it stands in its file. */
export interface KustomizationFile {
  path: string;
  tree: Mapping;
}

/** The kustomization files of a directory; kustomize wants exactly one. */
export function kustomizationsIn(repository: Repository, directory: string): string[] {
  return KUSTOMIZATION_NAMES.map((name) => (directory === '' ? name : `${directory}/${name}`)).filter(
    (path) => repository.file(path) !== undefined,
  );
}

/** Reads the kustomization of a directory; undefined with a fault where kustomize finds none or cannot read it. */
export function readKustomization(
  repository: Repository,
  directory: string,
  faults: Fault[],
  from?: FilePlace,
): KustomizationFile | undefined {
  const found = kustomizationsIn(repository, directory);
  const path = found[0];
  const here = directory === '' ? 'the root' : directory;
  if (path === undefined) {
    faults.push(refusal(`kustomize needs a kustomization in ${here}, and there is none`, [from ?? startOf(directory)]));
    return undefined;
  }
  const start = startOf(path);
  if (found.length > 1) faults.push(refusal(`kustomize refuses ${here}: it holds ${found.length} kustomization files`, [start]));
  let text: string;
  try {
    text = repository.read(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    faults.push(refusal(`kustomize cannot read ${path}: it ${error.message}`, [start]));
    return undefined;
  }
  const plain = parseYaml(wholeFile(path, text), { templates: false });
  const { problems } = plain;
  const { documents } = problems.length > 0 ? parseYaml(wholeFile(path, text)) : plain;
  const tree = documents[0]?.tree;
  if (tree?.kind === 'map') {
    for (const key of tree.entries.keys()) {
      if (!FIELDS.has(key)) faults.push(refusal(`kustomize refuses ${path}: it has no field ${key}`, [tree.entries.get(key)!.place]));
    }
    return { path, tree };
  }
  const why = problems[0]?.message ?? 'is empty';
  faults.push(refusal(`kustomize refuses ${path}: it ${why}`, [problems[0]?.place ?? start]));
  return tree === undefined || tree.kind === 'scalar' ? { path, tree: emptyMap(start) } : undefined;
}

/** A fault of kustomize's. */
export function refusal(message: string, places: Fault['places'], fix?: string): Fault {
  return { rule: 'kustomize-refuses', level: 'error', message, places, ...(fix === undefined ? {} : { fix }) };
}

/** The strings of a list field; what is no string is left out. */
export function stringsOf(tree: Tree | undefined): (Scalar & { value: string })[] {
  if (tree?.kind !== 'list') return [];
  return tree.items.filter((item): item is Scalar & { value: string } => item.kind === 'scalar' && typeof item.value === 'string');
}

/** https://github.com/kubernetes-sigs/kustomize/blob/master/api/types/kustomization.go */
const FIELDS = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'openapi',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'patchesStrategicMerge',
  'patchesJson6902',
  'patches',
  'images',
  'imageTags',
  'replacements',
  'replicas',
  'vars',
  'sortOptions',
  'resources',
  'components',
  'crds',
  'bases',
  'configMapGenerator',
  'secretGenerator',
  'helmGlobals',
  'helmCharts',
  'helmChartInflationGenerator',
  'generatorOptions',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'buildMetadata',
]);
