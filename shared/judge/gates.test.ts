import { describe, expect, it } from 'vitest';
import { check } from '../check.ts';
import { memoryRepository } from '../repository/memory.ts';
import { type ExampleFiles, gatedApplication } from './example.ts';

// Gates that Git holds and Argo CD does not run, or not as it should.

const GATE = 'path: cilium\nplugin:\n  name: cilium-align-v1.0';
const levels = (files: ExampleFiles) =>
  Object.fromEntries(
    check(memoryRepository(files), { failOn: 'error', undecided: 'fail' }).findings.map(({ rule, level }) => [rule, level]),
  );

describe('a gate', () => {
  it('is an entry that renders nothing: no file of it is left unexplained', () => {
    expect(check(memoryRepository(gatedApplication(GATE)), { failOn: 'error', undecided: 'fail' }).unused).toEqual([]);
  });

  it('whose folder overrides its source is a warning', () => {
    const files = { ...gatedApplication(GATE), 'cilium/.argocd-source.yaml': 'plugin:\n  parameters: []\n' };
    expect(levels(files)).toMatchObject({ 'argocd-source-override': 'warning' });
  });

  it('without a name is found where this repository has another one', () => {
    const files = {
      ...gatedApplication('path: cilium\nplugin: {}'),
      'argocd/other.yaml': gatedApplication(GATE)['argocd/cilium.yaml']!.replace('name: cilium\n', 'name: other\n'),
    };
    expect(levels(files)).toMatchObject({ 'gate-without-version': 'warning' });
    expect(levels(gatedApplication('path: cilium\nplugin: {}'))).not.toHaveProperty('gate-without-version');
  });

  it('is not missed where nothing of it is installed', () => {
    expect(levels(gatedApplication('path: cilium'))).not.toHaveProperty('gate-missing');
  });

  it('that a comment or a document names is not installed', () => {
    const files = {
      ...gatedApplication('path: cilium'),
      'docs/gate.md': 'name: cilium-align-v1.0\n',
      'argocd/notes.yaml': '# cilium-align-plugin\n',
    };
    expect(levels(files)).not.toHaveProperty('gate-missing');
  });
});
