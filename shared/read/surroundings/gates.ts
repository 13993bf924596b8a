import type { Candidate } from '../../discover/candidate.ts';
import type { Surroundings } from '../../model.ts';
import { matchingLines } from './lines.ts';

/** The image of the plugin's sidecar, or the plugin's name in an Application. */
const GATE = /\bcilium-align-(?:plugin\b|v\d)/;

/** Where a file installs the Argo CD plugin of cilium-align, or has an Application ask for it. */
export function gates(candidate: Candidate): Surroundings['gates'] {
  return /\.(?:ya?ml|json)$/i.test(candidate.path)
    ? matchingLines(candidate, GATE)
        .slice(0, 1)
        .map(({ line }) => ({ place: line.place }))
    : [];
}
