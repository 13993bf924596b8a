/** The files of a small repository, by their paths. */
export type ExampleFiles = Record<string, string>;

const lines = (text: string, indent: number): string =>
  text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`))
    .join('\n');

/** An Application that installs Cilium with these values; `spec` and `metadata` are further lines of those. */
export function application(
  values: string,
  more: { version?: string; name?: string; namespace?: string; spec?: string; metadata?: string } = {},
): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${more.name ?? 'cilium'}
  namespace: argocd
${more.metadata ? `${lines(more.metadata, 2)}\n` : ''}spec:
  destination:
    server: https://kubernetes.default.svc
    namespace: ${more.namespace ?? 'kube-system'}
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: ${more.version ?? '1.18.2'}
    helm:
      releaseName: cilium
      valuesObject:
${lines(values, 8)}
${more.spec ? `${lines(more.spec, 2)}\n` : ''}`;
}

/** A script that installs Cilium with Helm from the values file beside it. */
export function installScript(more: { version?: string | null; name?: string; namespace?: string } = {}): string {
  const version = more.version === null ? '' : ` --version ${more.version ?? '1.18.2'}`;
  return `#!/bin/sh
helm upgrade --install ${more.name ?? 'cilium'} cilium --repo https://helm.cilium.io${version} --namespace ${more.namespace ?? 'kube-system'} --values bootstrap/values.yaml
`;
}

/** Both sides, the bootstrap by a script: each with its values. */
export function bothSides(
  bootstrap: string,
  argocd: string,
  more: { bootstrapVersion?: string; argocdVersion?: string; spec?: string } = {},
): ExampleFiles {
  return {
    'bootstrap.sh': installScript({ ...(more.bootstrapVersion ? { version: more.bootstrapVersion } : {}) }),
    'bootstrap/values.yaml': `${bootstrap.trim()}\n`,
    'argocd/cilium.yaml': application(argocd, {
      ...(more.argocdVersion ? { version: more.argocdVersion } : {}),
      ...(more.spec ? { spec: more.spec } : {}),
    }),
  };
}

/** talhelper's configuration of one control plane and one worker; `config` is further lines of it, `patch` one of machine configuration. */
export function talconfig(more: { talos?: string; kubernetes?: string; config?: string; patch?: string } = {}): string {
  return `clusterName: homelab
endpoint: https://10.0.0.10:6443
talosVersion: v${more.talos ?? '1.13.4'}
kubernetesVersion: v${more.kubernetes ?? '1.33.4'}
nodes:
  - hostname: plane
    ipAddress: 10.0.0.11
    controlPlane: true
    installDisk: /dev/sda
  - hostname: worker
    ipAddress: 10.0.0.21
    controlPlane: false
    installDisk: /dev/sda
${more.config ? `${more.config.trim()}\n` : 'cniConfig:\n  name: none\n'}${more.patch ? `patches:\n  - |-\n${lines(more.patch, 4)}\n` : ''}`;
}

/** A patch that lets Talos run no kube-proxy. */
export const WITHOUT_KUBE_PROXY = `cluster:
  proxy:
    disabled: true`;

/** Values of a Cilium that does kube-proxy's work and reaches the API server through KubePrism. */
export const THROUGH_KUBEPRISM = 'kubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445';

/** A patch with a Job that installs Cilium; `job` is further lines of its spec. */
export function jobPatch(more: { version?: string | null; image?: string; set?: string[]; job?: string } = {}): string {
  const set = (more.set ?? ['kubeProxyReplacement=true', 'k8sServiceHost=localhost', 'k8sServicePort=7445']).flatMap((flag) => [
    '--set',
    flag,
  ]);
  const version = more.version === null ? [] : [`--version=${more.version ?? '1.18.2'}`];
  const command = ['cilium', 'install', ...version, ...set].map((word) => `                    - ${word}`).join('\n');
  return `cluster:
  inlineManifests:
    - name: cilium-install
      contents: |
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: cilium-install
          namespace: kube-system
        spec:
${more.job ? `${lines(more.job, 10)}\n` : ''}          template:
            spec:
              restartPolicy: OnFailure
              containers:
                - name: cilium-install
                  image: ${more.image ?? 'quay.io/cilium/cilium-cli:v0.18.7'}
                  command:
${command}
`;
}

/** An Omni cluster template that gives its control planes the patch in patches/cilium.yaml. */
export function omniTemplate(more: { talos?: string; kubernetes?: string; workers?: string } = {}): string {
  return `kind: Cluster
name: homelab
kubernetes:
  version: v${more.kubernetes ?? '1.33.4'}
talos:
  version: v${more.talos ?? '1.11.1'}
patches:
  - name: no-default-cni
    inline:
      cluster:
        network:
          cni:
            name: none
        proxy:
          disabled: true
---
kind: ControlPlane
machineClass:
  name: control-plane
  size: 3
patches:
  - name: cilium
    file: patches/cilium.yaml
---
kind: Workers
machineClass:
  name: worker
  size: ${more.workers ?? '2'}
`;
}

/** A rendered manifest of Cilium, cut down to what names it. */
export function renderedManifest(more: { version?: string; image?: string; config?: string; secret?: string } = {}): string {
  const version = more.version ?? '1.18.2';
  return `${
    more.secret
      ? `apiVersion: v1
kind: Secret
metadata:
  name: cilium-ca
  namespace: kube-system
data:
  ca.key: ${more.secret}
---
`
      : ''
  }apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-config
  namespace: kube-system
data:
${lines(more.config ?? 'ipam: kubernetes', 2)}
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: cilium
  namespace: kube-system
  labels:
    helm.sh/chart: cilium-${version}
spec:
  template:
    spec:
      containers:
        - name: cilium-agent
          image: quay.io/cilium/cilium:v${more.image ?? version}
`;
}

/** A patch whose inline manifest is the rendered one. */
export function inlinePatch(manifest: string): string {
  return `cluster:
  inlineManifests:
    - name: cilium
      contents: |
${lines(manifest, 8)}
`;
}

/** An Application whose source is a directory of this repository. */
export function pathApplication(path: string): string {
  return sourceApplication(`source:
  repoURL: https://git.example/homelab.git
  targetRevision: main
  path: ${path}`);
}

/** An Application that reads the values of Cilium's chart from files of this repository. */
export function valuesApplication(
  files: string | readonly string[],
  more: { revision?: string; annotation?: string; plugin?: string } = {},
): string {
  const plugin = more.plugin ? `\n    path: gate\n    plugin:\n      name: ${more.plugin}` : '';
  return sourceApplication(
    `sources:
  - repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm:
      releaseName: cilium
      valueFiles:
${[files]
  .flat()
  .map((file) => `        - $values/${file}`)
  .join('\n')}
  - repoURL: https://git.example/homelab.git
    targetRevision: ${more.revision ?? 'main'}
    ref: values${plugin}`,
    more.annotation,
  );
}

/** An Application with an entry that gives the values; `entry` is further lines of it. */
export function gatedApplication(entry: string): ExampleFiles {
  return {
    'argocd/cilium.yaml': sourceApplication(`sources:
  - repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm:
      releaseName: cilium
      valueFiles:
        - $values/cilium/values.yaml
  - repoURL: https://git.example/homelab.git
    targetRevision: main
    ref: values
${lines(entry, 4)}`),
    'cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
  };
}

function sourceApplication(source: string, annotation?: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: cilium
${annotation ? `  annotations:\n    ${annotation}\n` : ''}spec:
  destination:
    server: https://kubernetes.default.svc
    namespace: kube-system
${lines(source, 2)}
`;
}
