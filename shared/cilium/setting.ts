import type { Facts, Impact, Level, Opaque, Place } from '../model.ts';

/** What a setting amounts to on one side. `value` undefined: nothing is rendered for it and it has no meaning there. */
export interface SettingValue {
  value: string | string[] | undefined;
  /** Where the fact came from; undefined where no fact was rendered (the writer of the value, or the chart's default, is then the place). */
  place?: Place;
  opaque?: Opaque;
}

/** One Helm value of Cilium that the alignment table always shows. */
export interface Setting {
  /** Helm path, the row's name. */
  path: string;
  /** A few words: what it is. */
  title: string;
  /** One sentence: what breaks where the two sides differ. */
  why: string;
  impact: Impact;
  /** Level of a drift; follows from `impact` unless given. */
  level?: Level;
  /** A switch that people leave off at bootstrap and let Argo CD turn on: that way round a difference only adds something. */
  addedByArgocd?: true;
  link: string;
  /** How two values are compared. `cidrs`: as sets of normalised prefixes; `set`: order means nothing; `number`: by value, whatever the notation. */
  equality: 'text' | 'boolean' | 'number' | 'set' | 'list' | 'cidrs' | 'version';
  /** What the agent itself does where the key is absent, by chart version. */
  agentDefault?: string | ((version: string) => string | undefined);
  /** True where a change cannot be made on a running cluster; a mend never points it at the side that the cluster runs. */
  migratable: boolean;
  /** Other Helm paths that feed it: successors, predecessors, forcing switches. */
  fedBy?: readonly string[];
  /** Its name in older charts; a row that drifts is called by the name that somebody wrote. */
  formerly?: string;
  /** The names of the facts that it is read from. */
  facts: readonly string[];
  /** What it amounts to, read from rendered facts: the same for values and for manifests that somebody rendered. */
  read(facts: Facts, version: string | null): SettingValue;
  /** Why a difference means nothing, given what both sides render; undefined where it means something. */
  irrelevant?(bootstrap: Facts, argocd: Facts): string | undefined;
}
