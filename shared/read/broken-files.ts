import type { Candidate } from '../discover/candidate.ts';
import type { Unused } from '../model.ts';
import { parseYaml } from './yaml/parse.ts';
import { wholeFile } from './yaml/source-text.ts';

/** What readers look for in YAML files; they have parsed these already. */
const READ =
  /^kind: *["']?(?:Application|ApplicationSet|Kustomization|Cluster|ControlPlane|Workers|Machine)\b|^helmCharts:|^(?:machine|cluster):|inlineManifests/m;

/** Files that would have said something and are broken in a part, with the place of the first fault. The rest of each was read. */
export function brokenFiles(candidates: readonly Candidate[]): Unused[] {
  const broken: Unused[] = [];
  for (const { path, text } of candidates) {
    if (!/\.ya?ml$/i.test(path) || /(?:^|\/)templates\//.test(path) || !READ.test(text)) continue;
    const source = wholeFile(path, text);
    if (parseYaml(source, { templates: false }).problems.length === 0) continue;
    const problem = parseYaml(source).problems[0];
    if (problem) broken.push({ file: path, why: `line ${problem.place.line}, column ${problem.place.column}: ${problem.message}` });
  }
  return broken;
}
