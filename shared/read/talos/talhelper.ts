import type { Candidate } from '../../discover/candidate.ts';
import { DOCUMENTS_MINOR } from '../../evaluate/talos/generated-config.ts';
import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Cell, Mapping, Scalar, SourceText, TalosCluster, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at, isList, isMap, isOpaque, isScalar, itemsAt, textAt } from '../../tree.ts';
import { namedBy } from './cluster-names.ts';
import { clusterOfMachines } from './cluster-of-machines.ts';
import { type Machine, talosMinor } from './machines.ts';
import { fileScalar, fileText, missingFile, type PatchText, patchFile, patchOf } from './patch-text.ts';
import { rankAt } from './set-aside.ts';
import { cellOf, statedFacts } from './stated-facts.ts';

const CONFIG = /(^|\/)talconfig(?:\.[\w-]+)?\.ya?ml$/;
const ENVIRONMENT = ['talenv.yaml', 'talenv.sops.yaml', 'talenv.yml', 'talenv.sops.yml'];

/**
 * Clusters that talhelper generates, each from its talconfig.yaml: group patches, then the node's own, then the global ones.
 * https://budimanjojo.github.io/talhelper/latest/reference/configuration/
 */
export function talhelperClusters(repository: Repository, candidates: readonly Candidate[]): TalosCluster[] {
  return candidates.flatMap(({ path, text }) => {
    if (!CONFIG.test(path) && !looksLikeConfig(path, text)) return [];
    const cluster = readConfig(repository, path, text);
    return cluster ? [cluster] : [];
  });
}

function looksLikeConfig(path: string, text: string): boolean {
  return (
    /\.ya?ml$/.test(path) &&
    /^clusterName:/m.test(text) &&
    /^nodes:/m.test(text) &&
    /^endpoint:/m.test(text) &&
    /^\s+controlPlane: *(true|false)/m.test(text)
  );
}

function readConfig(repository: Repository, path: string, text: string): TalosCluster | undefined {
  const directory = dirname(path);
  const environment = environmentOf(repository, directory);
  const source = { ...wholeFile(path, text), text: substitute(text, environment) };
  const config = parseYaml(source).documents[0]?.tree;
  if (!isMap(config) || !config.entries.has('nodes')) return undefined;
  const read = new ConfigReader(repository, path, environment);
  const place = startOf(path);
  const known = (key: string) => {
    const node = config.entries.get(key);
    return isScalar(node) && node.value !== null ? String(node.value) : undefined;
  };
  const name = known('clusterName') ?? null;
  const minor = talosMinor(known('talosVersion'));
  const version = minor === undefined ? {} : { minor, contract: minor };
  const first = [...read.network(config, minor), ...read.inlineManifests(config)];
  const global = read.patches(config);
  const [talosVersion, kubernetesVersion, clusterName] = ['talosVersion', 'kubernetesVersion', 'clusterName'].map((key) =>
    config.entries.get(key),
  );
  const stated = statedFacts({ talosVersion, kubernetesVersion, clusterName });
  const assumed: Record<string, Cell> = {};
  const cni = cellOf(at(config, 'cniConfig.name'));
  // In the shape of 1.14 talhelper takes Flannel's document away, and no patch says so.
  if (cni && minor !== undefined && minor >= DOCUMENTS_MINOR && cni.value !== 'flannel') assumed.cni = cni;
  const scheduling = cellOf(config.entries.get('allowSchedulingOnControlPlanes') ?? config.entries.get('allowSchedulingOnMasters'));
  if (scheduling) assumed.allowSchedulingOnControlPlanes = scheduling;
  return clusterOfMachines({
    name,
    clusters: namedBy(name, `clusterName in ${path}`, 3),
    place: inFile(config.entries.get('clusterName')?.place, place),
    owner: 'talhelper',
    rank: rankAt(path, 5),
    files: [path, ...environment.files],
    base: { kind: 'generated', by: 'talhelper', ...version },
    machines: machinesOf(config, read, first, global),
    counts: countsOf(config),
    stated,
    assumed,
  });
}

