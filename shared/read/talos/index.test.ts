import { expect, test } from 'vitest';
import { discover } from '../../discover/discover.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { talosClusters } from './index.ts';

function read(files: Record<string, string>) {
  const repository = memoryRepository(files);
  return talosClusters(repository, discover(repository).candidates);
}

function only(files: Record<string, string>) {
  const { clusters } = read(files);
  expect(clusters.map(({ name, owner }) => `${owner} ${name}`)).toHaveLength(1);
  return clusters[0]!;
}

const values = (facts: Record<string, { value: unknown }>, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, facts[name]?.value]));
const NETWORK = ['cni', 'kubeProxy', 'kubePrism', 'kubePrismPort', 'podSubnets'];
const NONE = { cni: 'none', kubeProxy: 'disabled', kubePrism: 'enabled', kubePrismPort: 7445, podSubnets: ['10.244.0.0/16'] };
const CNI_NONE = 'cluster:\n  network:\n    cni:\n      name: none\n  proxy:\n    disabled: true\n';

test('an Omni cluster template: its patches in order, files beside it, what Omni generates as default', () => {
  const cluster = only({
    'omni/cluster.yaml': `kind: Cluster
name: home
talos: {version: v1.13.2}
kubernetes:
  version: v1.34.1
  manifests:
    - name: gateway
      file: manifests/gateway.yaml
patches:
  - name: cni
    file: patches/cni.yaml
  - idOverride: 100-first
    inline: {cluster: {network: {podSubnets: [10.1.0.0/16]}}}
  - name: last
    inline: {cluster: {network: {podSubnets: [10.2.0.0/16]}}}
---
kind: ControlPlane
machines: [a]
patches:
  - name: cilium
    inline:
      cluster:
        inlineManifests:
          - name: cilium
            contents: |
              kind: Job
---
kind: Workers
machines: [b]
`,
    'omni/patches/cni.yaml': CNI_NONE,
    'omni/manifests/gateway.yaml': 'kind: GatewayClass\n',
    'omni/patches/unused.yaml': 'machine:\n  features:\n    kubePrism: {enabled: false}\n',
  });
  expect(cluster).toMatchObject({ name: 'home', owner: 'omni', rank: 5, findings: [] });
  expect(values(cluster.facts, ...NETWORK, 'talosVersion', 'kubernetesVersion')).toEqual({
    ...NONE,
    podSubnets: ['10.2.0.0/16'],
    talosVersion: '1.13.2',
    kubernetesVersion: '1.34.1',
  });
  expect(cluster.facts.cni).toMatchObject({ origin: 'set', place: { file: 'omni/patches/cni.yaml', line: 4 } });
  expect(cluster.facts.kubePrism).toMatchObject({ origin: 'default' });
  expect(cluster.manifests).toMatchObject([
    { name: 'gateway', source: 'omni-manifests', text: { file: 'omni/manifests/gateway.yaml', line: 1, exact: true } },
    { name: 'cilium', source: 'inlineManifests', text: { file: 'omni/cluster.yaml', line: 26, exact: true, text: 'kind: Job\n' } },
  ]);
});

test('a patch that no template lists is named and left out', () => {
  const { clusters, unused } = read({
    'omni/cluster.yaml': 'kind: Cluster\nname: home\npatches: []\n---\nkind: ControlPlane\n',
    'omni/patches/cni.yaml': CNI_NONE,
  });
  expect(clusters).toHaveLength(1);
  expect(clusters[0]!.facts.cni).toMatchObject({ value: 'flannel', origin: 'default' });
  expect(unused).toEqual([
    { file: 'omni/patches/cni.yaml', why: 'is a patch of a Talos machine configuration, and omni/cluster.yaml does not use it' },
  ]);
});

test('an Omni template of Ansible: variables beside the role, a patch behind a variable path, conditions on a machine', () => {
  const cluster = only({
    'ansible/roles/omni/templates/cluster.yaml.j2': `kind: Cluster
name: {{ cluster_name }}
talos:
  version: v{{ talos_version }}
patches:
  - name: cni
    inline:
      cluster: {network: {cni: {name: none}}, proxy: {disabled: true}}
---
kind: ControlPlane
machines:
{% for machine in machines %}
  - {{ machine.id }}
{% endfor %}
{% for machine in machines %}
---
kind: Machine
name: {{ machine.id }}
patches:
{% if "control" in machine.groups %}
  - name: cilium
    file: {{ role_path }}/files/cilium.yaml
{% endif %}
{% endfor %}
`,
    'ansible/group_vars/all.yaml': 'cluster_name: lab\ntalos_version: 1.12.6\n',
    'ansible/roles/omni/files/cilium.yaml': 'cluster:\n  inlineManifests:\n    - name: cilium\n      contents: |\n        kind: Job\n',
  });
  expect(cluster.name).toBe('lab');
  expect(cluster.facts.talosVersion).toMatchObject({ value: '1.12.6', place: { file: 'ansible/group_vars/all.yaml' } });
  expect(values(cluster.facts, ...NETWORK)).toEqual(NONE);
  expect(cluster.manifests).toMatchObject([{ name: 'cilium', text: { file: 'ansible/roles/omni/files/cilium.yaml', line: 5 } }]);
});

