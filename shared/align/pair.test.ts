import { expect, test } from 'vitest';
import { compare } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';

const OMNI =
  'kind: Cluster\nname: home\nkubernetes: {version: v1.34.1}\ntalos: {version: v1.12.2}\npatches:\n  - name: cni\n    inline: {cluster: {network: {cni: {name: none}}}}\n---\nkind: ControlPlane\nmachines: [a]\n';
const INSTALL = 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system\n';

const clusters = (files: Record<string, string>) =>
  compare(memoryRepository(files), {}).clusters.map(({ name, bootstrap, talos, others }) => ({
    name,
    bootstrap: bootstrap?.declaration.place.file ?? null,
    talos: talos?.name ?? null,
    others: others.map(({ declaration }) => declaration.place.file),
  }));

test.each([
  ['a script that only installs Cilium speaks for the one cluster of Talos', INSTALL, 'home'],
  ['one that installs k3s itself does not', `curl -sfL https://get.k3s.io | sh -\n${INSTALL}`, null],
  ['nor one that makes a cluster with kubeadm', `sudo kubeadm init --skip-phases=addon/kube-proxy\n${INSTALL}`, null],
  ['one that speaks of both may be for Talos', `# not for kubeadm init\ntalosctl bootstrap\n${INSTALL}`, 'home'],
])('%s', (_, script, talos) => {
  const found = clusters({ 'omni/cluster.yaml': OMNI, 'install.sh': script });
  expect(found.find((c) => c.bootstrap === 'install.sh')?.talos).toBe(talos);
  expect(found.some((c) => c.name === 'home')).toBe(true);
});

test('a helmfile beside the patches of one of two clusters belongs to that one', () => {
  const job = (version: string) =>
    `cluster:\n  inlineManifests:\n    - name: cilium\n      contents: |\n        apiVersion: batch/v1\n        kind: Job\n        metadata: {name: cilium-install, namespace: kube-system}\n        spec:\n          template:\n            spec:\n              containers:\n                - name: install\n                  image: quay.io/cilium/cilium-cli:v0.18.7\n                  command: [cilium, install, --version, ${version}]\n`;
  const template = (name: string) =>
    `kind: Cluster\nname: ${name}\nkubernetes: {version: v1.34.1}\ntalos: {version: v1.12.2}\npatches:\n  - file: patches/cilium.yaml\n---\nkind: ControlPlane\nmachines: [a]\n`;
  const found = clusters({
    'first/cluster.yaml': template('one'),
    'first/patches/cilium.yaml': job('1.18.1'),
    'second/cluster.yaml': template('two'),
    'second/patches/cilium.yaml': job('1.18.2'),
    'second/helmfile.yaml': 'releases:\n  - {name: cilium, namespace: kube-system, chart: cilium/cilium, version: 1.18.3}\n',
  });
  expect(found.map(({ name, others }) => [name, others])).toEqual([
    ['one', []],
    ['two', ['second/helmfile.yaml']],
  ]);
});

