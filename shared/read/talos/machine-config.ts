import type { Candidate } from '../../discover/candidate.ts';
import { documentKind } from '../../evaluate/talos/document-kinds.ts';
import { isJsonPatch } from '../../evaluate/talos/json-patch.ts';
import { fieldsOf } from '../../evaluate/talos/machine-config-schema.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Cell, TalosCluster, Tree, Unused } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isMap, isScalar, textAt } from '../../tree.ts';
import { clusterDirectory, namedBy } from './cluster-names.ts';
import { clusterOfMachines } from './cluster-of-machines.ts';
import type { Machine } from './machines.ts';
import { type PatchText, patchOf } from './patch-text.ts';
import { rankAt } from './set-aside.ts';
import { statedFacts } from './stated-facts.ts';

const ENDING = /\.(ya?ml|json|patch)(\.(j2|jinja2?|tpl|tmpl|tftpl|template|gotmpl))?$|\.(j2|jinja2?|tpl|tmpl|tftpl|gotmpl)$/;

/** Words without which no text is one of ours. */
const WORDS =
  /^["']?(?:machine|cluster)["']?:|^\{\s*["']?(?:version|debug|persist|machine|cluster)["']?:|^kind:\s*["']?(?:Kube\w+Config|ResolverConfig)\b|["']?path["']?:\s*["']?\/(?:machine|cluster)\//m;

type Role = 'controlplane' | 'worker';

/** A file of machine configuration that no tool names. */
interface Loose {
  path: string;
  text: PatchText;
  trees: readonly Tree[];
  /** It is a whole configuration, of that role where it says so. */
  whole: boolean;
  role: Role | undefined;
}

/**
 * Whole machine configurations and loose patches: those of one directory tree are one cluster.
 * Where a tool of the repository owns that tree, they are patches that nothing lists, and only named.
 */
export function looseConfigurations(
  repository: Repository,
  candidates: readonly Candidate[],
  owned: readonly TalosCluster[],
): { clusters: TalosCluster[]; unused: Unused[] } {
  const used = new Set(owned.flatMap(({ files }) => files));
  const found = candidates.flatMap(({ path, text }) => (used.has(path) ? [] : (looseFile(path, text) ?? [])));
  const unused: Unused[] = [];
  const trees = new Map<string, Loose[]>();
  for (const file of found) {
    const twin = twinOf(repository, file.path);
    if (twin !== undefined) {
      unused.push({ file: file.path, why: `is the template that ${twin} is made of` });
      continue;
    }
    const root = rootOf(file.path);
    const owner = owned.find((cluster) => owns(cluster, file.path, root));
    if (owner)
      unused.push({ file: file.path, why: `is a patch of a Talos machine configuration, and ${unusedBy(owner, file.path, candidates)}` });
    else trees.set(root, [...(trees.get(root) ?? []), file]);
  }
  const clusters = [...trees].flatMap(([root, files]) => clusterOf(repository, root, files) ?? []);
  return { clusters, unused };
}

/** How a tool's declaration comes to do without a patch: it names it nowhere, or for machines that Git does not show. */
function unusedBy({ place, files }: TalosCluster, path: string, candidates: readonly Candidate[]): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const home = dirname(place.file);
  const namer = candidates.find(
    (other) => other.path !== path && (files.includes(other.path) || dirname(other.path) === home) && other.text.includes(name),
  );
  return namer && /\.(?:tf|tofu)$/.test(namer.path)
    ? `${namer.path} uses it for no machine that can be seen here`
    : `${place.file} does not use it`;
}

/** The file that a template beside or far from it was made into: the same name without the template's ending, below a directory of the same name. */
function twinOf(repository: Repository, path: string): string | undefined {
  const made = /^(.*\.(?:ya?ml|json))\.(?:j2|jinja2?|tpl|tmpl|tftpl|template|gotmpl)$/.exec(path)?.[1];
  if (made === undefined) return undefined;
  const segments = made.split('/');
  for (let i = 0; i < segments.length - 1; i++) {
    const candidate = segments.slice(i).join('/');
    if (repository.file(candidate)) return candidate;
  }
  return undefined;
}

/** Whether a tool that declares clusters in or beside that tree would have listed the file. */
function owns(cluster: TalosCluster, path: string, root: string): boolean {
  if (cluster.rank < 4) return false;
  const home = dirname(cluster.place.file);
  if (home !== '' && path.startsWith(`${home}/`)) return true;
  return cluster.files.some((file) => rootOf(file) === root || dirname(file) === dirname(path));
}

