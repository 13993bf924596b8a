import { chartDefaults, defaultHistory, isChartPath } from '../cilium/charts.ts';
import type { Place, Tree } from '../model.ts';
import { at, isMap, joinPath, leavesOf, splitPath } from '../tree.ts';
import { nearest } from './nearest.ts';
import { lineOf } from './rule.ts';
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

const found = new WeakMap<object, UnknownKey[]>();

/** Every key that somebody wrote and that the chart of that side ignores; one that both sides write is one. */
export function unknownKeys(cluster: Parameters<typeof sidesOf>[0]): UnknownKey[] {
  let keys = found.get(cluster);
  if (!keys) {
    keys = findUnknownKeys(cluster);
    found.set(cluster, keys);
  }
  return keys;
}

function findUnknownKeys(cluster: Parameters<typeof sidesOf>[0]): UnknownKey[] {
  const keys = new Map<string, Omit<UnknownKey, 'leaves'> & { leaves: Set<string> }>();
  for (const side of sidesOf(cluster)) {
    const { version, user } = side.release;
    if (version === null || user.kind === 'opaque') continue;
    for (const [leaf, segments] of leavesOf(user)) {
      if (isChartPath(version, leaf) || !isWritten(user, segments)) continue;
      // What SOPS writes beside the values it encrypts; whoever decrypts them takes it away.
      if (segments[0] === 'sops' && at(user, 'sops.mac') !== undefined) continue;
      const root = unknownRoot(version, segments);
      const path = joinPath(root);
      const key = keys.get(path) ?? { path, sides: [], places: [], version, leaves: new Set<string>() };
      keys.set(path, key);
      key.leaves.add(leaf);
      if (key.sides.includes(side)) continue;
      key.sides.push(side);
      const node = at(user, segments);
      if (node && !key.places.some((place) => lineOf(place) === lineOf(node.place))) key.places.push(node.place);
    }
  }
  return [...keys.values()].map(({ leaves, ...key }) => {
    const all = [...leaves];
    return { ...key, ...(all.length === 1 && { path: all[0]! }), leaves: all };
  });
}

/** True where somebody wrote a value at the path, and it can be read. */
export function isWritten(user: Tree, path: string | readonly string[]): boolean {
  const node = at(user, path);
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

/** The key that was meant to be this one and is written in another way. */
export function misspellingOf(cluster: Parameters<typeof sidesOf>[0], path: string): UnknownKey | undefined {
  return unknownKeys(cluster).find((key) => !lifeOf(key) && meantBy(key) === path);
}

/** The versions that had the key, where its defaults tell: `last` before the one asked for, or `first` after it. */
export function lifeOf({ leaves }: UnknownKey): { first: string; last: string } | undefined {
  for (const leaf of leaves) {
    const history = defaultHistory(leaf);
    // A key that only the previews of the next minor still had went with the patch before.
    const released = history.filter(({ first, last }) => !isPreview(first, last));
    if (history.length > 0) return { first: history[0]!.first, last: (released.at(-1) ?? history.at(-1)!).last };
  }
  return undefined;
}

/** True for a span of versions that ends before the release which it leads to. */
function isPreview(first: string, last: string): boolean {
  const release = (version: string) => version.split('-')[0];
  return last.includes('-') && release(first) === release(last);
}

/** The path of the chart that was most likely meant; undefined where none is close. */
export function meantBy({ leaves, version }: UnknownKey): string | undefined {
  const written = leaves[0]!;
  const key = `${version} ${written}`;
  if (!meant.has(key)) meant.set(key, closest(written, knownPaths(version)));
  return meant.get(key);
}

/** What to write instead of the key itself: the map of the chart where a whole map is unknown, else what its one leaf means. */
export function meantInstead(key: UnknownKey): string | undefined {
  const leaf = meantBy(key);
  const below = key.leaves[0]!.slice(key.path.length);
  return leaf !== undefined && below !== '' && leaf.endsWith(below) ? leaf.slice(0, -below.length) : leaf;
}

/** True where every side that writes the key writes this path of the chart too. */
export function isWrittenBeside({ sides }: UnknownKey, path: string): boolean {
  return sides.every(({ release }) => at(release.user, path) !== undefined);
}

/** Several rules ask for the same keys, and each answer takes a look at every default. */
const meant = new Map<string, string | undefined>();
const paths = new Map<string, readonly KnownPath[]>();

interface KnownPath {
  path: string;
  segments: readonly string[];
  /** A map that holds whatever people write into it. */
  open: boolean;
}

function knownPaths(version: string): readonly KnownPath[] {
  let known = paths.get(version);
  if (!known) {
    const defaults = chartDefaults(version);
    known = [...leavesOf(defaults)].map(([path, segments]) => ({ path, segments, open: at(defaults, segments)?.kind === 'map' }));
    paths.set(version, known);
  }
  return known;
}

function closest(written: string, known: readonly KnownPath[]): string | undefined {
  const lower = written.toLowerCase();
  const sameLetters = known.find(({ path }) => path.length === written.length && path.toLowerCase() === lower);
  if (sameLetters) return sameLetters.path;
  // A dot that was meant to lead deeper, in a key of its own.
  const unfolded = written.replaceAll('\\.', '.');
  if (unfolded !== written && known.some(({ path }) => path === unfolded)) return unfolded;
  const segments = splitPath(written);
  const misspelt = known.filter((one) => isMisspelt(segments, one.segments));
  if (misspelt.length > 0)
    return nearest(
      written,
      misspelt.map(({ path }) => path),
    );
  const opened = known.filter(
    (one) => one.open && one.segments.length < segments.length && isMisspelt(segments.slice(0, one.segments.length), one.segments),
  );
  if (opened.length === 1) return joinPath([...opened[0]!.segments, ...segments.slice(opened[0]!.segments.length)]);
  // A map too few or too many on the way.
  const deeper = known.filter((one) => one.segments.length <= segments.length + 1 && isWithin(segments, one.segments));
  if (deeper.length === 1) return deeper[0]!.path;
  return known.find(({ path, segments: own }) => own.length > 1 && written.endsWith(`.${path}`))?.path;
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
