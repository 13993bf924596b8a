import { stringify } from 'yaml';
import type { Form } from '../../shared/model.ts';
import { type ClusterPlan, type Files, REPOSITORY } from './plan.ts';
import type { Random } from './random.ts';
import { flags } from './values.ts';

/** Writes Argo CD's side of one cluster in one form, as people write it. */
type ArgocdForm = (cluster: ClusterPlan, random: Random) => { form: Form; files: Files };

const CHART = 'https://helm.cilium.io/';

function destination({ name }: ClusterPlan): unknown {
  return { name, namespace: 'kube-system' };
}

function application(cluster: ClusterPlan, spec: Record<string, unknown>, name = `cilium-${cluster.name}`): unknown {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: { project: 'default', destination: destination(cluster), ...spec },
  };
}

function chartSource({ argocdVersion }: ClusterPlan, helm: Record<string, unknown>): Record<string, unknown> {
  return { repoURL: CHART, chart: 'cilium', targetRevision: argocdVersion, helm: { releaseName: 'cilium', ...helm } };
}

function ownSource(path: string): Record<string, unknown> {
  return { repoURL: REPOSITORY, targetRevision: 'HEAD', path };
}

function helmCharts({ argocdVersion }: ClusterPlan, values: Record<string, unknown>): string {
  return stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    helmCharts: [{ name: 'cilium', repo: CHART, version: argocdVersion, releaseName: 'cilium', namespace: 'kube-system', ...values }],
  });
}

function umbrella({ argocdVersion, values }: ClusterPlan, directory: string, alias?: string): Files {
  return {
    [`${directory}/Chart.yaml`]: stringify({
      apiVersion: 'v2',
      name: 'cilium',
      version: '0.1.0',
      dependencies: [{ name: 'cilium', version: argocdVersion, repository: CHART, ...(alias !== undefined && { alias }) }],
    }),
    [`${directory}/values.yaml`]: stringify({ [alias ?? 'cilium']: values.argocd }),
  };
}

/** A generator of one cluster, so that a set of several clusters is a set for each. */
function applicationSet(cluster: ClusterPlan, generator: unknown, source: unknown): string {
  return stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: `cilium-${cluster.name}`, namespace: 'argocd' },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [generator],
      template: {
        metadata: { name: `cilium-${cluster.name}` },
        spec: { project: 'default', destination: destination(cluster), source },
      },
    },
  });
}

