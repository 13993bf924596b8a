import { readValues } from '../evaluate/helm/values-document.ts';
import { wholeFile } from '../language/source-text.ts';
import type { Declaration, Side } from '../model.ts';
import { startOf } from '../place.ts';
import { type Repository, UnreadableFile } from '../repository/repository.ts';

/** The release that a values file is taken for when somebody points at it; none where the path is no file of values. Its version is the other side's. */
export function valuesByHand(repository: Repository, side: Side, path: string): Declaration[] {
  if (!repository.file(path)) return [];
  const place = startOf(path);
  try {
    const { tree } = readValues(wholeFile(path, repository.read(path)), 4);
    if (tree.kind !== 'map') return [];
    return [
      {
        side,
        form: 'values-file',
        place,
        files: [path],
        name: null,
        namespace: null,
        chartVersion: null,
        chartVersionWhy: 'a values file does not say which chart it is for',
        installer: 'helm',
        layers: [{ kind: 'values-file', place, tree }],
        clusters: [],
        rank: 5,
        rankWhy: 'the call points at it',
        findings: [],
      },
    ];
  } catch (error) {
    if (error instanceof UnreadableFile) return [];
    throw error;
  }
}
