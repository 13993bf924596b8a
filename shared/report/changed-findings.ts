import type { Finding, Place } from '../model.ts';

/** A finding of one of the reports, and which cluster it is about in both. */
export interface PlacedFinding {
  finding: Finding;
  /** The same for a cluster of the head and the one that it is in the base; '' for none. */
  cluster: string;
}

/**
 * Which finding of the head was there in the base, each at most once. The id decides; where a cluster or a file got another name, or lines and
 * numbers of the message changed, the rule, the setting and what else the message says. `isMoved` tells whether a file of the base can have become one of the head.
 */
export function matchFindings(
  head: readonly PlacedFinding[],
  base: readonly PlacedFinding[],
  isMoved: (from: string, to: string) => boolean,
): Map<Finding, Finding> {
  const partners = new Map<Finding, Finding>();
  const left = new Set(base);
  const pass = (key: (placed: PlacedFinding) => string, fits: (one: PlacedFinding, other: PlacedFinding) => boolean = () => true) => {
    const byKey = new Map<string, PlacedFinding[]>();
    for (const other of left) {
      const group = byKey.get(key(other));
      if (group) group.push(other);
      else byKey.set(key(other), [other]);
    }
    for (const one of head) {
      if (partners.has(one.finding)) continue;
      const candidates = byKey.get(key(one)) ?? [];
      const found = candidates.findIndex((other) => fits(one, other));
      if (found < 0) continue;
      const [other] = candidates.splice(found, 1);
      partners.set(one.finding, other!.finding);
      left.delete(other!);
    }
  };
  const about = ({ cluster, finding: { rule, setting = '' } }: PlacedFinding) => [cluster, rule, setting].join('\n');
  const sameFile = (one: PlacedFinding, other: PlacedFinding) => {
    const [to, from] = [one.finding.places[0], other.finding.places[0]];
    if (!from || !to || !('file' in from) || !('file' in to))
      return from === undefined ? to === undefined : to !== undefined && 'file' in from === 'file' in to;
    return from.file === to.file || isMoved(from.file, to.file);
  };
  pass((placed) => [placed.cluster, placed.finding.id, placed.finding.message].join('\n'));
  pass((placed) => [placed.cluster, idWithoutCluster(placed.finding)].join('\n'));
  // A fault of the repository gets a cluster where there is only one, and loses it where there are two.
  pass(
    (placed) => idWithoutCluster(placed.finding),
    (one, other) => one.finding.cluster === null || other.finding.cluster === null,
  );
  pass((placed) => `${about(placed)}\n${skeleton(placed.finding)}`, sameFile);
  pass(about, (one, other) => {
    const [to, from] = [one.finding.places[0], other.finding.places[0]];
    return from !== undefined && to !== undefined && 'file' in from && 'file' in to && from.file !== to.file && isMoved(from.file, to.file);
  });
  return partners;
}

/** `rule:cluster:what:where` without the cluster, and without the numbers of who speaks where no file does. */
function idWithoutCluster({ id, rule, cluster, places }: Finding): string {
  const head = `${rule}:${cluster ?? ''}:`;
  const rest = id.startsWith(head) ? `${rule}\n${id.slice(head.length)}` : id;
  const first = places[0];
  return first !== undefined && 'source' in first ? withoutNumbers(rest) : rest;
}

/** What a message says beside names of files and numbers. */
function skeleton({ message, places, cluster }: Finding): string {
  const names = [...new Set([...places.map(nameOf), ...(cluster === null ? [] : [cluster])])].filter((name) => name !== '');
  names.sort((a, b) => b.length - a.length);
  return withoutNumbers(names.reduce((text, name) => text.replaceAll(name, '\0'), message));
}

function nameOf(place: Place): string {
  return 'file' in place ? place.file : place.source;
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '#');
}
