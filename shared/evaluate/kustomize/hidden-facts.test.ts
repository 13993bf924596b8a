import { describe, expect, test } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import { hiddenBy, hiddenByFields, hiddenByTransformer } from './hidden-facts.ts';
import { readPatch } from './patches.ts';

const place = { file: 'kustomization.yaml', line: 1, column: 1 };
const tree = (text: string) => parseYaml(wholeFile('kustomization.yaml', text)).documents[0]!.tree;
const hidden = (patch: string, target?: string) =>
  readPatch(wholeFile('patch.yaml', patch), target === undefined ? undefined : tree(target), place)
    .flatMap(hiddenBy)
    .map(({ prefix }) => prefix);

const CONFIG = '{kind: ConfigMap, name: cilium-config}';
const AGENT = '{kind: DaemonSet, name: cilium}';
const containers = (name: string) => ['env', 'image', 'caps', 'privileged', 'command', 'args'].map((fact) => `${fact}.${name}.`);
const template = (name: string) => [...containers(name), `hostNetwork.${name}`, `hostPath.${name}.`, `pod.${name}.`];

describe('a JSON patch of cilium-config hides', () => {
  test.each([
    ['the key that it writes', '[{op: replace, path: /data/ipam, value: x}]', ['config.ipam']],
    ['the key that it removes', '[{op: remove, path: /data/ipam}]', ['config.ipam']],
    ['a key with a slash in it', '[{op: add, path: /data/a~1b, value: x}]', ['config.a/b']],
    ['both ends of a move', '[{op: move, from: /data/a, path: /data/b}]', ['config.b', 'config.a']],
    ['a key that is moved away', '[{op: move, from: /data/a, path: /metadata/annotations/a}]', ['config.a']],
    ['the end of a copy', '[{op: copy, from: /data/a, path: /data/b}]', ['config.b']],
    ['everything where all data is replaced', '[{op: replace, path: /data, value: {ipam: x}}]', ['config.']],
    ['everything where all data is removed', '[{op: remove, path: /data}]', ['config.']],
    ['everything where the whole object is', '[{op: replace, path: "", value: {data: {ipam: x}}}]', ['config.']],
    ['nothing that it only tests', '[{op: test, path: /data/ipam, value: x}]', []],
    ['nothing of its labels', '[{op: add, path: /metadata/labels/a, value: x}]', []],
  ])('%s', (_, patch, prefixes) => expect(hidden(patch, CONFIG)).toEqual(prefixes));
});

describe('a merge patch of cilium-config hides', () => {
  const patch = (rest: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config}\n${rest}\n`;
  test.each([
    ['its keys', patch('data: {ipam: x, debug: null}'), ['config.ipam', 'config.debug']],
    ['nothing where it has none', patch('immutable: true'), []],
    ['everything where data goes', patch('data: null'), ['config.']],
    ['everything where data is replaced', patch('data: {$patch: replace, ipam: x}'), ['config.']],
    ['everything where it is deleted', patch('$patch: delete'), ['config.']],
    ['nothing where it is another', patch('data: {ipam: x}').replace('cilium-config', 'other'), []],
  ])('%s', (_, text, prefixes) => expect(hidden(text)).toEqual(prefixes));
});

describe('a patch of a workload hides', () => {
  const json = (path: string) => hidden(`[{op: replace, path: "${path}", value: {a: b}}]`, AGENT);
  test.each([
    ['', ['replicas.cilium', ...template('cilium')]],
    ['/spec', ['replicas.cilium', ...template('cilium')]],
    ['/spec/replicas', ['replicas.cilium']],
    ['/spec/template', template('cilium')],
    ['/spec/template/spec', template('cilium')],
    ['/spec/template/metadata/labels', []],
    ['/spec/template/spec/containers', containers('cilium')],
    ['/spec/template/spec/containers/0/env/0', containers('cilium')],
    ['/spec/template/spec/initContainers/0/image', containers('cilium')],
    ['/spec/template/spec/containers/0/resources/limits', []],
    ['/spec/template/spec/hostNetwork', ['hostNetwork.cilium']],
    ['/spec/template/spec/volumes/0', ['hostPath.cilium.']],
    ['/spec/template/spec/tolerations', ['pod.cilium.tolerations']],
    ['/spec/updateStrategy', []],
    ['/metadata/labels', []],
  ])('what stands at %j', (path, prefixes) => expect(json(path)).toEqual(prefixes));

  test('what its leaves reach, in every workload that it selects', () => {
    const patch =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cilium-operator}\nspec:\n  replicas: 1\n  template: {spec: {containers: [{name: a, image: b}], hostNetwork: true}}\n';
    expect(hidden(patch)).toEqual(['replicas.cilium-operator', ...containers('cilium-operator'), 'hostNetwork.cilium-operator']);
    expect(hidden('[{op: replace, path: /spec/replicas, value: 1}]', '{kind: Deployment, name: "hubble-.*"}')).toEqual([
      'replicas.hubble-relay',
      'replicas.hubble-ui',
    ]);
    expect(hidden('kind: DaemonSet\napiVersion: apps/v1\nmetadata: {name: cilium-envoy}\n$patch: delete\n')).toContain(
      'present.DaemonSet/cilium-envoy',
    );
    expect(hidden(patch)).not.toContain('present.Deployment/cilium-operator');
  });
});

describe('fields of a kustomization hide', () => {
  test.each([
    ['images', 'images: [{name: quay.io/cilium/cilium, newTag: x}, {name: nginx, newTag: y}]', ['image.']],
    ['replicas', 'replicas: [{name: cilium-operator, count: 1}]', ['replicas.cilium-operator']],
    [
      'a generator that merges',
      'configMapGenerator: [{name: cilium-config, behavior: merge, literals: [ipam=x, debug=true=y]}]',
      ['config.ipam', 'config.debug'],
    ],
    [
      'a generator that merges files',
      'configMapGenerator: [{name: cilium-config, behavior: merge, files: [a], literals: [ipam=x]}]',
      ['config.'],
    ],
    ['a generator that merges variables', 'configMapGenerator: [{name: cilium-config, behavior: merge, envs: [a]}]', ['config.']],
    ['a generator that replaces', 'configMapGenerator: [{name: cilium-config, behavior: replace, literals: [ipam=x]}]', ['config.']],
    ['no generator of another map', 'configMapGenerator: [{name: other, behavior: merge, literals: [ipam=x]}]', []],
    ['no generator that creates', 'configMapGenerator: [{name: cilium-config, literals: [ipam=x]}]', []],
    [
      'a replacement',
      'replacements: [{targets: [{select: {kind: ConfigMap, name: cilium-config}, fieldPaths: [data.ipam, metadata.name]}]}]',
      ['config.ipam'],
    ],
  ])('%s', (_, text, prefixes) => expect(hiddenByFields(tree(text)).map(({ prefix }) => prefix)).toEqual(prefixes));

  test('and transformers everything, but for those of names and labels', () => {
    expect(hiddenByTransformer('LabelTransformer', place)).toEqual([]);
    expect(hiddenByTransformer('PatchTransformer', place)).toEqual([
      {
        prefix: '',
        opaque: expect.objectContaining({ reason: 'a kustomize transformer (PatchTransformer) may change it after rendering', place }),
      },
    ]);
    expect(hiddenByTransformer('', place)[0]!.opaque.reason).toContain('of unknown kind');
  });
});
