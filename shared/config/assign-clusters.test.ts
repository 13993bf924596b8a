import { describe, expect, it } from 'vitest';
import { compare } from '../check.ts';
import { application, installScript, jobPatch } from '../judge/example.ts';
import { memoryRepository } from '../repository/memory.ts';
import { CONFIG_FILE } from './config.ts';
import { readConfig } from './read-config.ts';

const script = (values: string, version = '1.18.2') => installScript({ version }).replace('bootstrap/values.yaml', values);
const VALUES = 'kubeProxyReplacement: true\n';

function pairs(files: Record<string, string>, clusters: string) {
  const read = readConfig(CONFIG_FILE, `clusters:\n${clusters}`);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { clusters: found, unused } = compare(memoryRepository(files), { config: read.config });
  return {
    clusters: found.map(({ name, bootstrap, argocd, talos, others }) => ({
      name,
      bootstrap: bootstrap?.declaration.place.file ?? null,
      argocd: argocd?.declaration.place.file ?? null,
      talos: talos?.place.file ?? null,
      others: others.map(({ declaration, why }) => `${declaration.place.file}: ${why}`),
    })),
    unused,
  };
}

/** Names and folders say nothing of clusters here. */
const TWO = {
  'one/install.sh': script('values.yaml'),
  'two/install.sh': script('values.yaml', '1.18.1'),
  'values.yaml': VALUES,
  'apps/first.yaml': application(VALUES, { name: 'first' }),
  'apps/second.yaml': application(VALUES, { name: 'second' }),
};

