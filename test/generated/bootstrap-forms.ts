import { stringify } from 'yaml';
import type { Bootstrap, ClusterPlan } from './plan.ts';
import type { Random } from './random.ts';
import { flags, type Values } from './values.ts';

/** Writes the bootstrap of one cluster in one form, as people write it. */
type BootstrapForm = (cluster: ClusterPlan, random: Random) => Bootstrap;

const CHART = 'https://helm.cilium.io/';

/** Without Cilium's own flags, which stand in a file. */
function helmUpgrade(version: string, values: string): string {
  return `helm upgrade --install cilium cilium \\\n  --repo ${CHART} \\\n  --version ${version} \\\n  --namespace kube-system \\\n  ${values}`;
}

function setFlags(values: Values, separator: string): string {
  return flags(values)
    .map((flag) => `--set ${flag}`)
    .join(separator);
}

function job(args: string[], volumes = false): unknown {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'cilium-install', namespace: 'kube-system' },
    spec: {
      backoffLimit: 10,
      template: {
        metadata: { labels: { app: 'cilium-install' } },
        spec: {
          restartPolicy: 'OnFailure',
          hostNetwork: true,
          serviceAccountName: 'cilium-install',
          containers: [
            {
              name: 'cilium-install',
              image: 'quay.io/cilium/cilium-cli-ci:v0.18.7',
              command: ['cilium', 'install', ...args],
              ...(volumes && { volumeMounts: [{ name: 'values', mountPath: '/values' }] }),
            },
          ],
          ...(volumes && { volumes: [{ name: 'values', configMap: { name: 'cilium-values' } }] }),
        },
      },
    },
  };
}

function terraformValues(values: Values): string {
  return flags(values)
    .map((flag) => {
      const equals = flag.indexOf('=');
      return `  set {\n    name  = "${flag.slice(0, equals)}"\n    value = "${flag.slice(equals + 1)}"\n  }\n`;
    })
    .join('\n');
}

