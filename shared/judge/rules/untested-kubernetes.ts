import semver from 'semver';
import { application, talconfig, WITHOUT_KUBE_PROXY } from '../example.ts';
import { talosFact, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { sidesOf } from '../sides.ts';

/** Minor versions of Kubernetes that a minor of Cilium 1 is tested with end to end: https://docs.cilium.io/en/stable/network/kubernetes/compatibility/ */
const TESTED: Record<number, readonly [number, number]> = {
  14: [19, 27],
  15: [26, 29],
  16: [27, 30],
  17: [29, 32],
  18: [30, 33],
  19: [32, 35],
  20: [33, 36],
};

export const untestedKubernetes: Rule = {
  id: 'untested-kubernetes',
  level: 'note',
  title: 'Cilium was not tested with this version of Kubernetes',
  why: 'Cilium tests each minor with a few minors of Kubernetes. Older and newer ones often work; nobody has tried them.',
  fix: 'Take a Cilium that was tested with it before you go on with Kubernetes.',
  link: 'https://docs.cilium.io/en/stable/network/kubernetes/compatibility/',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'talos/talconfig.yaml': talconfig({ patch: WITHOUT_KUBE_PROXY }),
    },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'talos/talconfig.yaml': talconfig({ kubernetes: '1.36.1', patch: WITHOUT_KUBE_PROXY }),
    },
  },
  judge(cluster) {
    const fact = talosFact(cluster.talos, 'kubernetesVersion');
    const kubernetes = minorOf(fact?.value);
    if (kubernetes === undefined) return [];
    const untested = sidesOf(cluster).filter(({ release }) => {
      const range = TESTED[minorOf(release.declaration.chartVersion) ?? 0];
      return range !== undefined && (kubernetes < range[0] || kubernetes > range[1]);
    });
    // Where the side that runs later is fine, the cluster is on its way there.
    const last = untested.at(-1);
    if (!last || (cluster.argocd && last.release !== cluster.argocd)) return [];
    const version = last.release.declaration.chartVersion!;
    const [first, newest] = TESTED[minorOf(version)!]!;
    return [
      {
        message: `Kubernetes ${fact!.value} is ${kubernetes > newest ? 'newer' : 'older'} than what Cilium ${version} was tested with (1.${first} to 1.${newest}).`,
        places: [...talosPlaces(cluster.talos, fact), last.release.declaration.chartVersionPlace ?? last.release.declaration.place],
      },
    ];
  },
};

function minorOf(version: unknown): number | undefined {
  const parsed = semver.coerce(typeof version === 'string' ? version : '');
  return parsed?.major === 1 ? parsed.minor : undefined;
}
