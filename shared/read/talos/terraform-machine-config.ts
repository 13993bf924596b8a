import type { Candidate } from '../../discover/candidate.ts';
import type { Patch } from '../../evaluate/talos/apply-patches.ts';
import { embedded } from '../../language/source-text.ts';
import type { FilePlace, Mapping, Opaque, SourceText, TalosCluster, TalosManifest, Tree, Unused } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { isList, isMap, isOpaque, isScalar } from '../../tree.ts';
import { contributorsOf } from '../terraform/evaluate.ts';
import { configurationsOf, type PlacedBlock } from '../terraform/modules.ts';
import { rootsAbove } from '../terraform/root-modules.ts';
import { type Instance, Run } from '../terraform/run.ts';
import { namedBy } from './cluster-names.ts';
import { clusterOfMachines } from './cluster-of-machines.ts';
import { type Machine, talosMinor } from './machines.ts';
import type { PatchText } from './patch-text.ts';
import { rankAt } from './set-aside.ts';
import { statedFacts } from './stated-facts.ts';
import { withBranches } from './template-branches.ts';

const ENDING = /\.(tf|tofu)$/;
const CONFIGURATION = 'talos_machine_configuration';
const APPLY = 'talos_machine_configuration_apply';
/** Nodes beyond these are taken to be like them. */
const MOST_NODES = 24;

/** A block of the provider in the module that a call of it makes. */
interface Use {
  instance: Instance;
  block: PlacedBlock;
}

type Names = ReadonlyMap<string, Tree>;

/** One machine configuration that Terraform generates. */
interface Generated {
  use: Use;
  key: string | undefined;
  role: 'controlplane' | 'worker' | undefined;
  cluster: Tree | undefined;
  version: Tree | undefined;
  kubernetes: Tree | undefined;
  patches: PatchText[];
}

/** Patches that are laid over a generated configuration when it is applied; `input` is the text that names the configuration. */
interface Applied {
  instance: Instance;
  key: string | undefined;
  input: string;
  patches: PatchText[];
  /** Git names no machine that they are applied to, though Terraform generates a configuration for some. */
  nobody?: true;
}

/**
 * Clusters whose machine configurations Terraform's or OpenTofu's talos provider generates.
 * https://registry.terraform.io/providers/siderolabs/talos/latest/docs/data-sources/machine_configuration
 */
export function terraformClusters(
  repository: Repository,
  candidates: readonly Candidate[],
): { clusters: TalosCluster[]; unused: Unused[] } {
  const directories = new Set(
    candidates.filter(({ path, text }) => ENDING.test(path) && text.includes(`"${CONFIGURATION}"`)).map(({ path }) => dirname(path)),
  );
  if (directories.size === 0) return { clusters: [], unused: [] };
  const configurations = configurationsOf(repository);
  const clusters: TalosCluster[] = [];
  for (const root of rootsAbove(directories, repository)) {
    for (const variablesFile of variableFiles(repository, root))
      clusters.push(...clustersOf(new Run(configurations, root, variablesFile), variablesFile));
  }
  return { clusters, unused: [] };
}

/** Files of variables that somebody names on the command line: each stands for a run of its own. */
function variableFiles(repository: Repository, root: string): (string | undefined)[] {
  const named = repository
    .directory(root)
    .files.map(({ path }) => path)
    .filter((path) => {
      const base = path.slice(path.lastIndexOf('/') + 1);
      if (
        !/\.tfvars(\.json)?$/.test(base) ||
        /^terraform\.tfvars/.test(base) ||
        /\.auto\.tfvars/.test(base) ||
        /example|sample|secret/i.test(base)
      )
        return false;
      try {
        return /cluster|talos|node|pod_cidr/i.test(repository.read(path));
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        return false;
      }
    });
  return named.length > 0 ? named : [undefined];
}

function clustersOf(run: Run, variablesFile: string | undefined): TalosCluster[] {
  const generated: Generated[] = [];
  const applied: Applied[] = [];
  for (const instance of run.instances) {
    for (const file of instance.module.files) {
      for (const block of file.body.blocks) {
        const use: Use = { instance, block: { ...block, file } };
        if (block.labels[0] === CONFIGURATION) generated.push(...elements(use).map((element) => generatedBy(use, element, run)));
        if (block.labels[0] === APPLY && block.type === 'resource') applied.push(...applicationsOf(use, run));
      }
    }
  }
  const byCluster = new Map<string, Generated[]>();
  for (const one of generated) {
    const key = isScalar(one.cluster) ? String(one.cluster.value) : '';
    byCluster.set(key, [...(byCluster.get(key) ?? []), one]);
  }
  return [...byCluster].map(([name, of]) => terraformCluster(name, of, applied, run, variablesFile));
}

