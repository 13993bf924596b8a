import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at, toPlain } from '../../tree.ts';
import { looseManifests } from './loose-manifests.ts';

const candidatesOf = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => ({ path, text }));

function read(files: Record<string, string>) {
  return looseManifests(memoryRepository(files), candidatesOf(files), [], new Set());
}

interface Shape {
  image?: string;
  command?: string;
  mounts?: string;
  volumes?: string;
  env?: string;
}

/** A file with the Job of Talos's old guide; lists are given in flow style. */
function job({
  image = 'quay.io/cilium/cilium-cli:v0.18.8',
  command = '[cilium, install]',
  mounts = '[]',
  volumes = '[]',
  env = '[]',
}: Shape): string {
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: cilium-install
  namespace: kube-system
spec:
  template:
    spec:
      containers:
        - name: cilium-install
          image: ${image}
          env: ${env}
          volumeMounts: ${mounts}
          command: ${command}
      volumes: ${volumes}
`;
}

const only = (files: Record<string, string>): Declaration => {
  const { declarations } = read(files);
  expect(declarations.map((d) => d.form)).toEqual(['cilium-cli-job']);
  return declarations[0]!;
};

const values = (declaration: Declaration) => mergeLayers(declaration.layers, declaration.helm).tree;

describe('the flags of cilium install in a Job', () => {
  test.each<[string, string, unknown]>([
    [
      'items of their own',
      '[cilium, install, --set, ipam.mode=kubernetes, --set, "k8sServicePort=7445"]',
      { ipam: { mode: 'kubernetes' }, k8sServicePort: 7445 },
    ],
    ['--set=', '[cilium, install, "--set=ipam.mode=kubernetes"]', { ipam: { mode: 'kubernetes' } }],
    ['--helm-set of an old cilium-cli', '[cilium, install, --helm-set, kubeProxyReplacement=true]', { kubeProxyReplacement: true }],
    ['--set-string', '[cilium, install, --set-string, k8sServicePort=7445]', { k8sServicePort: '7445' }],
    ['several pairs in one flag', '[cilium, install, --set, "a.b=1,devices={eth0,eth1}"]', { a: { b: 1 }, devices: ['eth0', 'eth1'] }],
    ['--cluster-name', '[cilium, install, --cluster-name, home]', { cluster: { name: 'home' } }],
    ['a path of the program', '[/usr/local/bin/cilium, install, --set, a=b]', { a: 'b' }],
    ['flags before the verb', '[cilium, -n, kube-system, install, --set, a=b]', { a: 'b' }],
    ['an explicit datapath mode', '[cilium, install, --datapath-mode, tunnel]', { routingMode: 'tunnel', tunnelProtocol: 'vxlan' }],
    ['a variable of the container', '[cilium, install, --set, k8sServiceHost=$(HOST)]', { k8sServiceHost: '10.0.0.1' }],
  ])('%s', (_, command, expected) => {
    const declaration = only({ 'bootstrap/job.yaml': job({ command, env: '[{name: HOST, value: 10.0.0.1}]' }) });
    expect(JSON.parse(JSON.stringify(toPlain(values(declaration))))).toEqual(expected);
  });

  test('names, namespace and rank', () => {
    const declaration = only({
      'bootstrap/job.yaml': job({ command: '[cilium, install, -n, cni, --helm-release-name=net, --version, v1.18.2]' }),
    });
    expect(declaration).toMatchObject({
      name: 'net',
      namespace: 'cni',
      chartVersion: '1.18.2',
      installer: 'cilium-cli-job',
      ciliumCliVersion: '0.18.8',
      helm: 3,
      rank: 3,
      place: { file: 'bootstrap/job.yaml', line: 1, column: 1 },
    });
  });

  test('a variable that Git does not hold hides its own key only', () => {
    const declaration = only({
      'bootstrap/job.yaml': job({ command: "[cilium, install, --set, 'k8sServiceHost=${vip}', --set, ipam.mode=kubernetes]" }),
    });
    const tree = values(declaration);
    expect(at(tree, 'k8sServiceHost')?.kind).toBe('opaque');
    expect(toPlain(at(tree, 'ipam'))).toEqual({ mode: 'kubernetes' });
  });

  test('words that may be any flag hide everything', () => {
    const declaration = only({ 'bootstrap/job.yaml': job({ command: "[cilium, install, '${extra_args}']" }) });
    expect(at(values(declaration), 'ipam.mode')?.kind).toBe('opaque');
  });

  test('a value that the pod gets in the cluster is opaque', () => {
    const env = '[{name: HOST, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]';
    const declaration = only({ 'bootstrap/job.yaml': job({ command: '[cilium, install, --set, k8sServiceHost=$(HOST)]', env }) });
    expect(at(values(declaration), 'k8sServiceHost')).toMatchObject({
      kind: 'opaque',
      reason: 'the variable HOST gets its value in the cluster',
    });
  });

  test.each([
    ['a dry run', '[cilium, install, --dry-run]'],
    ['another verb', '[cilium, status, --wait]'],
    ['advice in a script', '[sh, -c, "echo cilium install --set a=b"]'],
  ])('%s is no declaration', (_, command) => {
    expect(read({ 'bootstrap/job.yaml': job({ command }) }).declarations).toEqual([]);
  });
});

describe('the chart version', () => {
  test.each<[string, string, string, string | null, RegExp | undefined]>([
    ['--version= with a v', 'quay.io/cilium/cilium-cli:latest', '[cilium, install, --version=v1.16.3]', '1.16.3', undefined],
    ['two numbers mean the first patch', 'quay.io/cilium/cilium-cli:latest', '[cilium, install, --version, "1.18"]', '1.18.0', undefined],
    [
      'the default of the image',
      'quay.io/cilium/cilium-cli:v0.18.8',
      '[cilium, install]',
      '1.18.2',
      /cilium-cli 0\.18\.8 installs it by itself/,
    ],
    ['a digest behind the tag', 'quay.io/cilium/cilium-cli:v0.18.8@sha256:0123', '[cilium, install]', '1.18.2', /0\.18\.8/],
    ['latest', 'quay.io/cilium/cilium-cli:latest', '[cilium, install]', null, /latest is no version/],
    ['no tag', 'quay.io/cilium/cilium-cli', '[cilium, install]', null, /none: latest/],
    ['an image that says nothing', 'registry.local/tools:1.2.3', '[cilium, install]', null, /does not say which cilium-cli/],
    ['a variable', 'quay.io/cilium/cilium-cli:v0.18.8', "[cilium, install, '--version=${cilium_version}']", null, /\$\{cilium_version\}/],
    ['a chart of its own', 'quay.io/cilium/cilium-cli:v0.18.8', '[cilium, install, --chart-directory, /chart]', null, /--chart-directory/],
  ])('%s', (_, image, command, version, why) => {
    const declaration = only({ 'bootstrap/job.yaml': job({ image, command }) });
    expect(declaration.chartVersion).toBe(version);
    if (why) expect(declaration.chartVersionWhy).toMatch(why);
    else expect(declaration.chartVersionWhy).toBeUndefined();
  });

  test('an exact version ends before a YAML comment', () => {
    const text = job({}).replace(
      '[cilium, install]',
      '\n            - cilium\n            - install\n            - --version=v1.16.3 # renovate: x',
    );
    expect(only({ 'bootstrap/job.yaml': text })).toMatchObject({ chartVersion: '1.16.3', chartVersionPlace: { line: 17 } });
  });
});

describe('values files of a Job', () => {
  const configMap = (name = 'cilium-values', key = 'values.yaml') => `---
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: kube-system}
data:
  ${key}: |
    ipam:
      mode: kubernetes
