import semver from 'semver';
import type { FilePlace, Layer, Mapping, SetFlag, SetLayer, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { at, emptyMap, opaque, splitPath } from '../../tree.ts';
import { askedVersion, type ChartRelease, isCiliumChart } from '../chart-release.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import { mergeLayers } from '../helm/merge.ts';
import { mergeTrees } from '../helm/merge-trees.ts';
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

/** What a chart in the repository says of a release: all but its name and namespace. */
export type ChartPart = Pick<
  ChartRelease,
  'form' | 'place' | 'files' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'layers' | 'opaque'
>;

const DEEPEST = 8;

/**
 * Every Cilium that the chart in a directory would render with these user values: the upstream chart itself, or a dependency of an umbrella at any depth.
 * Layers are those of the Cilium chart, without the prefix of the umbrella. None where the chart brings no Cilium.
 */
export function ciliumOfChart(repository: Repository, directory: string, user: readonly Layer[], faults: Fault[]): ChartPart[] {
  const chart = readChart(repository, directory);
  if (!chart) return [];
  if (isUpstreamCilium(repository, chart)) return [upstream(repository, chart, [], [...user], [], faults)];
  return dependenciesOf(repository, chart, [...user], [], faults, 0);
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

function upstream(
  repository: Repository,
  chart: ChartDirectory,
  below: Layer[],
  layers: Layer[],
  files: string[],
  faults: Fault[],
): ChartPart {
  const { version, why } = askedVersion(chart.version);
  const own = ownValues(repository, chart, 'default', faults);
  return {
    form: 'application',
    place: chart.place,
    files: [...files, chart.file, ...filesOf(layers)],
    chartVersion: version,
    ...(why ? { chartVersionWhy: why } : {}),
    ...(chart.versionPlace ? { chartVersionPlace: chart.versionPlace } : {}),
    layers: [...(own ? [own] : []), ...below, ...layers],
  };
}

function dependenciesOf(
  repository: Repository,
  chart: ChartDirectory,
  user: Layer[],
  files: string[],
  faults: Fault[],
  depth: number,
): ChartPart[] {
  if (depth > DEEPEST) return [];
  const own = ownValues(repository, chart, 'set', faults);
  const layers = own ? [own, ...user] : user;
  const here = [...files, chart.file];
  const parts: ChartPart[] = [];
  let merged: Tree | undefined;
  for (const dependency of chart.dependencies) {
    const local = vendored(repository, chart, dependency);
    const inside = local?.directory === undefined ? undefined : readChart(repository, local.directory);
    if (!inside && !isCiliumChart(dependency.name)) {
      if (dependency.repository === '' || dependency.repository.startsWith('file://')) faults.push(missingDependency(dependency, chart));
      continue;
    }
    merged ??= mergeLayers(layers).tree;
    if (!enabled(dependency, merged)) continue;
    const below = layers.map((layer) => belowKey(layer, dependency.key, faults));
    if (!inside) {
      if (local === undefined && dependency.repository.startsWith('file://')) faults.push(missingDependency(dependency, chart));
      parts.push(remoteDependency(repository, chart, dependency, local, below, here, faults));
    } else if (isUpstreamCilium(repository, inside)) {
      if (
        dependency.repository.startsWith('file://') &&
        inside.version &&
        dependency.version &&
        !satisfies(inside.version, dependency.version)
      )
        faults.push(
          argocdRefuses(
            `Helm refuses ${chart.file}: it asks for ${dependency.name} ${dependency.version}, and ${dependency.repository} holds ${inside.version}`,
            [dependency.place, inside.versionPlace ?? inside.place],
          ),
        );
      parts.push(asUmbrella(upstream(repository, inside, [], below, here, faults), dependency));
    } else parts.push(...dependenciesOf(repository, inside, below, here, faults, depth + 1).map((part) => asUmbrella(part, dependency)));
  }
  for (const inside of unlistedCharts(repository, chart)) {
    const below = layers.map((layer) => belowKey(layer, inside.name, faults));
    const dependency: ChartDependency = { name: inside.name, key: inside.name, repository: '', tags: [], place: inside.place };
    if (isUpstreamCilium(repository, inside)) parts.push(asUmbrella(upstream(repository, inside, [], below, here, faults), dependency));
    else parts.push(...dependenciesOf(repository, inside, below, here, faults, depth + 1).map((part) => asUmbrella(part, dependency)));
  }
  return parts;
}

function asUmbrella(part: ChartPart, dependency: ChartDependency): ChartPart {
  return { ...part, form: 'umbrella-chart', umbrella: true, place: 'file' in dependency.place ? dependency.place : part.place };
}

function remoteDependency(
  repository: Repository,
  chart: ChartDirectory,
  dependency: ChartDependency,
  packed: { version?: string; file?: string } | undefined,
  layers: Layer[],
  files: string[],
  faults: Fault[],
): ChartPart {
  let { version, why } = askedVersion(packed?.version ?? dependency.version);
  let versionPlace = dependency.versionPlace ?? dependency.place;
  const lock = packed ? undefined : lockedVersion(repository, chart, dependency);
  if (lock && !lock.inStep) {
    faults.push(
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
    umbrella: true,
    layers,
  };
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
function belowKey(layer: Layer, key: string, faults: Fault[]): Layer {
  if (layer.kind === 'set') return { ...layer, flags: layer.flags.flatMap((flag) => flagBelow(flag, key)) } satisfies SetLayer;
  const { tree } = layer;
  if (tree.kind === 'opaque') return layer;
  const found = at(tree, [key]);
  let below: Tree = found ?? emptyMap(layer.place);
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

/** `cilium.MTU=1` is `MTU=1` to the dependency; a flag for something else is none to it. A text with several assignments stays whole where all are for the dependency. */
function flagBelow(flag: SetFlag, key: string): SetFlag[] {
  const prefix = `${key.replace(/[\\.]/g, '\\$&')}.`;
  if (flag.text.startsWith('global.')) return [flag];
  if (!flag.text.startsWith(prefix)) {
    const head = splitPath(flag.text.split('=')[0] ?? '')[0];
    if (head !== key) return [];
    const unknown = opaque('replaces all values of the dependency', flag.place);
    return [{ ...flag, opaque: unknown }];
  }
  return [{ ...flag, text: flag.text.slice(prefix.length) }];
}

/** The files that layers were read from, each once. */
export function filesOf(layers: readonly Layer[]): string[] {
  const files = new Set<string>();
  for (const layer of layers) if (layer.kind === 'values-file' && 'file' in layer.place) files.add(layer.place.file);
  return [...files];
}
