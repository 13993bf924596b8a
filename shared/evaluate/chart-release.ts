import type { Declaration } from '../model.ts';

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
  | 'opaque'
>;

/** What a chart and its values say of a declaration. */
export type ChartFields = Pick<Declaration, 'layers' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'opaque'>;

/** The same without the fields that they leave unsaid, and without all others. */
export function chartFields(part: ChartFields): ChartFields {
  return {
    chartVersion: part.chartVersion,
    layers: part.layers,
    ...(part.chartVersionWhy === undefined ? {} : { chartVersionWhy: part.chartVersionWhy }),
    ...(part.chartVersionPlace ? { chartVersionPlace: part.chartVersionPlace } : {}),
    ...(part.opaque ? { opaque: part.opaque } : {}),
    ...(part.umbrella ? { umbrella: part.umbrella } : {}),
  };
}

/** True for the name of the Cilium chart, also as the last part of an OCI path. */
export function isCiliumChart(name: string): boolean {
  return name.slice(name.lastIndexOf('/') + 1) === 'cilium';
}

const EXACT = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?$/;

/** The exact version that a text is, without a leading v; null for a range, of which `1.18` is one. */
export function exactVersion(text: string): string | null {
  return EXACT.exec(text.trim())?.[1] ?? null;
}

/** The exact chart version that somebody asks for; for a range or nothing null with a reason (a phrase that completes "it cannot be known here: …"). */
export function askedVersion(text: string | undefined): { version: string | null; why?: string } {
  if (text === undefined || text.trim() === '')
    return { version: null, why: 'no version is named, so the newest release of the chart is taken' };
  const version = exactVersion(text);
  return version === null ? { version, why: `${text.trim()} is a range, which takes the newest chart that matches` } : { version };
}
