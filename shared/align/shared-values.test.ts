import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { sharedValues } from './mend.ts';

const APPLICATION = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  sources:
    - {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2, helm: {valueFiles: [$v/values.yaml]}}
    - {repoURL: https://git.example.org/acme/platform.git, ref: v}
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
`;

test.each([
  ['the whole file', '-f values.yaml', ['values.yaml']],
  ['one word of it', '--set cluster.name="$(yq .cluster.name values.yaml)"', []],
])('a values file of which the bootstrap reads %s', (_, flags, shared) => {
  const { clusters } = check(
    memoryRepository({
      'install.sh': `helm install cilium cilium/cilium --version 1.18.2 -n kube-system ${flags}\n`,
      'values.yaml': 'cluster: {name: home}\nMTU: 1400\n',
      'argocd/cilium.yaml': APPLICATION,
    }),
    { failOn: 'error', undecided: 'fail' },
  );
  const { bootstrap, argocd } = clusters[0]!;
  expect(bootstrap!.files).toContain('values.yaml');
  expect(sharedValues(bootstrap!, argocd!)).toEqual(shared);
});