test("Omni's ConfigPatch resources: what they leave unsaid is unknown", () => {
  const cluster = only({
    'patches/cni.yaml': `metadata:
  type: ConfigPatches.omni.sidero.dev
  id: 500-cni
  labels:
    omni.sidero.dev/cluster: frank
spec:
  data: |
    cluster:
      network:
        cni:
          name: none
`,
  });
  expect(cluster).toMatchObject({ name: 'frank', owner: 'omni', rank: 4 });
  expect(cluster.facts.cni).toMatchObject({ value: 'none', place: { file: 'patches/cni.yaml', line: 11 } });
  expect(cluster.facts.podSubnets).toBeUndefined();
});

const NODES =
  'endpoint: https://10.0.0.1:6443\nnodes:\n  - hostname: a\n    controlPlane: true\n    patches: ["@patches/node.yaml"]\n  - hostname: b\n    controlPlane: false\n';

test('talhelper: variables of talenv.yaml, group, node and global patches, the global ones last', () => {
  const cluster = only({
    'talos/talconfig.yaml': `clusterName: \${clusterName}
talosVersion: v1.12.4
${NODES}cniConfig:
  name: none
clusterPodNets: [10.42.0.0/16]
inlineManifests:
  - name: cilium
    contents: "@manifests/cilium.yaml"
controlPlane:
  patches:
    - |-
      cluster:
        proxy:
          disabled: true
patches:
  - "@patches/global.yaml"
`,
    'talos/talenv.yaml': 'clusterName: main\n',
    'talos/patches/node.yaml': 'machine: {features: {kubePrism: {port: 7000}}}\n',
    'talos/patches/global.yaml': 'machine: {features: {kubePrism: {port: 7446}}}\n',
    'talos/manifests/cilium.yaml': '---\nkind: Job\n',
  });
  expect(cluster).toMatchObject({ name: 'main', owner: 'talhelper', contract: '1.12', findings: [] });
  expect(values(cluster.facts, ...NETWORK)).toEqual({ ...NONE, kubePrismPort: 7446, podSubnets: ['10.42.0.0/16'] });
  expect(cluster.facts.kubeProxy).toMatchObject({ place: { file: 'talos/talconfig.yaml', line: 21 } });
  expect(cluster.manifests).toMatchObject([{ name: 'cilium', text: { file: 'talos/manifests/cilium.yaml', line: 1, exact: true } }]);
});

test('talhelper: whether variables are filled in is told to talhelper, not to Talos', () => {
  const cluster = only({
    'talconfig.yaml': `clusterName: a\ntalosVersion: v1.12.4\n${NODES}inlineManifests:\n  - name: cilium\n    contents: "@cilium.yaml"\n    skipEnvsubst: true\n  - name: argocd\n    contents: "@argocd.yaml"\n`,
    'talenv.yaml': 'HOST: 10.0.0.1\n',
    'patches/node.yaml': 'machine: {}\n',
    'cilium.yaml': 'host: ${HOST}\n',
    'argocd.yaml': 'host: ${HOST}\n',
  });
  expect(cluster.findings).toEqual([]);
  expect(cluster.manifests.map(({ text }) => text?.text)).toEqual(['host: ${HOST}\n', 'host: 10.0.0.1\n']);
});

test('talhelper for Talos 1.14: documents are patched by documents, and the shape of old is refused', () => {
  const files = (proxy: string) => ({
    'talconfig.yaml': `clusterName: new\ntalosVersion: v1.14.0\n${NODES}cniConfig: {name: none}\ncontrolPlane:\n  patches:\n    - "@patches/proxy.yaml"\n`,
    'patches/node.yaml': 'machine: {}\n',
    'patches/proxy.yaml': proxy,
  });
  const right = only(files('apiVersion: v1alpha1\nkind: KubeProxyConfig\nenabled: false\n'));
  expect(values(right.facts, ...NETWORK)).toEqual(NONE);
  expect(right.findings).toEqual([]);
  const wrong = only(files('cluster: {proxy: {disabled: true}}\n'));
  expect(wrong.findings).toMatchObject([{ rule: 'talos-refuses', level: 'error', places: [{ file: 'patches/proxy.yaml', line: 1 }] }]);
  expect(wrong.facts.kubeProxy!.value).toBe('enabled');
});

