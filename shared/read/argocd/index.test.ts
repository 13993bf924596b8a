import { describe, expect, test } from 'vitest';
import { discover } from '../../discover/discover.ts';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at } from '../../tree.ts';
import { argocdDeclarations } from './index.ts';

type Files = Record<string, string | { symlink: string }>;

function read(files: Files) {
  const repository = memoryRepository(files);
  return argocdDeclarations(repository, discover(repository).candidates);
}

const REPO = 'https://git.example/me/cluster.git';

function application(name: string, source: string, more = ''): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
${more}  ${source.startsWith('-') ? 'sources' : 'source'}:
${source
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;
}

const chart = (values: string) => `repoURL: https://helm.cilium.io
chart: cilium
targetRevision: 1.18.2
helm:
  valuesObject: ${values}`;

const path = (directory: string) => `repoURL: ${REPO}
path: ${directory}
targetRevision: HEAD`;

const kustomization = `helmCharts:
- name: cilium
  repo: https://helm.cilium.io
  version: 1.18.2
  releaseName: cilium
  namespace: kube-system
  valuesFile: values.yaml
`;

function value(declaration: Declaration | undefined, setting: string): unknown {
  const node = at(mergeLayers(declaration?.layers ?? []).tree, setting);
  return node?.kind === 'scalar' ? node.value : node?.kind;
}

const brief = (d: Declaration) => ({
  form: d.form,
  file: d.place.file,
  line: d.place.line,
  name: d.name,
  namespace: d.namespace,
  version: d.chartVersion,
  rank: d.rank,
});

