import type { FilePlace, Place, Report } from '../model.ts';
import { pathWithin } from '../place.ts';
import type { Problem, ProblemPlace } from './problems.ts';

/** A file's path in the repository that the run belongs to; undefined for one of another repository. */
export function pathHere(file: string, { repositories }: Pick<Report, 'repositories'>): string | undefined {
  if (repositories === undefined) return file;
  const own = repositories.find(({ here }) => here);
  return own && pathWithin(own.name, file);
}

/**
 * The places of a problem that annotations and code scanning can point into, by their path in the repository that the run belongs to, and those of another one.
 * Where nothing stands here, the line does that declares what is compared.
 */
export function placesHere(problem: Problem, report: Report): { here: ProblemPlace[]; elsewhere: ProblemPlace[] } {
  const inside = (place: Place | undefined, says: string): ProblemPlace[] => {
    const file = place && 'file' in place ? pathHere(place.file, report) : undefined;
    return file === undefined ? [] : [{ place: { ...(place as FilePlace), file }, says }];
  };
  const here = problem.places.flatMap(({ place, says }) => inside(place, says));
  const elsewhere = problem.places.filter(({ place }) => pathHere(place.file, report) === undefined);
  const own = report.repositories?.find((repository) => repository.here);
  const cluster = report.clusters.find(({ name }) => name === problem.cluster);
  return { here: here.length > 0 || !own ? here : inside(cluster?.[own.side]?.place, ''), elsewhere };
}
