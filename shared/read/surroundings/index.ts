import type { Candidate } from '../../discover/candidate.ts';
import type { Surroundings } from '../../model.ts';
import { argocdVersions } from './argocd-versions.ts';
import { chartReferences } from './chart-references.ts';
import { fluxReleases } from './flux-releases.ts';
import { gates } from './gates.ts';
import { gatewayApiDefinitions } from './gateway-api-definitions.ts';
import { resourceExclusions } from './resource-exclusions.ts';

/** What the repository says beside releases, as far as its text shows it; nothing here is ever an error. */
export function readSurroundings(candidates: readonly Candidate[]): Surroundings {
  const live = candidates.filter(({ path }) => !ASIDE.test(path));
  return {
    resourceExclusions: live.filter(({ path }) => !/\.(?:sh|bash|py|ts|go)$/.test(path)).flatMap(resourceExclusions),
    argocdVersions: live.flatMap(argocdVersions),
    fluxReleases: fluxReleases(live),
    chartReferences: live.flatMap(chartReferences),
    gates: live.flatMap(gates),
    gatewayApiDefinitions: live.flatMap(gatewayApiDefinitions),
  };
}

/** What lies there is not in force. */
const ASIDE =
  /\.(?:md|mdx|txt)$|(?:^|\/)(?:examples?|samples?|docs?|archived?|old|obsolete|\.obsolete|deprecated|disabled|backups?|attic|unused|legacy|tests?|node_modules|vendor)\/|\.(?:disabled|bak|old)$/i;
