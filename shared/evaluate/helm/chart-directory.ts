import { knownVersion } from '../../cilium/charts.ts';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml, type YamlProblem } from '../../language/yaml/parse.ts';
import type { FilePlace, Place, Tree, ValuesLayer } from '../../model.ts';
import { startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { at, emptyMap, opaque, textAt, toPlain } from '../../tree.ts';
import { exactVersion, isCiliumChart } from '../chart-release.ts';
import { checksum } from '../checksum.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import { readValues } from './values-document.ts';

/** One entry of a chart's `dependencies`. */
export interface ChartDependency {
  name: string;
  /** The key of its values: alias, else name. */
  key: string;
  version?: string;
  versionPlace?: Place;
  repository: string;
  condition?: string;
  tags: string[];
  place: Place;
}

/** A chart as it stands in a directory of the repository. */
export interface ChartDirectory {
  directory: string;
  file: string;
  name: string;
  version?: string;
  versionPlace?: Place;
  place: FilePlace;
  dependencies: ChartDependency[];
  tree: Tree;
}

/** A document of the repository; undefined where the file does not exist, opaque where it cannot be read. */
export function readDocument(repository: Repository, path: string): { tree: Tree; problems: readonly YamlProblem[] } | undefined {
  if (repository.file(path) === undefined) return undefined;
  const place = startOf(path);
  try {
    const { documents, problems } = parseYaml(wholeFile(path, repository.read(path)));
    return { tree: documents[0]?.tree ?? emptyMap(place), problems };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { tree: opaque(error.message, place), problems: [{ message: error.message, place }] };
  }
}

/** The chart in a directory; undefined where it holds no Chart.yaml. */
export function readChart(repository: Repository, directory: string): ChartDirectory | undefined {
  const file = directory === '' ? 'Chart.yaml' : `${directory}/Chart.yaml`;
  const document = readDocument(repository, file);
  if (!document) return undefined;
  const { tree } = document;
  const requirements = readDocument(repository, file.replace(/Chart\.yaml$/, 'requirements.yaml'));
  const list = at(tree, 'dependencies') ?? at(requirements?.tree, 'dependencies');
  const version = at(tree, 'version');
  return {
    directory,
    file,
    name: textAt(tree, 'name') ?? '',
    ...(version?.kind === 'scalar' ? { version: String(version.value), versionPlace: version.place } : {}),
    place: (at(tree, 'name')?.place as FilePlace | undefined) ?? startOf(file),
    dependencies: list?.kind === 'list' ? list.items.map(readDependency).filter((d) => d !== undefined) : [],
    tree,
  };
}

function readDependency(tree: Tree): ChartDependency | undefined {
  const name = textAt(tree, 'name');
  if (name === undefined) return undefined;
  const version = at(tree, 'version');
  const tags = at(tree, 'tags');
  return {
    name,
    key: textAt(tree, 'alias') ?? name,
    ...(version?.kind === 'scalar' && version.value !== null ? { version: String(version.value), versionPlace: version.place } : {}),
    repository: textAt(tree, 'repository') ?? '',
    ...(textAt(tree, 'condition') ? { condition: textAt(tree, 'condition') } : {}),
    tags: tags?.kind === 'list' ? tags.items.flatMap((tag) => (tag.kind === 'scalar' ? [String(tag.value)] : [])) : [],
    place: at(tree, 'name')?.place ?? tree.place,
  };
}

/** True for the upstream Cilium chart itself (and not an umbrella or a chart of policies that has its name). */
export function isUpstreamCilium(repository: Repository, chart: ChartDirectory): boolean {
  if (chart.name !== 'cilium' || chart.dependencies.some((d) => isCiliumChart(d.name))) return false;
  if (repository.file(`${chart.directory}/templates/cilium-configmap.yaml`)) return true;
  const version = exactVersion(chart.version ?? '');
  return version !== null && knownVersion(version) !== undefined;
}

/** The chart's own values as a layer; none where it has no values.yaml. As defaults their nulls are left out, for they delete nothing. */
export function ownValues(
  repository: Repository,
  chart: ChartDirectory,
  origin: 'set' | 'default',
  faults: Fault[],
): ValuesLayer | undefined {
  const file = chart.directory === '' ? 'values.yaml' : `${chart.directory}/values.yaml`;
  if (repository.file(file) === undefined) return undefined;
  const place = startOf(file);
  try {
    const { tree, problems } = readValues(wholeFile(file, repository.read(file)), 4);
    if (problems[0]) faults.push(argocdRefuses(`Helm cannot read ${file}: it ${problems[0].message}`, [problems[0].place]));
    return { kind: 'values-file', place, tree: origin === 'set' ? tree : asDefaults(tree) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { kind: 'values-file', place, tree: opaque(error.message, place) };
  }
}

function asDefaults(tree: Tree): Tree {
  if (tree.kind === 'opaque') return tree;
  if (tree.kind === 'scalar') return { ...tree, origin: 'default' };
  if (tree.kind === 'list') return { ...tree, origin: 'default', items: tree.items.map(asDefaults) };
  const entries = new Map<string, Tree>();
  for (const [key, value] of tree.entries) if (value.kind !== 'scalar' || value.value !== null) entries.set(key, asDefaults(value));
  return { ...tree, entries, origin: 'default' };
}

/** Where a dependency's chart lies in the repository: unpacked or packed below `charts/`, or at its `file://` repository; undefined where Helm must fetch it. */
export function vendored(
  repository: Repository,
  chart: ChartDirectory,
  dependency: ChartDependency,
): { directory?: string; version?: string; file?: string } | undefined {
  const charts = join(chart.directory, 'charts') as string;
  for (const name of repository.directory(charts).directories) {
    const inside = readChart(repository, `${charts}/${name}`);
    if (inside?.name === dependency.name) return { directory: inside.directory };
  }
  for (const { path } of repository.directory(charts).files) {
    const packed = /(?:^|\/)([^/]+?)-v?(\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(path);
    if (packed && packed[1] === dependency.name) return { version: packed[2]!, file: path };
  }
  if (dependency.repository.startsWith('file://')) {
    const directory = join(chart.directory, dependency.repository.slice('file://'.length));
    if (directory !== undefined && repository.file(`${directory}/Chart.yaml`)) return { directory };
  }
  return undefined;
}

/** Charts below `charts/` that no `dependencies` entry names; Helm renders them all the same. */
export function unlistedCharts(repository: Repository, chart: ChartDirectory): ChartDirectory[] {
  const charts = join(chart.directory, 'charts') as string;
  const found: ChartDirectory[] = [];
  for (const name of repository.directory(charts).directories) {
    const inside = readChart(repository, `${charts}/${name}`);
    if (inside && !chart.dependencies.some((d) => d.name === inside.name)) found.push(inside);
  }
  return found;
}

/** What Chart.lock says of a dependency; `inStep` is false where Helm would refuse to build from it. */
export function lockedVersion(
  repository: Repository,
  chart: ChartDirectory,
  dependency: ChartDependency,
): { version?: string; place?: Place; file: string; inStep: boolean } | undefined {
  const file = `${chart.directory === '' ? '' : `${chart.directory}/`}Chart.lock`;
  const lock = readDocument(repository, file);
  if (lock?.tree.kind !== 'map') return undefined;
  const entries = at(lock.tree, 'dependencies');
  const entry = entries?.kind === 'list' ? entries.items.find((item) => textAt(item, 'name') === dependency.name) : undefined;
  const version = at(entry, 'version');
  const digest = textAt(lock.tree, 'digest');
  return {
    file,
    ...(version?.kind === 'scalar' ? { version: exactVersion(String(version.value)) ?? String(version.value), place: version.place } : {}),
    inStep: digest === undefined || digest === lockDigest(at(chart.tree, 'dependencies'), entries),
  };
}

/** https://github.com/helm/helm/blob/main/internal/resolver/resolver.go (HashReq) */
function lockDigest(required: Tree | undefined, locked: Tree | undefined): string {
  const text = JSON.stringify([asDependencies(required), asDependencies(locked)]).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `sha256:${checksum('sha256', text)}`;
}

function asDependencies(list: Tree | undefined): unknown[] {
  if (list?.kind !== 'list') return [];
  return list.items.map((item) => {
    const plain = (toPlain(item) ?? {}) as Record<string, unknown>;
    const ordered: Record<string, unknown> = { name: plain.name ?? '' };
    if (plain.version !== undefined && plain.version !== '') ordered.version = String(plain.version);
    ordered.repository = plain.repository ?? '';
    for (const key of ['condition', 'tags', 'enabled', 'import-values', 'alias']) if (plain[key]) ordered[key] = plain[key];
    return ordered;
  });
}
