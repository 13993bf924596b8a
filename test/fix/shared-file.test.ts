import { describe, expect, it } from 'vitest';
import { fix } from '../../shared/fix/fix.ts';
import type { Side } from '../../shared/model.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';

const VALUES = 'cluster: {name: homelab}\nkubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445\n';

/** Both sides read cilium/values.yaml. */
const resultOf = (side: Side, { flags = '', values = VALUES, argocd = '' }) =>
  fix(
    memoryRepository({
      'argocd/cilium.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  sources:
    - repoURL: https://helm.cilium.io
      chart: cilium
      targetRevision: 1.18.2
      helm:
        releaseName: cilium
        valueFiles: [$values/cilium/values.yaml]${argocd}
    - {repoURL: https://git.example/homelab.git, targetRevision: main, ref: values}
`,
      'cilium/values.yaml': values,
      'bootstrap.sh': `#!/bin/sh\ncilium install --version 1.18.2 --values cilium/values.yaml${flags}\n`,
      'talos/patch.yaml': 'cluster:\n  network:\n    cni: {name: none}\n  proxy: {disabled: true}\n',
    }),
    { side, failOn: 'error', undecided: 'warn' },
  );

describe('a file that both sides read', () => {
  it.each([
    ['bootstrap', 2],
    ['argocd', 1],
  ] as const)('takes what only the installer adds: %s follows with %i', (side, replicas) => {
    const { files, rows, after } = resultOf(side, {});
    expect(files.map(({ file, after: text }) => [file, text])).toEqual([
      ['cilium/values.yaml', `${VALUES}operator:\n  replicas: ${replicas}\n`],
    ]);
    expect(rows).toEqual([expect.objectContaining({ setting: 'operator.replicas', result: 'edited' })]);
    expect(after.clusters[0]!.rows.filter(({ status }) => status === 'drifted')).toEqual([]);
  });

  it('is left alone where the value stands in it already', () => {
    const { files, rows } = resultOf('argocd', { values: `${VALUES}MTU: 1400\noperator:\n  replicas: 1\n`, flags: ' --set MTU=1450' });
    expect(files).toEqual([]);
    expect(rows).toEqual([
      expect.objectContaining({ setting: 'MTU', result: 'refused', why: expect.stringContaining('both sides read it') }),
    ]);
  });
});
