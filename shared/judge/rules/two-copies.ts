import type { EvaluatedRelease } from '../../evaluate/release.ts';
import { bothSides, installScript, valuesApplication } from '../example.ts';
import type { Rule } from '../rule.ts';

const VALUES = 'ipam:\n  mode: kubernetes\nk8sServiceHost: localhost\nk8sServicePort: 7445\nroutingMode: tunnel\noperator:\n  replicas: 1';
const oneFile = valuesApplication('bootstrap/values.yaml');

export const twoCopies: Rule = {
  id: 'two-copies',
  level: 'note',
  title: 'The same values are kept twice by hand',
  why: 'They agree today. One values file that both sides read cannot drift; two copies do, as soon as somebody or a bot edits one of them.',
  fix: 'Let Argo CD and the bootstrap read one values file.',
  link: 'https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/#helm-value-files-from-external-git-repository',
  examples: {
    passing: { 'bootstrap.sh': installScript(), 'bootstrap/values.yaml': VALUES, 'argocd/cilium.yaml': oneFile },
    failing: bothSides(VALUES, VALUES),
  },
  judge({ bootstrap, argocd, rows }) {
    if (!bootstrap || !argocd || rows.some((row) => row.status === 'drifted' || row.status === 'opaque')) return [];
    if (bootstrap.refusals.length + argocd.refusals.length > 0) return [];
    const [left, right] = [writtenIn(bootstrap), writtenIn(argocd)];
    if (left.length === 0 || right.length === 0 || isOneSource(left, argocd) || isOneSource(right, bootstrap)) return [];
    return [
      {
        message: `Both sides say the same, in two places that nothing keeps together: ${left[0]} and ${right[0]}.`,
        places: [
          { file: right[0]!, line: 1, column: 1 },
          { file: left[0]!, line: 1, column: 1 },
        ],
        setting: 'values',
      },
    ];
  },
};

/** The files in which people wrote the values. */
function writtenIn({ declaration }: EvaluatedRelease): string[] {
  return declaration.layers.flatMap(({ kind, place }) => (kind !== 'implicit' && 'file' in place ? [place.file] : []));
}

/** A file of the one side's values that the other side reads too, be it through a template. */
function isOneSource(files: readonly string[], { declaration }: EvaluatedRelease): boolean {
  return files.some((file) => declaration.files.includes(file));
}
