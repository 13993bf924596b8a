import { chartDefaults, defaultHistory, isChartPath } from '../cilium/charts.ts';
import type { Place, Tree } from '../model.ts';
import { at, isMap, joinPath, leavesOf } from '../tree.ts';
import { nearest } from './nearest.ts';
import { type SideOfCluster, sidesOf } from './sides.ts';

/** A key that people wrote and the chart does not know: itself, or the map above it where all of that is unknown. */
export interface UnknownKey {
  path: string;
  sides: SideOfCluster[];
  places: Place[];
  /** The chart version of the first of these sides. */
  version: string;
  /** Everything that is written below it. */
  leaves: string[];
}

/** Every key that somebody wrote and that the chart of that side ignores; one that both sides write is one. */
export function unknownKeys(cluster: Parameters<typeof sidesOf>[0]): UnknownKey[] {
  const found = new Map<string, UnknownKey>();
  for (const side of sidesOf(cluster)) {
    const { version, user } = side.release;
    if (version === null || user.kind === 'opaque') continue;
    for (const [leaf, segments] of leavesOf(user)) {
      if (isChartPath(version, leaf) || !isWritten(at(user, segments))) continue;
      const root = unknownRoot(version, segments);
      const path = joinPath(root);
      const key = found.get(path) ?? { path, sides: [], places: [], version, leaves: [] };
      found.set(path, key);
      if (!key.leaves.includes(leaf)) key.leaves.push(leaf);
      if (key.sides.includes(side)) continue;
      key.sides.push(side);
      const node = at(user, segments);
      if (node && !key.places.some((place) => samePlace(place, node.place))) key.places.push(node.place);
    }
  }
  return [...found.values()].map((key) => (key.leaves.length === 1 ? { ...key, path: key.leaves[0]! } : key));
}

function isWritten(node: Tree | undefined): boolean {
  return node !== undefined && node.kind !== 'opaque' && node.origin === 'set';
}

/** The shortest beginning of a path that the chart does not know. */
function unknownRoot(version: string, segments: readonly string[]): string[] {
  for (let length = 1; length < segments.length; length++) {
    const prefix = segments.slice(0, length);
    if (!isChartPath(version, joinPath(prefix))) return prefix;
  }
  return [...segments];
}

function samePlace(a: Place, b: Place): boolean {
  return 'file' in a && 'file' in b ? a.file === b.file && a.line === b.line : 'source' in a && 'source' in b && a.source === b.source;
}

/** The key that was meant to be this one and is written in another way. */
export function misspellingOf(cluster: Parameters<typeof sidesOf>[0], path: string): UnknownKey | undefined {
  return unknownKeys(cluster).find((key) => !lifeOf(key) && meantBy(key) === path);
}

/** The versions that had the key, where its defaults tell: `last` before the one asked for, or `first` after it. */
export function lifeOf({ leaves }: UnknownKey): { first: string; last: string } | undefined {
  for (const leaf of leaves) {
    const history = defaultHistory(leaf);
    if (history.length > 0) return { first: history[0]!.first, last: history.at(-1)!.last };
  }
  return undefined;
}

/** The path of the chart that was most likely meant; undefined where none is close. */
export function meantBy({ leaves, version }: UnknownKey): string | undefined {
  const written = leaves[0]!;
  const known = [...leavesOf(chartDefaults(version)).keys()];
  const lower = written.toLowerCase();
  const sameLetters = known.find((path) => path.toLowerCase() === lower);
  if (sameLetters) return sameLetters;
  const segments = written.split('.');
  const misspelt = known.filter((path) => isMisspelt(segments, path.split('.')));
  if (misspelt.length > 0) return nearest(written, misspelt);
  // A map too few or too many on the way.
  const deeper = known.filter((path) => path.split('.').length <= segments.length + 2 && isWithin(segments, path.split('.')));
  if (deeper.length === 1) return deeper[0];
  return known.find((path) => path.includes('.') && written.endsWith(`.${path}`));
}

/** One segment is another, and by a letter or two. */
function isMisspelt(written: readonly string[], known: readonly string[]): boolean {
  if (written.length !== known.length) return false;
  const other = written.flatMap((segment, i) => (segment === known[i] ? [] : [i]));
  return other.length === 1 && nearest(written[other[0]!]!, [known[other[0]!]!]) !== undefined;
}

/** All of `part` stands in `whole` in the same order, from the first segment to the last. */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length < 2 || part.length >= whole.length || part[0] !== whole[0] || part.at(-1) !== whole.at(-1)) return false;
  let i = 0;
  for (const segment of whole) if (segment === part[i]) i++;
  return i === part.length;
}

/** True where the map below `cilium` holds keys of Cilium's own chart: values for an umbrella chart, fed to the chart itself. */
export function isNestedForUmbrella({ path, version }: UnknownKey, user: Tree): boolean {
  const below = at(user, 'cilium');
  return (
    (path === 'cilium' || path.startsWith('cilium.')) &&
    isMap(below) &&
    [...leavesOf(below).keys()].some((leaf) => isChartPath(version, leaf))
  );
}
