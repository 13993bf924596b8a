import { describe, expect, test } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import { readMachineConfig } from './apply-patches.ts';
import { contractOf, factsOf } from './facts.ts';

const config = (text: string, minor?: number) =>
  readMachineConfig(
    parseYaml(wholeFile('machine.yaml', text)).documents.map(({ tree }) => tree),
    minor,
  );
const fact = (name: string, text: string, options: { whole?: boolean; minor?: number } = {}) =>
  factsOf(config(text, options.minor), { whole: options.whole ?? false, ...(options.minor === undefined ? {} : { minor: options.minor }) })[
    name
  ];

describe('the version that an image names', () => {
  test.each([
    ['ghcr.io/siderolabs/kubelet:v1.34.1', '1.34.1'],
    ['ghcr.io/siderolabs/kubelet:1.34.1', '1.34.1'],
    ['registry.example:5000/kubelet:v1.34.1@sha256:0123', '1.34.1'],
    ['ghcr.io/siderolabs/kubelet:v1.35.0-rc.1', '1.35.0-rc.1'],
    ['ghcr.io/siderolabs/kubelet:latest', undefined],
    ['ghcr.io/siderolabs/kubelet', undefined],
  ])('%s: %s', (image, version) => {
    expect(fact('kubernetesVersion', `machine: {kubelet: {image: "${image}"}}`)?.value).toBe(version);
    expect(fact('kubernetesVersion', `cluster: {apiServer: {image: "${image}"}}`)?.value).toBe(version);
    expect(fact('talosVersion', `machine: {install: {image: "${image}"}}`)?.value).toBe(version);
  });
});

test.each([
  ['cni', 'cluster:\n  network:\n    cni:\n      name: {{ x }}\n'],
  ['cni', 'cluster:\n  network:\n    cni: {{ x }}\n'],
  ['kubeProxy', 'cluster:\n  proxy:\n    disabled: {{ x }}\n'],
  ['kubePrism', 'machine:\n  features:\n    kubePrism:\n      enabled: {{ x }}\n'],
  ['kubernetesVersion', 'machine:\n  kubelet:\n    image: {{ x }}\n'],
  ['podSubnets', 'cluster:\n  network:\n    podSubnets: {{ x }}\n'],
  ['podSubnets', 'cluster:\n  network:\n    podSubnets:\n      - {{ x }}\n'],
  ['kubeSpan', 'machine:\n  network:\n    kubespan:\n      enabled: {{ x }}\n'],
])('what a template has yet to fill cannot be known: %s in %j', (name, text) => {
  for (const whole of [true, false]) expect(fact(name, text, { whole })).toMatchObject({ value: null, origin: 'opaque' });
});

describe('what nobody writes', () => {
  test('is a default of Talos where the configuration is whole, and nothing where it is a patch', () => {
    const text = 'machine: {type: controlplane}\ncluster: {network: {dnsDomain: cluster.local}}';
    expect(fact('cni', text, { whole: true, minor: 12 })).toMatchObject({ value: 'flannel', origin: 'default' });
    expect(fact('kubeProxy', text, { whole: true, minor: 12 })).toMatchObject({ value: 'enabled', origin: 'default' });
    expect(fact('cni', text)).toBeUndefined();
    expect(fact('kubeProxy', text)).toBeUndefined();
  });

  test('is the port 7445 of KubePrism, where that is on', () => {
    expect(fact('kubePrismPort', 'machine: {features: {kubePrism: {enabled: true}}}')?.value).toBe(7445);
    expect(fact('kubePrismPort', 'machine: {features: {kubePrism: {enabled: true, port: 0}}}')?.value).toBe(7445);
    expect(fact('kubePrismPort', 'machine: {features: {kubePrism: {enabled: true, port: 7446}}}')?.value).toBe(7446);
    expect(fact('kubePrismPort', 'machine: {features: {kubePrism: {enabled: false}}}')).toBeUndefined();
  });
});

test.each([
  ['cluster: {network: {cni: {name: none}}}', '1.13'],
  ['cluster: {proxy: {disabled: true}}', '1.13'],
  ['machine: {features: {kubePrism: {enabled: true}}}', '1.13'],
  ['machine: {features: {hostDNS: {enabled: true}}}', '1.13'],
  ['machine: {type: worker}', null],
  ['apiVersion: v1alpha1\nkind: KubeProxyConfig\nenabled: false', '1.14'],
])('the contract of %j is %s', (text, contract) => expect(contractOf(config(text))).toBe(contract));
