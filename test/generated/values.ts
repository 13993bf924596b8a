import type { Random } from './random.ts';

/** Helm values as a person writes them. */
export interface Values {
  [key: string]: string | number | boolean | Values;
}

/** A setting with values of which any two make another Cilium, on every chart version that is generated. */
interface Choice {
  path: string;
  of: readonly (string | number | boolean)[];
}

const CHOICES: readonly Choice[] = [
  { path: 'bandwidthManager.enabled', of: [false, true] },
  { path: 'bgpControlPlane.enabled', of: [false, true] },
  { path: 'bpf.masquerade', of: [false, true] },
  { path: 'cluster.name', of: ['default', 'home', 'mesh-b'] },
  { path: 'cni.exclusive', of: [true, false] },
  { path: 'hubble.relay.enabled', of: [false, true] },
  { path: 'ingressController.enabled', of: [false, true] },
  { path: 'ipam.mode', of: ['kubernetes', 'cluster-pool'] },
  { path: 'k8sServiceHost', of: ['localhost', '127.0.0.1'] },
  { path: 'l2announcements.enabled', of: [false, true] },
  { path: 'loadBalancer.algorithm', of: ['random', 'maglev'] },
  { path: 'loadBalancer.mode', of: ['snat', 'hybrid'] },
  { path: 'localRedirectPolicy', of: [false, true] },
  { path: 'operator.replicas', of: [1, 2, 3] },
  { path: 'prometheus.enabled', of: [false, true] },
  { path: 'socketLB.hostNamespaceOnly', of: [false, true] },
  { path: 'tunnelProtocol', of: ['vxlan', 'geneve'] },
];

/** What both sides write in any case, so that no installer's own values and no default of a version makes a difference. */
const ALWAYS: Values = {
  kubeProxyReplacement: true,
  k8sServicePort: 7445,
  routingMode: 'tunnel',
  hubble: { enabled: true, tls: { auto: { method: 'cronJob' } } },
};

/** Two documents and, by construction, the settings of which they mean different things and those of which they mean the same. */
export interface Pair {
  bootstrap: Values;
  argocd: Values;
  differs: string[];
  agrees: string[];
}

/** Two documents that differ in a few settings, or in none. */
export function randomPair(random: Random): Pair {
  const pair: Pair = { bootstrap: structuredClone(ALWAYS), argocd: structuredClone(ALWAYS), differs: [], agrees: [] };
  const different = new Set(random.chance(0.25) ? [] : random.some(CHOICES, random.between(1, 3)).map(({ path }) => path));
  for (const { path, of } of CHOICES) {
    const value = random.pick(of);
    set(pair.bootstrap, path, value);
    set(pair.argocd, path, different.has(path) ? random.pick(of.filter((other) => other !== value)) : value);
    (different.has(path) ? pair.differs : pair.agrees).push(path);
  }
  return pair;
}

function set(values: Values, path: string, value: string | number | boolean): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = values;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Values;
  }
  at[last] = value;
}

/** Every leaf as `a.b=c`. */
export function flags(values: Values, prefix = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'object' ? flags(value, `${prefix}${key}.`) : [`${prefix}${key}=${value}`],
  );
}
