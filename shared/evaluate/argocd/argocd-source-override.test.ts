import { expect, it } from 'vitest';
import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Mapping } from '../../model.ts';
import { memoryRepository } from '../../repository/memory.ts';
import { toPlain } from '../../tree.ts';
import { overrideSource } from './argocd-source-override.ts';

const overridden = (text: string) => {
  const repository = memoryRepository({ 'cilium/.argocd-source.yaml': text });
  const source = parseYaml(wholeFile('application.yaml', 'path: cilium\nhelm:\n  releaseName: cilium\n  valuesObject: {a: 1}\n'));
  return toPlain(overrideSource(repository, 'cilium', undefined, source.documents[0]!.tree as Mapping, []).source);
};

it.each([
  ['as Argo CD writes them', 'helm:\n  valuesObject: {a: 2}\n'],
  ['in capitals', 'HELM:\n  ValuesObject: {a: 2}\n'],
])('fields %s', (_, text) => {
  expect(overridden(text)).toEqual({ path: 'cilium', helm: { releaseName: 'cilium', valuesObject: { a: 2 } } });
});

it('keys of values as they are', () => {
  expect(overridden('helm:\n  valuesObject: {A: 2}\n')).toEqual({
    path: 'cilium',
    helm: { releaseName: 'cilium', valuesObject: { a: 1, A: 2 } },
  });
});

it('what both spellings say, together', () => {
  expect(overridden('Helm:\n  releaseName: other\nhelm:\n  valuesObject: {a: 2}\n')).toEqual({
    path: 'cilium',
    helm: { releaseName: 'other', valuesObject: { a: 2 } },
  });
});
