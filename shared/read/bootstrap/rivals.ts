import type { Candidate } from '../../discover/candidate.ts';
import type { Declaration } from '../../model.ts';
import { References } from './references.ts';

/**
 * Where several machine configurations of one cluster each install Cilium, at most one is live. The one that the repository's scripts and documents speak of keeps its rank;
 * where they speak of none, or of several alike, all keep theirs.
 */
export function settleRivals(declarations: readonly Declaration[], candidates: readonly Candidate[]): Declaration[] {
  const byCluster = new Map<string, Declaration[]>();
  for (const declaration of declarations) {
    if (declaration.rank !== 5) continue;
    for (const { name, strength } of declaration.clusters) {
      if (strength !== 3) continue;
      const known = byCluster.get(name);
      if (known) known.push(declaration);
      else byCluster.set(name, [declaration]);
    }
  }
  const lesser = new Map<Declaration, string>();
  let references: References | undefined;
  for (const rivals of byCluster.values()) {
    if (rivals.length < 2) continue;
    references ??= new References(candidates);
    const spoken = rivals.map((rival) => ({ rival, times: timesSpoken(rival, references!) })).sort((a, b) => b.times - a.times);
    if (spoken[0]!.times === spoken[1]!.times) continue;
    for (const { rival } of spoken.slice(1)) lesser.set(rival, spoken[0]!.rival.place.file);
  }
  return declarations.map((declaration) => {
    const live = lesser.get(declaration);
    return live === undefined
      ? declaration
      : { ...declaration, rank: 4, rankWhy: `${declaration.rankWhy}; but scripts and documents speak of ${live} for the same cluster` };
  });
}

/** How many scripts and documents name a file of the declaration. */
function timesSpoken(declaration: Declaration, references: References): number {
  const files = new Set<string>();
  for (const path of declaration.files)
    for (const { file, kind } of references.to(path)) if (kind === 'script' || kind === 'document') files.add(file);
  return files.size;
}
