import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesAtStart, type SideOfCluster, sidesOf, verb } from '../sides.ts';

const NOTATION = /^-?\d(?:\.\d+)?e\+\d+$/i;

export const scientificNotation: Rule = {
  id: 'scientific-notation',
  level: 'warning',
  title: 'The chart writes a number in a notation that the agent does not read',
  why: 'A large number of a values file is a float to Helm, and older templates print it as `1e+06`. The agent expects digits and refuses to start, or takes its default.',
  fix: 'Write the number as a string.',
  link: 'https://github.com/helm/helm/issues/1707',
  examples: {
    passing: { 'argocd/cilium.yaml': application('bpf:\n  ctTcpMax: "1000000"', { version: '1.14.5' }) },
    failing: { 'argocd/cilium.yaml': application('bpf:\n  ctTcpMax: 1000000', { version: '1.14.5' }) },
  },
  judge(cluster) {
    const found = new Map<string, { value: string; sides: SideOfCluster[] }>();
    for (const side of sidesOf(cluster)) {
      if (side.release.declaration.facts) continue;
      for (const [name, fact] of side.release.facts) {
        if (!name.startsWith('config.') || !NOTATION.test(fact.value)) continue;
        const known = found.get(name) ?? { value: fact.value, sides: [] };
        known.sides.push(side);
        found.set(name, known);
      }
    }
    return [...found].map(([name, { value, sides }]): Fault => {
      const key = name.slice('config.'.length);
      return {
        message: `${namesAtStart(sides)} ${verb(sides, 'renders', 'render')} ${key} as ${value}.`,
        places: sides.map(({ release }) => release.facts.get(name)!.place),
        setting: key,
        fix: 'Write the number in quotes.',
      };
    });
  },
};