function looseFile(path: string, text: string): Loose | undefined {
  if (!ENDING.test(path) || !WORDS.test(text)) return undefined;
  const role = roleOf(path);
  const read = patchOf(wholeFile(path, text), role);
  if ('kind' in read.patch) return undefined;
  const patch = { ...read, patch: read.patch.map(unsealed) };
  const trees = patch.patch;
  if (isJsonPatch(trees)) return isTalosJsonPatch(trees[0]) ? { path, text: patch, trees, whole: false, role } : undefined;
  const ours = trees.filter((tree) => isOurs(tree, path));
  if (ours.length === 0 || trees.some((tree) => isMap(tree) && !ours.includes(tree) && tree.entries.size > 0)) return undefined;
  const type = ours.map((tree) => textAt(tree, 'machine.type')).find((t) => t !== undefined);
  const whole = ours.some(
    (tree) =>
      at(tree, 'cluster.controlPlane.endpoint') !== undefined &&
      isMap(at(tree, 'machine')) &&
      (at(tree, 'machine.token') !== undefined || type !== undefined || at(tree, 'cluster.token') !== undefined),
  );
  return {
    path,
    text: patch,
    trees,
    whole,
    role: type === 'worker' || type === 'join' ? 'worker' : type === undefined ? role : 'controlplane',
  };
}

function isTalosJsonPatch(patch: Tree): boolean {
  return (
    patch.kind === 'list' &&
    patch.items.length > 0 &&
    patch.items.every((item) => textAt(item, 'op') !== undefined && /^\/(machine|cluster)\//.test(textAt(item, 'path') ?? ''))
  );
}

/** The document without what SOPS adds to it: sops takes that away where it decrypts it for Talos. https://getsops.io/docs/#message-authentication-code */
function unsealed(tree: Tree): Tree {
  if (!isMap(tree) || at(tree, 'sops.mac') === undefined) return tree;
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== 'sops')) };
}

const TOP = new Set(['version', 'debug', 'persist', 'machine', 'cluster']);

/** Whether a document is one of Talos's: its kind, or fields that only Talos's types have; a fault in it does not make it another's. */
function isOurs(tree: Tree, path: string): boolean {
  if (!isMap(tree)) return false;
  const kind = tree.entries.get('kind');
  if (kind !== undefined)
    return isScalar(kind) && documentKind(String(kind.value)) !== undefined && textAt(tree, 'apiVersion') === 'v1alpha1';
  const keys = [...tree.entries.keys()];
  if (keys.length === 0 || !keys.every((key) => TOP.has(key)) || !(tree.entries.has('machine') || tree.entries.has('cluster')))
    return false;
  const lenient = /talos|omni|talhelper|machine-?config/i.test(path);
  return (['machine', 'cluster'] as const).every((section) => {
    const inner = tree.entries.get(section);
    if (inner === undefined || inner.kind === 'opaque') return true;
    if (!isMap(inner)) return false;
    const fields = fieldsOf(section === 'machine' ? 'MachineConfig' : 'ClusterConfig')!;
    const known = [...inner.entries].filter(
      ([key, value]) => fields.has(key) && (fields.get(key)!.type.kind !== 'struct' || value.kind !== 'scalar' || value.value === null),
    ).length;
    return lenient ? known > 0 || inner.entries.size === 0 || inner.entries.has('cni') : known === inner.entries.size && known > 0;
  });
}

function roleOf(path: string): Role | undefined {
  if (/(^|[/_.-])workers?([/_.-]|$)/i.test(path)) return 'worker';
  return /control-?plane|controller|(^|[/_.-])(cp|masters?)([/_.-]|$)/i.test(path) ? 'controlplane' : undefined;
}

const SORTS_PATCHES =
  /^(patch(es)?|all|common|global|shared|base|machine-?configs?|configs?|templates?|nodes?|hosts?|control-?planes?|controllers?|cp|masters?|workers?|clusterconfig|overrides?|extensions?|files|(inline-)?manifests)$/i;

/** The directory that holds the machine configuration of one cluster: above the directories that only sort patches. */
function rootOf(path: string): string {
  let directory = dirname(path);
  for (;;) {
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    const parent = dirname(directory);
    if (directory === '' || parent === '' || !SORTS_PATCHES.test(name)) return directory;
    directory = parent;
  }
}

