import { describe, expect, test } from 'vitest';
import { line, readCommands, VALUES, values } from '../../../test/read-commands.ts';

describe('values files named for the bootstrap', () => {
  test('an overlay on an umbrella chart', () => {
    const { declarations } = readCommands({
      'net/cilium/values.bootstrap.yaml': 'cilium:\n  hubble:\n    enabled: false\n',
      'net/cilium/values.yaml': 'cilium:\n  ipam:\n    mode: kubernetes\n',
      'net/cilium/Chart.yaml':
        'name: c\nversion: 0.1.0\ndependencies:\n  - name: cilium\n    version: 1.20.1\n    repository: https://helm.cilium.io\n',
    });
    expect(declarations.map(line)).toEqual(['values-file net/cilium/values.bootstrap.yaml:1:1 cilium/null@1.20.1 rank 3']);
    expect(values(declarations[0])).toEqual({ ipam: { mode: 'kubernetes' }, hubble: { enabled: false } });
  });

  test('one that a command reads is not named again', () => {
    const { lines } = readCommands({
      's.sh': 'helm install cilium cilium/cilium --version 1.18.2 -n kube-system -f cilium-bootstrap-values.yaml',
      'cilium-bootstrap-values.yaml': VALUES,
    });
    expect(lines).toEqual(['helm-command s.sh:1:1 cilium/kube-system@1.18.2 rank 4']);
  });

  test('values of another chart are none', () => {
    expect(readCommands({ 'values.bootstrap.yaml': 'server:\n  x: 1 # cilium\n' }).lines).toEqual([]);
  });
});