function countsOf(config: Mapping): TalosCluster['machines'] {
  const nodes = config.entries.get('nodes');
  if (!isList(nodes) || nodes.items.some((node) => !isMap(node) || isOpaque(at(node, 'controlPlane'))))
    return { controlPlanes: null, workers: null };
  const planes = nodes.items.filter((node) =>
    ['true', 'True'].includes(String((at(node, 'controlPlane') as Scalar | undefined)?.value)),
  ).length;
  return { controlPlanes: planes, workers: nodes.items.length - planes };
}

function machinesOf(config: Mapping, read: ConfigReader, first: readonly PatchText[], global: readonly PatchText[]): Machine[] {
  const groups = { controlplane: read.patches(config.entries.get('controlPlane')), worker: read.patches(config.entries.get('worker')) };
  return itemsAt(config, 'nodes').flatMap((node): Machine[] => {
    if (!isMap(node)) return [];
    const role = at(node, 'controlPlane');
    const controlPlane = isScalar(role) && (role.value === true || role.value === 'true');
    const group = controlPlane ? groups.controlplane : groups.worker;
    const override = at(node, 'overridePatches');
    const overrides = isScalar(override) && override.value === true;
    const patches = [...first, ...(overrides ? [] : group), ...read.patches(node), ...global, ...read.documents(node)];
    return [{ role: controlPlane ? 'controlplane' : 'worker', name: textAt(node, 'hostname') ?? 'a node', patches }];
  });
}

class ConfigReader {
  readonly #repository: Repository;
  readonly #path: string;
  readonly #environment: Environment;
  readonly #known = new Map<string, PatchText>();

  constructor(repository: Repository, path: string, environment: Environment) {
    this.#repository = repository;
    this.#path = path;
    this.#environment = environment;
  }

  /** The `patches` of the configuration, a group or a node. */
  patches(owner: Tree | undefined): PatchText[] {
    return itemsAt(owner, 'patches').map((item) => this.#patch(item));
  }

  /** Files with whole documents that a node adds; talhelper calls them `extraManifests`. */
  documents(node: Mapping): PatchText[] {
    return itemsAt(node, 'extraManifests').map((item) =>
      isScalar(item) ? this.#file(String(item.value).replace(/^@/, ''), item) : { patch: isOpaque(item) ? item : [], files: [] },
    );
  }

  #patch(item: Tree): PatchText {
    if (isOpaque(item)) return { patch: item, files: [] };
    if (!isScalar(item) || typeof item.value !== 'string') return { patch: isMap(item) ? [item] : [], files: [] };
    if (item.value.startsWith('@')) return this.#file(item.value.slice(1), item);
    return patchOf(embedded(item));
  }

