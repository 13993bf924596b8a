import { describe, expect, test } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { readApplication } from './application.ts';
import { renderApplication } from './sources.ts';
import { canonicalUrl } from './this-repository.ts';

const HERE = 'https://git.example/repo.git';
const FILES = {
  'apps/cilium/kustomization.yaml':
    'helmCharts:\n  - {name: cilium, repo: https://helm.cilium.io, version: 1.18.2, releaseName: cilium, namespace: kube-system}\n',
  'apps/other/deployment.yaml': 'kind: Deployment\napiVersion: apps/v1\nmetadata: {name: other}\n',
  'values.yaml': 'MTU: 1400\n',
};

function render(source: string, doubt?: string) {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  ${source}
`;
  const { tree } = parseYaml(wholeFile('application.yaml', text), { templates: false }).documents[0]!;
  return renderApplication(readApplication(tree)!, {
    repository: memoryRepository(FILES),
    here: {
      rootOf: (url) => (canonicalUrl(url) === 'git.example/repo' || doubt !== undefined ? '' : undefined),
      doubt: () => doubt,
      otherRevision: (revision) => (revision === 'main' || revision === undefined ? undefined : `${revision} is another revision`),
    },
    anyFile: false,
    plugin: () => undefined,
  });
}
const versions = (source: string) => render(source).releases.map(({ chartVersion }) => chartVersion);

describe('the chart of a source', () => {
  test.each([
    ['Cilium', 'source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2}', ['1.18.2']],
    ['Cilium in a registry', 'source: {repoURL: quay.io/cilium/charts, chart: cilium, targetRevision: 1.18.2}', ['1.18.2']],
    ['Cilium by its place in a registry', 'source: {repoURL: oci://quay.io/cilium/charts/cilium, targetRevision: 1.18.2}', ['1.18.2']],
    ['the same with a path', 'source: {repoURL: oci://quay.io/cilium/charts/cilium/, path: ., targetRevision: 1.18.2}', ['1.18.2']],
    ['another one', 'source: {repoURL: https://helm.cilium.io, chart: tetragon, targetRevision: 1.18.2}', []],
    ['another one in a registry', 'source: {repoURL: oci://quay.io/cilium/charts/tetragon, targetRevision: 1.18.2}', []],
    [
      'of several',
      `sources: [{repoURL: https://helm.cilium.io, chart: tetragon, targetRevision: 1.1.0}, {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.17.3}]`,
      ['1.17.3'],
    ],
    [
      'of both fields, the list',
      'source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.16.0}\n  sources: [{repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.17.3}]',
      ['1.17.3'],
    ],
    ['of a directory', `source: {repoURL: ${HERE}, path: apps/cilium}`, ['1.18.2']],
    ['of a directory without one', `source: {repoURL: ${HERE}, path: apps/other}`, []],
  ])('%s', (_, source, expected) => {
    const rendered = render(source);
    expect(rendered.releases.map(({ chartVersion }) => chartVersion)).toEqual(expected);
    expect(rendered.faults).toEqual([]);
    expect(rendered.unknown).toEqual([]);
  });

  test('that a template has yet to name cannot be known', () => {
    const rendered = render('source: {repoURL: https://helm.cilium.io, chart: "{{chart}}", targetRevision: 1.18.2}');
    expect(rendered.releases.filter(({ opaque }) => !opaque)).toEqual([]);
  });

  test('whose version is a range is not known', () => {
    expect(versions('source: {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.*}')).toEqual([null]);
    expect(versions('source: {repoURL: https://helm.cilium.io, chart: cilium}')).toEqual([null]);
  });
});

describe('the directory of a source', () => {
  const directory = (path: string, more = '') => `source: {repoURL: ${HERE}, path: ${path}${more}}`;

  test.each([
    ['apps/cilium', ['apps/cilium']],
    ['./apps//cilium/', ['apps/cilium']],
    ['apps/other/../cilium', ['apps/cilium']],
  ])('%s is looked into', (path, directories) => {
    expect(render(directory(path)).directories).toEqual(directories);
  });

  test.each([
    ['apps/missing', /its path apps\/missing does not exist/],
    ['/apps/cilium', /is absolute/],
    ['../apps', /leads out of the repository/],
  ])('%s is refused', (path, message) => {
    const { faults, releases } = render(directory(path));
    expect(faults.map((fault) => [fault.message, fault.places.length])).toEqual([[expect.stringMatching(message), 1]]);
    expect(releases).toEqual([]);
  });

  test('in another repository cannot be followed', () => {
    const { unknown, faults } = render('source: {repoURL: https://git.example/other.git, path: apps/cilium}');
    expect(unknown.map(({ opaque }) => opaque.reason)).toEqual(['it lies in another repository, https://git.example/other.git']);
    expect(faults).toEqual([]);
  });

  test('that is not here, of a repository that may not be this one, is no fault', () => {
    const { unknown, faults } = render('source: {repoURL: https://git.example/fork.git, path: apps/missing}', 'it has another URL');
    expect(unknown.map(({ opaque }) => opaque.reason)).toEqual(['apps/missing does not exist here, so its repository is another one']);
    expect(faults).toEqual([]);
  });

  test('says which doubt and which revision stand against it', () => {
    expect(render('source: {repoURL: https://git.example/fork.git, path: apps/cilium}', 'it has another URL').doubts).toEqual([
      'it has another URL',
    ]);
    expect(render(directory('apps/cilium', ', targetRevision: v2')).revisions.map(({ why }) => why)).toEqual(['v2 is another revision']);
    const plain = render(directory('apps/cilium', ', targetRevision: main'));
    expect([plain.doubts, plain.revisions]).toEqual([[], []]);
  });
});

test.each([
  ['plugin: {}', 'a config management plugin renders it'],
  ['plugin: {name: render-v1.0}', 'the config management plugin render-v1.0 renders it'],
])('what a plugin renders cannot be known: %s', (plugin, reason) => {
  const { unknown, releases } = render(`source: {repoURL: ${HERE}, path: apps/cilium, ${plugin}}`);
  expect([...unknown.map(({ opaque }) => opaque.reason), ...releases.map(({ opaque }) => opaque?.reason)]).toEqual([reason]);
});
