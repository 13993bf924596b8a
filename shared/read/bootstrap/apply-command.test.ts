import { describe, expect, test } from 'vitest';
import { readCommands } from '../../../test/read-commands.ts';

describe('manifests that a command applies', () => {
  const config = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cilium-config\n  namespace: kube-system\ndata:\n  cluster-name: ${name}\n`;
  const agent =
    'apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: cilium\n  namespace: kube-system\nspec:\n  template:\n    spec:\n      containers:\n        - name: cilium-agent\n          image: quay.io/cilium/cilium:v1.18.2\n';
  test('one loop over the files of two directories is two installations', () => {
    const { declarations } = readCommands({
      'Taskfile.yaml':
        "version: '3'\nvars:\n  ENV: test\ntasks:\n  up:\n    requires:\n      vars: [ENV]\n    sources:\n      - out/{{.ENV}}/cilium/*.yaml\n    cmds:\n      - for: sources\n        cmd: kubectl apply -f {{.ITEM}}\n",
      'out/test/cilium/c.yaml': config('test'),
      'out/test/cilium/d.yaml': agent,
      'out/prod/cilium/c.yaml': config('prod'),
      'out/prod/cilium/d.yaml': agent,
    });
    expect(declarations.map((d) => [d.form, d.chartVersion, d.files[0], d.clusters.map((c) => c.name)])).toEqual([
      ['rendered-manifest', '1.18.2', 'Taskfile.yaml', ['prod']],
      ['rendered-manifest', '1.18.2', 'Taskfile.yaml', ['test']],
    ]);
  });
});