describe('what leads to Cilium', () => {
  test('an Application of the chart', () => {
    const { declarations } = read({ 'apps/cilium.yaml': application('cilium', chart('{MTU: 1400}')) });
    expect(declarations.map(brief)).toEqual([
      { form: 'application', file: 'apps/cilium.yaml', line: 9, name: 'cilium', namespace: 'kube-system', version: '1.18.2', rank: 5 },
    ]);
    expect(value(declarations[0], 'MTU')).toBe(1400);
    expect(declarations[0]!.chartVersionPlace).toEqual({ file: 'apps/cilium.yaml', line: 10, column: 21 });
  });

  test('a root, a directory, an ApplicationSet, a kustomization below another', () => {
    const { declarations } = read({
      'root.yaml': application('root', path('argocd')),
      'argocd/infra.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: infra, namespace: argocd}
spec:
  generators:
  - git: {repoURL: "${REPO}", revision: HEAD, directories: [{path: infra/*}]}
  template:
    metadata: {name: '{{path.basename}}'}
    spec:
      project: default
      destination: {name: alpha, namespace: '{{path.basename}}'}
      source: {repoURL: "${REPO}", path: '{{path}}', targetRevision: HEAD}
`,
      'infra/network/kustomization.yaml': 'resources: [cilium]\n',
      'infra/network/cilium/kustomization.yaml': kustomization,
      'infra/network/cilium/values.yaml': 'MTU: 1400\n',
      'infra/dns/kustomization.yaml': 'resources: []\n',
    });
    expect(declarations.map(brief)).toEqual([
      {
        form: 'kustomize-helm',
        file: 'infra/network/cilium/kustomization.yaml',
        line: 2,
        name: 'cilium',
        namespace: 'kube-system',
        version: '1.18.2',
        rank: 5,
      },
    ]);
    expect(declarations[0]!.files).toEqual([
      'infra/network/cilium/kustomization.yaml',
      'infra/network/cilium/values.yaml',
      'infra/network/kustomization.yaml',
      'argocd/infra.yaml',
      'root.yaml',
    ]);
    expect(declarations[0]!.clusters).toEqual([{ name: 'alpha', why: "the Application's destination is alpha", strength: 3 }]);
  });

  test('an Application in the templates of a chart, whose values say what it is', () => {
    const { declarations } = read({
      'root.yaml': application('root', `${path('apps')}\nhelm: {valuesObject: {revision: 1.18.3}}`),
      'apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 0.1.0\n',
      'apps/values.yaml': 'revision: 1.18.2\nnetwork:\n  cilium: {mtu: 1400, deploy: true}\n  other: {deploy: false}\n',
      'apps/templates/_helpers.tpl': '{{- define "apps.name" -}}{{ . | lower }}{{- end -}}',
      'apps/templates/network.yaml': `{{- range $name, $app := .Values.network }}
{{- if $app.deploy }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ include "apps.name" $name }}
spec:
  destination: {namespace: kube-system}
  source:
    repoURL: https://helm.cilium.io
    chart: {{ $name }}
    targetRevision: {{ $.Values.revision | quote }}
    helm:
      values: |
        MTU: {{ $app.mtu }}
{{- end }}
{{- end }}
`,
    });
    expect(declarations.map(brief)).toEqual([
      {
        form: 'application',
        file: 'apps/templates/network.yaml',
        line: 12,
        name: 'cilium',
        namespace: 'kube-system',
        version: '1.18.3',
        rank: 5,
      },
    ]);
    expect(value(declarations[0], 'MTU')).toBe(1400);
    expect(declarations[0]!.files).toContain('apps/values.yaml');
  });

  test('the values of the chart argocd-apps', () => {
    const { declarations } = read({
      'bootstrap/argocd-apps.yaml': `applications:
  cilium:
    namespace: argocd
    project: default
    destination: {server: https://kubernetes.default.svc, namespace: kube-system}
    source:
      repoURL: quay.io/cilium/charts
      chart: cilium
      targetRevision: 1.18.2
      helm: {values: "MTU: 1400"}
`,
    });
    expect(declarations.map(brief)).toEqual([
      {
        form: 'application',
        file: 'bootstrap/argocd-apps.yaml',
        line: 8,
        name: 'cilium',
        namespace: 'kube-system',
        version: '1.18.2',
        rank: 5,
      },
    ]);
    expect(value(declarations[0], 'MTU')).toBe(1400);
  });

  test('an umbrella chart behind an alias, its lock deciding a range', () => {
    const lock = 'sha256:0b4dd9f6ee3a3b9bd8d0e6f4d5f36b3a';
    const { declarations } = read({
      'app.yaml': application('net', `${path('net')}\nhelm: {parameters: [{name: cni.MTU, value: "1400"}]}`),
      'net/Chart.yaml':
        'apiVersion: v2\nname: net\nversion: 0.1.0\ndependencies:\n- {name: cilium, version: 1.18.x, repository: "https://helm.cilium.io", alias: cni}\n',
      'net/values.yaml': 'cni: {routingMode: native}\ncilium: {routingMode: tunnel}\n',
      'net/Chart.lock': `dependencies:\n- {name: cilium, repository: "https://helm.cilium.io", version: 1.18.2}\ndigest: ${lock}\n`,
    });
    expect(declarations.map(brief)).toEqual([
      { form: 'umbrella-chart', file: 'net/Chart.yaml', line: 5, name: 'net', namespace: 'kube-system', version: null, rank: 5 },
    ]);
    expect(declarations[0]!.findings.map((f) => f.rule)).toEqual(['argocd-refuses']);
    expect([value(declarations[0], 'routingMode'), value(declarations[0], 'MTU')]).toEqual(['native', 1400]);
  });

  test('manifests that somebody rendered', () => {
    const { declarations } = read({
      'app.yaml': application('cilium', path('rendered')),
      'rendered/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {routing-mode: native}\n',
      'rendered/agent.yaml': `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec: {template: {spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.18.2"}]}}}
`,
      'rendered/policy.yaml': 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n',
    });
    expect(declarations.map(brief)).toEqual([
      { form: 'rendered-path', file: 'rendered/config.yaml', line: 1, name: null, namespace: 'kube-system', version: '1.18.2', rank: 5 },
    ]);
    expect(declarations[0]!.facts?.get('config.routing-mode')?.value).toBe('native');
  });

  test('a plugin that this repository defines as kustomize with Helm, and one that nobody knows', () => {
    const files = {
      'net/cilium/kustomization.yaml': kustomization,
      'net/cilium/values.yaml': 'MTU: 1400\n',
      'argocd/values.yaml':
        'configs:\n  cmp:\n    plugins:\n      builder:\n        generate: {command: [sh, -c], args: ["kustomize build --enable-helm ."]}\n# cilium\n',
    };
    const known = read({ ...files, 'app.yaml': application('cilium', `${path('net/cilium')}\nplugin: {name: builder}`) });
    expect(known.declarations.map((d) => [d.form, d.chartVersion])).toEqual([['kustomize-helm', '1.18.2']]);
    const other = read({ ...files, 'app.yaml': application('cilium', `${path('net/cilium')}\nplugin: {name: magic}`) });
    expect(other.declarations.find((d) => d.form === 'plugin')).toMatchObject({
      chartVersion: null,
      opaque: { reason: 'the config management plugin magic renders it' },
      rank: 5,
    });
  });

  test('a template of an Application whose values file has a hole: one for each file that fits', () => {
    const { declarations } = read({
      'root.yaml.tmpl': application('root', path('apps')),
      'apps/Chart.yaml': 'apiVersion: v2\nname: apps\nversion: 0.1.0\n',
      'apps/templates/cilium.yaml': application(
        'cilium',
        `- repoURL: https://helm.cilium.io
  chart: cilium
  targetRevision: 1.18.2
  helm: {valueFiles: ['$values/values/cilium-{{ required "cluster" .Values.cluster }}.yaml']}
- repoURL: ${REPO}
  ref: values`,
      ),
      'values/cilium-alpha.yaml': 'MTU: 1400\n',
      'values/cilium-beta.yaml': 'MTU: 1500\n',
    });
    expect(declarations.map((d) => [value(d, 'MTU'), d.clusters.map((c) => c.name), d.rank])).toEqual([
      [1400, ['alpha'], 3],
      [1500, ['beta'], 3],
    ]);
  });
});

describe('how live it is', () => {
  test('left out by the kustomization that the others are in', () => {
    const { declarations } = read({
      'root.yaml': application('root', path('apps')),
      'apps/kustomization.yaml': 'resources: [dns.yaml]\n',
      'apps/dns.yaml': application('dns', path('dns')),
      'apps/cilium.yaml': application('cilium', chart('{}')),
    });
    expect(declarations.map((d) => [d.rank, d.rankWhy])).toEqual([[2, 'the Application that renders its directory leaves it out']]);
  });

  test('an example, and a kustomization that no Application leads to', () => {
    const { declarations } = read({
      'examples/cilium.yaml': application('cilium', chart('{}')),
      'net/cilium/kustomization.yaml': kustomization,
      'net/cilium/values.yaml': 'MTU: 1400\n',
    });
    expect(declarations.map((d) => [d.form, d.rank])).toEqual([
      ['application', 2],
      ['kustomize-helm', 2],
    ]);
  });

  test('no Argo CD at all: named, not declared', () => {
    const { declarations, unused } = read({ 'net/cilium/kustomization.yaml': kustomization, 'net/cilium/values.yaml': 'MTU: 1400\n' });
    expect(declarations).toEqual([]);
    expect(unused.map((u) => u.file)).toEqual(['net/cilium/kustomization.yaml']);
  });

  test('a root that leads to itself, and two that lead to each other', () => {
    const self = read({
      'argocd/root.yaml': application('root', path('argocd')),
      'argocd/cilium.yaml': application('cilium', chart('{}')),
    });
    expect(self.declarations.map((d) => d.rankWhy)).toEqual(['Application root leads to it (Application cilium)']);
    const circle = read({
      'a/a.yaml': application('a', path('b')),
      'b/b.yaml': application('b', path('a')),
      'b/cilium.yaml': application('cilium', chart('{}')),
    });
    expect(circle.declarations).toHaveLength(1);
  });
});

describe('what is refused or blinds', () => {
  test('a values file that does not exist', () => {
    const { declarations } = read({
      'dns.yaml': application('dns', path('dns')),
      'dns/zone.yaml': '{}',
      'app.yaml': application(
        'cilium',
        `- repoURL: https://helm.cilium.io\n  chart: cilium\n  targetRevision: 1.18.2\n  helm: {valueFiles: [$values/none.yaml]}\n- repoURL: ${REPO}\n  ref: values`,
      ),
    });
    expect(declarations[0]!.findings).toMatchObject([
      { rule: 'values-file-missing', level: 'error', places: [{ file: 'app.yaml', line: 11 }] },
    ]);
    expect(declarations[0]!.layers.map((l) => l.kind !== 'set' && l.tree.kind)).toEqual(['opaque']);
  });

  test('a JSON patch without a value stops the build: the kustomization behind it is no live declaration', () => {
    const { declarations } = read({
      'root.yaml': application('root', path('sets/lab')),
      'sets/lab/kustomization.yaml':
        'resources: [../set.yaml]\npatches:\n- target: {kind: Application}\n  patch: |-\n    - op: replace\n      path: /spec/source/path\n',
      'sets/set.yaml': application('cilium', path('overlays/PLACEHOLDER')),
      'overlays/lab/kustomization.yaml': kustomization,
      'overlays/lab/values.yaml': 'MTU: 1400\n',
    });
    expect(declarations.filter((d) => d.form === 'kustomize-helm')).toMatchObject([
      { rank: 3, findings: [{ rule: 'kustomize-refuses', places: [{ file: 'sets/lab/kustomization.yaml' }] }] },
    ]);
  });

  test('ignoreDifferences over the data of cilium-config', () => {
    const ignore = (pointer: string) => `  ignoreDifferences: [{kind: ConfigMap, name: cilium-config, jsonPointers: [${pointer}]}]\n`;
    expect(read({ 'app.yaml': application('cilium', chart('{}'), ignore('/data')) }).declarations[0]!.findings).toMatchObject([
      { rule: 'cilium-config-ignored', level: 'warning' },
    ]);
    expect(read({ 'app.yaml': application('cilium', chart('{}'), ignore('/metadata/labels')) }).declarations[0]!.findings).toEqual([]);
  });

  test('a revision that is not the one that lies here', () => {
    const { declarations } = read({
      'app.yaml': application('cilium', path('net/cilium').replace('HEAD', 'v1.2.3')),
      'net/cilium/kustomization.yaml': kustomization,
      'net/cilium/values.yaml': 'MTU: 1400\n',
    });
    expect(declarations[0]!.findings).toMatchObject([
      { rule: 'argocd-reads-another-revision', level: 'warning', places: [{ file: 'app.yaml', line: 10 }] },
    ]);
  });

  test('patches over what was rendered hide the facts that they change', () => {
    const { declarations } = read({
      'app.yaml': application('cilium', path('net/cilium')),
      'net/cilium/kustomization.yaml': `${kustomization}patches:
- target: {kind: ConfigMap, name: cilium-config}
  patch: |-
    - {op: add, path: /data/mtu, value: "1400"}
- patch: |-
    {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: cilium, namespace: kube-system}, spec: {template: {metadata: {labels: {a: b}}}}}
`,
      'net/cilium/values.yaml': 'MTU: 1400\n',
    });
    expect(declarations[0]!.hidden?.map((h) => h.prefix)).toEqual(['config.mtu']);
  });
});

describe('hostile input', () => {
  test.each([
    [
      'keys of objects',
      {
        'a.yaml': application('cilium', chart('{__proto__: {a: 1}, constructor: {prototype: x}}')),
        'b.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: __proto__}\nspec: {generators: [{list: {elements: [{__proto__: a, constructor: b}]}}], template: {metadata: {name: "{{constructor}}"}, spec: {source: {chart: cilium}}}}\n',
      },
    ],
    [
      'a kustomization of itself',
      {
        'a.yaml': application('cilium', path('k')),
        'k/kustomization.yaml': 'resources: [../k, ../j]\n',
        'j/kustomization.yaml': 'resources: [../k]\n',
      },
    ],
    [
      'paths out of the repository',
      {
        'a.yaml': application('cilium', path('../../etc')),
        'b.yaml': application('b', path('/etc')),
        'k/kustomization.yaml': `${kustomization.replace('values.yaml', '../../../etc/passwd')}`,
      },
    ],
    [
      'a template without end',
      {
        'a.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: cilium}\nspec:\n  goTemplate: true\n  generators: [{list: {elements: [{a: b}]}}]\n  template: {metadata: {name: '{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}'}, spec: {source: {chart: cilium, repoURL: x, targetRevision: 1.18.2}}}\n`,
      },
    ],
    [
      'fields of the wrong kind',
      {
        'a.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: [cilium]\nspec: {sources: [1, {chart: [cilium]}, {chart: cilium, helm: {valueFiles: {a: b}, parameters: [[]], values: [1]}}], destination: no}\n',
      },
    ],
    [
      'a matrix of matrices',
      {
        'a.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: cilium}\nspec:\n  generators: [${'{matrix: {generators: ['.repeat(40)}${']}}'.repeat(40)}]\n  template: {metadata: {name: cilium}, spec: {source: {chart: cilium}}}\n`,
      },
    ],
    ['links in a circle', { 'a.yaml': application('cilium', path('x')), x: { symlink: 'y' }, y: { symlink: 'x' } }],
  ] as [string, Files][])('%s', (_, files) => {
    expect(() => read(files)).not.toThrow();
  });
});
