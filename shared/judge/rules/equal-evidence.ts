import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration } from '../../model.ts';
import { toPlain } from '../../tree.ts';
import { application, installScript } from '../example.ts';
import type { Rule } from '../rule.ts';

const VALUES = 'ipam:\n  mode: kubernetes';

export const equalEvidence: Rule = {
  id: 'equal-evidence',
  level: 'note',
  title: 'Two declarations have the same right to speak for the bootstrap, and say different things',
  why: 'Only one of them is compared. Which one installs the cluster, nothing in Git says: the table may be about the other one.',
  fix: 'Name the one that counts under `clusters` in .cilium-align.yaml, or remove the other one.',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'bootstrap.sh': installScript(),
      'bootstrap/values.yaml': VALUES,
      'rebuild.sh': installScript(),
      'argocd/cilium.yaml': application(VALUES),
    },
    failing: {
      'bootstrap.sh': installScript(),
      'bootstrap/values.yaml': VALUES,
      'rebuild.sh': installScript({ version: '1.16.3' }),
      'argocd/cilium.yaml': application(VALUES),
    },
  },
  judge({ name, bootstrap, others }) {
    if (!bootstrap) return [];
    const speaking = bootstrap.declaration;
    const rivals = others
      .map(({ declaration }) => declaration)
      .filter((other) => other.side === 'bootstrap' && other.network !== false && other.rank === speaking.rank)
      .filter((other) => !saysTheSame(other, speaking));
    const [first] = rivals;
    if (!first) return [];
    const several = rivals.length > 1;
    return [
      {
        message: `${several ? `${rivals.length} other declarations speak` : 'Another declaration speaks'} for the bootstrap with as much evidence, and ${several ? 'say' : 'says'} something else: ${where(first)} beside ${where(speaking)}, which is compared.`,
        places: [speaking.place, ...rivals.map(({ place }) => place)],
        fix: rivals.every(({ place }) => place.file !== speaking.place.file)
          ? `Say in .cilium-align.yaml which one counts: \`clusters: [{ name: ${name ?? 'home'}, bootstrap: ${speaking.place.file} }]\`.`
          : 'Remove the one that is no longer run.',
      },
    ];
  },
};

function where({ place }: Declaration): string {
  return `${place.file}:${place.line}`;
}

/** The same version and the same values, or nothing that could be told apart. */
function saysTheSame(a: Declaration, b: Declaration): boolean {
  if (a.opaque || b.opaque) return true;
  if (a.facts || b.facts) return a.chartVersion === b.chartVersion;
  return a.chartVersion === b.chartVersion && valuesOf(a) === valuesOf(b);
}

function valuesOf({ layers, helm }: Declaration): string {
  return JSON.stringify(toPlain(mergeLayers(layers, helm).tree));
}
