import { describe, expect, test } from 'vitest';
import type { ApplicationPolicy, Tree } from '../model.ts';
import { fromPlain, opaque } from '../tree.ts';
import { hasSyncOption, isAutomated, syncOptions } from './sync-options.ts';

const place = { file: 'application.yaml', line: 1, column: 1 };
const HIDDEN = 'cannot be known';
const tree = (plain: unknown): Tree => {
  if (plain === HIDDEN) return opaque('is a variable', place);
  if (Array.isArray(plain)) return { kind: 'list', items: plain.map(tree), place, origin: 'set' };
  if (plain === null || typeof plain !== 'object') return fromPlain(plain, place);
  return { kind: 'map', entries: new Map(Object.entries(plain).map(([key, value]) => [key, tree(value)])), place, origin: 'set' };
};
const policy = (syncPolicy: unknown, annotations: unknown = {}): ApplicationPolicy => ({
  place,
  sources: [],
  syncPolicy: tree(syncPolicy),
  annotations: tree(annotations),
});
const annotation = (text: string) => ({ 'argocd.argoproj.io/sync-options': text });

describe('a sync option', () => {
  test.each([
    [{ syncOptions: ['ServerSideApply=true'] }, {}, true],
    [{ syncOptions: ['CreateNamespace=true', 'ServerSideApply=true'] }, {}, true],
    [{ syncOptions: ['ServerSideApply=false'] }, {}, false],
    [{ syncOptions: [] }, {}, false],
    [{}, {}, false],
    [{}, annotation('Prune=false, ServerSideApply=true'), true],
    [{}, annotation('ServerSideApply=true '), true],
    [{}, annotation('ServerSideApply=truely'), false],
    [{ syncOptions: HIDDEN }, {}, undefined],
    [{ syncOptions: ['Prune=false', HIDDEN] }, {}, undefined],
    [{ syncOptions: [HIDDEN, 'ServerSideApply=true'] }, {}, true],
    [{ syncOptions: HIDDEN }, annotation('ServerSideApply=true'), true],
  ])('%j with %j is set: %s', (syncPolicy, annotations, expected) => {
    expect(hasSyncOption(policy(syncPolicy, annotations), 'ServerSideApply=true')).toBe(expected);
  });

  test('is a text', () => {
    expect(syncOptions(policy({ syncOptions: ['a', 5, HIDDEN, ['b'], 'c'] })).map(({ text }) => text)).toEqual(['a', 'c']);
    expect(syncOptions({ place, sources: [] })).toEqual([]);
  });
});

describe('a switch of automated sync', () => {
  test.each([
    [{}, false],
    [{ automated: {} }, false],
    [{ automated: { prune: true } }, true],
    [{ automated: { prune: false } }, false],
    [{ automated: { selfHeal: true } }, false],
    [{ automated: { prune: 'true' } }, false],
    [{ automated: { prune: true, enabled: true } }, true],
    [{ automated: { prune: true, enabled: false } }, false],
    [{ automated: { prune: HIDDEN } }, undefined],
    [{ automated: { prune: true, enabled: HIDDEN } }, undefined],
    [{ automated: { prune: HIDDEN, enabled: false } }, false],
    [{ automated: HIDDEN }, undefined],
  ])('%j: prune is %s', (syncPolicy, expected) => expect(isAutomated(policy(syncPolicy), 'prune')).toBe(expected));
});
