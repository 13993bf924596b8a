import { describe, expect, test } from 'vitest';
import { mergeLayers } from '../../evaluate/helm/merge.ts';
import type { Declaration } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { at, toPlain } from '../../tree.ts';
import { commandDeclarations } from './commands.ts';

function read(files: Record<string, string>): { declarations: Declaration[]; unused: { file: string; why: string }[]; lines: string[] } {
  const candidates = Object.entries(files).map(([path, text]) => ({ path, text }));
  const found = commandDeclarations(memoryRepository(files), candidates);
  return {
    ...found,
    lines: found.declarations.map(
      (d) => `${d.form} ${d.place.file}:${d.place.line} ${d.name}/${d.namespace}@${d.chartVersion} rank ${d.rank}`,
    ),
  };
}

function values(d: Declaration | undefined): unknown {
  return JSON.parse(JSON.stringify(toPlain(mergeLayers(d?.layers ?? []).tree)));
}

const VALUES = 'ipam:\n  mode: kubernetes\n';
const release = (more: string): string =>
  `releases:\n  - name: cilium\n    namespace: kube-system\n    chart: cilium/cilium\n    version: 1.18.2\n${more}`;

describe('releases of a helmfile', () => {
  const table: [string, Record<string, string>, unknown][] = [
    ['a file beside it', { 'b/helmfile.yaml': release('    values: [./v.yaml]\n'), 'b/v.yaml': VALUES }, { ipam: { mode: 'kubernetes' } }],
    [
      'a file above it',
      { 'b/helmfile.yaml': release("    values: ['../a/v.yaml']\n"), 'a/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' } },
    ],
    [
      'files and maps in their order',
      {
        'helmfile.yaml': release('    values:\n      - v.yaml\n      - ipam:\n          mode: cluster-pool\n        MTU: 1400\n'),
        'v.yaml': VALUES,
      },
      { ipam: { mode: 'cluster-pool' }, MTU: 1400 },
    ],
    [
      'set',
      {
        'helmfile.yaml': release(
          '    set:\n      - name: a.b\n        value: 1\n      - name: c\n        values: [x, "y,z"]\n    setString:\n      - name: d\n        value: 2\n',
        ),
      },
      { a: { b: 1 }, c: ['x', 'y,z'], d: '2' },
    ],
    [
      'a path below a variable that Git does not hold',
      { 'b/helmfile.yaml': release('    values: [\'{{ requiredEnv "ROOT" }}/a/v.yaml\']\n'), 'a/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' } },
    ],
    [
      'a path below one, found by its end',
      { 'b/helmfile.yaml': release('    values: [\'{{ requiredEnv "ROOT" }}/net/v.yaml\']\n'), 'x/y/net/v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' } },
    ],
    [
      'values of the environment',
      {
        'helmfile.yaml': `environments:\n  default:\n    values: [env.yaml]\n---\n${release('    values:\n      - MTU: {{ .Values.mtu }}\n        ipam:\n          mode: "{{ .StateValues.net.ipam }}"\n').replace('1.18.2', '{{ .Values.net.version }}')}`,
        'env.yaml': 'mtu: 1400\nnet:\n  ipam: kubernetes\n  version: 1.18.2\n',
      },
      { MTU: 1400, ipam: { mode: 'kubernetes' } },
    ],
    [
      'a rendered values file',
      {
        'helmfile.yaml': release('    values: [v.yaml.gotmpl]\n'),
        'v.yaml.gotmpl': 'cluster:\n  name: {{ .Environment.Name }}\n  ns: {{ .Release.Namespace | quote }}\n',
      },
      { cluster: { name: 'default', ns: 'kube-system' } },
    ],
    [
      'another file as it stands',
      {
        'b/helmfile.yaml': release('    values: [t/v.yaml.gotmpl]\n'),
        'b/t/v.yaml.gotmpl':
          '{{- $base := (fromYaml (readFile (printf "../../apps/%s/%s/values.yaml" .Release.Namespace .Release.Name))) }}\n{{ $base | toYaml }}\n',
        'apps/kube-system/cilium/values.yaml': VALUES,
      },
      { ipam: { mode: 'kubernetes' } },
    ],
    [
      'values out of another document',
      {
        'b/helmfile.yaml': release('    values: [v.yaml.gotmpl]\n'),
        'b/v.yaml.gotmpl': '{{ (fromYaml (readFile "../app/release.yaml")).spec.values | toYaml }}\n',
        'app/release.yaml': 'spec:\n  values:\n    MTU: 1400\n',
      },
      { MTU: 1400 },
    ],
    [
      'an inherited template',
      {
        'helmfile.yaml': `templates:\n  default:\n    namespace: kube-system\n    values:\n      - apps/{{\`{{ .Release.Name }}\`}}/v.yaml\nreleases:\n  - name: cilium\n    chart: cilium/cilium\n    version: 1.18.2\n    inherit:\n      - template: default\n    values:\n      - MTU: 1400\n`,
        'apps/cilium/v.yaml': VALUES,
      },
      { ipam: { mode: 'kubernetes' }, MTU: 1400 },
    ],
    [
      'an anchor',
      {
        'helmfile.yaml': `x: &d\n  namespace: kube-system\n  values: [v.yaml]\nreleases:\n  - name: cilium\n    chart: cilium/cilium\n    version: 1.18.2\n    <<: *d\n`,
        'v.yaml': VALUES,
      },
      { ipam: { mode: 'kubernetes' } },
    ],
    [
      'bases',
      {
        'helmfile.yaml': `bases: [common/env.yaml]\n---\n${release('    values:\n      - MTU: {{ .Values.mtu }}\n')}`,
        'common/env.yaml': 'environments:\n  default:\n    values:\n      - mtu: 1400\n',
      },
      { MTU: 1400 },
    ],
    [
      'a helmfile of its own',
      {
        'helmfile.yaml': 'helmfiles:\n  - path: net/cilium.yaml\n',
        'net/cilium.yaml': release('    values: [v.yaml]\n'),
        'net/v.yaml': VALUES,
      },
      { ipam: { mode: 'kubernetes' } },
    ],
    [
      'an optional secret file',
      { 'helmfile.yaml': release('    values: ["secrets://?v.yaml"]\n'), 'v.yaml': VALUES },
      { ipam: { mode: 'kubernetes' } },
    ],
  ];
  test.each(table)('%s', (_, files, expected) => {
    const { declarations, lines } = read(files);
    expect(lines).toEqual([expect.stringMatching(/^helmfile .* cilium\/kube-system@1\.18\.2 rank 4$/)]);
    expect(values(declarations[0])).toEqual(expected);
  });

  test('charts: a registry, a mirror, an umbrella in the repository', () => {
    const { lines } = read({
      'helmfile.yaml':
        'releases:\n  - { name: a, namespace: net, chart: "oci://quay.io/cilium/charts/cilium", version: 1.18.1 }\n  - { name: b, namespace: net, chart: "oci://ghcr.io/x/mirror/cilium", version: 1.18.2 }\n  - { name: c, namespace: net, chart: ./charts/net }\n  - { name: d, namespace: net, chart: argo/argo-cd, version: 9.0.0 }\n',
      'charts/net/Chart.yaml':
        'name: net\nversion: 0.1.0\ndependencies:\n  - { name: cilium, version: 1.18.3, repository: "https://helm.cilium.io" }\n',
    });
    expect(lines).toEqual([
      'helmfile helmfile.yaml:2 a/net@1.18.1 rank 4',
      'helmfile helmfile.yaml:3 b/net@1.18.2 rank 4',
      'helmfile helmfile.yaml:4 c/net@1.18.3 rank 4',
    ]);
  });

  test('chart and version that a template of a template reads from elsewhere', () => {
    const { declarations, lines } = read({
      'boot/helmfile.yaml': 'bases: [default.yaml]\ndefaultInherit: default\nreleases:\n  - name: cilium\n    namespace: kube-system\n',
      'boot/default.yaml':
        'templates:\n  default:\n    chart: \'{{ (fromYaml (tpl (readFile "./release.gotmpl") .)).chart }}\'\n    version: \'{{ (fromYaml (tpl (readFile "./release.gotmpl") .)).version }}\'\n',
      'boot/release.gotmpl':
        '{{- $oci := fromYaml (readFile (printf "../apps/%s/%s/oci.yaml" .Release.Namespace .Release.Name)) -}}\nchart: {{ $oci.spec.url }}\nversion: {{ $oci.spec.ref.tag }}\n',
      'apps/kube-system/cilium/oci.yaml': 'spec:\n  url: oci://quay.io/cilium/charts/cilium\n  ref:\n    tag: 1.18.2\n',
    });
    expect(lines).toEqual(['helmfile boot/helmfile.yaml:4 cilium/kube-system@1.18.2 rank 4']);
    expect(declarations[0]).toMatchObject({
      chartVersionPlace: { file: 'apps/kube-system/cilium/oci.yaml', line: 4, column: 10 },
      files: expect.arrayContaining(['apps/kube-system/cilium/oci.yaml']),
    });
  });

  test('a template that is inside of itself', () => {
    expect(
      read({
        'helmfile.yaml': release('    values: ["{{ tpl (readFile \\"a\\") . }}"]\n'),
        a: '{{ tpl (readFile "a") . }}{{ tpl (readFile "a") . }}{{ tpl (readFile "a") . }}{{ tpl (readFile "a") . }}',
      }).lines,
    ).toEqual(['helmfile helmfile.yaml:2 cilium/kube-system@1.18.2 rank 4']);
  });

  test('who runs it is among the files, and gives the environment', () => {
    const { declarations } = read({
      'boot/helmfile.yaml': `environments:\n  a:\n    values: [{ mtu: 1 }]\n  b:\n    values: [{ mtu: 2 }]\n---\n${release('    values:\n      - MTU: {{ .Values.mtu }}\n      - {{ requiredEnv "DIR" }}/v.yaml\n')}`,
      'net/v.yaml': VALUES,
      'up.sh': 'export DIR="$(git rev-parse --show-toplevel)/net"\nhelmfile -f boot/helmfile.yaml -e b sync\n',
    });
    expect(declarations.map((d) => [d.files, d.clusters.map((c) => c.name), values(d)])).toEqual([
      [['boot/helmfile.yaml', 'net/v.yaml', 'up.sh'], ['b'], { MTU: 2, ipam: { mode: 'kubernetes' } }],
    ]);
  });

  test('every environment where nobody says which', () => {
    const { declarations } = read({
      'helmfile.yaml': `environments:\n  a:\n    values: [{ mtu: 1 }]\n  b:\n    values: [{ mtu: 2 }]\n---\n${release('    values:\n      - MTU: {{ .Values.mtu }}\n')}`,
    });
    expect(declarations.map((d) => [d.clusters.map((c) => c.name), values(d)])).toEqual([
      [['a'], { MTU: 1 }],
      [['b'], { MTU: 2 }],
    ]);
  });

  test('a release that is switched off is named', () => {
    const { lines, unused } = read({ 'helmfile.yaml': release('    installed: false\n') });
    expect(lines).toEqual([]);
    expect(unused).toEqual([{ file: 'helmfile.yaml', why: 'the release cilium is switched off (installed: false, or its condition)' }]);
  });

  test('what only a run says is opaque, and its neighbours are not', () => {
    const { declarations } = read({
      'helmfile.yaml': release('    values:\n      - k8sServiceHost: {{ exec "terraform" (list "output") }}\n        MTU: 1400\n'),
    });
    const { tree } = mergeLayers(declarations[0]!.layers);
    expect(at(tree, 'k8sServiceHost')).toMatchObject({ kind: 'opaque' });
    expect(at(tree, 'MTU')).toMatchObject({ value: 1400 });
  });

  test('a selector for another release leaves Cilium to who else runs it', () => {
    const { declarations } = read({ 'helmfile.yaml': release(''), 's.sh': 'helmfile -l name=argocd sync\n' });
    expect(declarations.map((d) => d.files)).toEqual([['helmfile.yaml']]);
  });

  test('nested for an umbrella chart but fed to the chart itself: the values stay where they stand', () => {
    const { declarations } = read({ 'helmfile.yaml': release('    values: [v.yaml]\n'), 'v.yaml': 'cilium:\n  MTU: 1400\n' });
    expect(values(declarations[0])).toEqual({ cilium: { MTU: 1400 } });
  });
});
