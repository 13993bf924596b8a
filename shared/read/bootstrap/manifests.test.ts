import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration, TalosCluster, TalosManifest } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at, toPlain } from '../../tree.ts';
import { bootstrapDeclarations } from './index.ts';

const candidatesOf = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => ({ path, text }));

const read = (files: Record<string, string>, clusters: readonly TalosCluster[] = []) =>
  bootstrapDeclarations(memoryRepository(files), candidatesOf(files), clusters);

const values = (declaration: Declaration) => mergeLayers(declaration.layers, declaration.helm).tree;

const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: cilium-install, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - image: quay.io/cilium/cilium-cli:v0.18.8
          command: [cilium, install, --set, ipam.mode=kubernetes]
`;

/** What is left of a rendered chart when only what a reader needs is kept. */
const RENDERED = `apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data:
  ipam: kubernetes
  routing-mode: tunnel
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - {name: cilium-agent, image: "quay.io/cilium/cilium:v1.18.2@sha256:01"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cilium-operator, namespace: kube-system}
spec:
  template:
    spec:
      containers:
        - {name: cilium-operator, image: "quay.io/cilium/operator-generic:v1.18.2@sha256:02"}
`;

const indented = (text: string, columns: number) => text.replace(/^(?=.)/gm, ' '.repeat(columns));

const patch = (text: string) => `cluster:\n  inlineManifests:\n    - name: cilium\n      contents: |\n${indented(text, 8)}`;

function cluster(manifests: TalosManifest[], more: Partial<TalosCluster> = {}): TalosCluster {
  return {
    name: 'home',
    clusters: [{ name: 'home', why: 'the template says so', strength: 3 }],
    place: { file: 'template.yaml', line: 1, column: 1 },
    files: ['template.yaml', 'patches/cilium.yaml'],
    owner: 'omni',
    contract: '1.13',
    facts: {},
    manifests,
    rank: 5,
    findings: [],
    ...more,
  };
}

const place = { file: 'patches/cilium.yaml', line: 3, column: 7 };
const inline = (text: string, more: Partial<TalosManifest> = {}): TalosManifest => ({
  name: 'cilium',
  source: 'inlineManifests',
  place,
  text: { file: 'patches/cilium.yaml', text, line: 5, indent: 8, exact: true },
  ...more,
});

describe('manifests of Talos clusters', () => {
  test('a Job keeps its places, and the template that leads to it is named', () => {
    const { declarations } = read({}, [cluster([inline(JOB)])]);
    expect(declarations).toHaveLength(1);
    expect(declarations[0]).toMatchObject({
      form: 'cilium-cli-job',
      place: { file: 'patches/cilium.yaml', line: 5, column: 9 },
      files: ['patches/cilium.yaml', 'template.yaml'],
      chartVersion: '1.18.2',
      rank: 5,
      clusters: [{ name: 'home', strength: 3 }],
    });
    expect(at(values(declarations[0]!), 'ipam.mode')).toMatchObject({ value: 'kubernetes', place: { line: 13 } });
  });

  test('a rendered manifest, also as one quoted string', () => {
    const text = { file: 'patches/cilium.yaml', text: RENDERED, line: 4, indent: 0, exact: false, column: 17 };
    const { declarations } = read({}, [cluster([inline('', { text })])]);
    expect(declarations).toHaveLength(1);
    expect(declarations[0]).toMatchObject({
      form: 'rendered-manifest',
      installer: 'rendered',
      chartVersion: '1.18.2',
      namespace: 'kube-system',
    });
    expect(declarations[0]!.facts?.get('config.ipam')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'patches/cilium.yaml', line: 4 },
    });
  });

  test('an object that is no YAML hides what it says, the others are read', () => {
    const broken = RENDERED.replace('kind: DaemonSet\n', 'kind: DaemonSet\n  broken: [\n');
    const { declarations } = read({}, [cluster([inline(broken)])]);
    expect(declarations[0]?.facts?.get('config.ipam')).toMatchObject({ value: 'kubernetes' });
    expect(declarations[0]?.facts?.get('caps.cilium.cilium-agent')?.opaque).toBeDefined();
  });

  test('the ConfigMap stands in another manifest of the list', () => {
    const job = JOB.replace(
      'command: [cilium, install, --set, ipam.mode=kubernetes]',
      'volumeMounts: [{name: v, mountPath: /v}]\n          command: [cilium, install, -f, /v/values.yaml]',
    ).concat('      volumes: [{name: v, configMap: {name: cilium-values}}]\n');
    const configMap =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-values, namespace: kube-system}\ndata:\n  values.yaml: |\n    ipam:\n      mode: kubernetes\n';
    const { declarations, unused } = read({}, [
      cluster([
        inline(configMap, { name: 'values', text: { file: 'patches/values.yaml', text: configMap, line: 5, indent: 8, exact: true } }),
        inline(job),
      ]),
    ]);
    expect(at(values(declarations[0]!), 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'patches/values.yaml', line: 11, column: 21 },
    });
    expect(declarations[0]!.files).toEqual(['patches/cilium.yaml', 'patches/values.yaml', 'template.yaml']);
    expect(unused).toEqual([]);
  });

  test('the same Job in the templates of two clusters is one for each', () => {
    const other = cluster([inline(JOB)], { name: 'lab', clusters: [{ name: 'lab', why: 'x', strength: 3 }] });
    expect(read({}, [cluster([inline(JOB)]), other]).declarations.map((d) => d.clusters.map((c) => c.name))).toEqual([['home'], ['lab']]);
  });

  test('the same Job by two ways to one cluster is one, by its better way', () => {
    const weak = cluster([inline(JOB)], { rank: 3, place: { file: 'other.yaml', line: 1, column: 1 } });
    const { declarations } = read({}, [weak, cluster([inline(JOB)])]);
    expect(declarations).toHaveLength(1);
    expect(declarations[0]).toMatchObject({ rank: 5, files: ['patches/cilium.yaml', 'template.yaml', 'other.yaml'] });
  });

  test('of two templates of one cluster, the one that documents speak of', () => {
    const other = { ...place, file: 'old/cilium.yaml' };
    const text = { file: 'old/cilium.yaml', text: JOB, line: 5, indent: 8, exact: true };
    const old = cluster([inline(JOB, { place: other, text })], { place: { file: 'old/template.yaml', line: 1, column: 1 } });
    const { declarations } = read({ 'README.md': 'See [the patch](patches/cilium.yaml#L5).' }, [old, cluster([inline(JOB)])]);
    expect(declarations.map((d) => [d.place.file, d.rank])).toEqual([
      ['old/cilium.yaml', 4],
      ['patches/cilium.yaml', 5],
    ]);
  });

  test('a manifest that cannot be seen is opaque', () => {
    const hidden: TalosManifest = {
      name: 'cilium',
      source: 'inlineManifests',
      place,
      opaque: { kind: 'opaque', reason: 'is encrypted', place },
    };
    expect(read({}, [cluster([hidden])]).declarations).toMatchObject([
      { form: 'rendered-manifest', opaque: { reason: 'is encrypted' }, chartVersion: null },
    ]);
  });

  describe('a manifest that another tool fills in', () => {
    const filled: TalosManifest = {
      name: 'cilium',
      source: 'inlineManifests',
      place,
      opaque: { kind: 'opaque', reason: 'is filled in by a template', text: '{{CILIUM}}', place },
    };
    test('belongs to the command that renders it', () => {
      const script = '#!/bin/sh\nhelm template cilium cilium/cilium --version 1.18.2 -n kube-system > manifests/cilium.yaml\n';
      const { declarations, unused } = read({ 'talos/render.sh': script }, [cluster([filled])]);
      expect(declarations).toMatchObject([
        { form: 'helm-command', inMachineConfiguration: true, clusters: [{ name: 'home', strength: 2 }] },
      ]);
      expect(unused).toMatchObject([
        { file: 'patches/cilium.yaml', why: expect.stringContaining('talos/render.sh is taken for what fills it') },
      ]);
    });
    test('belongs to the command that renders the very file, where Git does not hold it', () => {
      const missing: TalosManifest = {
        ...filled,
        opaque: { kind: 'opaque', reason: '../gen/cilium.yaml is not in the repository', place },
      };
      const render = (version: string, to: string) =>
        `#!/bin/sh\nhelm template cilium cilium/cilium --version ${version} -n kube-system > ${to}/cilium.yaml\n`;
      const { declarations } = read({ 'a.sh': render('1.17.1', 'bootstrap-old'), 'b.sh': render('1.18.2', './gen') }, [cluster([missing])]);
      expect(declarations.filter((d) => d.clusters.length > 0)).toMatchObject([{ form: 'helm-command', chartVersion: '1.18.2' }]);
    });
    test('is there, once for a cluster, where nothing renders it', () => {
      const { declarations } = read({}, [cluster([filled, { ...filled, place: { ...place, file: 'other.yaml' } }])]);
      expect(declarations).toMatchObject([{ form: 'rendered-manifest', opaque: { reason: 'is filled in by a template' } }]);
    });
  });

  test('a placeholder is said', () => {
    expect(read({}, [cluster([inline('# filled by build.sh\n---\n')])])).toMatchObject({
      declarations: [],
      unused: [{ file: 'patches/cilium.yaml', why: expect.stringContaining('is empty here') }],
    });
  });
});

