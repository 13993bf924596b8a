import type { Cell, Row, Side } from '../model.ts';

/** The side on which a row cannot be known; the bootstrap where neither can. */
export function unknownSide({ bootstrap }: Row): Side {
  return bootstrap.origin === 'opaque' ? 'bootstrap' : 'argocd';
}

/** The value that cannot be known, and why in words that complete "it cannot be known here: …". */
export function unknownCell(row: Row): Cell & { why: string } {
  const cell = row[unknownSide(row)];
  return { ...cell, why: cell.why ?? row.why ?? 'it is not in Git' };
}
