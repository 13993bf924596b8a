import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at, toPlain } from '../../tree.ts';
import { bootstrapDeclarations } from './index.ts';
import { terraformDeclarations } from './terraform.ts';

function read(files: Record<string, string>) {
  return terraformDeclarations(
    memoryRepository(files),
    Object.entries(files).map(([path, text]) => ({ path, text })),
    [],
  );
}

const only = (files: Record<string, string>): Declaration => {
  const { declarations } = read(files);
  expect(declarations).toHaveLength(1);
  return declarations[0]!;
};

const values = (declaration: Declaration) => mergeLayers(declaration.layers, declaration.helm).tree;

const JOB = `apiVersion: batch/v1
kind: Job
metadata:
  name: cilium-install
  namespace: kube-system
spec:
  template:
    spec:
      containers:
        - name: cilium-install
          image: quay.io/cilium/cilium-cli:v0.18.8
          volumeMounts: [{name: values, mountPath: /root/app/values.yaml, subPath: values.yaml}]
          command: [cilium, install, --version=v1.18.2, --values, values.yaml]
      volumes: [{name: values, configMap: {name: cilium-values}}]
`;
const VALUES = 'ipam:\n  mode: kubernetes\nkubeProxyReplacement: true\n';

describe('a Job that Terraform puts into a machine configuration', () => {
  test('through a module variable and indent() in a template', () => {
    const declaration = only({
      'tf/main.tf': `module "talos" {
  source = "./talos"
  cilium = {
    values  = file("\${path.module}/../k8s/values.yaml")
    install = file("\${path.module}/talos/install.yaml")
  }
}`,
      'tf/talos/config.tf': `variable "cilium" { type = object({ values = string, install = string }) }
data "talos_machine_configuration" "this" {
  cluster_name = "home"
  config_patches = each.value.machine_type == "controlplane" ? [
    templatefile("\${path.module}/cp.yaml.tftpl", { hostname = each.key, cilium_values = var.cilium.values, cilium_install = var.cilium.install })
  ] : []
}`,
      'tf/talos/cp.yaml.tftpl': `machine:
  network:
    hostname: \${hostname}
%{ if vip != null }
    vip: \${vip}
%{ endif }
cluster:
  inlineManifests:
  - name: cilium-values
    contents: |
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: cilium-values, namespace: kube-system}
      data:
        values.yaml: |-
          \${indent(10, cilium_values)}
  - name: cilium-bootstrap
    contents: |
      \${indent(6, cilium_install)}
`,
      'tf/talos/install.yaml': JOB,
      'k8s/values.yaml': VALUES,
    });
    expect(declaration).toMatchObject({
      form: 'cilium-cli-job',
      rank: 5,
      chartVersion: '1.18.2',
      place: { file: 'tf/talos/install.yaml', line: 1 },
      files: ['tf/talos/install.yaml', 'k8s/values.yaml', 'tf/talos/cp.yaml.tftpl', 'tf/main.tf', 'tf/talos/config.tf'],
      clusters: [{ name: 'home', strength: 3 }],
    });
    expect(at(values(declaration), 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'k8s/values.yaml', line: 2, column: 9 },
    });
  });

  test('through yamlencode, jsonencode and paths in an auto.tfvars file', () => {
    const declaration = only({
      'tofu/main.tofu': `variable "cluster" { type = object({ name = string, cilium = object({ job = string, values = optional(string, "values.yaml") }) }) }
resource "terraform_data" "manifests" {
  input = [
    { name = "job", contents = file("\${path.root}/\${var.cluster.cilium.job}") },
    {
      name = "values"
      contents = yamlencode({
        apiVersion = "v1"
        kind       = "ConfigMap"
        metadata   = { name = "cilium-values", namespace = "kube-system" }
        data       = { "values.yaml" = file("\${path.root}/\${var.cluster.cilium.values}") }
      })
    }
  ]
}
data "talos_machine_configuration" "this" {
  cluster_name   = var.cluster.name
  config_patches = [templatefile("\${path.module}/cp.tftpl", { inline = jsonencode(terraform_data.manifests.output) })]
}`,
      'tofu/cluster.auto.tfvars': 'cluster = {\n  name = "home"\n  cilium = {\n    job = "manifests/job.yaml"\n  }\n}\n',
      'tofu/cp.tftpl': 'cluster:\n  inlineManifests: ${inline}\n',
      'tofu/manifests/job.yaml': JOB,
      'tofu/values.yaml': VALUES,
    });
    expect(declaration).toMatchObject({ form: 'cilium-cli-job', rank: 5, clusters: [{ name: 'home' }] });
    expect(declaration.files).toContain('tofu/cluster.auto.tfvars');
    expect(at(values(declaration), 'kubeProxyReplacement')).toMatchObject({ value: true, place: { file: 'tofu/values.yaml', line: 3 } });
  });

  test('in an object of yamlencode', () => {
    const declaration = only({
      'main.tf': `locals { patch = yamlencode({ cluster = { inlineManifests = [{ name = "cilium", contents = file("job.yaml") }] } }) }
resource "talos_machine_configuration_apply" "cp" { config_patches = [local.patch] }`,
      'job.yaml': JOB,
    });
    expect(declaration).toMatchObject({ form: 'cilium-cli-job', rank: 5 });
    expect(declaration.layers[0]).toMatchObject({
      kind: 'values-file',
      tree: { kind: 'opaque', reason: 'the ConfigMap cilium-values is not in what is applied with it' },
    });
  });

  test('a template whose name depends on the node', () => {
    const declaration = only({
      'main.tf': `data "talos_machine_configuration" "this" {
  for_each = var.nodes
  config_patches = [templatefile("\${path.module}/\${each.value.machine_type}.yaml.tftpl", { install = file("job.yaml") })]
}`,
      'controlplane.yaml.tftpl': 'cluster:\n  inlineManifests:\n    - name: x\n      contents: |\n        ${indent(8, install)}\n',
      'worker.yaml.tftpl': 'machine: {}\n',
      'job.yaml': JOB,
    });
    expect(declaration.form).toBe('cilium-cli-job');
  });

  test('a variable that Git does not hold is opaque, its neighbours are not', () => {
    const declaration = only({
      'main.tf': `variable "cilium_version" {}
variable "host" {}
data "talos_machine_configuration" "this" { config_patches = [templatefile("p.tftpl", { v = var.cilium_version, host = var.host })] }`,
      'p.tftpl': `cluster:
  inlineManifests:
    - name: cilium
      contents: |
        apiVersion: batch/v1
        kind: Job
        metadata: {name: x}
        spec:
          template:
            spec:
              containers:
                - image: quay.io/cilium/cilium-cli:v0.18.8
                  command:
                    - cilium
                    - install
                    - --version=\${v}
                    - --set=k8sServiceHost=\${host}
                    - --set=ipam.mode=kubernetes
`,
    });
    expect(declaration.chartVersion).toBeNull();
    expect(declaration.chartVersionWhy).toContain('Git does not hold the value of this variable');
    expect(at(values(declaration), 'k8sServiceHost')?.kind).toBe('opaque');
    expect(at(values(declaration), 'ipam.mode')).toMatchObject({ value: 'kubernetes' });
  });

  test.each([
    [
      'count is 0',
      'resource "talos_machine_configuration_apply" "x" {\n  count = var.on ? 1 : 0\n  config_patches = [file("p.yaml")]\n}\nvariable "on" { default = false }',
    ],
    ['a comment', '/*\nresource "talos_machine_configuration_apply" "x" { config_patches = [file("p.yaml")] }\n*/\n# cilium'],
    ['a local that nothing uses', 'locals { cilium = file("p.yaml") }'],
  ])('%s: no declaration', (_, text) => {
    expect(
      read({
        'main.tf': `${text}\n# cilium`,
        'p.yaml': `cluster:\n  inlineManifests:\n    - name: cilium\n      contents: |\n${JOB.replace(/^/gm, '        ')}`,
      }).declarations,
    ).toEqual([]);
  });
});