describe('URLs that Talos downloads', () => {
  const url = (text: string): TalosManifest => ({ name: null, source: 'extraManifests', place, url: text });
  const application = 'kind: Application\nspec:\n  source:\n    repoURL: https://github.com/Owner/Home.git\n    path: manifests\n';

  test.each([
    ['Cilium from elsewhere', 'https://raw.githubusercontent.com/other/home/main/manifests/cilium.yaml', 'manifest-url'],
    ['a release of Cilium', 'https://raw.githubusercontent.com/cilium/cilium/v1.9/install/kubernetes/quick-install.yaml', 'manifest-url'],
    ['this repository', 'https://raw.githubusercontent.com/owner/home/main/manifests/cilium.yaml', 'rendered-manifest'],
    [
      'this repository, a branch with a slash',
      'https://raw.githubusercontent.com/owner/home/refs/heads/feat/x/manifests/cilium.yaml',
      'rendered-manifest',
    ],
    ['this repository, another spelling', 'https://github.com/owner/home/raw/main/manifests/cilium.yaml', 'rendered-manifest'],
  ])('%s', (_, text, form) => {
    const { declarations } = read({ 'manifests/cilium.yaml': RENDERED, 'argocd/app.yaml': application }, [cluster([url(text)])]);
    expect(declarations.filter((d) => d.rank === 5).map((d) => d.form)).toEqual([form]);
  });

  test('this repository, by the paths that an ApplicationSet looks for', () => {
    const generator =
      'kind: ApplicationSet\nspec:\n  generators:\n    - git:\n        repoURL: https://github.com/owner/home.git\n        revision: HEAD\n        directories:\n          - path: manifests/*\n';
    const text = 'https://raw.githubusercontent.com/owner/home/main/manifests/cilium.yaml';
    const { declarations } = read({ 'manifests/cilium.yaml': RENDERED, 'argocd/apps.yaml': generator }, [cluster([url(text)])]);
    expect(declarations.filter((d) => d.rank === 5).map((d) => d.form)).toEqual(['rendered-manifest']);
  });

  test('a file under the very path of the URL, where nothing says what this repository is called', () => {
    const deep = url('https://raw.githubusercontent.com/owner/home/refs/heads/main/talos/manifests/cilium.yaml');
    const forms = (files: Record<string, string>) =>
      read(files, [cluster([deep])])
        .declarations.filter((d) => d.rank === 5)
        .map((d) => d.form);
    expect(forms({ 'talos/manifests/cilium.yaml': RENDERED })).toEqual(['rendered-manifest']);
    expect(forms({ 'manifests/cilium.yaml': RENDERED })).toEqual(['manifest-url']);
  });

  test.each([
    'https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.1/standard-install.yaml',
    'https://raw.githubusercontent.com/cilium/cilium/v1.18.2/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnodes.yaml',
  ])('%s has nothing to do with it', (text) => {
    expect(read({}, [cluster([url(text)])]).declarations).toEqual([]);
  });
});

