import type { Candidate } from '../discover/candidate.ts';
import { knownProblem, whyLeftOut } from '../language/yaml/parse.ts';
import type { Unused } from '../model.ts';

/** Files that readers wanted and that are broken in a part, with the place of the first fault. The rest of each was read. Asked after all readers. */
export function brokenFiles(candidates: readonly Candidate[]): Unused[] {
  return candidates.flatMap(({ path, text }) => {
    const why = whyLeftOut(path);
    if (why !== undefined) return [{ file: path, why, broken: true, leftOut: true }];
    const problem = /\.ya?ml$/i.test(path) && !/(?:^|\/)templates\//.test(path) ? knownProblem(path, text) : undefined;
    return problem
      ? [{ file: path, why: `line ${problem.place.line}, column ${problem.place.column}: ${problem.message}`, broken: true }]
      : [];
  });
}
