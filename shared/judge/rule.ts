import type { AlignedCluster } from '../align/align.ts';
import type { Finding, Level, Place, Surroundings } from '../model.ts';
import type { ExampleFiles } from './example.ts';

/** More places than these tell a person nothing. */
const MOST_PLACES = 8;

/** What a rule says of one fault; the judge adds id, rule and cluster. */
export interface Fault {
  message: string;
  /** The first is the primary place. */
  places: Place[];
  level?: Level;
  setting?: string;
  fix?: string;
}

/** One rule: one file, one question, and its place in the list of ./rules/index.ts. */
export interface Rule {
  /** Kebab-case, names the fault, never changes. */
  id: string;
  /** What a fault weighs; a fault may say less or more of itself, and `why` then says when. */
  level: Level;
  title: string;
  why: string;
  fix: string;
  link: string;
  /** Two small repositories: the rule finds nothing in the first and its fault in the second. They are shown in docs/rules.md and run as tests. */
  examples: { passing: ExampleFiles; failing: ExampleFiles };
  /** Absent where the reader that meets the fault raises it. */
  judge?(cluster: AlignedCluster, surroundings: Surroundings): Fault[];
}

/** The finding of a fault; its id is stable while rule, cluster, setting and primary file stay the same. */
export function toFinding(rule: Pick<Rule, 'id' | 'level'>, cluster: string | null, fault: Fault): Finding {
  const first = fault.places[0];
  const where = first === undefined ? '' : 'file' in first ? first.file : first.source;
  const places = distinct(fault.places);
  return {
    id: [rule.id, cluster ?? '', fault.setting ?? '', where].join(':'),
    rule: rule.id,
    level: fault.level ?? rule.level,
    message: fault.message,
    cluster,
    places,
    ...(fault.setting === undefined ? {} : { setting: fault.setting }),
    ...(fault.fix === undefined ? {} : { fix: fault.fix }),
  };
}

/** The line that a place is on, or who speaks there: the same for two places that a person would call one. */
export function lineOf(place: Place): string {
  return 'file' in place ? `${place.file}:${place.line}` : place.source;
}

/** The first places, each once. */
function distinct(places: readonly Place[]): Place[] {
  const seen = new Set<string>();
  return places.filter((place) => {
    const key = lineOf(place);
    return !seen.has(key) && seen.size < MOST_PLACES && seen.add(key);
  });
}