/** Every form that a bootstrap is generated in. */
export const bootstrapForms: Record<string, BootstrapForm> = {
  'script with a values file': ({ directories, bootstrapVersion, values }, random) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/install.sh`]: `#!/usr/bin/env bash\nset -euo pipefail\ncd "$(dirname "$0")"\n${random.chance(0.5) ? `CILIUM_VERSION="${bootstrapVersion}"\n${helmUpgrade('"${CILIUM_VERSION}"', '--values values.yaml')}` : helmUpgrade(bootstrapVersion, '-f values.yaml')}\n`,
      [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  'script with flags': ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/cilium.sh`]: `#!/bin/sh\nhelm repo add cilium ${CHART}\nhelm install cilium cilium/cilium --version ${bootstrapVersion} -n kube-system \\\n  ${setFlags(values.bootstrap, ' \\\n  ')}\n`,
    },
  }),
  'script with a heredoc': ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/cilium.sh`]: `#!/usr/bin/env bash\nhelm template cilium cilium/cilium --version ${bootstrapVersion} --namespace kube-system -f - <<'VALUES' | kubectl apply -f -\n${stringify(values.bootstrap)}VALUES\n`,
    },
  }),
  Taskfile: ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/Taskfile.yaml`]: stringify({
        version: '3',
        vars: { CILIUM_VERSION: bootstrapVersion },
        tasks: { cilium: { cmds: [helmUpgrade('{{.CILIUM_VERSION}}', '--values values.yaml')] } },
      }),
      [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  justfile: ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/justfile`]: `cilium_version := "${bootstrapVersion}"\n\ncilium:\n    helm upgrade --install cilium cilium/cilium --version {{ cilium_version }} --namespace kube-system --values values.yaml\n`,
      [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  Makefile: ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/Makefile`]: `CILIUM_VERSION ?= ${bootstrapVersion}\n\n.PHONY: cilium\ncilium:\n\thelm upgrade --install cilium cilium/cilium --version $(CILIUM_VERSION) -n kube-system -f values.yaml\n`,
      [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  helmfile: ({ directories, bootstrapVersion, values }, random) => ({
    form: 'helmfile',
    files: {
      [`${directories.bootstrap}/helmfile.yaml`]: stringify({
        repositories: [{ name: 'cilium', url: CHART }],
        releases: [
          {
            name: 'cilium',
            namespace: 'kube-system',
            chart: 'cilium/cilium',
            version: bootstrapVersion,
            values: random.chance(0.5) ? ['./cilium-values.yaml'] : [values.bootstrap],
          },
        ],
      }),
      [`${directories.bootstrap}/cilium-values.yaml`]: stringify(values.bootstrap),
    },
  }),
  'kustomize build': ({ directories, bootstrapVersion, values }) => ({
    form: 'kustomize-command',
    files: {
      [`${directories.bootstrap}/apply.sh`]: `#!/bin/sh\ncd "$(dirname "$0")"\nkustomize build --enable-helm ./cilium | kubectl apply --server-side -f -\n`,
      [`${directories.bootstrap}/cilium/kustomization.yaml`]: stringify({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        helmCharts: [
          {
            name: 'cilium',
            repo: CHART,
            version: bootstrapVersion,
            releaseName: 'cilium',
            namespace: 'kube-system',
            valuesFile: 'values.yaml',
          },
        ],
      }),
      [`${directories.bootstrap}/cilium/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  'Terraform helm_release': ({ directories, bootstrapVersion, values }, random) => {
    const file = random.chance(0.5);
    return {
      form: 'terraform-helm',
      files: {
        [`${directories.bootstrap}/cilium.tf`]: `resource "helm_release" "cilium" {\n  name       = "cilium"\n  namespace  = "kube-system"\n  repository = "${CHART}"\n  chart      = "cilium"\n  version    = "${bootstrapVersion}"\n${file ? '\n  values = [file("${path.module}/values.yaml")]\n' : `\n${terraformValues(values.bootstrap)}`}}\n`,
        ...(file && { [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap) }),
      },
    };
  },
  Ansible: ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/playbook.yaml`]: stringify([
        {
          hosts: 'localhost',
          tasks: [
            {
              name: 'Install Cilium',
              'kubernetes.core.helm': {
                name: 'cilium',
                chart_ref: 'cilium',
                chart_repo_url: CHART,
                chart_version: bootstrapVersion,
                release_namespace: 'kube-system',
                values: values.bootstrap,
              },
            },
          ],
        },
      ]),
    },
  }),
  'Ansible with tasks that a play includes for each chart': ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/site.yaml`]: stringify([
        {
          hosts: 'localhost',
          vars: {
            values_path: 'values',
            charts: [
              { name: 'coredns', ref: 'coredns/coredns', version: '1.43.0', namespace: 'kube-system', values: [] },
              {
                name: 'cilium',
                ref: 'cilium/cilium',
                version: bootstrapVersion,
                namespace: 'kube-system',
                values: ['{{ values_path }}/cilium.yaml'],
              },
            ],
          },
          tasks: [{ include_tasks: 'chart.yaml', with_items: '{{ charts }}', loop_control: { loop_var: 'chart' } }],
        },
      ]),
      [`${directories.bootstrap}/chart.yaml`]: stringify([
        {
          'kubernetes.core.helm': {
            name: '{{ chart.name }}',
            chart_ref: '{{ chart.ref }}',
            chart_version: '{{ chart.version }}',
            release_namespace: '{{ chart.namespace }}',
            values_files: '{{ chart.values }}',
          },
        },
      ]),
      [`${directories.bootstrap}/values/cilium.yaml`]: stringify(values.bootstrap),
    },
  }),
  'a script for Nushell': ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/install.nu`]: `#!/usr/bin/env nu\n\nlet nodes = (open nodes.yaml | get nodes)\nfor node in $nodes { print $"($node.name) is ready" }\n^helm upgrade --install cilium cilium/cilium --version ${bootstrapVersion} --namespace kube-system --values ${directories.bootstrap}/values.yaml\n`,
      [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  'a command that sops runs': ({ directories, bootstrapVersion, values }) => ({
    form: 'helm-command',
    files: {
      [`${directories.bootstrap}/install.sh`]: `#!/bin/sh\ncd "$(dirname "$0")"\nsops exec-env secrets.sops.yaml 'helm upgrade --install cilium cilium/cilium --version ${bootstrapVersion} --namespace kube-system --values values.yaml'\n`,
      [`${directories.bootstrap}/values.yaml`]: stringify(values.bootstrap),
    },
  }),
  'cilium install in a script': ({ directories, bootstrapVersion, values }) => ({
    form: 'cilium-command',
    files: {
      [`${directories.bootstrap}/cilium.sh`]: `#!/bin/sh\ncilium install --version ${bootstrapVersion} \\\n  ${setFlags(values.bootstrap, ' \\\n  ')}\n`,
    },
  }),
  'Job with flags': ({ bootstrapVersion, values }, random) => ({
    form: 'cilium-cli-job',
    files: {},
    manifests: [
      {
        name: 'cilium-install',
        contents: stringify(
          job([
            ...(random.chance(0.5) ? [`--version=${bootstrapVersion}`] : ['--version', `v${bootstrapVersion}`]),
            ...flags(values.bootstrap).flatMap((flag) => (random.chance(0.5) ? ['--set', flag] : [`--set=${flag}`])),
          ]),
        ),
      },
    ],
  }),
  'Job with a mounted values file': ({ bootstrapVersion, values }) => ({
    form: 'cilium-cli-job',
    files: {},
    manifests: [
      {
        name: 'cilium-values',
        contents: stringify({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'cilium-values', namespace: 'kube-system' },
          data: { 'values.yaml': stringify(values.bootstrap) },
        }),
      },
      { name: 'cilium-install', contents: stringify(job(['--version', bootstrapVersion, '-f', '/values/values.yaml'], true)) },
    ],
  }),
};
