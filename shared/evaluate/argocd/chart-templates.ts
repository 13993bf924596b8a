import type { Layer } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import type { Fault } from '../chart-release.ts';
import type { BuiltObject } from '../kustomize/build.ts';
import type { ChartDirectory } from './chart-directory.ts';

/** Applications in the templates of a chart. */
export function renderChartObjects(
  _repository: Repository,
  _chart: ChartDirectory,
  _user: readonly Layer[],
  _identity: { name: string | null; namespace: string | null },
  _faults: Fault[],
): BuiltObject[] {
  return [];
}