  #file(path: string, node: Scalar): PatchText {
    const found = join(dirname(this.#path), path.trim());
    if (found === undefined || !this.#repository.file(found)) return { patch: missingFile(path, node.place), files: [] };
    let patch = this.#known.get(found);
    if (!patch) {
      patch = patchFile(this.#repository, found, node.place, undefined, (text) => substitute(text, this.#environment));
      this.#known.set(found, patch);
    }
    return patch;
  }

  /** What talhelper writes for `cniConfig`, `clusterPodNets` and `clusterSvcNets`. */
  network(config: Mapping, minor: number | undefined): PatchText[] {
    const documents = minor !== undefined && minor >= DOCUMENTS_MINOR;
    const subnets = new Map<string, Tree>();
    for (const [key, field] of [
      ['clusterPodNets', 'podSubnets'],
      ['clusterSvcNets', 'serviceSubnets'],
    ] as const) {
      const node = config.entries.get(key);
      if (node && !(isScalar(node) && node.value === null)) subnets.set(field, node);
    }
    const cni = config.entries.get('cniConfig');
    const flannel = textAt(cni, 'name') === 'flannel';
    if (documents) {
      const trees: Tree[] = [];
      if (subnets.size > 0)
        trees.push(map(config, [['apiVersion', text('v1alpha1', config)], ['kind', text('KubeNetworkConfig', config)], ...subnets]));
      if (isMap(cni) && !flannel)
        trees.push(
          map(cni, [
            ['apiVersion', text('v1alpha1', cni)],
            ['kind', text('KubeFlannelCNIConfig', cni)],
            ['$patch', text('delete', cni)],
          ]),
        );
      const urls = at(cni, 'urls');
      if (isList(urls)) trees.push(map(config, [['cluster', map(config, [['extraManifests', urls]])]]));
      return trees.length > 0 ? [{ patch: trees, files: [] }] : [];
    }
    const network: [string, Tree][] = [...subnets];
    if (cni && !(isScalar(cni) && cni.value === null)) network.push(['cni', cni]);
    return network.length > 0 ? [{ patch: [map(config, [['cluster', map(config, [['network', map(config, network)]])]])], files: [] }] : [];
  }

  /** `inlineManifests`, the contents of `@file` filled in. */
  inlineManifests(config: Mapping): PatchText[] {
    const list = config.entries.get('inlineManifests');
    if (!isList(list)) return [];
    const files: string[] = [];
    const items = list.items.map((written): Tree => {
      if (!isMap(written)) return written;
      // That key is for talhelper itself; Talos never sees it.
      const item = { ...written, entries: new Map([...written.entries].filter(([key]) => key !== 'skipEnvsubst')) };
      const contents = at(item, 'contents');
      if (!isScalar(contents) || typeof contents.value !== 'string' || !contents.value.startsWith('@')) return item;
      const path = contents.value.slice(1).trim();
      const found = join(dirname(this.#path), path);
      const source: SourceText | Tree =
        found === undefined || !this.#repository.file(found)
          ? missingFile(path, contents.place)
          : fileText(this.#repository, found, contents.place);
      if (!('reason' in source) && 'file' in source) files.push(source.file);
      const literal = at(written, 'skipEnvsubst');
      const filled = (text: string) => (isScalar(literal) && literal.value === true ? text : substitute(text, this.#environment));
      const value: Tree = 'exact' in source ? fileScalar({ ...source, text: filled(source.text) }) : source;
      item.entries.set('contents', value);
      return item;
    });
    return [{ patch: [map(config, [['cluster', map(config, [['inlineManifests', { ...list, items }]])]])], files }];
  }
}

function map(like: Mapping, entries: [string, Tree][]): Mapping {
  return { kind: 'map', entries: new Map(entries), place: like.place, origin: 'set' };
}

function text(value: string, like: Mapping): Scalar {
  return { kind: 'scalar', value, place: like.place, origin: 'set' };
}

interface Environment {
  values: ReadonlyMap<string, string>;
  files: readonly string[];
}

/** The variables of talenv.yaml; those that SOPS encrypts stay unknown. */
function environmentOf(repository: Repository, directory: string): Environment {
  const values = new Map<string, string>();
  const files: string[] = [];
  for (const name of ENVIRONMENT) {
    const path = join(directory, name);
    if (path === undefined || !repository.file(path)) continue;
    try {
      const tree = parseYaml(wholeFile(path, repository.read(path)), { templates: false }).documents[0]?.tree;
      files.push(path);
      if (isMap(tree))
        for (const [key, value] of tree.entries) if (isScalar(value) && value.value !== null) values.set(key, String(value.value));
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }
  return { values, files };
}

const VARIABLE = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-=])([^{}]*))?\}|\$([A-Za-z_]\w*)/g;

/** What envsubst makes of a text: known variables are filled in, `$$` is a dollar, and what Git does not hold stays as it is written. */
function substitute(text: string, { values }: Environment): string {
  return text.replace(VARIABLE, (written: string, braced?: string, operator?: string, fallback?: string, bare?: string) => {
    if (written === '$$') return '$';
    const value = values.get(braced ?? bare ?? '');
    if (value !== undefined && !/[\n\r]/.test(value)) return value;
    return operator === undefined || values.has(braced ?? '') ? written : (fallback ?? '');
  });
}
