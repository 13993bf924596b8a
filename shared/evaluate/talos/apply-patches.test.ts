import { expect, test } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import { opaque, toPlain } from '../../tree.ts';
import { applyPatches, readMachineConfig } from './apply-patches.ts';
import { factsOf } from './facts.ts';
import { generatedConfig } from './generated-config.ts';

const trees = (text: string, file = 'patch.yaml') =>
  parseYaml(wholeFile(file, text), { dialect: 'strict' }).documents.map(({ tree }) => tree);

function patched(base: string, ...patches: string[]) {
  const config = applyPatches(
    readMachineConfig(trees(base)),
    patches.map((patch) => trees(patch)),
    { base: 'whole', minor: 13 },
  );
  return {
    documents: config.documents.map(({ tree }) => JSON.parse(JSON.stringify(toPlain(tree)))),
    refusals: config.refusals.map(({ message }) => message),
  };
}

test.each([
  [
    'interfaces by name, their addresses appended',
    'machine: {network: {interfaces: [{interface: eth0, addresses: [a]}]}}',
    'machine: {network: {interfaces: [{interface: eth0, addresses: [b], mtu: 9000}, {interface: eth1}]}}',
    { machine: { network: { interfaces: [{ interface: 'eth0', addresses: ['a', 'b'], mtu: 9000 }, { interface: 'eth1' }] } } },
  ],
  [
    'interfaces by selector',
    'machine: {network: {interfaces: [{deviceSelector: {physical: true}, dhcp: true}]}}',
    'machine: {network: {interfaces: [{deviceSelector: {physical: true}, dhcp: false}]}}',
    { machine: { network: { interfaces: [{ deviceSelector: { physical: true }, dhcp: false }] } } },
  ],
  [
    'admission plugins by name, their configuration merged',
    'cluster: {apiServer: {admissionControl: [{name: P, configuration: {a: 1, b: [1]}}]}}',
    'cluster: {apiServer: {admissionControl: [{name: P, configuration: {b: [2], c: 3}}]}}',
    { cluster: { apiServer: { admissionControl: [{ name: 'P', configuration: { a: 1, b: [1, 2], c: 3 } }] } } },
  ],
  [
    'arguments key by key, each as a whole',
    'cluster: {proxy: {extraArgs: {a: [x], b: q}}}',
    'cluster: {proxy: {extraArgs: {a: [z]}}}',
    { cluster: { proxy: { extraArgs: { a: ['z'], b: 'q' } } } },
  ],
  [
    'an audit policy as a whole',
    'cluster: {apiServer: {auditPolicy: {kind: Policy, rules: [1]}}}',
    'cluster: {apiServer: {auditPolicy: {rules: []}}}',
    { cluster: { apiServer: { auditPolicy: { rules: [] } } } },
  ],
])('merges %s', (_, base, patch, expected) => {
  expect(patched(base, patch)).toEqual({ documents: [expected], refusals: [] });
});

test('a JSON patch adds, replaces, moves and removes in order; the first that fails ends it', () => {
  const patch = JSON.stringify([
    { op: 'add', path: '/cluster/extraManifests/-', value: 'c' },
    { op: 'replace', path: '/cluster/extraManifests/0', value: 'x' },
    { op: 'move', from: '/machine/sysctls/a~1b', path: '/machine/sysctls/c' },
    { op: 'remove', path: '/cluster/proxy' },
    { op: 'remove', path: '/cluster/proxy' },
    { op: 'remove', path: '/machine' },
  ]);
  expect(patched('cluster: {extraManifests: [a, b], proxy: {}}\nmachine: {sysctls: {a/b: "1"}}', patch)).toEqual({
    documents: [{ cluster: { extraManifests: ['x', 'b', 'c'] }, machine: { sysctls: { c: '1' } } }],
    refusals: ['JSON6902 patch: the path /cluster/proxy does not exist'],
  });
});

test('what a template hides casts doubt on generated values beside it, and on nothing that is written', () => {
  const base = generatedConfig({ role: 'controlplane', shape: 'fields', by: 'a tool' });
  const hidden = opaque('is filled in by a template', { file: 'patch.yaml', line: 3, column: 1 });
  const [tree] = trees('cluster: {network: {podSubnets: [10.1.0.0/16]}}');
  const network = tree?.kind === 'map' ? tree.entries.get('cluster') : undefined;
  const inner = network?.kind === 'map' ? network.entries.get('network') : undefined;
  if (inner?.kind === 'map') inner.unseen = hidden;
  const facts = factsOf(applyPatches(base, [[tree!]], { base: 'generated' }), { whole: true });
  expect(facts.podSubnets).toMatchObject({ value: ['10.1.0.0/16'], origin: 'set' });
  expect(facts.serviceSubnets).toMatchObject({ origin: 'opaque', why: 'is filled in by a template' });
  expect(facts.cni).toMatchObject({ origin: 'opaque' });
  expect(facts.kubePrism).toMatchObject({ value: 'enabled', origin: 'default' });
});

test.each([
  [5, { kubePrism: 'disabled', hostDNS: 'disabled', forwardKubeDNSToHost: false }],
  [6, { kubePrism: 'enabled', hostDNS: 'disabled', forwardKubeDNSToHost: false }],
  [7, { kubePrism: 'enabled', hostDNS: 'enabled', forwardKubeDNSToHost: false }],
  [8, { kubePrism: 'enabled', hostDNS: 'enabled', forwardKubeDNSToHost: true }],
  [undefined, { kubePrism: 'enabled', hostDNS: 'enabled', forwardKubeDNSToHost: true }],
])('a configuration generated for 1.%s has the defaults of that version', (minor, expected) => {
  const facts = factsOf(
    generatedConfig({ role: 'controlplane', shape: 'fields', by: 'a tool', ...(minor === undefined ? {} : { minor }) }),
    { whole: true },
  );
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, facts[name]?.value]))).toEqual(expected);
});
