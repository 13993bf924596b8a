import { stringify } from 'yaml';
import type { Bootstrap, ClusterPlan, Files } from './plan.ts';

/** Writes the Talos machine configuration of one cluster in one form, with the manifests of its bootstrap in it. */
type TalosForm = (cluster: ClusterPlan, manifests: NonNullable<Bootstrap['manifests']>) => Files;

const NETWORK = {
  network: { cni: { name: 'none' }, podSubnets: ['10.244.0.0/16'], serviceSubnets: ['10.96.0.0/12'] },
  proxy: { disabled: true },
};

function inline(manifests: NonNullable<Bootstrap['manifests']>): { inlineManifests?: unknown } {
  return manifests.length === 0 ? {} : { inlineManifests: manifests };
}

/** Every form that a machine configuration is generated in. */
export const talosForms: Record<string, TalosForm> = {
  'Omni cluster template': ({ name, directories: { talos } }, manifests) => ({
    [`${talos}/cluster-template.yaml`]: [
      {
        kind: 'Cluster',
        name,
        kubernetes: { version: 'v1.33.4' },
        talos: { version: 'v1.11.1' },
        patches: [{ name: 'network', file: 'patches/network.yaml' }],
      },
      {
        kind: 'ControlPlane',
        machineClass: { name: 'control-plane', size: 3 },
        ...(manifests.length > 0 && { patches: [{ name: 'cilium', file: 'patches/cilium.yaml' }] }),
      },
      { kind: 'Workers', machineClass: { name: 'worker', size: 2 } },
    ]
      .map((document) => stringify(document))
      .join('---\n'),
    [`${talos}/patches/network.yaml`]: stringify({ cluster: NETWORK }),
    ...(manifests.length > 0 && { [`${talos}/patches/cilium.yaml`]: stringify({ cluster: inline(manifests) }) }),
  }),
  talhelper: ({ name, directories: { talos } }, manifests) => ({
    [`${talos}/talconfig.yaml`]: stringify({
      clusterName: name,
      talosVersion: 'v1.11.1',
      kubernetesVersion: 'v1.33.4',
      endpoint: `https://${name}.example.org:6443`,
      clusterPodNets: NETWORK.network.podSubnets,
      clusterSvcNets: NETWORK.network.serviceSubnets,
      cniConfig: { name: 'none' },
      nodes: [{ hostname: `${name}-1`, ipAddress: '192.0.2.10', controlPlane: true, installDisk: '/dev/sda' }],
      patches: [stringify({ cluster: { proxy: NETWORK.proxy } })],
      ...(manifests.length > 0 && { controlPlane: { patches: ['@./patches/cilium.yaml'] } }),
    }),
    ...(manifests.length > 0 && { [`${talos}/patches/cilium.yaml`]: stringify({ cluster: inline(manifests) }) }),
  }),
  'talosctl gen config': ({ name, directories: { talos } }, manifests) => ({
    [`${talos}/generate.sh`]: `#!/bin/sh\ncd "$(dirname "$0")"\ntalosctl gen config ${name} https://${name}.example.org:6443 \\\n  --config-patch @patches/network.yaml${manifests.length > 0 ? ' \\\n  --config-patch-control-plane @patches/cilium.yaml' : ''}\n`,
    [`${talos}/patches/network.yaml`]: stringify({ cluster: NETWORK }),
    ...(manifests.length > 0 && { [`${talos}/patches/cilium.yaml`]: stringify({ cluster: inline(manifests) }) }),
  }),
  'machine configuration': ({ name, directories: { talos } }, manifests) => ({
    [`${talos}/controlplane.yaml`]: stringify({
      version: 'v1alpha1',
      machine: { type: 'controlplane', install: { disk: '/dev/sda', image: 'ghcr.io/siderolabs/installer:v1.11.1' } },
      cluster: {
        clusterName: name,
        controlPlane: { endpoint: `https://${name}.example.org:6443` },
        ...NETWORK,
        ...inline(manifests),
      },
    }),
  }),
  'machine configuration of documents': ({ name, directories: { talos } }, manifests) => ({
    [`${talos}/controlplane.yaml`]: [
      {
        version: 'v1alpha1',
        machine: { type: 'controlplane', install: { disk: '/dev/sda', image: 'ghcr.io/siderolabs/installer:v1.14.0' } },
        cluster: { clusterName: name, controlPlane: { endpoint: `https://${name}.example.org:6443` }, ...NETWORK },
      },
      ...manifests.map((manifest) => ({
        apiVersion: 'v1alpha1',
        kind: 'KubeInlineManifestConfig',
        name: manifest.name,
        manifest: manifest.contents,
      })),
    ]
      .map((document) => stringify(document))
      .join('---\n'),
  }),
  'patches alone': ({ directories: { talos } }, manifests) => ({
    [`${talos}/patches/network.yaml`]: stringify({ cluster: NETWORK }),
    ...(manifests.length > 0 && { [`${talos}/patches/cilium.yaml`]: stringify({ cluster: inline(manifests) }) }),
  }),
};
