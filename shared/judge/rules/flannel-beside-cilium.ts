import { application, talconfig } from '../example.ts';
import { talosFact, talosMinor, talosPlaces } from '../read-setting.ts';
import type { Rule } from '../rule.ts';
import { refusesShape } from '../talos-refusals.ts';

export const flannelBesideCilium: Rule = {
  id: 'flannel-beside-cilium',
  level: 'error',
  title: 'Talos installs Flannel beside Cilium',
  why: 'Two network plugins write into the same directory, and pods get their network from whichever was last. Up to Talos 1.13 `cluster.network.cni.name: none` keeps Flannel away; from 1.14 only the absence of the document `KubeFlannelCNIConfig` does. One control plane that says otherwise is enough.',
  fix: 'Write `cluster.network.cni.name: none`; in the shape of Talos 1.14 delete KubeFlannelCNIConfig (`$patch: delete`).',
  link: 'https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium',
  examples: {
    passing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'talos/talconfig.yaml': talconfig(),
    },
    failing: {
      'argocd/cilium.yaml': application('ipam:\n  mode: kubernetes'),
      'talos/talconfig.yaml': talconfig({ config: 'allowSchedulingOnControlPlanes: true' }),
    },
  },
  judge(cluster) {
    const { talos } = cluster;
    const cni = talosFact(talos, 'cni');
    if (!talos || cni?.value !== 'flannel' || (!cluster.bootstrap && !cluster.argocd) || refusesShape(talos)) return [];
    const unsaid = cni.origin === 'default' ? ', because nothing tells it not to' : '';
    const documents = talos.contract === '1.14' || (talos.contract === null && (talosMinor(talos) ?? 0) >= 14);
    return [
      {
        message: `Talos installs Flannel${unsaid}, and Cilium comes beside it.`,
        places: talosPlaces(talos, cni),
        setting: 'cni',
        fix: documents
          ? 'Add a patch with `apiVersion: v1alpha1`, `kind: KubeFlannelCNIConfig` and `$patch: delete` for the control planes.'
          : 'Write `cluster.network.cni.name: none` for the control planes.',
      },
    ];
  },
};