test('talhelper writes $$patch for $patch', () => {
  const cluster = only({
    'talconfig.yaml': `clusterName: new\ntalosVersion: v1.14.0\n${NODES}patches:\n  - "@flannel.yaml"\n`,
    'patches/node.yaml': 'machine: {}\n',
    'flannel.yaml': 'apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\n$$patch: delete\n',
  });
  expect(cluster.facts.cni).toMatchObject({ value: 'none', origin: 'set', place: { file: 'flannel.yaml', line: 3 } });
});

test("Terraform's talos provider: templates by role, patches of the apply resource, variables", () => {
  const cluster = only({
    'tofu/main.tf': `variable "nodes" { default = { cp = { type = "controlplane" }, w = { type = "worker" } } }
variable "pods" {}
data "talos_machine_configuration" "this" {
  for_each      = var.nodes
  cluster_name  = "tf"
  machine_type  = each.value.type
  talos_version = "v1.12.1"
  config_patches = each.value.type == "controlplane" ? [
    templatefile("\${path.module}/cp.yaml.tftpl", { name = each.key })
  ] : []
}
resource "talos_machine_configuration_apply" "this" {
  for_each                    = var.nodes
  machine_configuration_input = data.talos_machine_configuration.this[each.key].machine_configuration
  config_patches              = [yamlencode({ cluster = { network = { podSubnets = [var.pods] } } })]
}
`,
    'tofu/main.auto.tfvars': 'pods = "10.9.0.0/16"\n',
    'tofu/cp.yaml.tftpl': `machine:
  nodeLabels:
    name: \${name}
%{ if unknown ~}
  sysctls:
    a: "1"
%{ endif ~}
${CNI_NONE}`,
  });
  expect(cluster).toMatchObject({ name: 'tf', owner: 'terraform', contract: '1.12', rank: 5, findings: [] });
  expect(values(cluster.facts, ...NETWORK)).toEqual({ ...NONE, podSubnets: ['10.9.0.0/16'] });
  expect(cluster.facts.cni!.place).toMatchObject({ file: 'tofu/cp.yaml.tftpl', line: 11 });
  expect(cluster.facts.podSubnets!.place).toMatchObject({ file: 'tofu/main.auto.tfvars', line: 1 });
});

test('a template for machines that nobody lists is used, for none that can be seen', () => {
  const { unused } = read({
    'tofu/main.tf': `variable "nodes" { default = { cp = { type = "controlplane" } } }
data "talos_machine_configuration" "this" {
  for_each       = var.nodes
  cluster_name   = "tf"
  machine_type   = each.value.type
  config_patches = [each.value.type == "controlplane" ? file("\${path.module}/cp.yaml") : file("\${path.module}/worker.yaml")]
}
`,
    'tofu/cp.yaml': CNI_NONE,
    'tofu/worker.yaml': CNI_NONE,
  });
  expect(unused).toEqual([
    {
      file: 'tofu/worker.yaml',
      why: 'is a patch of a Talos machine configuration, and tofu/main.tf uses it for no machine that can be seen here',
    },
  ]);
});

test('talosctl in a script: generated, then patched by role, in order', () => {
  const cluster = only({
    'talos/build.sh': `#!/bin/bash
[[ -z "\${VIP:-}" ]] && exit 1
talosctl gen config lab "https://$VIP:6443" --talos-version v1.13.1 --config-patch @common.yaml --config-patch-worker '{"cluster":{"proxy":{"disabled":false}}}'
talosctl machineconfig patch controlplane.yaml --patch @cni.yaml --output controlplane.yaml
talosctl machineconfig patch controlplane.yaml --patch @prism.yaml --output controlplane.yaml
`,
    'talos/common.yaml': 'machine: {features: {kubePrism: {port: 1}}}\n',
    'talos/cni.yaml': CNI_NONE,
    'talos/prism.yaml': 'machine: {features: {kubePrism: {port: 7445}}}\n',
  });
  expect(cluster).toMatchObject({ name: 'lab', owner: 'talosctl', contract: '1.13', rank: 4, findings: [] });
  expect(values(cluster.facts, ...NETWORK)).toEqual(NONE);
});

