import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping, Tree } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { argocdRefuses, type Fault } from '../fault.ts';

/** Only these blocks of a source can be overridden; repoURL, path, chart and targetRevision cannot. */
const BLOCKS = ['helm', 'kustomize', 'directory', 'plugin'];

/** Fields that decide what is applied. Argo CD reads their names whatever their case, other keys as they are. */
const FIELDS: Fields = {
  helm: {
    values: {},
    valuesObject: null,
    valueFiles: {},
    parameters: {},
    fileParameters: {},
    releaseName: {},
    namespace: {},
    version: {},
    ignoreMissingValueFiles: {},
    skipSchemaValidation: {},
  },
  kustomize: { namespace: {}, namePrefix: {}, nameSuffix: {}, patches: {}, components: {}, images: {} },
  directory: { recurse: {}, include: {}, exclude: {}, jsonnet: {} },
  plugin: { name: {}, env: {}, parameters: {} },
};
type Fields = { [name: string]: Fields | null };

/**
 * The source after `.argocd-source.yaml` and `.argocd-source-<app>.yaml` of its directory, as Argo CD merges them: a JSON merge patch that is then read into
 * the old struct, so that null changes nothing (but inside valuesObject) and item i of a list keeps the fields that the new item does not name.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git
 */
export function overrideSource(
  repository: Repository,
  directory: string,
  instance: string | undefined,
  source: Mapping,
  faults: Fault[],
): { source: Mapping; files: string[] } {
  const files: string[] = [];
  let result = source;
  for (const name of ['.argocd-source.yaml', ...(instance === undefined ? [] : [`.argocd-source-${instance}.yaml`])]) {
    const path = join(directory, name);
    if (path === undefined || repository.file(path) === undefined) continue;
    const patch = read(repository, path, faults);
    if (!patch) continue;
    files.push(path);
    const entries = new Map(result.entries);
    for (const block of BLOCKS) {
      const above = patch.entries.get(block);
      if (above !== undefined) entries.set(block, merge(entries.get(block), above, false));
    }
    result = { ...result, entries };
  }
  return { source: result, files };
}

function read(repository: Repository, path: string, faults: Fault[]): Mapping | undefined {
  const refuse = (why: string, line = 1) => {
    faults.push(
      argocdRefuses(
        `Argo CD refuses ${path}: it ${why}`,
        [{ file: path, line, column: 1 }],
        'Write a map of overrides, or delete the file.',
      ),
    );
    return undefined;
  };
  try {
    const { documents, problems } = parseYaml(wholeFile(path, repository.read(path)), { templates: false });
    if (problems[0]) return refuse(problems[0].message, problems[0].place.line);
    const tree = documents[0]?.tree;
    return tree?.kind === 'map' ? named(tree, FIELDS) : refuse('is no map of overrides');
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return refuse(error.message);
  }
}

/** A map with its fields under the names that Argo CD has for them; null is a map of whatever keys. */
function named(tree: Mapping, fields: Fields): Mapping {
  const entries = new Map<string, Tree>();
  for (const [key, value] of tree.entries) {
    const name = Object.keys(fields).find((field) => field.toLowerCase() === key.toLowerCase()) ?? key;
    const below = Object.hasOwn(fields, name) ? fields[name] : null;
    const own = below && value.kind === 'map' ? named(value, below) : value;
    const other = entries.get(name);
    entries.set(name, other === undefined ? own : merge(other, own, false));
  }
  return { ...tree, entries };
}

function merge(below: Tree | undefined, above: Tree, free: boolean): Tree {
  if (above.kind === 'scalar' && above.value === null) return below ?? above;
  if (above.kind === 'list' && !free) {
    const old = below?.kind === 'list' ? below.items : [];
    return {
      ...above,
      items: above.items.map((item, i) =>
        item.kind === 'map' && old[i]?.kind === 'map' ? { ...item, entries: new Map([...old[i].entries, ...item.entries]) } : item,
      ),
    };
  }
  if (above.kind !== 'map') return above;
  const entries = new Map(below?.kind === 'map' ? below.entries : []);
  for (const [key, value] of above.entries) {
    if (value.kind === 'scalar' && value.value === null && free) entries.delete(key);
    else if (value.kind === 'scalar' && value.value === null && !entries.has(key)) continue;
    else entries.set(key, merge(entries.get(key), value, free || key === 'valuesObject'));
  }
  return { ...(below?.kind === 'map' ? below : above), entries };
}