describe('files that no tool was met at', () => {
  test.each<[string, Record<string, string>, string, number]>([
    ['a patch in a directory that says so', { 'talos/patches/cilium.yaml': patch(JOB) }, 'cilium-cli-job', 3],
    [
      'a patch in a Talos 1.14 document',
      { 'talos/cilium.yaml': `apiVersion: v1alpha1\nkind: KubeInlineManifestConfig\nname: cilium\nmanifest: |\n${indented(JOB, 2)}` },
      'cilium-cli-job',
      3,
    ],
    [
      'a patch that a Jinja template of Omni lists',
      {
        'roles/omni/files/cilium.yaml': patch(JOB),
        'roles/omni/templates/cluster.yaml.j2':
          'kind: Cluster\nname: {{ n }}\n---\nkind: Machine\npatches:\n{% if x %}\n  - file: {{ role_path }}/files/cilium.yaml\n{% endif %}\n',
      },
      'cilium-cli-job',
      5,
    ],
    [
      'a patch that a script applies',
      { 'x/cilium.yaml': patch(JOB), 'up.sh': '#!/bin/sh\ntalosctl patch mc -p @x/cilium.yaml\n' },
      'cilium-cli-job',
      5,
    ],
    ['a rendered file in a directory that says so', { 'bootstrap/cilium.yaml': RENDERED }, 'rendered-manifest', 3],
    [
      'a rendered file that a script applies',
      { 'k8s/cilium.yaml': RENDERED, 'up.sh': '#!/bin/sh\nkubectl apply -f k8s/cilium.yaml\n' },
      'rendered-manifest',
      4,
    ],
    [
      'a HelmChart of k3s',
      {
        'bootstrap/cilium.yaml':
          'apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: cilium, namespace: kube-system}\nspec:\n  chart: cilium\n  repo: https://helm.cilium.io\n  version: 1.18.2\n  targetNamespace: kube-system\n  valuesContent: |\n    ipam:\n      mode: kubernetes\n',
      },
      'helm-command',
      3,
    ],
  ])('%s', (_, files, form, rank) => {
    const { declarations } = read(files);
    expect(declarations.map((d) => [d.form, d.rank])).toEqual([[form, rank]]);
  });

  test('one object a file', () => {
    const files = Object.fromEntries(RENDERED.split('---\n').map((text, i) => [`manifests/prod/cilium/${i}.yaml`, text]));
    const { declarations } = read({
      ...files,
      'Taskfile.yaml': 'version: 3\ntasks:\n  up:\n    sources: [manifests/{{.ENV}}/cilium/*.yaml]\n',
    });
    expect(declarations).toMatchObject([
      { form: 'rendered-manifest', rank: 4, chartVersion: '1.18.2', clusters: [{ name: 'prod', strength: 2 }] },
    ]);
    expect(declarations[0]!.facts?.get('config.ipam')).toMatchObject({ value: 'kubernetes' });
  });

  test('a rendered directory that nothing leads to is not called a bootstrap', () => {
    expect(read({ 'manifests/cilium/all.yaml': RENDERED }).declarations).toEqual([]);
  });

  test('a patch that the cluster template leaves out is orphaned', () => {
    const { declarations } = read({ 'patches/old.yaml': patch(JOB) }, [cluster([inline(JOB)])]);
    expect(declarations.map((d) => [d.place.file, d.rank])).toEqual([
      ['patches/cilium.yaml', 5],
      ['patches/old.yaml', 1],
    ]);
  });
});

