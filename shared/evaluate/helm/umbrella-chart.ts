import semver from 'semver';
import type { FilePlace, Layer, Mapping, SetFlag, Tree, ValuesLayer } from '../../model.ts';
import { startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { at, emptyMap, joinPath, opaque } from '../../tree.ts';
import { askedVersion, type ChartRelease, isCiliumChart } from '../chart-release.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import {
  type ChartDependency,
  type ChartDirectory,
  isUpstreamCilium,
  lockedVersion,
  ownValues,
  readChart,
  unlistedCharts,
  vendored,
} from './chart-directory.ts';
import { mergeLayers } from './merge.ts';
import { mergeTrees } from './merge-trees.ts';
import { assignmentsOf } from './strvals.ts';

/** What a chart in the repository says of a release: all but its name and namespace. */
export type ChartPart = Pick<
  ChartRelease,
  'form' | 'place' | 'files' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'layers' | 'opaque'
>;

const DEEPEST = 8;

/**
 * Every Cilium that the chart in a directory would render with these user values: the upstream chart itself, or a dependency of an umbrella at any depth.
 * Layers are those of the Cilium chart, without the prefix of the umbrella. None where the chart brings no Cilium. `helm`: as in `coalesce`.
 */
export function ciliumOfChart(
  repository: Repository,
  directory: string,
  user: readonly Layer[],
  faults: Fault[],
  helm: 3 | 4 = 4,
): ChartPart[] {
  const chart = readChart(repository, directory);
  if (!chart) return [];
  const umbrella = new Umbrella(repository, faults, helm);
  const given: Given = { chart, layers: user, files: [], depth: 0 };
  return isUpstreamCilium(repository, chart) ? [umbrella.upstream(given)] : umbrella.dependencies(given);
}

/** True where a chart is Cilium or has it below it, switched on or not. */
export function bringsCilium(repository: Repository, chart: ChartDirectory, depth = 0): boolean {
  if (isUpstreamCilium(repository, chart) || chart.dependencies.some((dependency) => isCiliumChart(dependency.name))) return true;
  if (depth > DEEPEST) return false;
  const inside = [
    ...chart.dependencies.flatMap((dependency) => {
      const directory = vendored(repository, chart, dependency)?.directory;
      const found = directory === undefined ? undefined : readChart(repository, directory);
      return found ? [found] : [];
    }),
    ...unlistedCharts(repository, chart),
  ];
  return inside.some((one) => bringsCilium(repository, one, depth + 1));
}

/** A chart on the way down from the one that is released, and what it is given. */
interface Given {
  chart: ChartDirectory;
  /** What stands over the chart's own values. */
  layers: readonly Layer[];
  /** Charts on the way, for {@link ChartPart.files}. */
  files: readonly string[];
  /** 0: the chart that is released itself. */
  depth: number;
}

/** Follows charts to their dependencies. */
class Umbrella {
  readonly #repository: Repository;
  readonly #faults: Fault[];
  readonly #helm: 3 | 4;

  constructor(repository: Repository, faults: Fault[], helm: 3 | 4) {
    this.#repository = repository;
    this.#faults = faults;
    this.#helm = helm;
  }

