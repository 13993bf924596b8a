import { describe, expect, it } from 'vitest';
import { commandProblems } from './command.ts';
import { jsonProblems } from './json-block.ts';
import { marksIn } from './mark.ts';
import { outputProblems } from './output.ts';
import { terraformProblems } from './own-readers.ts';
import { unplayable } from './scene.ts';
import { typescriptProblems } from './typescript-block.ts';
import { yamlProblems } from './yaml-block.ts';

// What the tests of the documentation rest on finds what is wrong, and not only what is right.

describe('a mark', () => {
  it('is read, beside comments that are none', () => {
    expect(marksIn('<!-- run in examples/one-source, exit 0 1 -->\n<!-- table -->', '')).toEqual([
      { verb: 'run in', path: 'examples/one-source', codes: [0, 1] },
    ]);
    expect(marksIn('<!-- write a/b.yaml in examples/x -->', '')).toEqual([{ verb: 'write', path: 'a/b.yaml', in: 'examples/x' }]);
  });

  it.each(['run examples/one-source', 'not run', 'not run: no', 'output of it', 'write'])('%s is refused', (comment) => {
    expect(() => marksIn(`<!-- ${comment} -->`, 'page.md:1')).toThrow('page.md:1');
  });
});

describe('an output', () => {
  it('is shown as it is, or with what is left out', () => {
    expect(outputProblems('a\nb\n', 'a\nb\n')).toEqual([]);
    expect(outputProblems('a\n…\nd\n', 'a\nb\nc\nd\n')).toEqual([]);
    expect(outputProblems('took … s\n', 'took 0.4 s\n')).toEqual([]);
    expect(outputProblems('key:\n  - b\n', 'x: 1\n  key:\n    - b\n    - c\n', 'part')).toEqual([]);
  });

  it.each([
    ['a\n', 'a\nb\n'],
    ['a\n…\n', 'b\na\n'],
    ['a.c\n', 'abc\n'],
  ])('%j is not %j', (shown, printed) => expect(outputProblems(shown, printed)).toHaveLength(1));
});

it.each([
  ['kubectl get pods', 'kubectl'],
  ['cat x | xargs rm', 'xargs'],
  ['echo "$(curl https://example.org)"', 'curl'],
  ['if true; then', 'is no shell'],
])('%s is not run', (script, why) => expect(unplayable(script)).toContain(why));

it.each([
  ['cilium-align --show some', 'Allowed choices'],
  ['cilium-align --colour', '--colour'],
  ['cilium-align values both', 'Allowed choices'],
  ['npx cilium-align explain', 'missing required argument'],
])('%s is no command', (text, why) => expect(commandProblems(text).join()).toContain(why));

it.each([
  'cilium-align [path]',
  'npx cilium-align@1 --fail-on error|note',
  'cilium-align values argocd > values.yaml',
  'cilium-align --help',
])('%s is a command', (text) => expect(commandProblems(text)).toEqual([]));

describe('YAML', () => {
  it.each([
    ['a: [', 'a workflow that does not parse'],
    ['what: ever', 'no kind that is known'],
    ['fail-on: fatal', 'a configuration'],
    ['- uses: cilium-align/cilium-align@v1\n  with: {fail_on: error}', 'an input that there is none of'],
    ['plugin: {name: cilium-align-v1.0, parameters: [{name: fail_on, string: error}]}', 'a parameter that there is none of'],
    ['sources: [{repoURL: https://helm.cilium.io, chart: cilium}]', 'a chart without a version'],
    ['kubeProxyReplacment: true\nipam: {mode: kubernetes}', 'a value that the chart does not know'],
    ['hubble: {relais: {enabled: true}}', 'a value that the chart does not know'],
    ['cluster: {network: {cni: {nme: none}}}', 'a field that Talos does not know'],
    ['helmCharts: []\nchartz: 1', 'a field that kustomize does not know'],
  ])('%s: %s', (text) => expect(yamlProblems(text).length).toBeGreaterThan(0));
});

it.each(['{', '{"outcome": "wrong"}', '{"packageRules": [{"groupName": "x"}]}'])('%s is no JSON of ours', (text) =>
  expect(jsonProblems(text, false)).toHaveLength(1),
);

it('Terraform and TypeScript are read', () => {
  expect(terraformProblems('resource "x" {')).not.toEqual([]);
  expect(typescriptProblems([{ place: 'page.md:3', text: 'const x: number = "a";' }])).toEqual([
    expect.stringMatching(/^page\.md:3\(1,7\)/),
  ]);
});
