import semver from 'semver';
import { application } from '../example.ts';
import type { Fault, Rule } from '../rule.ts';
import { namesOf, verb } from '../sides.ts';
import { isNestedForUmbrella, lifeOf, type UnknownKey, unknownKeys } from '../unknown-keys.ts';

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
    return siblings(cluster).map(({ keys, life }): Fault => {
      const [first] = keys;
      const names = keys.map(({ path }) => `\`${path}\``).join(', ');
      const { sides, version } = first!;
      const early = semver.lt(version, life.first);
      const instead = early
        ? undefined
        : SUCCESSORS.find(([path]) => keys.every((key) => key.path === path || key.path.startsWith(`${path}.`)))?.[1];
      return {
        message: `Cilium's chart ${version} ${early ? `does not know ${names} yet (${life.first} is the first that does)` : `does not know ${names} any more (${ending(life.last)})`}: ${namesOf(sides)} ${verb(sides, 'writes', 'write')} ${keys.length > 1 ? 'them, and they do' : 'it, and it does'} nothing.`,
        places: keys.flatMap(({ places }) => places),
        setting: keys.length === 1 ? first!.path : first!.path.slice(0, first!.path.lastIndexOf('.')),
        fix: early ? `Take chart ${life.first} or later, or delete ${names}.` : `Delete ${names}${instead ? `; ${instead}` : ''}.`,
      };
    });
  },
};

/** What takes the place of a removed key. */
const SUCCESSORS: readonly (readonly [path: string, instead: string])[] = [
  ['externalIPs', '`kubeProxyReplacement: true` does its work'],
  ['nodePort.enabled', '`kubeProxyReplacement: true` does its work'],
  ['hostPort', '`kubeProxyReplacement: true` does its work'],
  ['bgp', '`bgpControlPlane.enabled` with its own resources does its work'],
  ['encryption.strictMode', 'write it under `encryption.strictMode.egress`'],
  ['hubble.tls.ca', 'write it under `tls.ca`'],
  ['clustermesh.enableMCSAPISupport', 'write `clustermesh.mcsapi.enabled`'],
  ['tunnel', 'write `routingMode` and `tunnelProtocol`'],
];

interface Removed {
  keys: UnknownKey[];
  life: { first: string; last: string };
}

/** Removed keys; those of one map that went together are one fault. */
function siblings(cluster: Parameters<typeof unknownKeys>[0]): Removed[] {
  const found = new Map<string, Removed>();
  for (const key of unknownKeys(cluster)) {
    const life = lifeOf(key);
    if (!life || key.sides.some(({ release }) => isNestedForUmbrella(key, release.user))) continue;
    const above = key.path.includes('.') ? key.path.slice(0, key.path.lastIndexOf('.')) : `.${key.path}`;
    const group = [above, life.last, ...key.sides.map(({ name }) => name)].join(' ');
    const known = found.get(group);
    if (known) known.keys.push(key);
    else found.set(group, { keys: [key], life });
  }
  return [...found.values()];
}

/** When a key went, in released versions. */
function ending(last: string): string {
  const version = semver.parse(last);
  return version && version.prerelease.length > 0 ? `removed in ${version.major}.${version.minor}` : `${last} was the last`;
}