/** What `for_each` makes of a block: names for each of its elements, or one where it has none or Git does not say. */
function elements({ instance, block }: Use): { key: string | undefined; names: Names }[] {
  const each = instance.attribute(block, 'for_each');
  const count = instance.attribute(block, 'count');
  if (isScalar(count) && count.value === 0) return [];
  const found: { key: string | undefined; names: Names }[] = [];
  const add = (key: Tree, value: Tree) => {
    const map: Tree = {
      kind: 'map',
      entries: new Map([
        ['key', key],
        ['value', value],
      ]),
      place: value.place,
      origin: 'set',
    };
    found.push({ key: isScalar(key) ? String(key.value) : undefined, names: new Map([['each', map]]) });
  };
  if (isMap(each))
    for (const [key, value] of [...each.entries].slice(0, MOST_NODES))
      add({ kind: 'scalar', value: key, place: each.place, origin: 'set' }, value);
  else if (isList(each)) for (const item of each.items.slice(0, MOST_NODES)) add(item, item);
  if (found.length === 0 && !(isMap(each) && !each.unseen)) found.push({ key: undefined, names: new Map() });
  return found;
}

function generatedBy(use: Use, { key, names }: { key: string | undefined; names: Names }, run: Run): Generated {
  const attribute = (name: string) => use.instance.attribute(use.block, name, names);
  const type = attribute('machine_type');
  const role = isScalar(type) ? (/control|init/.test(String(type.value)) ? 'controlplane' : 'worker') : undefined;
  return {
    use,
    key,
    role,
    cluster: attribute('cluster_name'),
    version: attribute('talos_version'),
    kubernetes: attribute('kubernetes_version'),
    patches: patchesOf(use, names, run),
  };
}

function applicationsOf(use: Use, run: Run): Applied[] {
  const input = inputOf(use);
  const { instance, block } = use;
  const caller = instance.caller;
  const call = caller?.instance.module.calls.get(caller.name);
  const variable = (text: string) => /^var\.(\w+)$/.exec(text.trim())?.[1];
  const [configuration, list] = [variable(input), variable(textOf(use, 'config_patches'))];
  // A module for one machine: its caller says which configuration and which patches.
  if (caller && call && configuration !== undefined) {
    const above: Use = { instance: caller.instance, block: call };
    return elements(above).map(({ key, names }) => {
      const value = above.instance.attribute(call, configuration, names);
      const named = value?.kind === 'opaque' && value.text ? value.text : textOf(above, configuration);
      return {
        instance: above.instance,
        key,
        input: named,
        patches: list === undefined ? patchesOf(use, new Map(), run) : patchesOf(above, names, run, list),
      };
    });
  }
  const each = elements(use);
  if (each.length === 0 && !isScalar(instance.attribute(block, 'count')))
    return [{ instance, key: undefined, input, patches: patchesOf(use, new Map(), run), nobody: true }];
  return each.map(({ key, names }) => ({ instance, key, input, patches: patchesOf(use, names, run) }));
}

/** The text of the expression that says which configuration is applied. */
function inputOf(use: Use): string {
  return textOf(use, 'machine_configuration_input') || textOf(use, 'machine_configuration_input_wo');
}

function textOf({ block }: Use, attribute: string): string {
  const value = block.body.attributes.get(attribute)?.value;
  return value === undefined ? '' : block.file.text.slice(value.offset, value.end);
}

function patchesOf(use: Use, names: Names, run: Run, attribute = 'config_patches'): PatchText[] {
  const list = use.instance.attribute(use.block, attribute, names);
  if (list === undefined || (isScalar(list) && list.value === null)) return [];
  const items = isList(list) ? list.items : [list];
  return items.flatMap((item) => patchOf(item, use, names, run));
}

function patchOf(item: Tree, use: Use, names: Names, run: Run): PatchText[] {
  const files = filesOf(item);
  if (isScalar(item) && typeof item.value === 'string') {
    if (item.value.trim() === '') return [];
    run.splices.touched.clear();
    const source = embedded(item);
    const branches = withBranches(source.text);
    const patch: Patch = documentsOf({ ...source, text: branches?.met ?? source.text }, run);
    const otherwise =
      branches && branches.unmet !== branches.met ? { otherwise: documentsOf({ ...source, text: branches.unmet }, run) } : {};
    return [{ patch, ...otherwise, files: [...new Set([...files, ...[...run.splices.touched].flatMap(filesOf)])] }];
  }
  if (isOpaque(item)) return mergedOf(item, use, names, run) ?? [{ patch: item, files }];
  return [{ patch: isMap(item) ? [item] : [], files }];
}

/** The documents of a text; where texts stand between the keys of a map in it, their keys are the map's. */
function documentsOf(source: SourceText, run: Run): Tree[] {
  const trees = run.splices.documents(source);
  if (!run.splices.marked(source.text) || !trees.some(isOpaque)) return trees;
  const keys = source.text.replace(LONE_MARK, (line) => `${line.trimEnd()}:`);
  return keys === source.text ? trees : run.splices.documents({ ...source, text: keys }).map((tree) => joined(tree, run, 0));
}

