import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesAtStart, verb } from '../sides.ts';
import { isNestedForUmbrella, isWrittenBeside, lifeOf, meantBy, meantInstead, type UnknownKey, unknownKeys } from '../unknown-keys.ts';
import { cgroupMount } from './cgroup-mount.ts';

export const unknownKey: Rule = {
  id: 'unknown-key',
  level: 'warning',
  title: 'The chart does not know a key',
  why: 'Helm accepts any key. A misspelt one does nothing: the cluster runs the default while the file says something else.',
  fix: 'Correct the key, or delete it.',
  link: 'https://docs.cilium.io/en/stable/helm-reference/',
  examples: {
    passing: { 'argocd/cilium.yaml': application('cgroup:\n  autoMount:\n    enabled: false') },
    failing: { 'argocd/cilium.yaml': application('cgroup:\n  automount:\n    enabled: false') },
  },
  judge(cluster, surroundings) {
    return unknownKeys(cluster).flatMap((key): Fault[] => {
      if (lifeOf(key) || key.sides.some(({ release }) => isNestedForUmbrella(key, release.user))) return [];
      const leaf = meantBy(key);
      // What it was meant to set is missing, and that is the finding.
      if (leaf !== undefined && cgroupMount.judge?.(cluster, surroundings).some(({ setting }) => setting === leaf)) return [];
      const meant = meantInstead(key);
      return [
        {
          message: `\`${key.path}\` is no key of Cilium's chart ${key.version}${meant ? `; \`${meant}\` is` : ''}. ${namesAtStart(key.sides)} ${verb(key.sides, 'writes', 'write')} it, and it does nothing.`,
          places: key.places,
          setting: key.path,
          fix: fixOf(key, meant),
        },
      ];
    });
  },
};

function fixOf(key: UnknownKey, meant: string | undefined): string {
  if (meant === undefined) return `Delete \`${key.path}\`.`;
  return isWrittenBeside(key, meant)
    ? `Delete \`${key.path}\`: \`${meant}\` is written already.`
    : `Write \`${meant}\` instead, or delete it.`;
}
