import { brotliDecompressSync } from 'node:zlib';
import semver from 'semver';
import type { Mapping, Tree } from '../model.ts';
import { fromPlain, joinPath, splitPath } from '../tree.ts';
import packedCharts, { digests } from './data/charts.ts';
import packedSensitivity from './data/sensitivity.ts';
import { type StoredCharts, storedValue } from './stored-charts.ts';

/** What a path can change in the rendered chart; found by rendering each chart with that one value changed. */
export interface Sensitivity {
  /** Keys of `cilium-config`. */
  config?: string[];
  /** Classes of other facts: `env`, `image`, `caps`, `present`, `pod` … */
  other?: string[];
  /** Versions in which nothing changed, or `always`: irrelevant there, or irrelevant to everything that the probe had switched on. */
  inert?: 'always' | string[];
  /** What Helm said where it refused the changed value. */
  refuses?: string;
}

/** Versions `first` to `last` have this default. */
export interface DefaultRange {
  first: string;
  last: string;
  value: unknown;
}

const unpack = <T>(packed: string): T => JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString()) as T;

let charts: StoredCharts | undefined;
let versionNumbers: Map<string, number> | undefined;
let sensitivities: Map<string, Sensitivity> | undefined;
const defaults = new Map<string, Mapping>();
const keys = new Map<string, Keys>();
const added = new Set<string>();

function stored(): StoredCharts {
  charts ??= unpack<StoredCharts>(packedCharts);
  return charts;
}

function numberOf(version: string): number | undefined {
  versionNumbers ??= new Map(stored().versions.map((v, i) => [v, i]));
  return versionNumbers.get(version);
}

/** Every version of the chart that is known beforehand, in release order. */
export function chartVersions(): readonly string[] {
  return stored().versions;
}

/** Makes a chart known, or speak for itself where it was known: its defaults count from now on. What templates honour without a default is taken from the newest known version before it. */
export function addChart({ version, defaults: values }: { version: string; defaults: Mapping }): void {
  added.add(version);
  defaults.set(version, values);
  keys.delete(version);
}

/** The version to judge by: itself where it is known, with any leading `v` gone; the newest known one of its minor with a note where only the patch is unknown; undefined where the minor is. */
export function knownVersion(version: string): { version: string; note?: string } | undefined {
  const parsed = semver.parse(version.trim().replace(/^v/, ''));
  if (!parsed) return undefined;
  if (added.has(parsed.version) || numberOf(parsed.version) !== undefined) return { version: parsed.version };
  const newest = semver.maxSatisfying([...stored().versions, ...added], `${parsed.major}.${parsed.minor}.x`, { includePrerelease: true });
  const minor = `${parsed.major}.${parsed.minor}`;
  if (newest === null || !newest.startsWith(`${minor}.`)) return undefined;
  return { version: newest, note: `chart ${parsed.version} is not known here: judged as ${newest}, the newest known ${minor}` };
}

/** The chart's values.yaml of a known version; every node with origin `default`. The tree is shared: never change it. */
export function chartDefaults(version: string): Mapping {
  const known = defaults.get(version);
  if (known) return known;
  const place = { source: `chart default ${version}` };
  const root: Mapping = { kind: 'map', entries: new Map(), place, origin: 'default' };
  const { defaults: all, values } = stored();
  const number = numberOf(version);
  for (const above in all) {
    let parent: Mapping | undefined;
    const group = all[above]!;
    for (const key in group) {
      const value = number === undefined ? undefined : valueIn(group[key]!, number);
      if (value === undefined) continue;
      parent ??= mapAt(root, above);
      parent.entries.set(key, fromPlain(storedValue(values, digests, value), place, 'default'));
    }
  }
  defaults.set(version, root);
  return root;
}

