import { stringify } from 'yaml';
import { type ClusterPlan, type Files, REPOSITORY } from './plan.ts';

/** One ApplicationSet for all clusters, shared values with an overlay for each, and a Talos directory for each whose script installs the same way. */
export function fleet(clusters: readonly ClusterPlan[]): Files {
  const version = clusters[0]!.argocdVersion;
  const files: Files = {
    'argocd/cilium-set.yaml': stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'cilium', namespace: 'argocd' },
      spec: {
        goTemplate: true,
        generators: [{ git: { repoURL: REPOSITORY, revision: 'HEAD', directories: [{ path: 'clusters/*' }] } }],
        template: {
          metadata: { name: 'cilium-{{ .path.basename }}' },
          spec: {
            project: 'default',
            destination: { name: '{{ .path.basename }}', namespace: 'kube-system' },
            sources: [
              {
                repoURL: 'https://helm.cilium.io',
                chart: 'cilium',
                targetRevision: version,
                helm: {
                  releaseName: 'cilium',
                  valueFiles: ['$values/base/cilium.yaml', '$values/clusters/{{ .path.basename }}/cilium.yaml'],
                },
              },
              { repoURL: REPOSITORY, targetRevision: 'HEAD', ref: 'values' },
            ],
          },
        },
      },
    }),
    'base/cilium.yaml': stringify({
      kubeProxyReplacement: true,
      k8sServiceHost: 'localhost',
      k8sServicePort: 7445,
      routingMode: 'tunnel',
      operator: { replicas: 2 },
      hubble: { enabled: true, tls: { auto: { method: 'cronJob' } } },
    }),
  };
  for (const { name, bootstrapVersion, values } of clusters) {
    files[`clusters/${name}/cilium.yaml`] = stringify(values.argocd);
    files[`clusters/${name}/bootstrap/values.yaml`] = stringify(values.bootstrap);
    files[`clusters/${name}/bootstrap/install.sh`] =
      `#!/bin/sh\nset -eu\ncd "$(dirname "$0")"\nhelm upgrade --install cilium cilium/cilium --version ${bootstrapVersion} --namespace kube-system --values ../../../base/cilium.yaml --values values.yaml\n`;
    files[`clusters/${name}/talos/talconfig.yaml`] = stringify({
      clusterName: name,
      talosVersion: 'v1.11.1',
      kubernetesVersion: 'v1.33.4',
      endpoint: `https://${name}.example.org:6443`,
      clusterPodNets: ['10.244.0.0/16'],
      clusterSvcNets: ['10.96.0.0/12'],
      cniConfig: { name: 'none' },
      nodes: [{ hostname: `${name}-1`, ipAddress: '192.0.2.10', controlPlane: true, installDisk: '/dev/sda' }],
      patches: [stringify({ cluster: { proxy: { disabled: true } } })],
    });
  }
  return files;
}