test.each([
  ['lab', 'cloud'],
  ['cloud', 'lab'],
])('of two ApplicationSets, the one in a directory that the bootstrap is called after speaks: %s', (mine, other) => {
  const set = (directory: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: apps}\nspec:\n  generators:\n    - git: {repoURL: https://github.com/o/r, revision: HEAD, directories: [{path: ${directory}/apps/*}]}\n  template:\n    metadata: {name: '{{path.basename}}'}\n    spec:\n      source: {repoURL: https://github.com/o/r, targetRevision: HEAD, path: '{{path}}'}\n      destination: {server: https://kubernetes.default.svc, namespace: kube-system}\n`;
  const chart =
    'helmCharts:\n  - {name: cilium, repo: https://helm.cilium.io, version: 1.18.2, releaseName: cilium, namespace: kube-system}\n';
  const [cluster] = compare(
    memoryRepository({
      [`infrastructure/${mine}-talos/install.sh`]: INSTALL,
      'lab/set.yaml': set('lab'),
      'lab/apps/cilium/kustomization.yaml': chart,
      'cloud/set.yaml': set('cloud'),
      'cloud/apps/cilium/kustomization.yaml': chart,
    }),
    {},
  ).clusters;
  expect(cluster!.argocd?.declaration.place.file).toBe(`${mine}/apps/cilium/kustomization.yaml`);
  expect(cluster!.others.map(({ declaration }) => declaration.place.file)).toEqual([`${other}/apps/cilium/kustomization.yaml`]);
});

test('the parts of the one cluster in cluster/ give it no name', () => {
  const chart =
    'helmCharts:\n  - {name: cilium, repo: https://helm.cilium.io, version: 1.18.2, releaseName: cilium, namespace: kube-system}\n';
  const application = (path: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium}\nspec:\n  source: {repoURL: https://github.com/o/r, targetRevision: HEAD, path: ${path}}\n  destination: {server: https://kubernetes.default.svc, namespace: kube-system}\n`;
  const named = (directory: string) =>
    clusters({
      'install.sh': INSTALL,
      'apps.yaml': application(directory),
      [`${directory}/kustomization.yaml`]: chart,
    }).map(({ name }) => name);
  expect(named('cluster/network/cilium')).toEqual([null]);
  expect(named('clusters/home/cilium')).toEqual(['home']);
});

test('of two documents that name the cluster, the one at the root speaks', () => {
  const document = (version: string) =>
    `\`\`\`bash\nhelm install cilium cilium/cilium --version ${version} -n kube-system --set cluster.name=home\n\`\`\`\n`;
  const found = clusters({ 'omni/cluster.yaml': OMNI, 'omni/README.md': document('1.18.1'), 'README.md': document('1.18.2') });
  expect(found).toEqual([{ name: 'home', bootstrap: 'README.md', talos: 'home', others: ['omni/README.md'] }]);
});

test.each([
  ['alone', {}, ['apps/cilium.yaml']],
  [
    'beside Argo CD',
    {
      'argocd/cilium.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium}\nspec:\n  source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2}\n  destination: {server: https://kubernetes.default.svc, namespace: kube-system}\n',
    },
    [],
  ],
])('Flux %s: the reason for a missing side is said', (_, more, expected) => {
  const release =
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cilium, namespace: kube-system}\nspec:\n  chart: {spec: {chart: cilium, version: 1.18.2}}\n';
  const { unused } = compare(memoryRepository({ 'omni/cluster.yaml': OMNI, 'apps/cilium.yaml': release, ...more }), {});
  expect(unused.filter(({ why }) => why.includes('Flux')).map(({ file }) => file)).toEqual(expected);
});

test('a directory called after what it installs names no cluster', () => {
  const found = (path: string) => clusters({ [path]: INSTALL }).map(({ name }) => name);
  expect(found('cluster/cilium/install.sh')).toEqual([null]);
  expect(found('clusters/west/install.sh')).toEqual(['west']);
});

test("the chart's own default names no cluster", () => {
  const found = clusters({ 'omni/cluster.yaml': OMNI, 'install.sh': `${INSTALL.trim()} --set cluster.name=default\n` });
  expect(found.map(({ name, talos }) => [name, talos])).toEqual([['home', 'home']]);
  expect(clusters({ 'install.sh': `${INSTALL.trim()} --set cluster.name=default\n` }).map(({ name }) => name)).toEqual([null]);
});

test('what nothing names belongs to the cluster of Talos that stands in the same directory', () => {
  const template = (name: string) => OMNI.replace('name: home', `name: ${name}`);
  const helmfile = (version: string) =>
    `releases:\n  - {name: cilium, namespace: kube-system, chart: cilium/cilium, version: ${version}}\n`;
  const found = clusters({
    'k8s/a/bootstrap/omni/cluster.yaml': template('one'),
    'k8s/a/bootstrap/helmfile.yaml': helmfile('1.18.1'),
    'k8s/b/bootstrap/omni/cluster.yaml': template('two'),
    'k8s/b/bootstrap/helmfile.yaml': helmfile('1.18.2'),
  });
  expect(found.map(({ name, bootstrap, talos }) => [name, bootstrap, talos])).toEqual([
    ['one', 'k8s/a/bootstrap/helmfile.yaml', 'one'],
    ['two', 'k8s/b/bootstrap/helmfile.yaml', 'two'],
  ]);
});

test("a folder's name is no cluster's where the machine configuration in it has another", () => {
  const app = (name: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium-${name}}\nspec:\n  source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2}\n  destination: {name: ${name}, namespace: kube-system}\n`;
  const found = compare(
    memoryRepository({
      'a/talconfig.yaml':
        'clusterName: prod\nendpoint: https://prod:6443\ncniConfig: {name: none}\nnodes: [{hostname: one, ipAddress: 192.0.2.1, controlPlane: true}]\n',
      'a/install.sh': INSTALL,
      'b/talconfig.yaml':
        'clusterName: lab\nendpoint: https://lab:6443\ncniConfig: {name: none}\nnodes: [{hostname: one, ipAddress: 192.0.2.1, controlPlane: true}]\n',
      'b/install.sh': INSTALL,
      'apps/prod.yaml': app('prod'),
      'apps/lab.yaml': app('lab'),
    }),
    {},
  ).clusters;
  expect(found.map(({ name, bootstrap, argocd }) => [name, bootstrap?.declaration.place.file, argocd?.declaration.place.file])).toEqual([
    ['lab', 'b/install.sh', 'apps/lab.yaml'],
    ['prod', 'a/install.sh', 'apps/prod.yaml'],
  ]);
});