describe('Helm releases of Terraform', () => {
  test('values files, texts, yamlencode and set blocks in their order', () => {
    const declaration = only({
      'main.tf': `variable "cilium_version" { default = "v1.18.2" }
resource "helm_release" "cilium" {
  name       = "cilium"
  namespace  = "kube-system"
  repository = "https://helm.cilium.io"
  chart      = "cilium"
  version    = var.cilium_version
  values = [
    file("\${path.module}/values.yaml"),
    yamlencode({ operator = { replicas = 1 }, k8sServicePort = 7445 }),
    <<-EOT
      ipam:
        mode: cluster-pool
      cluster:
        name: \${var.cluster_name}
    EOT
  ]
  set {
    name  = "kubeProxyReplacement"
    value = "false"
  }
  set {
    name  = "tunnelPort"
    value = "8473"
    type  = "string"
  }
  dynamic "set" {
    for_each = { "hubble.enabled" = "true" }
    content {
      name  = set.key
      value = set.value
    }
  }
  set_list {
    name  = "devices"
    value = ["eth0", "eth1"]
  }
}`,
      'values.yaml': VALUES,
    });
    expect(declaration).toMatchObject({
      form: 'terraform-helm',
      installer: 'helm',
      name: 'cilium',
      namespace: 'kube-system',
      chartVersion: '1.18.2',
      rank: 4,
      chartVersionPlace: { line: 1 },
    });
    const tree = values(declaration);
    expect(JSON.parse(JSON.stringify(toPlain(tree)))).toEqual({
      ipam: { mode: 'cluster-pool' },
      kubeProxyReplacement: false,
      operator: { replicas: 1 },
      k8sServicePort: 7445,
      cluster: {},
      tunnelPort: '8473',
      hubble: { enabled: true },
      devices: ['eth0', 'eth1'],
    });
    expect(at(tree, 'cluster.name')?.kind).toBe('opaque');
    expect(at(tree, 'ipam.mode')).toMatchObject({ place: { file: 'main.tf', line: 13, column: 15 } });
  });

  test('set as a list of objects', () => {
    const declaration = only({
      'main.tf':
        'resource "helm_release" "cni" {\n  name = "cilium"\n  chart = "oci://quay.io/cilium/charts/cilium"\n  set = [\n    { name = "k8sServiceHost", value = local.ip },\n    { name = "k8sServicePort", value = 6443 },\n  ]\n}\nlocals { ip = talos_cluster_kubeconfig.this.endpoint }',
    });
    expect(declaration).toMatchObject({
      namespace: 'default',
      chartVersion: null,
      chartVersionWhy: 'there is no version: Helm takes the newest release on the day it runs',
    });
    expect(at(values(declaration), 'k8sServiceHost')?.kind).toBe('opaque');
    expect(at(values(declaration), 'k8sServicePort')).toMatchObject({ value: 6443 });
  });

  test('a rendered chart that becomes an inline manifest', () => {
    const declaration = only({
      'main.tf': `data "helm_template" "cilium" {
  name    = "cilium"
  chart   = "cilium"
  version = "1.19.1"
  namespace = "kube-system"
}
resource "terraform_data" "kept" { input = data.helm_template.cilium.manifest }
module "talos" {
  source   = "./modules/talos"
  manifest = terraform_data.kept.input
}`,
      'modules/talos/main.tf':
        'variable "manifest" {}\ndata "talos_machine_configuration" "x" {\n  cluster_name = "lab"\n  config_patches = [templatefile("${path.module}/cp.tftpl", { cilium = var.manifest })]\n}',
      'modules/talos/cp.tftpl': 'cluster:\n  inlineManifests:\n    - name: values\n      contents: |\n        ${indent(8, cilium)}\n',
    });
    expect(declaration).toMatchObject({ form: 'terraform-helm', rank: 5, chartVersion: '1.19.1', clusters: [{ name: 'lab' }] });
    expect(declaration.files).toEqual(['main.tf', 'modules/talos/cp.tftpl', 'modules/talos/main.tf']);
  });

  test.each([
    [
      'another chart',
      'resource "helm_release" "cilium" {\n  name = "cilium"\n  repository = "https://helm.cilium.io"\n  chart = "tetragon"\n}',
    ],
    ['commented out', '# resource "helm_release" "cilium" {\n#   chart = "cilium"\n# }'],
  ])('%s', (_, text) => {
    expect(read({ 'main.tf': text }).declarations).toEqual([]);
  });

  test.each([
    ['all', true],
    ['[values, set, version]', true],
    ['[values]', undefined],
    ['[version]', undefined],
  ])('a release whose lifecycle ignores changes: %s', (ignored, left) => {
    const text = `resource "helm_release" "cilium" {\n  name = "cilium"\n  chart = "cilium"\n  lifecycle {\n    ignore_changes = ${ignored}\n  }\n}`;
    expect(only({ 'main.tf': text }).leftAloneByTerraform).toBe(left);
  });

  test('an umbrella chart of the repository', () => {
    const declaration = only({
      'tf/main.tf': 'resource "helm_release" "cilium" {\n  name = "net"\n  chart = "${path.module}/../charts/net"\n}',
      'charts/net/Chart.yaml':
        'apiVersion: v2\nname: net\nversion: 0.1.0\ndependencies:\n  - name: cilium\n    version: 1.18.2\n    repository: https://helm.cilium.io\n',
      'charts/net/values.yaml': `cilium:\n${VALUES.replace(/^(?=.)/gm, '  ')}`,
    });
    expect(declaration).toMatchObject({ chartVersion: '1.18.2', umbrella: { named: false } });
    expect(at(values(declaration), 'ipam.mode')).toMatchObject({ value: 'kubernetes' });
  });
});