test('talosctl without a patch says a name, and nothing of what machines get', () => {
  const cluster = only({
    Makefile: 'secrets:\n\ttalosctl gen config --output-dir _cfgs lab https://10.0.0.1:6443\n',
  });
  expect(cluster).toMatchObject({ name: 'lab', owner: 'talosctl', findings: [] });
  expect(values(cluster.facts, 'cni', 'kubeProxy', 'podSubnets')).toEqual({ cni: undefined, kubeProxy: undefined, podSubnets: undefined });
});

test('words that may be any flags of talosctl may be patches: nothing is taken for a default', () => {
  const cluster = only({
    Makefile:
      'PATCHES = $(sort a b)\nconfig:\n\ttalosctl gen config lab https://10.0.0.1:6443 $(patsubst %,--config-patch @%,$(PATCHES)) --config-patch @node.yaml\n',
    'node.yaml': 'machine: {network: {hostname: one}}\n',
  });
  expect(cluster.name).toBe('lab');
  for (const fact of ['cni', 'kubeProxy']) expect(cluster.facts[fact]?.origin ?? 'opaque').toBe('opaque');
});

test('Terraform applies patches to machines that Git does not name: they count all the same', () => {
  const cluster = only({
    'tf/main.tf': `variable "nodes" {
  type    = map(object({ ip = string }))
  default = {}
}
data "talos_machine_configuration" "cp" {
  cluster_name = "lab"
  machine_type = "controlplane"
}
resource "talos_machine_configuration_apply" "cp" {
  for_each                    = var.nodes
  machine_configuration_input = data.talos_machine_configuration.cp.machine_configuration
  config_patches              = [file("\${path.module}/cni.yaml"), each.value.patch]
}
`,
    'tf/cni.yaml': CNI_NONE,
  });
  expect(values(cluster.facts, ...NETWORK)).toMatchObject({ cni: 'none', kubeProxy: 'disabled' });
});

test('a whole machine configuration whose secrets SOPS encrypted says everything else', () => {
  const cluster = only({
    'infra/controlplane.enc.yaml': `version: v1alpha1
machine:
  type: controlplane
  token: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]
cluster:
  clusterName: main
  controlPlane: {endpoint: https://k:6443}
  network:
    cni: {name: none}
  proxy: {disabled: true}
sops:
  mac: ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]
  version: 3.13.1
`,
  });
  expect(cluster).toMatchObject({ name: 'main', findings: [] });
  expect(values(cluster.facts, 'cni', 'kubeProxy')).toEqual({ cni: 'none', kubeProxy: 'disabled' });
});

test('whole machine configurations say everything; a role in a condition is decided', () => {
  const cluster = only({
    'talos/machineconfig.yaml.j2': `version: v1alpha1
machine:
  token: {{ TOKEN }}
cluster:
  clusterName: main
  controlPlane: {endpoint: https://k:6443}
  network:
    cni: {name: none}
{% if IS_CONTROLLER %}
  proxy:
    disabled: true
{% else %}
  proxy:
    disabled: false
{% endif %}
{% if OTHER %}
  allowSchedulingOnControlPlanes: true
{% endif %}
`,
  });
  expect(cluster).toMatchObject({ name: 'main', owner: 'machine-config', rank: 4 });
  expect(values(cluster.facts, ...NETWORK)).toEqual({
    cni: 'none',
    kubeProxy: 'disabled',
    kubePrism: 'disabled',
    kubePrismPort: undefined,
    podSubnets: ['10.244.0.0/16'],
  });
  expect(cluster.facts.allowSchedulingOnControlPlanes).toMatchObject({
    origin: 'opaque',
    why: 'it depends on a condition in the template',
  });
});

test('loose patches: one cluster for a directory tree, the rest unknown', () => {
  const { clusters } = read({
    'talos/east/patches/cni.yaml': CNI_NONE,
    'talos/east/patches/worker/x.yaml': 'cluster: {proxy: {disabled: false}}\n',
    'talos/west/patches/json.yaml': '- op: add\n  path: /cluster/network/cni\n  value: {name: none}\n',
    'apps/values.yaml': 'cluster:\n  name: x\n  instances: 3\n',
  });
  expect(
    clusters.map(({ name, owner, rank, facts }) => [name, owner, rank, facts.cni?.value, facts.kubeProxy?.value, facts.kubePrism]),
  ).toEqual([
    ['east', 'patches', 3, 'none', 'disabled', undefined],
    ['west', 'patches', 3, 'none', undefined, undefined],
  ]);
});

