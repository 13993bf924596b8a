import type { Candidate } from '../../discover/candidate.ts';
import { embedded, textAtPlace, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Cell, FilePlace, Scalar, TalosCluster, TalosManifest, Tree, Unused } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isList, isMap, isOpaque, isScalar, itemsAt, textAt } from '../../tree.ts';
import { namedBy } from './cluster-names.ts';
import { clusterOfMachines } from './cluster-of-machines.ts';
import { type Machine, talosMinor } from './machines.ts';
import { inlineManifest } from './manifests.ts';
import { fileScalar, fileText, findFile, missingFile, type PatchText, patchFile, patchOf } from './patch-text.ts';
import { rankAt } from './set-aside.ts';
import { withBranches } from './template-branches.ts';
import { variableValue } from './template-variables.ts';

const KIND = /^kind:\s*["']?(Cluster|ControlPlane|Workers|Machine)\b/m;
const ENDING = /\.(ya?ml|j2|jinja2?|tpl|tmpl|tftpl|gotmpl)$/;
const TEMPLATE = /^kind:\s*["']?ControlPlane\b/m;

/** One document of a template. */
interface Part {
  kind: string;
  tree: Tree;
}

/** One patch that a template lists, with the id that decides its order. */
interface ListedPatch {
  id: string;
  text: PatchText;
}

/**
 * Clusters that Omni cluster templates of the repository declare, each with its patches in Omni's order.
 * https://docs.siderolabs.com/omni/reference/cluster-templates
 */
export function omniClusterTemplates(
  repository: Repository,
  candidates: readonly Candidate[],
): { clusters: TalosCluster[]; unused: Unused[] } {
  const clusters: TalosCluster[] = [];
  for (const { path, text } of candidates) {
    if (!ENDING.test(path) || !text.includes('ControlPlane') || !TEMPLATE.test(text) || /apiVersion:/.test(text.slice(0, firstKind(text))))
      continue;
    const shown = withBranches(text)?.met ?? text;
    const trees = parseYaml(wholeFile(path, shown)).documents.map((document) => document.tree);
    const parts = trees.flatMap((tree): Part[] => {
      const kind = textAt(tree, 'kind');
      return kind !== undefined && at(tree, 'apiVersion') === undefined ? [{ kind, tree }] : [];
    });
    // A file may hold several clusters one after the other; each begins with its Cluster.
    const starts = parts.flatMap((part, i) => (part.kind === 'Cluster' ? [i] : []));
    starts.forEach((start, i) => {
      clusters.push(templateCluster(repository, path, parts.slice(i === 0 ? 0 : start, starts[i + 1])));
    });
  }
  return { clusters: preferMentioned(clusters, repository), unused: [] };
}

/** Files in which people name the template that they apply. */
const NAMES_TEMPLATES = /\.(?:sh|bash|md|ya?ml|just|mk)$|(?:^|\/)(?:[Jj]ustfile|[Mm]akefile)$/;
const LARGEST_MENTION = 256 * 1024;

/** Of several templates for one cluster the live one is that which a script or document names. */
function preferMentioned(clusters: readonly TalosCluster[], repository: Repository): TalosCluster[] {
  return clusters.map((cluster) => {
    const { name, place } = cluster;
    const rivals = clusters.filter((other) => other !== cluster && other.name === name && name !== null);
    const beaten = rivals.some((rival) => isMentioned(rival.place.file, repository)) && !isMentioned(place.file, repository);
    return beaten && cluster.rank > 4 ? { ...cluster, rank: 4 } : cluster;
  });
}

function isMentioned(path: string, repository: Repository): boolean {
  return repository.files.some((file) => {
    if (file.path === path || file.size > LARGEST_MENTION || file.target !== undefined || !NAMES_TEMPLATES.test(file.path)) return false;
    try {
      return repository.read(file.path).includes(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return false;
    }
  });
}

function firstKind(text: string): number {
  return Math.max(0, text.search(KIND));
}

function templateCluster(repository: Repository, path: string, parts: readonly Part[]): TalosCluster {
  const cluster = parts.find((part) => part.kind === 'Cluster')!.tree;
  const fallback = startOf(path);
  const place = inFile(cluster.place, fallback);
  const value = (key: string) => variableValue(at(cluster, key), repository, path);
  const name = value('name')?.text ?? null;
  const talos = value('talos.version');
  const kubernetes = value('kubernetes.version');
  const controlPlane = parts.find((part) => part.kind === 'ControlPlane')?.tree;
  const read = new TemplateReader(repository, path, fallback);
  const clusterPatches = read.patches(cluster, 200);
  const machines: Machine[] = machinesOf(parts, controlPlane, read, clusterPatches);
  const stated: Record<string, Cell> = {};
  for (const [fact, found] of [
    ['talosVersion', talos],
    ['kubernetesVersion', kubernetes],
  ] as const)
    if (found)
      stated[fact] =
        found.text === undefined
          ? { value: null, origin: 'opaque', place: found.place, why: found.reason ?? 'a template fills it in' }
          : { value: found.text.replace(/^v/, ''), origin: 'set', place: found.place };
  if (name !== null) stated.clusterName = { value: name, origin: 'set', place: value('name')?.place ?? place };
  const minor = talosMinor(talos?.text);
  return clusterOfMachines({
    name,
    clusters: namedBy(name, `name of the Omni cluster template ${path}`, 3),
    place,
    owner: 'omni',
    rank: rankAt(path, 5),
    files: [path, ...read.files, ...Object.values(stated).flatMap(({ place }) => (place && 'file' in place ? [place.file] : []))],
    base: { kind: 'generated', by: 'Omni', ...(minor === undefined ? {} : { minor }) },
    machines,
    counts: countsOf(parts),
    stated,
    manifests: read.manifests(cluster),
  });
}

/** How many machines the template asks for: those that it names, or the size of the machine class. */
function countsOf(parts: readonly Part[]): TalosCluster['machines'] {
  const sizes = (kind: string) => {
    const counts = parts.filter((part) => part.kind === kind).map(({ tree }) => sizeOf(tree));
    return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
  };
  return { controlPlanes: sizes('ControlPlane'), workers: sizes('Workers') };
}

function sizeOf(set: Tree): number | null {
  const [machines, size] = [at(set, 'machines'), at(set, 'machineClass.size')];
  if (isList(machines)) return machines.items.some((item) => isOpaque(item)) ? null : machines.items.length;
  return isScalar(size) && typeof size.value === 'number' ? size.value : null;
}

/** Control planes one by one where the template names them; scope goes before id in Omni's order: cluster, machine set, machine. */
function machinesOf(
  parts: readonly Part[],
  controlPlane: Tree | undefined,
  read: TemplateReader,
  clusterPatches: readonly PatchText[],
): Machine[] {
  const sets = [
    ...(controlPlane ? [{ role: 'controlplane' as const, tree: controlPlane }] : []),
    ...parts.filter((p) => p.kind === 'Workers').map(({ tree }) => ({ role: 'worker' as const, tree })),
  ];
  const own = parts
    .filter((part) => part.kind === 'Machine')
    .map(({ tree }) => ({ name: at(tree, 'name'), tree, patches: read.patches(tree, 400) }));
  const machines: Machine[] = [];
  for (const { role, tree } of sets) {
    const setPatches = [...clusterPatches, ...read.patches(tree, 400)];
    const names = itemsAt(tree, 'machines');
    const belonging = own.filter((machine) => names.some((name) => sameName(name, machine.name)));
    const words = role === 'controlplane' ? 'control planes' : 'workers';
    if (belonging.length < names.length || names.length === 0) machines.push({ role, name: words, patches: setPatches });
    for (const machine of belonging)
      machines.push({
        role,
        name: isScalar(machine.name) ? String(machine.name.value) : words,
        patches: [...setPatches, ...machine.patches],
      });
  }
  return machines;
}

/** Also where a loop of the template names both. */
function sameName(a: Tree, b: Tree | undefined): boolean {
  if (isScalar(a) && isScalar(b)) return a.value === b.value;
  return isOpaque(a) && isOpaque(b) && a.text !== undefined && a.text === b.text;
}

class TemplateReader {
  readonly #repository: Repository;
  readonly #path: string;
  readonly #fallback: FilePlace;
  readonly files = new Set<string>();

  constructor(repository: Repository, path: string, fallback: FilePlace) {
    this.#repository = repository;
    this.#path = path;
    this.#fallback = fallback;
  }

  /** The patches that one document lists, sorted by the id that Omni gives them. */
  patches(owner: Tree, weight: number): PatchText[] {
    const listed = itemsAt(owner, 'patches').map((item, i): ListedPatch => {
      const label = textAt(item, 'name') ?? textAt(item, 'file') ?? '';
      return { id: textAt(item, 'idOverride') ?? `${String(weight + i).padStart(3, '0')}-${label}`, text: this.#patch(item) };
    });
    return listed.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)).map(({ text }) => text);
  }

  #patch(item: Tree): PatchText {
    if (isOpaque(item)) return { patch: item, files: [] };
    const inline = at(item, 'inline');
    const file = at(item, 'file');
    if (isMap(inline)) return { patch: [inline], files: [this.#path] };
    if (isList(inline)) return { patch: inline.items, files: [this.#path] };
    if (isScalar(inline) && typeof inline.value === 'string') return patchOf(embedded(inline));
    if (file === undefined) return { patch: inline && isOpaque(inline) ? inline : [], files: [] };
    const found = this.#file(file);
    if (typeof found !== 'string') return { patch: found, files: [] };
    this.files.add(found);
    return patchFile(this.#repository, found, file.place);
  }

  /** Omni reads files relative to the template, before 1.8 relative to the working directory. */
  #file(node: Tree) {
    const path = isScalar(node) ? String(node.value) : isOpaque(node) ? node.text : undefined;
    if (path === undefined) return missingFile('the file', node.place);
    const directories: string[] = [];
    for (let directory = dirname(this.#path); ; directory = dirname(directory)) {
      directories.push(directory);
      if (directory === '') break;
    }
    return findFile(this.#repository, path, directories) ?? missingFile(path, node.place);
  }

  /** `kubernetes.manifests`, which Omni itself applies. */
  manifests(cluster: Tree): TalosManifest[] {
    return itemsAt(cluster, 'kubernetes.manifests').map((item) => {
      const mode = textAt(item, 'mode');
      return { ...this.#manifest(item), ...(mode === undefined ? {} : { mode }) };
    });
  }

  #manifest(item: Tree): TalosManifest {
    const name = textAt(item, 'name') ?? null;
    const file = at(item, 'file');
    const inline = at(item, 'inline');
    if (file !== undefined) {
      const found = this.#file(file);
      if (typeof found !== 'string') return inlineManifest('omni-manifests', name, found, item.place, this.#fallback);
      this.files.add(found);
      const text = fileText(this.#repository, found, file.place);
      return inlineManifest('omni-manifests', name, 'reason' in text ? text : fileScalar(text), item.place, this.#fallback);
    }
    if (isList(inline) || isMap(inline))
      return { name, source: 'omni-manifests', place: inFile(item.place, this.#fallback), text: this.#written(inline) };
    return inlineManifest('omni-manifests', name, inline as Scalar | undefined, item.place, this.#fallback);
  }

  /** Objects that stand in the template as YAML, as JSON lines of their own. */
  #written(objects: Tree): { file: string; text: string; line: number; indent: number; exact: boolean; column: number } {
    const place = inFile(objects.place, this.#fallback);
    const items = isList(objects) ? objects.items : [objects];
    const text = items.map((item) => `---\n${JSON.stringify(plain(item))}\n`).join('');
    return textAtPlace(text, place);
  }
}

function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'opaque') return tree.text ?? null;
  if (tree.kind === 'list') return tree.items.map(plain);
  const object = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of tree.entries) object[key] = plain(value);
  return object;
}
