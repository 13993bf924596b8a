import type { Declaration, Finding, Level, Place } from '../model.ts';

/** One installation of the Cilium chart that a renderer would make; who applies it and how live it is, the caller knows. `files` begins with the one that names the chart. */
export type ChartRelease = Pick<
  Declaration,
  | 'form'
  | 'place'
  | 'files'
  | 'name'
  | 'namespace'
  | 'chartVersion'
  | 'chartVersionWhy'
  | 'chartVersionPlace'
  | 'umbrella'
  | 'skipSchemaValidation'
  | 'layers'
  | 'facts'
  | 'hidden'
  | 'privateKeys'
  | 'privateKeys'
  | 'opaque'
>;

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

/** What a chart and its values say of a declaration, without the fields that they leave unsaid. */
export function chartFields(
  part: Pick<Declaration, 'layers' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'opaque'>,
): Pick<Declaration, 'layers' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'opaque'> {
  return {
    chartVersion: part.chartVersion,
    layers: part.layers,
    ...(part.chartVersionWhy === undefined ? {} : { chartVersionWhy: part.chartVersionWhy }),
    ...(part.chartVersionPlace ? { chartVersionPlace: part.chartVersionPlace } : {}),
    ...(part.opaque ? { opaque: part.opaque } : {}),
    ...(part.umbrella ? { umbrella: true } : {}),
  };
}

/** True for the name of the Cilium chart, also as the last part of an OCI path. */
export function isCiliumChart(name: string): boolean {
  return name.slice(name.lastIndexOf('/') + 1) === 'cilium';
}

const EXACT = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?$/;

/** The exact chart version that a text names; a range or nothing is null with a reason (a phrase that completes "it cannot be known here: …"). */
export function exactVersion(text: string | undefined): { version: string | null; why?: string } {
  if (text === undefined || text.trim() === '')
    return { version: null, why: 'no version is named, so the newest release of the chart is taken' };
  const match = EXACT.exec(text.trim());
  return match ? { version: match[1]! } : { version: null, why: `${text.trim()} is a range, which takes the newest chart that matches` };
}