describe('clusters by hand', () => {
  it('get what stands below their paths, and never what stands below those of another', () => {
    const { clusters, unused } = pairs(
      TWO,
      '  - {name: a, bootstrap: two, argocd: apps/first.yaml}\n  - {name: b, bootstrap: one/install.sh, argocd: apps/second.yaml}\n',
    );
    expect(clusters).toEqual([
      { name: 'a', bootstrap: 'two/install.sh', argocd: 'apps/first.yaml', talos: null, others: [] },
      { name: 'b', bootstrap: 'one/install.sh', argocd: 'apps/second.yaml', talos: null, others: [] },
    ]);
    expect(unused).toEqual([]);
  });

  it('get the longest path that fits', () => {
    const { clusters } = pairs(TWO, '  - {name: a, bootstrap: ., argocd: .}\n  - {name: b, bootstrap: two, argocd: apps/second.yaml}\n');
    expect(clusters.map((c) => [c.name, c.bootstrap, c.argocd])).toEqual([
      ['a', 'one/install.sh', 'apps/first.yaml'],
      ['b', 'two/install.sh', 'apps/second.yaml'],
    ]);
  });

  it('set aside what stands elsewhere, with the reason', () => {
    const { clusters } = pairs(TWO, '  - {name: a, bootstrap: two, argocd: apps/first.yaml}\n');
    expect(clusters).toEqual([
      {
        name: 'a',
        bootstrap: 'two/install.sh',
        argocd: 'apps/first.yaml',
        talos: null,
        others: [
          'one/install.sh: the configuration names other paths for the bootstrap of a',
          'apps/second.yaml: the configuration names other paths for the Argo CD side of a',
        ],
      },
    ]);
  });

  it('leave a side without paths to evidence', () => {
    const one = {
      'install.sh': script('values.yaml'),
      'values.yaml': VALUES,
      'apps/first.yaml': TWO['apps/first.yaml'],
      'apps/second.yaml': TWO['apps/second.yaml'],
    };
    const { clusters } = pairs(one, '  - {name: a, argocd: apps/second.yaml}\n');
    expect(clusters.map((c) => [c.name, c.bootstrap, c.argocd])).toEqual([['a', 'install.sh', 'apps/second.yaml']]);
  });

  it('may be called otherwise than in the repository', () => {
    const omni = `kind: Cluster
name: home
kubernetes: {version: v1.34.1}
talos: {version: v1.12.2}
patches:
  - file: patches/cilium.yaml
---
kind: ControlPlane
machines: [a]
`;
    const files = { 'omni/cluster.yaml': omni, 'omni/patches/cilium.yaml': jobPatch(), 'apps/first.yaml': TWO['apps/first.yaml'] };
    for (const paths of ['', ', argocd: apps', ', bootstrap: omni', ', talos: omni', ', bootstrap: omni, argocd: apps']) {
      expect(pairs(files, `  - {name: cellar${paths}}\n`).clusters).toEqual([
        { name: 'cellar', bootstrap: 'omni/patches/cilium.yaml', argocd: 'apps/first.yaml', talos: 'omni/cluster.yaml', others: [] },
      ]);
    }
  });

  it('leave other clusters to evidence', () => {
    const names = (name: string) => `${VALUES}cluster:\n  name: ${name}\n`;
    const files = {
      'one/install.sh': script('one/values.yaml'),
      'one/values.yaml': names('prod'),
      'two/install.sh': script('two/values.yaml'),
      'two/values.yaml': names('lab'),
      'apps/first.yaml': application(names('lab'), { name: 'first' }),
      'apps/second.yaml': application(names('prod'), { name: 'second' }),
    };
    const { clusters } = pairs(files, '  - {name: production, bootstrap: one}\n');
    expect(clusters.map((c) => [c.name, c.bootstrap, c.argocd])).toEqual([
      ['production', 'one/install.sh', 'apps/second.yaml'],
      ['lab', 'two/install.sh', 'apps/first.yaml'],
    ]);
  });

  it('look for a bootstrap below the Talos paths and elsewhere', () => {
    const files = { 'a/install.sh': script('values.yaml'), 'b/install.sh': script('values.yaml'), 'values.yaml': VALUES };
    expect(pairs(files, '  - {name: first, talos: a}\n  - {name: second, talos: b}\n').clusters.map((c) => [c.name, c.bootstrap])).toEqual([
      ['first', 'a/install.sh'],
      ['second', 'b/install.sh'],
    ]);
    expect(pairs({ ...files, 'c/patch.yaml': '' }, '  - {name: first, talos: c}\n').clusters.map((c) => [c.name, c.bootstrap])).toEqual([
      ['first', 'a/install.sh'],
    ]);
  });

  it('say where nothing is', () => {
    const { clusters, unused } = pairs(
      TWO,
      '  - {name: a, talos: nowhere, bootstrap: two, argocd: apps/first.yaml}\n  - {name: b, argocd: apps/second.yaml, bootstrap: three}\n',
    );
    expect(clusters.find((c) => c.name === 'b')).toMatchObject({ bootstrap: null, argocd: 'apps/second.yaml' });
    expect(unused.filter(({ file }) => file === CONFIG_FILE)).toEqual([
      { file: CONFIG_FILE, why: 'gives a the talos path nowhere, where nothing is that Git would track' },
      { file: CONFIG_FILE, why: 'gives b the bootstrap path three, where nothing is that Git would track' },
    ]);
  });

  it('are there even where nothing stands below any path', () => {
    const { clusters } = pairs({ 'a/x.txt': '', 'b/x.txt': '' }, '  - {name: a, bootstrap: a, argocd: a}\n  - {name: b, bootstrap: b}\n');
    expect(clusters.map((c) => [c.name, c.bootstrap, c.argocd])).toEqual([
      ['a', null, null],
      ['b', null, null],
    ]);
  });

  it('part the clusters of one ApplicationSet by the files that each reads', () => {
    const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: cilium
spec:
  goTemplate: true
  generators:
    - list:
        elements:
          - {file: left}
          - {file: right}
  template:
    metadata:
      name: 'cilium-{{ .file }}'
    spec:
      destination: {server: https://kubernetes.default.svc, namespace: kube-system}
      sources:
        - repoURL: https://helm.cilium.io
          chart: cilium
          targetRevision: 1.18.2
          helm:
            releaseName: cilium
            valueFiles: ['$values/values/{{ .file }}.yaml']
        - repoURL: https://git.example/homelab.git
          targetRevision: main
          ref: values
`;
    const files = {
      'set.yaml': set,
      'values/left.yaml': VALUES,
      'values/right.yaml': VALUES,
      'one/install.sh': script('one/v.yaml'),
      'one/v.yaml': VALUES,
      'two/install.sh': script('two/v.yaml'),
      'two/v.yaml': VALUES,
    };
    const { clusters } = pairs(
      files,
      '  - {name: a, bootstrap: two, argocd: values/left.yaml}\n  - {name: b, bootstrap: one, argocd: values/right.yaml}\n',
    );
    expect(clusters.map((c) => [c.name, c.bootstrap, c.argocd])).toEqual([
      ['a', 'two/install.sh', 'set.yaml'],
      ['b', 'one/install.sh', 'set.yaml'],
    ]);
  });
});
