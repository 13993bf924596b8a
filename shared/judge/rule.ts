import type { AlignedCluster } from '../align/align.ts';
import type { Finding, Level, Place } from '../model.ts';

/** What a rule says of one fault; the judge adds id, rule and cluster. */
export interface Fault {
  message: string;
  /** The first is the primary place. */
  places: Place[];
  level?: Level;
  setting?: string;
  fix?: string;
}

/** One rule: one file, one question, one line in the list of ./index.ts. */
export interface Rule {
  /** Kebab-case, names the fault, never changes. */
  id: string;
  level: Level;
  title: string;
  why: string;
  fix: string;
  link: string;
  judge(cluster: AlignedCluster): Fault[];
}

/** The finding of a fault; its id is stable while rule, cluster, setting and primary file stay the same. */
export function toFinding(rule: Pick<Rule, 'id' | 'level'>, cluster: string | null, fault: Fault): Finding {
  const first = fault.places[0];
  const where = first === undefined ? '' : 'file' in first ? first.file : first.source;
  return {
    id: [rule.id, cluster ?? '', fault.setting ?? '', where].join(':'),
    rule: rule.id,
    level: fault.level ?? rule.level,
    message: fault.message,
    cluster,
    places: fault.places,
    ...(fault.setting === undefined ? {} : { setting: fault.setting }),
    ...(fault.fix === undefined ? {} : { fix: fault.fix }),
  };
}
