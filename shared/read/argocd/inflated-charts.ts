import type { Candidate } from '../../discover/candidate.ts';
import { isArgocdKind } from '../../evaluate/argocd/application.ts';
import { buildKustomization } from '../../evaluate/kustomize/build.ts';
import { KUSTOMIZATION_NAMES } from '../../evaluate/kustomize/kustomization-file.ts';
import type { BuiltObject } from '../../evaluate/object-files.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';

/** What a kustomization makes of a chart of Applications that lies in the repository. */
export interface InflatedChart {
  kustomization: string;
  /** The directory that holds the kustomization. */
  directory: string;
  applications: BuiltObject[];
  /** Files of the chart, and values files that are nobody else's. */
  files: Set<string>;
  chart: string;
}

/** The charts of Applications that a kustomization's `helmCharts` inflates, with the values that it gives them. */
export function inflatedCharts(
  repository: Repository,
  candidates: readonly Candidate[],
  charts: readonly string[],
  anyFile: boolean,
): InflatedChart[] {
  if (charts.length === 0) return [];
  return candidates.flatMap(({ path, text }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!(KUSTOMIZATION_NAMES as readonly string[]).includes(name) || !/helmChart/.test(text)) return [];
    const near = charts.filter((chart) => text.includes(chart.slice(chart.lastIndexOf('/') + 1)));
    if (near.length === 0) return [];
    const { objects } = buildKustomization(repository, dirname(path), { anyFile });
    return near.flatMap((chart): InflatedChart[] => {
      const applications = objects.filter(
        ({ tree, files }) =>
          (isArgocdKind(tree, 'Application') || isArgocdKind(tree, 'ApplicationSet')) && files.some((file) => file.startsWith(`${chart}/`)),
      );
      const files = new Set(applications.flatMap((one) => one.files));
      return applications.length === 0 ? [] : [{ kustomization: path, directory: dirname(path), applications, files, chart }];
    });
  });
}
