import { manifestOfBootstrap } from '../bootstrap-manifest.ts';
import { application, inlinePatch, omniTemplate, renderedManifest } from '../example.ts';
import { talosMinor } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { isRowOfTable } from '../sides.ts';

const OWNED = 'https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes';

export const staleInlineManifest: Rule = {
  id: 'stale-inline-manifest',
  level: 'warning',
  title: 'Talos still holds the manifest that Argo CD has taken over',
  why: 'Every `talosctl upgrade-k8s` applies the inline manifests again. Up to Talos 1.12 it overwrites whole objects, and each start of a control plane creates again what Argo CD has pruned. From 1.13 on it takes the ownership of every field, Secrets included, and deletes what is no longer listed: the manifest must leave the machine configuration together with its entries in the inventory.',
  fix: "Once Argo CD owns Cilium, remove the manifest as Talos's guide says: from 1.13 on first its objects from the ConfigMap kube-system/talos-bootstrap-manifests-inventory and their annotation.",
  link: OWNED,
  examples: {
    passing: { 'omni/cluster.yaml': omniTemplate(), 'omni/patches/cilium.yaml': inlinePatch(renderedManifest()) },
    failing: {
      'omni/cluster.yaml': omniTemplate(),
      'omni/patches/cilium.yaml': inlinePatch(renderedManifest()),
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
    },
  },
  judge(cluster) {
    const { bootstrap, argocd, talos } = cluster;
    if (!bootstrap?.declaration.inMachineConfiguration || !argocd) return [];
    const { declaration } = bootstrap;
    const manifest = manifestOfBootstrap(cluster);
    if (declaration.form === 'cilium-cli-job' || manifest?.source === 'omni-manifests') return [];
    const minor = talosMinor(talos);
    const [from, to] = [declaration.chartVersion, argocd.declaration.chartVersion];
    const back = isRowOfTable(cluster, 'version') && from !== null && to !== null ? ` and puts ${from} in the place of ${to}` : '';
    return [
      {
        message: `The inline manifest stays in the machine configuration after Argo CD has taken Cilium over: ${whatTalosDoes(minor)}${back}.`,
        places: [manifest?.place ?? declaration.place, argocd.declaration.place],
        setting: 'inlineManifests',
        fix: howToLeave(minor),
      },
    ];
  },
};

function whatTalosDoes(minor: number | undefined): string {
  if (minor === undefined) return 'the next `talosctl upgrade-k8s` applies it again';
  if (minor <= 12)
    return `Talos 1.${minor} never updates a running cluster from it, until the next \`talosctl upgrade-k8s\` overwrites Argo CD's objects`;
  return `in Talos 1.${minor} the next \`talosctl upgrade-k8s\` applies it server-side and takes every field from Argo CD`;
}

function howToLeave(minor: number | undefined): string {
  if (minor !== undefined && minor <= 12)
    return 'Remove the manifest from the machine configuration; Talos up to 1.12 leaves the running objects alone.';
  const inventory =
    'remove its objects from the ConfigMap kube-system/talos-bootstrap-manifests-inventory and their annotation config.k8s.io/owning-inventory, or the next `talosctl upgrade-k8s` deletes Cilium';
  return minor === undefined
    ? `Remove the manifest from the machine configuration; from Talos 1.13 on also ${inventory}.`
    : `Remove the manifest from the machine configuration, and ${inventory}.`;
}