test('patches that merely lie together do not repeat each other', () => {
  const inline = (text: string) => `cluster: {network: {cni: {name: none}}, inlineManifests: [{name: storage, contents: "${text}"}]}\n`;
  const { clusters } = read({ 'talos/patches/home.yaml': inline('kind: A'), 'talos/patches/cloud.yaml': inline('kind: B') });
  expect(clusters.flatMap(({ owner, findings }) => [owner, ...findings])).toEqual(['patches']);
});

test("an Omni template finds its files by the end of a path on somebody's machine", () => {
  const cluster = only({
    'templates/home.yaml':
      'kind: Cluster\nname: home\npatches:\n  - name: cni\n    file: /home/me/omni/patches/cni.yaml\n---\nkind: ControlPlane\nmachines: [a]\n',
    'patches/cni.yaml': CNI_NONE,
  });
  expect(values(cluster.facts, 'cni', 'kubeProxy')).toEqual({ cni: 'none', kubeProxy: 'disabled' });
  expect(cluster.facts.cni).toMatchObject({ place: { file: 'patches/cni.yaml' } });
});

test('what Talos refuses: an unknown place for the CNI, one manifest twice, control planes that differ', () => {
  const cluster = only({
    'talconfig.yaml': `clusterName: bad
talosVersion: v1.12.4
endpoint: https://k:6443
nodes:
  - {hostname: a, controlPlane: true, patches: ["@one.yaml"]}
  - {hostname: b, controlPlane: true}
patches: ["@wrong.yaml", "@manifest.yaml", "@manifest.yaml"]
`,
    'one.yaml': CNI_NONE,
    'wrong.yaml': 'machine:\n  network:\n    cni:\n      name: none\n',
    'manifest.yaml': 'cluster: {inlineManifests: [{name: cilium, contents: "kind: Job"}]}\n',
  });
  expect(cluster.findings.map(({ rule, level, places }) => `${rule} ${level} ${JSON.stringify(places[0])}`).sort()).toEqual([
    'control-planes-differ error {"file":"one.yaml","line":4,"column":13}',
    'control-planes-differ error {"file":"one.yaml","line":6,"column":15}',
    'duplicate-inline-manifest error {"file":"manifest.yaml","line":1,"column":36}',
    'talos-refuses error {"file":"wrong.yaml","line":4,"column":7}',
  ]);
});

test('a patch that cannot be read leaves what is seen, and unsaid what it may say', () => {
  const cluster = only({
    'talconfig.yaml': `clusterName: half\ntalosVersion: v1.12.4\nendpoint: x\nnodes:\n  - {hostname: a, controlPlane: true}\npatches: ["@cni.yaml", "@secret.yaml"]\n`,
    'cni.yaml': 'cluster: {network: {cni: {name: none}}}\n',
  });
  expect(cluster.facts.cni).toMatchObject({ value: 'none', origin: 'set' });
  expect(cluster.facts.kubeProxy).toMatchObject({ origin: 'opaque', why: 'secret.yaml is not in the repository' });
  expect(cluster.facts.kubePrism).toMatchObject({ value: 'enabled', origin: 'default', why: expect.stringContaining('secret.yaml') });
});

test.each([
  ['__proto__ and constructor', 'cluster:\n  __proto__: {x: 1}\n  constructor: 1\n  network: {cni: {name: none}}\n'],
  ['a list where a map belongs', 'cluster: [1]\nmachine: []\n'],
  ['scalars where maps belong', 'cluster: x\nmachine: y\n'],
  ['broken', 'cluster:\n  network: {cni: \n'],
  ['deep', `cluster:\n  network: ${'{a: '.repeat(150)}1${'}'.repeat(150)}\n`],
  ['only a delete', 'cluster:\n  $patch: delete\n'],
  ['a delete without anything', '$patch: delete\n'],
  [
    'operations that are none',
    '- op: add\n  path: /cluster/x/y/0/-\n- {op: move, from: /cluster, path: /machine/a}\n- {op: remove, path: /cluster/9}\n',
  ],
  ['conditions that do not close', '{% if x %}\ncluster:\n  network:\n{% else %}\n{% else %}\n    cni: {name: none}\n'],
])('hostile input is data: %s', (_, text) => {
  expect(() =>
    read({
      'talos/patches/a.yaml': text,
      'talos/talconfig.yaml': `clusterName: x\nendpoint: y\nnodes:\n  - {hostname: a, controlPlane: true}\npatches: ["@patches/a.yaml"]\n`,
      'omni/t.yaml': `kind: Cluster\nname: o\npatches:\n  - {file: ../talos/patches/a.yaml}\n  - {inline: [1, x]}\n  - 7\n---\nkind: ControlPlane\nmachines: 3\n`,
    }),
  ).not.toThrow();
});
