/** More letters than these are no slip of the pen, however long the name is. */
const MOST_EDITS = 3;

/** The name that was most likely meant: the same but for case, or a few letters away; undefined where nothing is close, for a wild guess is worse than none. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  const lower = written.toLowerCase();
  let best: string | undefined;
  let fewest = Math.min(MOST_EDITS, Math.max(1, Math.floor(written.length / 4))) + 1;
  for (const name of names) {
    if (Math.abs(name.length - written.length) >= fewest) continue;
    const edits = name.toLowerCase() === lower ? 0 : distance(lower, name.toLowerCase(), fewest);
    if (edits < fewest && isSlip(lower, name.toLowerCase())) {
      fewest = edits;
      best = name;
    }
  }
  return best;
}

/** No word of it is another word: `service.type` is not `service.name`. */
function isSlip(written: string, name: string): boolean {
  const [left, right] = [written, name].map((text) => text.split(/[.-]/)) as [string[], string[]];
  if (left.length !== right.length) return true;
  return left.every((word, i) => {
    const most = Math.max(1, Math.floor(word.length / 3));
    return word === right[i] || distance(word, right[i]!, most + 1) <= most;
  });
}

/** How many letters were left out, added, mistaken or swapped with their neighbour, or `limit` where it is at least that. */
function distance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cost = Math.min(
        previous[j]! + 1,
        row[j - 1]! + 1,
        previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
      row.push(cost);
      if (cost < least) least = cost;
    }
    // A swap may yet reach back over one row.
    if (least > limit) return limit;
    [before, previous] = [previous, row];
  }
  return Math.min(limit, previous[b.length]!);
}
