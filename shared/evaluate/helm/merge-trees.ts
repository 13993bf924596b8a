import type { Mapping, Opaque, Tree } from '../../model.ts';

/**
 * One values layer over another, as several `-f` merge: maps merge deeply, everything else replaces, null is a value and stays.
 * An opaque layer, or the unseen part of a map, may have overwritten whatever lies below it, so that is opaque from there on. Neither argument is changed.
 */
export function mergeTrees(below: Tree | undefined, above: Tree): Tree {
  if (above.kind !== 'map') return above;
  if (below === undefined) return above;
  if (below.kind === 'opaque') return unseenBelow(above, below);
  if (below.kind !== 'map') return above;
  return mergeMaps(below, above);
}

/** The same of two maps. */
export function mergeMaps(below: Mapping, above: Mapping): Mapping {
  if (above.entries.size === 0 && !above.unseen) return below;
  const entries = above.unseen ? new Map<string, Tree>() : new Map(below.entries);
  for (const [key, value] of above.entries) {
    const known = below.entries.get(key) ?? below.unseen;
    entries.set(key, value.kind === 'map' ? mergeTrees(known, value) : value);
  }
  const unseen = above.unseen ?? below.unseen;
  return { kind: 'map', entries, place: above.place, origin: above.origin, ...(unseen && { unseen }) };
}

/** A map that lies over something that cannot be known: its own keys are certain, no other is. */
export function unseenBelow(map: Mapping, hidden: Opaque): Mapping {
  const entries = new Map<string, Tree>();
  for (const [key, value] of map.entries) entries.set(key, value.kind === 'map' ? unseenBelow(value, hidden) : value);
  return { ...map, entries, unseen: map.unseen ?? hidden };
}