function mapAt(root: Mapping, path: string): Mapping {
  let map = root;
  if (path !== '') {
    for (const key of splitPath(path)) {
      let next: Tree | undefined = map.entries.get(key);
      if (next?.kind !== 'map') {
        next = { kind: 'map', entries: new Map(), place: root.place, origin: 'default' };
        map.entries.set(key, next);
      }
      map = next;
    }
  }
  return map;
}

/** How the default of a path went from version to version; empty where no version has one. */
export function defaultHistory(path: string): readonly DefaultRange[] {
  const { versions, values, defaults: all } = stored();
  const segments = splitPath(path);
  const key = segments.pop()!;
  const above = joinPath(segments);
  const group = Object.hasOwn(all, above) ? all[above]! : {};
  const ranges = Object.hasOwn(group, key) ? group[key]! : [];
  const history: DefaultRange[] = [];
  for (let i = 0; i < ranges.length; i += 3)
    history.push({ first: versions[ranges[i]!]!, last: versions[ranges[i + 1]!]!, value: storedValue(values, digests, ranges[i + 2]!) });
  return history;
}

/** What a path can change in the rendered chart; undefined where it was not probed. */
export function sensitivityOf(path: string): Sensitivity | undefined {
  sensitivities ??= new Map(Object.entries(unpack<Record<string, Sensitivity>>(packedSensitivity)));
  return sensitivities.get(path);
}

/** True where the chart of this version knows the path: it, something above that takes any key, or something below it has a default or is read by a template. `global` belongs to Helm. */
export function isChartPath(version: string, path: string): boolean {
  const segments = splitPath(path);
  if (segments[0] === 'global') return true;
  const defaults = chartDefaults(version);
  let node: Tree | undefined = defaults;
  let read: Keys | undefined = keysOf(version);
  for (const segment of segments) {
    if (node !== defaults && takesAnyKey(node, read)) return true;
    if (node?.kind === 'scalar' && node.value === null && /^\d+$/.test(segment)) return true;
    node = node?.kind === 'map' ? node.entries.get(segment) : undefined;
    read = read?.below?.get(segment);
    if (node === undefined && read === undefined) return false;
  }
  return true;
}

/** An empty map, a list, a map that templates write out whole, or what only a template names and names nothing below. */
function takesAnyKey(node: Tree | undefined, read: Keys | undefined): boolean {
  if (read?.anything || node?.kind === 'list') return true;
  return node === undefined ? read?.below === undefined : node.kind === 'map' && node.entries.size === 0;
}

/** Segments of what templates read; `anything`: any key below counts. */
interface Keys {
  below?: Map<string, Keys>;
  anything?: boolean;
}

/** The paths that templates read without a default, and the maps that take any key. */
function keysOf(version: string): Keys {
  const known = keys.get(version);
  if (known) return known;
  const root: Keys = {};
  const number = numberOf(version) ?? (added.has(version) ? newestBefore(version) : undefined);
  if (number !== undefined) {
    const { honoured, free } = stored();
    for (const path in honoured) if (inRange(honoured[path]!, number)) keyAt(root, path);
    for (const path in free) if (inRange(free[path]!, number)) keyAt(root, path).anything = true;
  }
  keys.set(version, root);
  return root;
}

function keyAt(root: Keys, path: string): Keys {
  let node = root;
  for (const segment of splitPath(path)) {
    node.below ??= new Map();
    let next = node.below.get(segment);
    if (!next) {
      next = {};
      node.below.set(segment, next);
    }
    node = next;
  }
  return node;
}

function newestBefore(version: string): number {
  const { versions } = stored();
  const before = versions.findLastIndex((known) => semver.lt(known, version));
  return Math.max(before, 0);
}

function valueIn(ranges: number[], version: number): number | undefined {
  for (let i = 0; i < ranges.length; i += 3) if (ranges[i]! <= version && version <= ranges[i + 1]!) return ranges[i + 2];
  return undefined;
}

function inRange(ranges: number[], version: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) if (ranges[i]! <= version && version <= ranges[i + 1]!) return true;
  return false;
}
