import { unknownCell, unknownSide } from '../../align/unknown-row.ts';
import { isGrave } from '../../align/weight.ts';
import type { Row } from '../../model.ts';
import { application } from '../example.ts';
import { type Fault, lineOf, type Rule } from '../rule.ts';

const script = (name: string) => `#!/bin/sh
cilium install --version 1.18.2 --set kubeProxyReplacement=true --set k8sServiceHost=localhost --set k8sServicePort=7445 --set cluster.name=${name}
`;

export const unknowableSetting: Rule = {
  id: 'unknowable-setting',
  level: 'warning',
  title: 'Git does not say what a side sets',
  why: 'A variable, an encrypted file, a template, or what an installer finds out by itself: whether the two sides agree cannot be known before they run. A note where nothing that could break the network hangs on it.',
  fix: 'Write the value where both sides read it, or keep the source of the variable in Git.',
  link: 'https://docs.cilium.io/en/stable/gettingstarted/k8s-install-default/',
  examples: {
    passing: { 'bootstrap.sh': script('homelab'), 'argocd/cilium.yaml': application('cluster:\n  name: homelab') },
    failing: { 'bootstrap.sh': script('"$CLUSTER"'), 'argocd/cilium.yaml': application('cluster:\n  name: homelab') },
  },
  judge({ rows }) {
    return byCause(rows.filter((row) => row.status === 'opaque' && row.setting !== 'version')).map((group): Fault => {
      const first = group[0]!;
      const cell = unknownCell(first);
      const names = group.slice(0, 3).map(({ setting }) => `\`${setting}\``);
      const more = group.length - names.length;
      const grave = group.some(isGrave);
      return {
        message: `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} of ${unknownSide(first) === 'bootstrap' ? 'the bootstrap' : 'Argo CD'} cannot be known here: ${cell.why?.replace(/^is /, 'it is ')}.`,
        places: cell.place ? [cell.place] : [],
        setting: first.setting,
        ...(grave ? { fix: unknowableSetting.fix } : { level: 'note' as const }),
      };
    });
  },
};

/** Rows that cannot be known because of the same thing. */
function byCause(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const { place, why } = unknownCell(row);
    const key = `${unknownSide(row)} ${place === null ? '' : lineOf(place)} ${why}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
