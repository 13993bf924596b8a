import type { Opaque } from '../../model.ts';
import { askedVersion, type ChartRelease, isCiliumChart } from '../chart-release.ts';
import { argocdAppsOf } from '../helm/argocd-apps.ts';
import { mergeLayers } from '../helm/merge.ts';
import { filesOf } from '../helm/umbrella-chart.ts';
import type { BuiltObject } from '../object-files.ts';
import { known, placeOf, type Source } from './application.ts';
import { helmIdentity, helmLayers, skippedValidation, valueFileContext } from './helm-source.ts';
import type { Rendering } from './rendered.ts';

/** The chart of a source: `chart`, or the last part of an OCI address that is rendered at its root. */
export function chartOf(source: Source): Source['chart'] {
  if (source.chart) return source.chart;
  const url = known(source.repoURL);
  const path = known(source.path);
  if (!url?.startsWith('oci://') || (path !== undefined && path !== '.' && path !== './')) return undefined;
  return {
    ...(source.repoURL as Exclude<Source['repoURL'], undefined | Opaque>),
    value: url.replace(/\/+$/, '').slice(url.replace(/\/+$/, '').lastIndexOf('/') + 1),
  };
}

/** A chart that lies in no directory of this repository: Cilium's own, or `argocd-apps`; others concern nobody here. */
export function renderChart(chart: NonNullable<Source['chart']>, rendering: Rendering): void {
  const { rendered } = rendering;
  if (chart.kind === 'opaque') rendered.unknown.push({ opaque: chart });
  else if (isArgocdApps(chart.value)) rendered.objects.push(...argocdAppsObjects(rendering));
  else if (isCiliumChart(chart.value)) rendered.releases.push(chartRelease(chart, rendering));
}

function chartRelease(chart: NonNullable<Source['chart']>, rendering: Rendering): ChartRelease {
  const { application, source, rendered } = rendering;
  const layers = helmLayers(source.helm, valueFileContext(rendering));
  const revision = source.targetRevision;
  const version = revision?.kind === 'opaque' ? { version: null, why: revision.reason } : askedVersion(revision?.value);
  return {
    form: 'application',
    place: placeOf(chart),
    files: filesOf(layers),
    ...helmIdentity(application, source, rendered.faults),
    chartVersion: version.version,
    ...(version.why ? { chartVersionWhy: version.why } : {}),
    chartVersionPlace: (revision ?? chart).place,
    ...skippedValidation(source.helm),
    layers,
  };
}

function isArgocdApps(chart: string): boolean {
  return chart.slice(chart.lastIndexOf('/') + 1) === 'argocd-apps';
}

/** The chart `argocd-apps` is nothing but Applications in values. */
function argocdAppsObjects(rendering: Rendering): BuiltObject[] {
  const { tree } = mergeLayers(helmLayers(rendering.source.helm, valueFileContext(rendering)));
  return argocdAppsOf(tree).map((object) => ({ tree: object, files: 'file' in object.place ? [object.place.file] : [] }));
}