describe('what Terraform does itself', () => {
  test.each([
    ['yaml_body', 'resource "kubectl_manifest" "cilium" { yaml_body = file("job.yaml") }'],
    ['a decoded file', 'resource "kubernetes_manifest" "cilium" { manifest = yamldecode(file("job.yaml")) }'],
  ])('a Job that it applies: %s', (_, text) => {
    expect(only({ 'main.tf': text, 'job.yaml': JOB })).toMatchObject({ form: 'cilium-cli-job', rank: 4, files: ['job.yaml', 'main.tf'] });
  });

  test.each([
    [
      'local-exec',
      'resource "null_resource" "cilium" {\n  provisioner "local-exec" {\n    command = "cilium install --version ${local.v} --set ipam.mode=kubernetes"\n  }\n}\nlocals { v = "1.18.2" }',
      'cilium-command',
    ],
    [
      'an external program',
      'data "external" "cilium" {\n  program = ["bash", "-c", "helm template cilium cilium/cilium --version 1.18.2 -n kube-system | kubectl apply -f -"]\n}',
      'helm-command',
    ],
  ])('commands: %s', (_, text, form) => {
    expect(only({ 'main.tf': text })).toMatchObject({ form, chartVersion: '1.18.2' });
  });

  test('a module that two clusters call is one declaration for each, with its own values', () => {
    const call = (name: string, mode: string) =>
      `module "talos" {\n  source = "../modules/talos"\n  name = "${name}"\n  mode = "${mode}"\n}`;
    const files = {
      'a/main.tf': call('a', 'kubernetes'),
      'b/main.tf': call('b', 'cluster-pool'),
      'modules/talos/main.tf': `variable "name" {}
variable "mode" {}
data "helm_template" "cilium" {
  name = "cilium"
  chart = "cilium"
  version = "1.18.2"
  values = [yamlencode({ ipam = { mode = var.mode } })]
}
data "talos_machine_configuration" "x" {
  cluster_name = var.name
  config_patches = [yamlencode({ cluster = { inlineManifests = [{ name = "cilium", contents = data.helm_template.cilium.manifest }] } })]
}`,
    };
    const candidates = Object.entries(files).map(([path, text]) => ({ path, text }));
    const { declarations } = bootstrapDeclarations(memoryRepository(files), candidates, []);
    expect(declarations.map((d) => [d.clusters.map((c) => c.name), at(values(d), 'ipam.mode'), d.rank])).toMatchObject([
      [['a'], { value: 'kubernetes' }, 5],
      [['b'], { value: 'cluster-pool' }, 5],
    ]);
  });
});

