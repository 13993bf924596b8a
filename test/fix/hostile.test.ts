import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { fix } from '../../shared/fix/fix.ts';
import { renderFix } from '../../shared/fix/table.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';

// Whoever writes one side writes what fix copies to the other one: it arrives as the text that it is, or not at all.
const TEXTS = [
  'x\n  evil: 1',
  'x\n---\nkind: Secret',
  '# c',
  '*a',
  '&b c',
  '!!str x',
  '| ',
  '>',
  'a: b',
  '%x',
  '@y',
  '`z`',
  '- a',
  '[1',
  'yes',
  '0x10',
  '1_000',
  'null',
  '~',
  ' lead',
  'trail ',
  'a\tb',
  '<<',
  '=',
  '2001-01-01',
  '1:30',
  '...',
  '---',
  '? a',
  ': a',
  'a #b',
  'it"s',
  "it's",
  '\\',
  '{}',
  'é',
];
const LEFT = [
  '{{ .Values.x }}',
  '${IFS}',
  '$(id)',
  '{% x %}',
  '\u001b[31mred',
  '\u202Eabc',
  '\u2028',
  '\uFEFF',
  'a\u0000b'.replace('\u0000', '\u0007'),
];

it('writes the text of the other side and nothing that stands for something else', () => {
  const base = 'kubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445\nipam:\n  mode: kubernetes\n';
  const all = [...TEXTS, ...LEFT];
  const config = Object.fromEntries(all.map((text, i) => [`key-${i}`, text]));
  const files = {
    'argocd/cilium.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm:
      valuesObject:
${base.replace(/^/gm, '        ').trimEnd()}
        extraConfig: ${JSON.stringify(config).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}
`,
    'bootstrap/values.yaml': base,
    'bootstrap/install.sh':
      '#!/bin/sh\nhelm upgrade --install cilium cilium/cilium --version 1.18.2 --namespace kube-system --values bootstrap/values.yaml\n',
    'talos/patch.yaml': 'cluster:\n  network:\n    cni: {name: none}\n  proxy: {disabled: true}\n',
  };
  const result = fix(memoryRepository(files), { side: 'bootstrap', failOn: 'error', undecided: 'fail' });
  const [file] = result.files;
  expect(file?.path).toBe('bootstrap/values.yaml');
  expect(file?.after.startsWith(base)).toBe(true);
  const documents = parseAllDocuments(file!.after);
  expect(documents).toHaveLength(1);
  expect(documents[0]!.toJS().extraConfig).toEqual(Object.fromEntries(TEXTS.map((text, i) => [`key-${i}`, text])));
  const left = result.rows.filter((row) => row.result !== 'edited').map(({ setting }) => setting);
  expect(left.sort()).toEqual(LEFT.map((_, i) => `extraConfig.key-${TEXTS.length + i}`).sort());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be printed
  expect(renderFix(result, { width: 100, colour: false, written: false })).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202E\u2028\uFEFF]/);
});