function clusterOf(repository: Repository, root: string, files: readonly Loose[]): TalosCluster | undefined {
  const sorted = [...files].sort((a, b) => order(a) - order(b) || (a.path < b.path ? -1 : 1));
  const wholes = sorted.filter(({ whole }) => whole);
  const patches = sorted.filter(({ whole }) => !whole);
  if (wholes.length === 0 && !patches.some(({ trees }) => trees.some(concernsUs))) return undefined;
  const machines: Machine[] = [];
  for (const role of ['controlplane', 'worker'] as const) {
    // A patch of which nobody says whom it is for goes to whom it can go to.
    const suited = patches.filter(
      (patch) => patch.role === role || (patch.role === undefined && (role === 'controlplane' || !isForControlPlanes(patch))),
    );
    // Patches of single nodes do not meet: each is laid over the rest by itself.
    const common = suited.filter(({ path }) => !isNode(path));
    const nodes = suited.filter(({ path }) => isNode(path));
    const own = wholes.filter((whole) => whole.role === undefined || whole.role === role);
    const starts =
      own.length > 0
        ? own.map((whole) => ({ name: whole.path, patches: [whole.text, ...common.map(({ text }) => text)] }))
        : wholes.length > 0
          ? []
          : [{ name: root, patches: common.map(({ text }) => text) }];
    for (const start of starts) {
      machines.push({ role, ...start });
      for (const node of nodes) machines.push({ role, name: node.path, patches: [...start.patches, node.text] });
    }
  }
  const first = (wholes[0] ?? patches.find(({ trees }) => trees.some(concernsUs)) ?? sorted[0])!;
  const place = { file: first.path, line: firstLine(first), column: 1 };
  const topf = statedByTopf(repository, root);
  const written = wholes
    .map(({ trees }) => trees.map((tree) => textAt(tree, 'cluster.clusterName')).find((name) => name !== undefined))
    .find((name) => name !== undefined);
  const guess = clusterDirectory(first.path);
  const cluster = clusterOfMachines({
    name: topf?.name ?? written ?? null,
    clusters:
      topf?.name !== undefined
        ? namedBy(topf.name, `clusterName in ${topf.file}`, 3)
        : namedBy(written, `cluster.clusterName in ${first.path}`, 3),
    place,
    owner: wholes.length > 0 ? 'machine-config' : 'patches',
    rank: rankAt(first.path, wholes.length > 0 ? 4 : 3),
    files: [...sorted.map(({ path }) => path), ...(topf?.name !== undefined ? [topf.file] : [])],
    base: wholes.length > 0 ? { kind: 'whole' } : { kind: 'unknown' },
    machines,
    stated: topf?.stated ?? {},
  });
  return cluster.name === null && guess !== undefined ? { ...cluster, name: guess } : cluster;
}

/** topf keeps name and versions beside its patches: https://github.com/postfinance/topf */
function statedByTopf(
  repository: Repository,
  root: string,
): { name: string | undefined; file: string; stated: Record<string, Cell> } | undefined {
  const file = root === '' ? 'topf.yaml' : `${root}/topf.yaml`;
  if (!repository.file(file)) return undefined;
  try {
    const tree = parseYaml(wholeFile(file, repository.read(file))).documents[0]?.tree;
    const stated = statedFacts({ talosVersion: at(tree, 'talosVersion'), kubernetesVersion: at(tree, 'kubernetesVersion') });
    return { name: textAt(tree, 'clusterName'), file, stated };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return undefined;
  }
}

const isForControlPlanes = ({ trees }: Loose) => trees.some((tree) => documentKind(textAt(tree, 'kind') ?? '')?.controlPlaneOnly === true);

const isNode = (path: string) => /(^|\/)(nodes?|hosts?)\//i.test(path) || /(^|\/)\d+\.\d+\.\d+\.\d+\./.test(path);

/** Common patches before those of a role. */
const order = ({ role }: Loose) => (role === undefined ? 0 : 1);

function firstLine({ trees }: Loose): number {
  const place = trees[0]?.place;
  return place && 'file' in place ? place.line : 1;
}

/** Whether a document says anything of the network, its proxies or manifests. */
function concernsUs(tree: Tree): boolean {
  if (tree.kind === 'list') return true;
  if (!isMap(tree)) return false;
  if (/^(Kube|ResolverConfig)/.test(textAt(tree, 'kind') ?? '')) return true;
  return [
    'cluster.network',
    'cluster.proxy',
    'cluster.inlineManifests',
    'cluster.extraManifests',
    'cluster.cni',
    'machine.features',
    'machine.network.cni',
    'machine.network.kubespan',
  ].some((path) => at(tree, path) !== undefined);
}