`;
  const mounted = (mount: string, command: string, volume = '{configMap: {name: cilium-values}, name: v}') =>
    job({ mounts: `[${mount}]`, volumes: `[${volume}]`, command });

  test.each([
    ['subPath, absolute', mounted('{name: v, mountPath: /values.yaml, subPath: values.yaml}', '[cilium, install, -f, /values.yaml]')],
    [
      'relative to where the image works',
      mounted('{name: v, mountPath: /root/app/values.yaml, subPath: values.yaml}', '[cilium, install, --values, values.yaml]'),
    ],
    ['a directory', mounted('{name: v, mountPath: /etc/cilium}', '[cilium, install, --values=/etc/cilium/values.yaml]')],
    [
      'items',
      mounted(
        '{name: v, mountPath: /etc/cilium}',
        '[cilium, install, -f, /etc/cilium/v.yaml]',
        '{name: v, configMap: {name: cilium-values, items: [{key: values.yaml, path: v.yaml}]}}',
      ),
    ],
    [
      'projected',
      mounted(
        '{name: v, mountPath: /etc/cilium}',
        '[cilium, install, -f, /etc/cilium/values.yaml]',
        '{name: v, projected: {sources: [{configMap: {name: cilium-values}}]}}',
      ),
    ],
    ['in a script', mounted('{name: v, mountPath: /etc/cilium}', '[sh, -c, "cilium install -f /etc/cilium/values.yaml"]')],
  ])('%s', (_, text) => {
    const declaration = only({ 'bootstrap/job.yaml': text + configMap() });
    expect(at(values(declaration), 'ipam.mode')).toMatchObject({
      value: 'kubernetes',
      place: { file: 'bootstrap/job.yaml', line: 23, column: 13 },
    });
  });

  test('a ConfigMap in another file beside it', () => {
    const text = mounted('{name: v, mountPath: /values.yaml, subPath: values.yaml}', '[cilium, install, -f, /values.yaml]');
    const declaration = only({ 'bootstrap/job.yaml': text, 'bootstrap/values.yaml': configMap() });
    expect(declaration.files).toEqual(['bootstrap/job.yaml', 'bootstrap/values.yaml']);
    expect(at(values(declaration), 'ipam.mode')).toMatchObject({ value: 'kubernetes' });
  });

  test('a ConfigMap that a kustomization generates', () => {
    const text = mounted('{name: v, mountPath: /v/}', '[cilium, install, -f, /v/values.yaml]');
    const files = {
      'bootstrap/job.yaml': text,
      'bootstrap/kustomization.yaml':
        'namespace: kube-system\nresources: [job.yaml]\nconfigMapGenerator: [{name: cilium-values, files: [values.yaml=mine.yaml]}]\n',
      'bootstrap/mine.yaml': 'ipam:\n  mode: kubernetes\n',
    };
    const declaration = only(files);
    expect(at(values(declaration), 'ipam.mode')).toMatchObject({ place: { file: 'bootstrap/mine.yaml', line: 2, column: 9 } });
  });

  test.each([
    ['nothing mounted', job({ command: '[cilium, install, -f, /values.yaml]' }), /no volume mount/],
    [
      'no such ConfigMap',
      mounted('{name: v, mountPath: /values.yaml, subPath: values.yaml}', '[cilium, install, -f, /values.yaml]'),
      /is not in what is applied with it/,
    ],
    [
      'a Secret',
      mounted('{name: v, mountPath: /v}', '[cilium, install, -f, /v/values.yaml]', '{name: v, secret: {secretName: s}}'),
      /it stands in a Secret/,
    ],
    ['a URL', job({ command: '[cilium, install, -f, "https://example.org/v.yaml"]' }), /it is fetched from a URL/],
  ])('%s: opaque, and says why', (_, text, why) => {
    const found = at(values(only({ 'bootstrap/job.yaml': text })), 'ipam.mode');
    expect(found?.kind === 'opaque' && found.reason).toMatch(why);
  });

  test('a ConfigMap of values that nothing passes on is a decoy', () => {
    const { declarations, unused } = read({ 'bootstrap/job.yaml': job({ command: '[cilium, install, --set, a=b]' }) + configMap() });
    expect(declarations).toHaveLength(1);
    expect(unused).toEqual([
      {
        file: 'bootstrap/job.yaml',
        why: 'the ConfigMap cilium-values holds values of Cilium that no Job mounts and passes to its install',
      },
    ]);
  });
});

describe('shell scripts in a container', () => {
  const script = (text: string) =>
    job({ command: `\n            - /bin/sh\n            - -c\n            - |\n${text.replace(/^/gm, '              ')}` });

  test.each<[string, string, unknown]>([
    [
      'line continuations and quotes',
      'cilium install \\\n  --set ipam.mode=kubernetes \\\n  --set "securityContext.capabilities.cleanCiliumState={NET_ADMIN,SYS_ADMIN}"',
      { ipam: { mode: 'kubernetes' }, securityContext: { capabilities: { cleanCiliumState: ['NET_ADMIN', 'SYS_ADMIN'] } } },
    ],
    ['variables of the script', 'MODE=kubernetes\ncilium install --set ipam.mode="$MODE"', { ipam: { mode: 'kubernetes' } }],
    ['a literal default', 'cilium install --set ipam.mode=${MODE:-kubernetes}', { ipam: { mode: 'kubernetes' } }],
    [
      'a here document',
      'cat > /tmp/v.yaml <<EOF\nipam:\n  mode: kubernetes\nEOF\ncilium install -f /tmp/v.yaml',
      { ipam: { mode: 'kubernetes' } },
    ],
  ])('%s', (_, text, expected) => {
    expect(toPlain(values(only({ 'bootstrap/job.yaml': script(text) })))).toEqual(expected);
  });

  test('a version with a default', () => {
    expect(only({ 'bootstrap/job.yaml': script('cilium install --version ${CILIUM_VERSION:-1.17.2}') }).chartVersion).toBe('1.17.2');
  });
});

describe('how much speaks for a file', () => {
  const text = job({});
  test.each<[string, Record<string, string>, number, RegExp]>([
    ['a directory called bootstrap', { 'bootstrap/cilium.yaml': text }, 3, /directory says bootstrap/],
    ['nothing', { 'k8s/cilium.yaml': text }, 1, /nothing in Git names it/],
    ['a script', { 'k8s/cilium.yaml': text, 'up.sh': '#!/bin/sh\nkubectl apply -f k8s/cilium.yaml\n' }, 4, /up\.sh uses it \(line 2\)/],
    ['a comment in a script', { 'k8s/cilium.yaml': text, 'up.sh': '#!/bin/sh\n# kubectl apply -f k8s/cilium.yaml\n' }, 1, /nothing/],
    ['a directory in a script', { 'k8s/cilium.yaml': text, 'up.sh': '#!/bin/sh\nkubectl apply -f k8s/\n' }, 4, /up\.sh/],
    ['a document', { 'k8s/cilium.yaml': text, 'README.md': 'Run `kubectl apply -f k8s/cilium.yaml`.' }, 2, /only a document/],
    ['Terraform', { 'k8s/cilium.yaml': text, 'main.tf': 'x = file("${path.module}/k8s/cilium.yaml")' }, 5, /Terraform reads it/],
    [
      'Ansible',
      {
        'roles/x/files/cilium.yaml': text,
        'roles/x/tasks/main.yml': '- name: apply\n  kubernetes.core.k8s:\n    src: files/cilium.yaml\n',
      },
      5,
      /Ansible uses it/,
    ],
  ])('%s', (_, files, rank, why) => {
    const declaration = only(files);
    expect(declaration.rank).toBe(rank);
    expect(declaration.rankWhy).toMatch(why);
  });

  test('the part of a path that a script leaves open names the cluster', () => {
    const declaration = only({ 'sites/north/cilium.yaml': text, 'up.sh': '#!/bin/sh\nkubectl apply -f sites/$1/cilium.yaml\n' });
    expect(declaration.clusters[0]).toMatchObject({ name: 'north', strength: 2 });
  });
});