/** Every form that Argo CD's side is generated in. */
export const argocdForms: Record<string, ArgocdForm> = {
  'Application with valuesObject': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, { source: chartSource(cluster, { valuesObject: cluster.values.argocd }) }),
      ),
    },
  }),
  'Application with values': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, { source: chartSource(cluster, { values: stringify(cluster.values.argocd) }) }),
      ),
    },
  }),
  'Application with parameters': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, {
          source: chartSource(cluster, {
            parameters: flags(cluster.values.argocd).map((flag) => ({
              name: flag.slice(0, flag.indexOf('=')),
              value: flag.slice(flag.indexOf('=') + 1),
            })),
          }),
        }),
      ),
    },
  }),
  'Application with $values': (cluster, random) => {
    const chart = chartSource(cluster, { valueFiles: [`$values/${cluster.directories.argocd}/values/cilium.yaml`] });
    const values = { repoURL: REPOSITORY, targetRevision: 'HEAD', ref: 'values' };
    return {
      form: 'application',
      files: {
        [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
          application(cluster, { sources: random.chance(0.5) ? [chart, values] : [values, chart] }),
        ),
        [`${cluster.directories.argocd}/values/cilium.yaml`]: stringify(cluster.values.argocd),
      },
    };
  },
  'OCI chart': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, {
          source: {
            repoURL: 'quay.io/cilium/charts',
            chart: 'cilium',
            targetRevision: cluster.argocdVersion,
            helm: { releaseName: 'cilium', valuesObject: cluster.values.argocd },
          },
        }),
      ),
    },
  }),
  'kustomization with valuesInline': (cluster) => ({
    form: 'kustomize-helm',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/cilium`) }),
      ),
      [`${cluster.directories.argocd}/cilium/kustomization.yaml`]: helmCharts(cluster, { valuesInline: cluster.values.argocd }),
    },
  }),
  'kustomization with a values file': (cluster) => ({
    form: 'kustomize-helm',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/cilium`) }),
      ),
      [`${cluster.directories.argocd}/cilium/kustomization.yaml`]: helmCharts(cluster, { valuesFile: 'values.yaml' }),
      [`${cluster.directories.argocd}/cilium/values.yaml`]: stringify(cluster.values.argocd),
    },
  }),
  'nested kustomizations': (cluster) => ({
    form: 'kustomize-helm',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/cilium/overlay`) }),
      ),
      [`${cluster.directories.argocd}/cilium/overlay/kustomization.yaml`]: stringify({ resources: ['../base'] }),
      [`${cluster.directories.argocd}/cilium/base/kustomization.yaml`]: helmCharts(cluster, { valuesFile: 'values.yaml' }),
      [`${cluster.directories.argocd}/cilium/base/values.yaml`]: stringify(cluster.values.argocd),
    },
  }),
  'umbrella chart': (cluster, random) => ({
    form: 'umbrella-chart',
    files: {
      [`${cluster.directories.argocd}/cilium.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/cilium`) }),
      ),
      ...umbrella(cluster, `${cluster.directories.argocd}/cilium`, random.chance(0.3) ? 'cni' : undefined),
    },
  }),
  'ApplicationSet of a list': (cluster) => ({
    form: 'applicationset',
    files: {
      [`${cluster.directories.argocd}/cilium-set.yaml`]: applicationSet(
        cluster,
        { list: { elements: [{ version: cluster.argocdVersion }] } },
        { ...chartSource(cluster, { valuesObject: cluster.values.argocd }), targetRevision: '{{ .version }}' },
      ),
    },
  }),
  'ApplicationSet of git directories': (cluster) => ({
    form: 'kustomize-helm',
    files: {
      [`${cluster.directories.argocd}/apps-set.yaml`]: applicationSet(
        cluster,
        { git: { repoURL: REPOSITORY, revision: 'HEAD', directories: [{ path: `${cluster.directories.argocd}/apps/*` }] } },
        { repoURL: REPOSITORY, targetRevision: 'HEAD', path: '{{ .path.path }}' },
      ),
      [`${cluster.directories.argocd}/apps/cilium/kustomization.yaml`]: helmCharts(cluster, { valuesFile: 'values.yaml' }),
      [`${cluster.directories.argocd}/apps/cilium/values.yaml`]: stringify(cluster.values.argocd),
    },
  }),
  'ApplicationSet of git files': (cluster) => ({
    form: 'applicationset',
    files: {
      [`${cluster.directories.argocd}/apps-set.yaml`]: applicationSet(
        cluster,
        { git: { repoURL: REPOSITORY, revision: 'HEAD', files: [{ path: `${cluster.directories.argocd}/apps/*/config.yaml` }] } },
        {
          repoURL: '{{ .chart.repository }}',
          chart: '{{ .chart.name }}',
          targetRevision: '{{ .chart.version }}',
          helm: { releaseName: 'cilium', valuesObject: cluster.values.argocd },
        },
      ),
      [`${cluster.directories.argocd}/apps/cilium/config.yaml`]: stringify({
        chart: { repository: CHART, name: 'cilium', version: cluster.argocdVersion },
      }),
    },
  }),
  'ApplicationSet of a matrix': (cluster) => ({
    form: 'umbrella-chart',
    files: {
      [`${cluster.directories.argocd}/apps-set.yaml`]: applicationSet(
        cluster,
        {
          matrix: {
            generators: [
              { git: { repoURL: REPOSITORY, revision: 'HEAD', directories: [{ path: `${cluster.directories.argocd}/apps/*` }] } },
              { list: { elements: [{ revision: 'HEAD' }] } },
            ],
          },
        },
        { repoURL: REPOSITORY, targetRevision: '{{ .revision }}', path: '{{ .path.path }}' },
      ),
      ...umbrella(cluster, `${cluster.directories.argocd}/apps/cilium`),
    },
  }),
  'app of apps': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/root.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/applications`) }, `root-${cluster.name}`),
      ),
      [`${cluster.directories.argocd}/applications/cilium.yaml`]: stringify(
        application(cluster, { source: chartSource(cluster, { valuesObject: cluster.values.argocd }) }),
      ),
    },
  }),
  'app of apps as a chart': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/root.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/root`) }, `root-${cluster.name}`),
      ),
      [`${cluster.directories.argocd}/root/Chart.yaml`]: stringify({ apiVersion: 'v2', name: 'root', version: '0.1.0' }),
      [`${cluster.directories.argocd}/root/values.yaml`]: stringify({ cilium: { version: cluster.argocdVersion } }),
      [`${cluster.directories.argocd}/root/templates/cilium.yaml`]: stringify(
        application(cluster, {
          source: { ...chartSource(cluster, { valuesObject: cluster.values.argocd }), targetRevision: 'VERSION' },
        }),
      ).replace('VERSION', '{{ .Values.cilium.version | quote }}'),
    },
  }),
  'app of apps as a chart in a kustomization': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/root.yaml`]: stringify(
        application(cluster, { source: ownSource(`${cluster.directories.argocd}/root`) }, `root-${cluster.name}`),
      ),
      [`${cluster.directories.argocd}/root/kustomization.yaml`]: stringify({
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        helmCharts: [{ name: 'applications', valuesFile: 'applications.yaml' }],
      }),
      [`${cluster.directories.argocd}/root/applications.yaml`]: stringify({
        applications: {
          [`cilium-${cluster.name}`]: {
            destination: destination(cluster),
            source: chartSource(cluster, { valuesObject: cluster.values.argocd }),
          },
        },
      }),
      [`${cluster.directories.argocd}/root/charts/applications/Chart.yaml`]: stringify({
        apiVersion: 'v2',
        name: 'applications',
        version: '0.1.0',
      }),
      [`${cluster.directories.argocd}/root/charts/applications/templates/application.yaml`]: `{{- range $name, $app := .Values.applications }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ $name }}
  namespace: argocd
spec:
  project: default
  destination: {{- toYaml $app.destination | nindent 4 }}
  source: {{- toYaml $app.source | nindent 4 }}
{{- end }}
`,
    },
  }),
  'argocd-apps': (cluster) => ({
    form: 'application',
    files: {
      [`${cluster.directories.argocd}/root.yaml`]: stringify(
        application(
          cluster,
          {
            source: {
              repoURL: 'https://argoproj.github.io/argo-helm',
              chart: 'argocd-apps',
              targetRevision: '2.0.2',
              helm: {
                valuesObject: {
                  applications: {
                    [`cilium-${cluster.name}`]: {
                      namespace: 'argocd',
                      project: 'default',
                      destination: destination(cluster),
                      source: chartSource(cluster, { valuesObject: cluster.values.argocd }),
                    },
                  },
                },
              },
            },
          },
          `root-${cluster.name}`,
        ),
      ),
    },
  }),
};