test('files that are not Terraform are said, and what is around the fault is read', () => {
  const found = read({
    'main.tf':
      'resource "x" "y" {\n  broken = = 1\n}\nresource "helm_release" "c" {\n  name = "cilium"\n  chart = "cilium"\n  version = "1.18.2"\n}\n',
  });
  expect(found.declarations).toHaveLength(1);
  expect(found.unused[0]).toMatchObject({ file: 'main.tf' });
});

test.each([
  ['deep nesting', `cilium = ${'['.repeat(5000)}`],
  [
    'a value that is defined by itself',
    'locals {\n a = local.b\n b = local.a\n}\nresource "helm_release" "cilium" {\n  chart = "cilium"\n name = local.a\n}',
  ],
  [
    'keys of the prototype',
    'resource "helm_release" "__proto__" {\n  chart = "cilium"\n  constructor = 1\n  values = [yamlencode({ __proto__ = 1 })]\n}',
  ],
  ['a module that calls itself', 'module "a" {\n  source = "./"\n}\nmodule "b" {\n  source = "../x"\n}\n# cilium'],
  ['a quote that never ends', 'cilium = "'],
  [
    'maps that double',
    `locals {\n${Array.from({ length: 40 }, (_, i) => `l${i} = { a = local.l${i + 1}, b = local.l${i + 1} }`).join('\n')}\nl40 = {}\n}\nresource "helm_release" "cilium" {\n  chart = "cilium"\n  values = [yamlencode(local.l0)]\n}`,
  ],
])('hostile Terraform ends: %s', (_, text) => {
  expect(() => read({ 'x/main.tf': text })).not.toThrow();
});
