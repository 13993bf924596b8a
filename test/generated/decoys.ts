import { stringify } from 'yaml';
import { type Files, REPOSITORY } from './plan.ts';

const application = (name: string, source: unknown) =>
  stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: { project: 'default', destination: { server: 'https://kubernetes.default.svc', namespace: 'kube-system' }, source },
  });

/** What looks like Cilium and speaks for nobody; a report must come out the same with it. */
export const decoys: Record<string, Files> = {
  'advice in a script': {
    'scripts/help.sh':
      '#!/bin/sh\n# helm upgrade --install cilium cilium/cilium --version 1.14.1 -n kube-system\necho "cilium install --version 1.14.0 --set ipam.mode=multi-pool"\n',
  },
  'prose with a version': { 'docs/network.md': '# Network\n\nWe run Cilium 1.13.2 since the upgrade, with `ipam.mode=cluster-pool`.\n' },
  'what Flux left behind': {
    'old/flux/cilium.yaml': stringify({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'cilium', namespace: 'kube-system' },
      spec: { chart: { spec: { chart: 'cilium', version: '1.15.1', sourceRef: { kind: 'HelmRepository', name: 'cilium' } } } },
    }),
  },
  'values that nothing mounts': {
    'manifests/unused.yaml': stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cilium-old-values', namespace: 'kube-system' },
      data: { 'values.yaml': 'ipam:\n  mode: multi-pool\n' },
    }),
  },
  'another chart of the same repository': {
    'apps/tetragon.yaml': application('tetragon', {
      repoURL: 'https://helm.cilium.io',
      chart: 'tetragon',
      targetRevision: '1.4.0',
      helm: { valuesObject: { tetragon: { enabled: true } } },
    }),
  },
  'resources of Cilium': {
    'apps/cilium-config.yaml': application('cilium-config', {
      repoURL: REPOSITORY,
      targetRevision: 'HEAD',
      path: 'manifests/cilium-config',
    }),
    'manifests/cilium-config/pool.yaml': stringify({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumLoadBalancerIPPool',
      metadata: { name: 'pool' },
      spec: { blocks: [{ cidr: '192.0.2.0/27' }] },
    }),
  },
  'a template of a script': {
    'templates/install.sh.j2': '#!/bin/sh\nhelm install cilium cilium/cilium --version {{ cilium_version }} -n kube-system\n',
  },
  'an application of something else': {
    'apps/cert-manager.yaml': application('cert-manager', {
      repoURL: 'https://charts.jetstack.io',
      chart: 'cert-manager',
      targetRevision: 'v1.18.2',
      helm: { releaseName: 'cilium-certs', valuesObject: { crds: { enabled: true } } },
    }),
  },
};
