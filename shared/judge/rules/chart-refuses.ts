import type { Place } from '../../model.ts';
import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesOf, type SideOfCluster, sidesOf } from '../sides.ts';

export const chartRefuses: Rule = {
  id: 'chart-refuses',
  level: 'error',
  title: 'The chart refuses the values',
  why: 'Helm fails on these values for this chart version: a rebuilt cluster gets no Cilium, or Argo CD can never sync it. That is so also where both sides read the same file.',
  fix: 'Change the value that Helm names, on the side that is refused.',
  link: 'https://docs.cilium.io/en/stable/operations/upgrade/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('kubeProxyReplacement: true') },
    failing: { 'argocd/cilium.yaml': application('kubeProxyReplacement: strict') },
  },
  judge(cluster) {
    const faults = new Map<string, { fault: Fault; sides: SideOfCluster[]; words: (names: string) => string }>();
    const add = (
      key: string,
      side: SideOfCluster,
      places: Place[],
      fault: Omit<Fault, 'message' | 'places'>,
      words: (names: string) => string,
    ) => {
      const known = faults.get(key);
      if (known) {
        known.sides.push(side);
        known.fault.places.push(...places);
      } else faults.set(key, { fault: { ...fault, message: '', places }, sides: [side], words });
    };
    for (const side of sidesOf(cluster)) {
      const { release } = side;
      for (const { path, message, place, api } of release.refusals) {
        const where = 'file' in place ? ` in ${place.file}:${place.line}` : '';
        add(
          `${release.version} ${message}`,
          side,
          [place, release.declaration.place],
          {
            setting: path,
            fix: `Change \`${path}\`${where} so that Helm accepts it.`,
            ...(api === undefined ? {} : { level: 'warning' as const }),
          },
          (names) => `Cilium's chart ${release.version} refuses the values of ${names}: ${message}`,
        );
      }
      for (const { message, place } of release.problems)
        add(
          `${message} ${place.file}:${place.line}`,
          side,
          [place, release.declaration.place],
          { fix: 'Mend the file so that Helm can read it.' },
          (names) => `Helm cannot read the values of ${names}: ${message}`,
        );
    }
    return [...faults.values()].map(({ fault, sides, words }) => ({
      ...fault,
      message: words(namesOf(sides)),
    }));
  },
};
