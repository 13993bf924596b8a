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
