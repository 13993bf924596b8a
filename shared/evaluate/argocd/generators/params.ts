import type { Opaque, Place } from '../../../model.ts';
import type { Repository } from '../../../repository/repository.ts';
import { opaque } from '../../../tree.ts';
import { type GoMap, type GoValue, UNSEEN, Unknown } from '../../go-template/values.ts';
import type { ThisRepository } from '../this-repository.ts';

/** Parameters of one Application; without goTemplate the keys are flat (`path.basename`) and the values strings. */
export type Params = GoMap;

/** A cluster that Argo CD knows from a Secret in this repository. */
export interface ClusterSecret {
  name: GoValue;
  server: GoValue;
  project?: GoValue;
  labels: GoMap;
  annotations: GoMap;
  place: Place;
}

/** What generators are worked out with. */
export interface GeneratorContext {
  repository: Repository;
  here: ThisRepository;
  goTemplate: boolean;
  missingKeyError: boolean;
  clusters: readonly ClusterSecret[];
  place: Place;
  /** Why some parameters cannot be known, for people. */
  unknown: Opaque[];
  /** Files that parameters come from. */
  files: Set<string>;
  /** Revisions other than the one that lies here. */
  revisions: { why: string; place: Place }[];
}

/** Argo CD refuses the ApplicationSet: no Application comes out of it. */
export class GeneratorError extends Error {
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** One set of parameters of which nothing is known but that it may exist. */
export function unknownParams(reason: string, place: Place, context: GeneratorContext): Params[] {
  const hidden = opaque(reason, place);
  context.unknown.push(hidden);
  return [new Map([[UNSEEN, new Unknown(hidden)]])];
}
