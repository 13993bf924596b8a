import type { Candidate } from '../../discover/candidate.ts';
import type { Surroundings } from '../../model.ts';
import { matchingLines } from './lines.ts';

const KEY = /resource\.exclusions["']?\s*[:=]/;

/**
 * Each `resource.exclusions` that a file writes, in argocd-cm or in the values of the chart that writes it, with the lines below it.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#resource-exclusioninclusion
 */
export function resourceExclusions(candidate: Candidate): Surroundings['resourceExclusions'] {
  return matchingLines(candidate, KEY).flatMap(({ line, lines, index, match }) => {
    const indent = /^\s*/.exec(line.text)![0].length;
    const rest = [line.text.slice(match.index + match[0].length)];
    for (const next of lines.slice(index + 1, index + 400)) {
      if (next.trim() !== '' && /^\s*/.exec(next)![0].length < indent + (/^\s*-/.test(next) ? 0 : 1)) break;
      if (!/^\s*#/.test(next)) rest.push(next);
    }
    const text = rest.join('\n');
    // Encrypted or made by a template: what it says cannot be known.
    return /ENC\[|\{\{/.test(text) ? [] : [{ text, place: line.place }];
  });
}