const LONE_MARK = /^[ \t]*\u{F0000}\d+\u{F0001}[ \t]*$/gmu;

function joined(tree: Tree, run: Run, depth: number): Tree {
  if (!isMap(tree) || depth > 60) return tree;
  const map: Mapping = { ...tree, entries: new Map() };
  for (const [key, value] of tree.entries) {
    const spliced = run.splices.marked(key) ? run.splices.whole(key)?.tree : undefined;
    if (spliced === undefined) map.entries.set(key, joined(value, run, depth + 1));
    else {
      const [inner] = isScalar(spliced) ? run.splices.documents(embedded(spliced)) : [spliced];
      if (isMap(inner)) for (const [name, of] of inner.entries) map.entries.set(name, of);
      else if (isOpaque(inner)) map.unseen = inner;
    }
  }
  return map;
}

/** The texts that a `utils_yaml_merge` lays over one another: Talos merges them alike. https://registry.terraform.io/providers/cloudposse/utils/latest/docs/data-sources/deep_merge_yaml */
function mergedOf(item: Opaque, use: Use, names: Names, run: Run): PatchText[] | undefined {
  const label = /data\.(utils_(?:yaml_merge|deep_merge_yaml))\.([\w-]+)/.exec(item.text ?? '');
  const block = label && use.instance.module.resources.get(`data.${label[1]}.${label[2]}`);
  if (!block) return undefined;
  return patchesOf({ instance: use.instance, block }, names, run, block.body.attributes.has('inputs') ? 'inputs' : 'input');
}

function filesOf(tree: Tree): string[] {
  return [...('file' in tree.place ? [tree.place.file] : []), ...contributorsOf(tree)];
}

function terraformCluster(
  name: string,
  generated: readonly Generated[],
  applied: readonly Applied[],
  run: Run,
  variablesFile: string | undefined,
): TalosCluster {
  const first = generated[0]!;
  const place = first.use.instance.place(first.use.block);
  const machines: Machine[] = [];
  for (const one of generated) {
    const roles = one.role ? [one.role] : (['controlplane', 'worker'] as const);
    const all = applied.filter(
      ({ instance, key, input }) => appliesTo(instance, input, one) && (key === undefined || one.key === undefined || key === one.key),
    );
    const named = all.filter(({ nobody }) => !nobody);
    const applications = named.length > 0 ? named : all;
    const extra = applications.length > 0 ? distinctPatches(applications.map(({ patches }) => patches)) : [[]];
    const label = one.key ?? one.use.block.labels[1] ?? 'a machine';
    for (const role of roles) for (const patches of extra) machines.push({ role, name: label, patches: [...one.patches, ...patches] });
  }
  const version = known(first.version);
  const minor = talosMinor(version);
  const stated = statedFacts({ talosVersion: first.version, kubernetesVersion: first.kubernetes, clusterName: first.cluster });
  const cluster = clusterOfMachines({
    name: name === '' ? null : name,
    clusters: namedBy(name, `cluster_name of ${CONFIGURATION} in ${place.file}`, 3),
    place,
    owner: 'terraform',
    rank: rankAt(place.file, 5),
    files: [
      place.file,
      ...Object.values(stated).flatMap(({ place }) => (place && 'file' in place ? [place.file] : [])),
      ...(variablesFile === undefined ? [] : [variablesFile]),
    ],
    base: { kind: 'generated', by: "Terraform's talos provider", ...(minor === undefined ? {} : { minor, contract: minor }) },
    machines,
    stated,
  });
  return { ...cluster, manifests: cluster.manifests.map((manifest) => written(manifest, run, place)) };
}

/** Whether an application is fed by that configuration. */
function appliesTo(instance: Instance, input: string, one: Generated): boolean {
  const named = [...input.matchAll(/talos_machine_configuration\.([\w-]+)/g)].map((match) => match[1]);
  return instance === one.use.instance && named.includes(one.use.block.labels[1]);
}

function distinctPatches(lists: readonly PatchText[][]): PatchText[][] {
  const seen = new Map<string, PatchText[]>();
  for (const list of lists)
    seen.set(
      JSON.stringify(
        list.map(({ patch }) => patch),
        (_, value) => (value instanceof Map ? [...value] : value),
      ),
      list,
    );
  return [...seen.values()].slice(0, MOST_NODES);
}

/** Text that is put together of several files is told by the reader of Terraform's manifests, not here. */
function written(manifest: TalosManifest, run: Run, fallback: FilePlace): TalosManifest {
  if (!manifest.text || !run.splices.marked(manifest.text.text)) return manifest;
  const { text: _, ...rest } = manifest;
  const opaque: Opaque = { kind: 'opaque', reason: 'Terraform puts it together of several texts', place: manifest.place ?? fallback };
  return { ...rest, opaque };
}

function known(node: Tree | undefined): string | undefined {
  return isScalar(node) && node.value !== null ? String(node.value) : undefined;
}
