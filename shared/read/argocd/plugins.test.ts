import { expect, test } from 'vitest';
import { pluginRuns } from './plugins.ts';

const plugin = (command: string) => [
  {
    path: 'argocd/plugin.yaml',
    text: `apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: env}\nspec:\n  version: v1.0\n  generate: {command: [sh, -c, "${command}"]}\n`,
  },
];

test.each([
  ['kustomize build --enable-helm .', 'kustomize'],
  ['kustomize build --enable-alpha-plugins --enable-exec . | envsubst', 'kustomize'],
  ['kustomize build . | envsubst', undefined],
  ['helm template . --enable-helm', undefined],
])('what a plugin runs: %s', (command, runs) => {
  expect(pluginRuns('env-v1.0', plugin(command))).toBe(runs);
});
