import type { Finding, Level, Place } from '../model.ts';

/** Something that Argo CD, kustomize or Helm would refuse, or that blinds them; data for a {@link Finding}. */
export interface Fault {
  rule: string;
  level: Level;
  message: string;
  /** The first is the primary one. */
  places: Place[];
  fix?: string;
  /** The path of a file that is asked for and is not here. */
  missing?: string;
}

/** The finding of a fault; its id is stable while rule, files and subject stay the same. */
export function findingOf(fault: Fault, subject = ''): Finding {
  const files = fault.places.map((place) => ('file' in place ? place.file : place.source));
  return {
    id: [fault.rule, subject, ...new Set(files)].join(':'),
    rule: fault.rule,
    level: fault.level,
    message: fault.message,
    cluster: null,
    places: fault.places,
    ...(fault.fix === undefined ? {} : { fix: fault.fix }),
  };
}

/** A fault for which Argo CD, or Helm in it, renders nothing. */
export function argocdRefuses(message: string, places: Fault['places'], fix?: string): Fault {
  return { rule: 'argocd-refuses', level: 'error', message, places, ...(fix === undefined ? {} : { fix }) };
}

/** A values file that Argo CD or kustomize is told to read, and that is not there. */
export function valuesFileMissing(message: string, places: Fault['places'], fix?: string): Fault {
  return { ...argocdRefuses(message, places, fix), rule: 'values-file-missing' };
}
