import type { Candidate } from '../../discover/candidate.ts';
import type { Surroundings } from '../../model.ts';
import { matchingLines } from './lines.ts';

const CHART = /(?:^|[\s{-])["']?(?:chart|name)["']?\s*[:=]\s*["']?(?:argo\/)?argo-cd["']?\s*(?:#.*)?$/;
const VERSION = /^\s*(?:-\s*)?["']?(?:version|targetRevision)["']?\s*[:=]\s*["']?v?(\d+)\.(\d+)\.(\d+)/;
const MANIFEST = /argo-cd(?:\/\/?manifests[^\s"']*\?ref=|\/)v(\d+\.\d+\.\d+)/;
/** Charts from this one on bring their own exclusions, and Argo CD 2.14 or later. */
const CHART_WITH_EXCLUSIONS = [7, 8] as const;

/** The versions of Argo CD that a file installs, where its chart or its manifests name them. */
export function argocdVersions(candidate: Candidate): Surroundings['argocdVersions'] {
  const manifests = matchingLines(candidate, MANIFEST).map(({ line, match }) => ({ version: match[1]!, place: line.place }));
  const charts = matchingLines(candidate, CHART).flatMap(({ line, lines, index }) => {
    for (const near of [...lines.slice(index + 1, index + 7), ...lines.slice(Math.max(0, index - 4), index).reverse()]) {
      const version = VERSION.exec(near);
      if (!version) continue;
      const [major, minor] = [Number(version[1]), Number(version[2])];
      const [first, second] = CHART_WITH_EXCLUSIONS;
      const old = major < first || (major === first && minor < second);
      return [{ version: old ? `2 (chart ${version[1]}.${version[2]}.${version[3]})` : '3', place: line.place }];
    }
    return [];
  });
  return [...manifests, ...charts];
}