  /** The upstream chart as it lies in a directory. */
  upstream({ chart, layers, files }: Omit<Given, 'depth'>): ChartPart {
    const { version, why } = askedVersion(chart.version);
    const own = ownValues(this.#repository, chart, 'default', this.#faults);
    return {
      form: 'application',
      place: chart.place,
      files: [...files, chart.file, ...filesOf(layers)],
      chartVersion: version,
      ...(why ? { chartVersionWhy: why } : {}),
      ...(chart.versionPlace ? { chartVersionPlace: chart.versionPlace } : {}),
      layers: [...(own ? [own] : []), ...layers],
    };
  }

  dependencies(given: Given): ChartPart[] {
    const { chart, layers, depth } = given;
    if (depth > DEEPEST) return [];
    const own = ownValues(this.#repository, chart, 'set', this.#faults);
    let merged: Tree | undefined;
    const all = own ? [own, ...layers] : layers;
    const listed = chart.dependencies.flatMap((dependency) => {
      const local = vendored(this.#repository, chart, dependency);
      const inside = local?.directory === undefined ? undefined : readChart(this.#repository, local.directory);
      if (!inside && !isCiliumChart(dependency.name)) {
        if (dependency.repository === '' || dependency.repository.startsWith('file://'))
          this.#faults.push(missingDependency(dependency, chart));
        return [];
      }
      merged ??= mergeLayers(all).tree;
      if (!enabled(dependency, merged)) return [];
      const below = this.#below(dependency, own, given);
      if (inside) return this.#inside(inside, dependency, below, true);
      if (local === undefined && dependency.repository.startsWith('file://')) this.#faults.push(missingDependency(dependency, chart));
      return [asDependency(this.#remote(chart, dependency, local, below), dependency, below)];
    });
    const unlisted = unlistedCharts(this.#repository, chart).flatMap((inside) => {
      const dependency: ChartDependency = { name: inside.name, key: inside.name, repository: '', tags: [], place: inside.place };
      return this.#inside(inside, dependency, this.#below(dependency, own, given), false);
    });
    return [...listed, ...unlisted];
  }

  /**
   * What a dependency is given. To Helm ≥ 4.2 nulls in the released chart's own values delete nothing as long as what it is given itself does not
   * name the dependency: recorded in `umbrella-chart.test.ts`.
   */
  #below({ key }: ChartDependency, own: ValuesLayer | undefined, { chart, layers, files, depth }: Given): Below {
    const named = depth > 0 || layers.some((layer) => names(layer, key));
    const below = layers.map((layer) => belowKey(layer, key, this.#faults));
    if (own) {
      const layer = belowKey(own, key, this.#faults);
      below.unshift(named || this.#helm === 3 ? layer : { ...layer, tree: withoutNulls(layer.tree) });
    }
    return { layers: below, named, files: [...files, chart.file], depth: depth + 1 };
  }

  /** A dependency that lies in this repository. */
  #inside(inside: ChartDirectory, dependency: ChartDependency, below: Below, listed: boolean): ChartPart[] {
    const given = { ...below, chart: inside };
    if (!isUpstreamCilium(this.#repository, inside)) return this.dependencies(given).map((part) => asDependency(part, dependency, below));
    if (listed) this.#checkVersion(inside, dependency, below.files.at(-1)!);
    return [asDependency(this.upstream(given), dependency, below)];
  }

  #checkVersion(inside: ChartDirectory, { name, version, repository, place }: ChartDependency, asking: string): void {
    if (!repository.startsWith('file://') || !inside.version || !version || satisfies(inside.version, version)) return;
    this.#faults.push(
      argocdRefuses(`Helm refuses ${asking}: it asks for ${name} ${version}, and ${repository} holds ${inside.version}`, [
        place,
        inside.versionPlace ?? inside.place,
      ]),
    );
  }

  /** A dependency that Helm fetches, or that lies packed below `charts/`. */
  #remote(
    chart: ChartDirectory,
    dependency: ChartDependency,
    packed: { version?: string; file?: string } | undefined,
    { layers, files }: Below,
  ): ChartPart {
    let { version, why } = askedVersion(packed?.version ?? dependency.version);
    let versionPlace = dependency.versionPlace ?? dependency.place;
    const lock = packed ? undefined : lockedVersion(this.#repository, chart, dependency);
    if (lock && !lock.inStep) {
      this.#faults.push(
        argocdRefuses(
          `Helm refuses ${chart.file}: ${lock.file} is out of step with it`,
          [dependency.place, lock.place ?? startOf(lock.file)],
          'Run `helm dependency update` and commit Chart.lock.',
        ),
      );
    } else if (lock?.version && version === null) {
      [version, why] = [lock.version, undefined];
      versionPlace = lock.place ?? versionPlace;
    }
    return {
      form: 'umbrella-chart',
      place: dependency.place as FilePlace,
      files: [
        ...files,
        ...(packed?.file ? [packed.file] : []),
        ...(lock?.version && version === lock.version ? [lock.file] : []),
        ...filesOf(layers),
      ],
      chartVersion: version,
      ...(why ? { chartVersionWhy: why } : {}),
      chartVersionPlace: versionPlace,
      layers,
    };
  }
}

/** What a dependency is given; `named`: {@link ChartPart.umbrella}. */
interface Below extends Omit<Given, 'chart'> {
  layers: Layer[];
  named: boolean;
}

function asDependency(part: ChartPart, { place }: ChartDependency, { named }: Below): ChartPart {
  const umbrella = { named: named || part.umbrella !== undefined };
  return { ...part, form: 'umbrella-chart', umbrella, place: 'file' in place ? place : part.place };
}

function satisfies(version: string, range: string): boolean {
  try {
    return semver.satisfies(version, range.replace(/^v/, ''), { includePrerelease: true });
  } catch {
    return true;
  }
}

function missingDependency(dependency: ChartDependency, chart: ChartDirectory): Fault {
  return argocdRefuses(
    `Helm refuses ${chart.file}: the dependency ${dependency.name} is neither in charts/ nor at ${dependency.repository || 'any repository'}`,
    [dependency.place],
  );
}

/** https://helm.sh/docs/helm/helm_dependency/ : the first condition path that exists as a boolean decides, then tags; else on. */
function enabled(dependency: ChartDependency, values: Tree): boolean {
  for (const path of (dependency.condition ?? '').split(',')) {
    const node = path.trim() === '' ? undefined : at(values, path.trim().split('.'));
    if (node?.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  }
  let off = false;
  for (const tag of dependency.tags) {
    const node = at(values, ['tags', tag]);
    if (node?.kind !== 'scalar') continue;
    if (node.value === true) return true;
    if (node.value === false) off = true;
  }
  return !off;
}

/** A layer as a dependency sees it: what stands under its key, and the parent's `global` over its own. */
function belowKey<L extends Layer>(layer: L, key: string, faults: Fault[]): L {
  if (layer.kind === 'set') return { ...layer, flags: layer.flags.flatMap((flag) => flagBelow(flag, key)) };
  const { tree } = layer;
  if (tree.kind === 'opaque') return layer;
  let below: Tree = at(tree, [key]) ?? emptyMap(layer.place);
  if (below.kind !== 'map' && below.kind !== 'opaque') {
    faults.push(argocdRefuses(`Helm refuses the values: ${key} must be a map of the dependency's values`, [below.place]));
    below = opaque('is no map of values, which Helm refuses', below.place);
  }
  const global = at(tree, 'global');
  if (below.kind === 'map' && global && global.kind !== 'scalar') {
    const merged = mergeTrees(below.entries.get('global'), global);
    below = { ...below, entries: new Map(below.entries).set('global', merged) } satisfies Mapping;
  }
  return { ...layer, tree: below };
}

/** True where a layer says anything of a dependency. */
function names(layer: Layer, key: string): boolean {
  if (layer.kind !== 'set') return at(layer.tree, [key]) !== undefined;
  return layer.flags.some((flag) => flagBelow(flag, key).some(({ text }) => !text.startsWith('global.')));
}

/** `cilium.MTU=1` is `MTU=1` to the dependency; an assignment for something else is none to it. */
function flagBelow(flag: SetFlag, key: string): SetFlag[] {
  if (flag.flag === 'set-json' && /^\s*\{/.test(flag.text)) return documentBelow(flag, key);
  const prefix = `${joinPath([key])}.`;
  return assignmentsOf(flag.text, flag.flag, { helm: 4, ...flag }).flatMap((assignment) => {
    const { text } = assignment;
    if (assignment.key === 'global') return [{ ...flag, text }];
    if (text.startsWith(prefix)) return [{ ...flag, text: text.slice(prefix.length) }];
    return assignment.key === key ? [{ ...flag, text, opaque: opaque('replaces all values of the dependency', flag.place) }] : [];
  });
}

/** Of `--set-json '{"cilium": {"MTU": 1}}'` what the dependency sees. A text that Helm refuses stays what it is. */
function documentBelow(flag: SetFlag, key: string): SetFlag[] {
  try {
    const document = JSON.parse(flag.text) as Record<string, unknown>;
    const own = Object.hasOwn(document, key) ? document[key] : undefined;
    if (own === undefined && document.global === undefined) return [];
    const below = { ...(own as object | undefined), ...(document.global === undefined ? {} : { global: document.global }) };
    return [{ ...flag, text: JSON.stringify(below) }];
  } catch {
    return [flag];
  }
}

/** Values without the nulls of their maps. */
function withoutNulls(tree: Tree): Tree {
  if (tree.kind !== 'map') return tree;
  const entries: Mapping['entries'] = new Map();
  for (const [key, value] of tree.entries) if (value.kind !== 'scalar' || value.value !== null) entries.set(key, withoutNulls(value));
  return { ...tree, entries };
}

/** The files that layers were read from, each once. */
export function filesOf(layers: readonly Layer[]): string[] {
  const files = new Set<string>();
  for (const layer of layers) if (layer.kind === 'values-file' && 'file' in layer.place) files.add(layer.place.file);
  return [...files];
}
