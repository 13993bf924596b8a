import type { Candidate } from '../../discover/candidate.ts';
import type { Surroundings } from '../../model.ts';
import { matchingLines } from './lines.ts';

const DEFINITIONS = /kubernetes-sigs\/gateway-api(?:\/releases\/download\/|\/v|\/\/?config\/crd[^\s"']*[?&]ref=)v?(\d+\.\d+\.\d+)/;

/** The releases of Gateway API whose definitions a file installs. https://gateway-api.sigs.k8s.io/guides/ */
export function gatewayApiDefinitions(candidate: Candidate): Surroundings['gatewayApiDefinitions'] {
  return matchingLines(candidate, DEFINITIONS).map(({ line, match }) => ({ version: match[1]!, place: line.place }));
}
