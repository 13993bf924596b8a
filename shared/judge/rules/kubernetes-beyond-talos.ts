import { application, talconfig } from '../example.ts';
import { talosFact, talosMinor, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';

/** Minor versions of Kubernetes that a minor of Talos 1 supports: https://docs.siderolabs.com/talos/latest/getting-started/support-matrix */
const SUPPORTED: Record<number, readonly [number, number]> = {
  8: [26, 31],
  9: [27, 32],
  10: [28, 33],
  11: [29, 34],
  12: [30, 35],
  13: [31, 36],
  14: [32, 37],
};

export const kubernetesBeyondTalos: Rule = {
  id: 'kubernetes-beyond-talos',
  level: 'note',
  title: 'This Talos does not support that Kubernetes',
  why: 'Talos supports six minors of Kubernetes at most and refuses to upgrade to others: a cluster that is rebuilt from these files may not come up.',
  fix: 'Upgrade Talos first, or name a supported version of Kubernetes.',
  link: 'https://docs.siderolabs.com/talos/latest/getting-started/support-matrix',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'talos/talconfig.yaml': talconfig({ talos: '1.12.4', kubernetes: '1.35.1' }),
    },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'talos/talconfig.yaml': talconfig({ talos: '1.12.4', kubernetes: '1.36.1' }),
    },
  },
  judge({ talos }) {
    const range = SUPPORTED[talosMinor(talos) ?? 0];
    const fact = talosFact(talos, 'kubernetesVersion');
    const minor = Number(/^v?1\.(\d+)/.exec(String(fact?.value ?? ''))?.[1] ?? Number.NaN);
    if (!range || Number.isNaN(minor) || (minor >= range[0] && minor <= range[1])) return [];
    const version = talosFact(talos, 'talosVersion');
    return [
      {
        message: `Talos ${version!.value} supports Kubernetes 1.${range[0]} to 1.${range[1]}, not ${fact!.value}.`,
        places: [...talosPlaces(talos, fact), ...talosPlaces(talos, version)],
      },
    ];
  },
};
