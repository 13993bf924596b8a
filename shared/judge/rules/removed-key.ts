import semver from 'semver';
import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesAtStart, verb } from '../sides.ts';
import { isNestedForUmbrella, lifeOf, unknownKeys } from '../unknown-keys.ts';

export const removedKey: Rule = {
  id: 'removed-key',
  level: 'warning',
  title: 'This version of the chart ignores a key that others honour',
  why: 'Keys come and go with the minors of Cilium, and Helm says nothing of those that it ignores. What the key used to do is no longer done, or not yet.',
  fix: 'Delete the key, or write its successor.',
  link: 'https://docs.cilium.io/en/stable/operations/upgrade/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('bgpControlPlane:\n  enabled: true') },
    failing: { 'argocd/cilium.yaml': application('bgp:\n  enabled: true') },
  },
  judge(cluster) {
    return unknownKeys(cluster).flatMap((key): Fault[] => {
      const life = lifeOf(key);
      if (!life || key.sides.some(({ release }) => isNestedForUmbrella(key, release.user))) return [];
      const early = semver.lt(key.version, life.first);
      return [
        {
          message: `Cilium's chart ${key.version} ${early ? `does not know \`${key.path}\` yet (${life.first} is the first)` : `knows \`${key.path}\` no more (${life.last} was the last)`}. ${namesAtStart(key.sides)} ${verb(key.sides, 'writes', 'write')} it, and it does nothing.`,
          places: key.places,
          setting: key.path,
          fix: early ? `Take chart ${life.first} or later, or delete \`${key.path}\`.` : `Delete \`${key.path}\`.`,
        },
      ];
    });
  },
};
