import { describe, expect, test } from 'vitest';
import { KUSTOMIZATION, readCommands, VALUES, values } from '../../../test/read-commands.ts';

describe('kustomize builds', () => {
  const base = { 'apps/cilium/kustomization.yaml': KUSTOMIZATION, 'apps/cilium/values.yaml': VALUES };
  const table: [string, Record<string, string>, string[]][] = [
    [
      'kustomize build',
      { ...base, 's.sh': 'kustomize build --enable-helm apps/cilium | kubectl apply -f -' },
      ['kustomize-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'kubectl kustomize',
      { ...base, 's.sh': 'kubectl kustomize --enable-helm ./apps/cilium | kubectl apply --server-side -f -' },
      ['kustomize-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'into a variable',
      { ...base, 's.sh': 'r="$(kustomize build --enable-helm "apps/cilium")"\nprintf "%s" "$r" | kubectl apply -f -' },
      ['kustomize-command s.sh:1:6 cilium/kube-system@1.18.2 rank 4'],
    ],
    [
      'a directory in an argument',
      {
        ...base,
        's.sh': 'up() {\n  kustomize build --enable-helm "${2}" | kubectl apply -f -\n}\nup Cilium apps/cilium\nup Other apps/other',
      },
      ['kustomize-command s.sh:2:3 cilium/kube-system@1.18.2 rank 4'],
    ],
    ['a check', { ...base, 's.sh': 'kustomize build --enable-helm apps/cilium > /dev/null' }, []],
  ];
  test.each(table)('%s', (_, files, expected) => {
    expect(readCommands(files).lines).toEqual(expected);
  });

  test('a variable in the path stands for every overlay', () => {
    const { declarations } = readCommands({
      's.sh':
        '#!/bin/sh\nC=${ctx#omni-}\nkustomize build ~/k8s/net/overlays/$C/ --enable-helm > ~/cilium.yaml\nkubectl apply -f ~/cilium.yaml',
      'net/overlays/home/kustomization.yaml': KUSTOMIZATION,
      'net/overlays/home/values.yaml': VALUES,
      'net/overlays/lab/kustomization.yaml': KUSTOMIZATION.replace('1.18.2', '1.17.0'),
      'net/overlays/lab/values.yaml': VALUES,
    });
    expect(declarations.map((d) => [d.chartVersion, d.clusters.map((c) => c.name)])).toEqual([
      ['1.18.2', ['home']],
      ['1.17.0', ['lab']],
    ]);
  });
});

test('a version that is empty is none, and does not take the next flag for itself', () => {
  const { declarations } = readCommands({ 'up.sh': 'V=""\ncilium install --version "$V" --set MTU=1400\n' });
  expect(declarations).toMatchObject([{ chartVersion: null, chartVersionWhy: expect.stringMatching(/^no --version/) }]);
  expect(values(declarations[0])).toEqual({ MTU: 1400 });
});

test('a script that gives up without an argument is followed as if it had one', () => {
  const script = 'P="${1:-}"\n[ -n "$P" ] || exit 1\nV=1.18.2\nhelm install cilium cilium/cilium --version $V -n kube-system\n';
  expect(readCommands({ 'up.sh': script }).lines).toEqual(['helm-command up.sh:4:1 cilium/kube-system@1.18.2 rank 4']);
});

test('a file that Git ignores may be there where the command runs', () => {
  const files = (ignored: string) => ({
    'up.sh': 'kustomize build --enable-helm cluster | kubectl apply -f -\n',
    'cluster/kustomization.yaml': `${KUSTOMIZATION}resources: [secret.yaml]\npatches: [{path: issuer.yaml}]\n`,
    'cluster/values.yaml': VALUES,
    '.gitignore': ignored,
  });
  const { declarations, unused } = readCommands(files('secret.yaml\n*/issuer.yaml\n'));
  expect(declarations.flatMap((d) => d.findings)).toEqual([]);
  expect(unused.map(({ file, why }) => `${file} ${/cluster\/\w+\.yaml/.exec(why)?.[0]}`)).toEqual([
    'cluster/kustomization.yaml cluster/secret.yaml',
    'cluster/kustomization.yaml cluster/issuer.yaml',
  ]);
  expect(readCommands(files('')).declarations[0]!.findings.map(({ rule }) => rule)).toEqual(['kustomize-refuses', 'kustomize-refuses']);
});