describe('Ansible', () => {
  const tasks = (text: string) => ({ 'ansible/roles/cni/tasks/main.yml': text });
  test('kubernetes.core.helm with variables of the inventory, values files and values', () => {
    const { declarations } = read({
      ...tasks(`- name: cilium
  kubernetes.core.helm:
    name: cilium
    chart_ref: cilium/cilium
    chart_version: "{{ cilium_version }}"
    release_namespace: kube-system
    values_files:
      - "{{ role_path }}/files/values.yaml"
    release_values:
      k8sServiceHost: "{{ vip }}"
      kubeProxyReplacement: true
`),
      'ansible/inventory/group_vars/all.yml': 'cilium_version: 1.18.2\n',
      'ansible/roles/cni/files/values.yaml': 'ipam:\n  mode: kubernetes\nkubeProxyReplacement: false\n',
    });
    expect(declarations).toMatchObject([
      {
        form: 'helm-command',
        chartVersion: '1.18.2',
        namespace: 'kube-system',
        rank: 4,
        files: ['ansible/roles/cni/tasks/main.yml', 'ansible/roles/cni/files/values.yaml', 'ansible/inventory/group_vars/all.yml'],
      },
    ]);
    const tree = values(declarations[0]!);
    expect(toPlain(at(tree, 'ipam'))).toEqual({ mode: 'kubernetes' });
    expect(at(tree, 'kubeProxyReplacement')).toMatchObject({ value: true });
    expect(at(tree, 'k8sServiceHost')?.kind).toBe('opaque');
  });

  test.each([["{{ lookup('ansible.builtin.file', role_path ~ '/files/v.yaml') | from_yaml }}"], ["{{ lookup('file', 'v.yaml') }}"]])(
    'values that a lookup reads: %s',
    (written) => {
      const { declarations } = read({
        ...tasks(
          `- kubernetes.core.helm:\n    name: cilium\n    chart_ref: cilium/cilium\n    chart_version: 1.18.2\n    release_namespace: kube-system\n    release_values: "${written}"\n`,
        ),
        'ansible/roles/cni/files/v.yaml': 'ipam:\n  mode: kubernetes\n',
      });
      expect(at(values(declarations[0]!), 'ipam.mode')).toMatchObject({
        value: 'kubernetes',
        place: { file: 'ansible/roles/cni/files/v.yaml', line: 2 },
      });
    },
  );

  test.each([
    ['command', '>-'],
    ['command', '|'],
    ['shell', '>'],
    ['shell', '>-'],
  ])('a command over several lines: ansible.builtin.%s, %s', (module, style) => {
    const { declarations } = read({
      'ansible/playbooks/cni.yml': `- hosts: cp
  tasks:
    - name: copy
      ansible.builtin.copy:
        src: "{{ playbook_dir }}/../../helm/cilium/values.yaml"
        dest: /tmp/cilium-values.yaml
    - name: install
      ansible.builtin.${module}:
        cmd: ${style}
          helm install cilium cilium/cilium
          --version {{ cilium_version }}
          --namespace kube-system
          -f /tmp/cilium-values.yaml
      when: true
`,
      'ansible/group_vars/all.yml': 'cilium_version: "1.18.6"\n',
      'helm/cilium/values.yaml': 'ipam:\n  mode: kubernetes\n',
    });
    expect(declarations).toMatchObject([{ form: 'helm-command', chartVersion: '1.18.6', namespace: 'kube-system' }]);
    expect(declarations[0]!.files).toContain('helm/cilium/values.yaml');
    expect(at(values(declarations[0]!), 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'helm/cilium/values.yaml', line: 2 },
    });
  });

  test('values out of a file that a task before it has read', () => {
    const { declarations } = read({
      ...tasks(`- set_fact:
    app: >-
      {{
        lookup('file', playbook_dir ~ '/../../apps/cilium/app.yaml') | from_yaml
      }}
- kubernetes.core.helm:
    name: cilium
    chart_ref: cilium
    chart_repo_url: https://helm.cilium.io/
    chart_version: 1.18.2
    release_namespace: kube-system
    values: "{{ app['values']['cilium'] }}"
`),
      'ansible/playbooks/site.yml': '- hosts: all\n  roles: [cni]\n',
      'apps/cilium/app.yaml': 'values:\n  cilium:\n    ipam:\n      mode: kubernetes\n',
    });
    expect(at(values(declarations[0]!), 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'apps/cilium/app.yaml', line: 4 },
    });
  });

  test("a values file by a path on somebody's machine", () => {
    const { declarations } = read({
      ...tasks(
        '- kubernetes.core.helm:\n    name: cilium\n    chart_ref: cilium/cilium\n    chart_version: 1.18.2\n    release_namespace: a\n    values_files: [/home/me/home/net/v.yaml]\n',
      ),
      'net/v.yaml': 'MTU: 1400\n',
    });
    expect(at(values(declarations[0]!), 'MTU')).toMatchObject({ value: 1400, place: { file: 'net/v.yaml' } });
  });

  test('a chart that is rendered before it is applied', () => {
    const { declarations } = read(
      tasks(
        '- kubernetes.core.helm_template:\n    release_name: cilium\n    chart_ref: cilium/cilium\n    chart_version: 1.18.2\n    release_namespace: kube-system\n',
      ),
    );
    expect(declarations).toMatchObject([{ form: 'helm-command', name: 'cilium', chartVersion: '1.18.2' }]);
  });

  test('a task with a loop installs each thing that it goes over', () => {
    const { declarations } = read(
      tasks(
        '- kubernetes.core.helm:\n    name: "{{ chart.name }}"\n    chart_ref: "{{ chart.ref }}"\n    chart_version: "{{ chart.version }}"\n    release_namespace: kube-system\n  loop:\n    - {name: cert-manager, ref: jetstack/cert-manager, version: 1.2.3}\n    - {name: cilium, ref: cilium/cilium, version: 1.18.2}\n  loop_control:\n    loop_var: chart\n',
      ),
    );
    expect(declarations).toMatchObject([{ form: 'helm-command', name: 'cilium', chartVersion: '1.18.2' }]);
  });

  test('tasks that a play includes, once for each chart that it lists', () => {
    const { declarations } = read({
      'ansible/site.yml': `- hosts: localhost
  vars:
    charts:
      - {name: coredns, ref: coredns/coredns, version: 1.2.3}
      - {name: cilium, ref: cilium/cilium, version: 1.18.2, values: ['{{ root }}/cilium.yaml']}
    root: ../values
  tasks:
    - include_tasks: tasks/charts.yml
`,
      'ansible/tasks/charts.yml': '- include_tasks: {file: chart.yml}\n  with_items: "{{ charts }}"\n  loop_control: {loop_var: chart}\n',
      'ansible/tasks/chart.yml':
        '- kubernetes.core.helm_template:\n    name: "{{ chart.name }}"\n    chart_ref: "{{ chart.ref }}"\n    chart_version: "{{ chart.version }}"\n    release_namespace: kube-system\n    values_files: "{{ chart.values + [secrets.path] }}"\n',
      'values/cilium.yaml': 'MTU: 1400\n',
    });
    expect(declarations).toMatchObject([
      {
        form: 'helm-command',
        chartVersion: '1.18.2',
        place: { file: 'ansible/tasks/chart.yml' },
        chartVersionPlace: { file: 'ansible/site.yml' },
      },
    ]);
    expect(declarations[0]!.files).toEqual([
      'ansible/tasks/chart.yml',
      'values/cilium.yaml',
      'ansible/site.yml',
      'ansible/tasks/charts.yml',
    ]);
    expect(declarations[0]!.layers).toMatchObject([
      { kind: 'values-file', place: { file: 'values/cilium.yaml' } },
      { kind: 'values-file', tree: { kind: 'opaque', text: 'secrets.path' } },
    ]);
  });

  test('tasks that include each other end', () => {
    const { declarations } = read({
      ...tasks('- include_tasks: main.yml # cilium\n- include_tasks: other.yml\n'),
      'ansible/roles/cni/tasks/other.yml': '- include_tasks: main.yml\n',
    });
    expect(declarations).toEqual([]);
  });

  test('a template that an earlier task puts on the host', () => {
    const { declarations } = read({
      ...tasks(
        '- name: values\n  ansible.builtin.template:\n    src: values.yaml.j2\n    dest: /tmp/values.yaml\n- name: cilium\n  kubernetes.core.helm:\n    name: cilium\n    chart_ref: oci://quay.io/cilium/charts/cilium\n    chart_version: 1.18.2\n    release_namespace: kube-system\n    values_files: [/tmp/values.yaml]\n',
      ),
      'ansible/roles/cni/templates/values.yaml.j2': 'ipam:\n  mode: kubernetes\nk8sServiceHost: {{ vip }}\n',
    });
    expect(at(values(declarations[0]!), 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'ansible/roles/cni/templates/values.yaml.j2' },
    });
    expect(at(values(declarations[0]!), 'k8sServiceHost')?.kind).toBe('opaque');
  });

  test('a command', () => {
    const { declarations } = read(
      tasks('- name: cilium\n  ansible.builtin.command: cilium install --version {{ v | default("1.18.2") }} --set ipam.mode=kubernetes\n'),
    );
    expect(declarations).toMatchObject([{ form: 'cilium-command', chartVersion: '1.18.2' }]);
  });

  test.each([
    ['another chart', '- kubernetes.core.helm: {name: cilium-x, chart_ref: jetstack/cert-manager, release_namespace: a}\n'],
    [
      'a release that is taken away',
      '- kubernetes.core.helm: {name: cilium, chart_ref: cilium/cilium, release_namespace: a, release_state: absent}\n',
    ],
  ])('%s', (_, text) => {
    expect(read(tasks(text)).declarations).toEqual([]);
  });
});

test('a program of Pulumi is there, and opaque', () => {
  const text =
    'import * as k8s from "@pulumi/kubernetes";\nnew k8s.helm.v3.Release("cilium", {\n  chart: "cilium",\n  version: "1.18.2",\n});\n';
  expect(read({ 'infra/index.ts': text }).declarations).toMatchObject([
    { chartVersion: '1.18.2', opaque: { reason: expect.stringContaining('a program decides it') }, place: { line: 3 } },
  ]);
});
