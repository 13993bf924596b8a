import { manifestOfBootstrap } from '../bootstrap-manifest.ts';
import { application, omniTemplate, renderedManifest } from '../example.ts';
import type { Rule } from '../rule.ts';

const template = (mode: string) =>
  omniTemplate({ talos: '1.13.4' })
    .replace(
      '  version: v1.33.4\n',
      `  version: v1.33.4\n  manifests:\n    - name: cilium\n      mode: ${mode}\n      file: manifests/cilium.yaml\n`,
    )
    .replace('patches:\n  - name: cilium\n    file: patches/cilium.yaml\n', '');

export const omniFullManifest: Rule = {
  id: 'omni-full-manifest',
  level: 'warning',
  title: 'Omni keeps applying what Argo CD owns',
  why: "A manifest of Omni with `mode: full` is applied and pruned for as long as it is listed: two owners put back each other's changes for ever. With `one-time` Omni applies it once.",
  fix: 'Write `mode: one-time`.',
  link: 'https://docs.siderolabs.com/omni/reference/cluster-templates',
  examples: {
    passing: {
      'omni/cluster.yaml': template('one-time'),
      'omni/manifests/cilium.yaml': renderedManifest(),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
    failing: {
      'omni/cluster.yaml': template('full'),
      'omni/manifests/cilium.yaml': renderedManifest(),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
  judge(cluster) {
    const manifest = manifestOfBootstrap(cluster);
    if (!cluster.argocd || manifest?.source !== 'omni-manifests' || manifest.mode === 'one-time') return [];
    return [
      {
        message: 'Omni keeps applying the manifest that Argo CD manages (mode: full): each puts back what the other changes.',
        places: [manifest.place, cluster.argocd.declaration.place],
        setting: 'kubernetes.manifests',
        fix: omniFullManifest.fix,
      },
    ];
  },
};
