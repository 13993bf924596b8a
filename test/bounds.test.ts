import { describe, expect, it } from 'vitest';
import { Room } from '../shared/align/room.ts';
import { check } from '../shared/check.ts';
import type { Declaration, Mapping } from '../shared/model.ts';
import { verdictOf } from '../shared/report/verdict.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import { emptyMap, fromPlain } from '../shared/tree.ts';

// What one run reads and keeps is bounded; docs/limits.md says by how much, and what is left out is in the report.

const good = {
  'argocd/cilium.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  source:
    repoURL: https://helm.cilium.io
    chart: cilium
    targetRevision: 1.18.2
    helm: {releaseName: cilium, valuesObject: {ipam: {mode: kubernetes}}}
`,
  'bootstrap.sh': 'helm upgrade --install cilium cilium --repo https://helm.cilium.io --version 1.18.2 -n kube-system -f values.yaml\n',
  'values.yaml': 'ipam: {mode: kubernetes}\n',
};
const policy = { failOn: 'error', undecided: 'fail' } as const;
const under = (paths: number, name: (i: number) => string, text: string) => {
  // Nothing is copied: a repository of a thousand times the same bytes takes as much as one.
  const bytes = new TextEncoder().encode(text);
  return Object.fromEntries(Array.from({ length: paths }, (_, i) => [name(i), bytes]));
};

describe('what one run takes', () => {
  it('as it is without anything large', () => {
    expect(check(memoryRepository(good), policy)).toMatchObject({ outcome: 'aligned', exitCode: 0 });
  });

  it('text: 15 MB under a thousand paths', () => {
    const huge = under(1000, (i) => `zz/${i}.yaml`, `# cilium\n${`# ${'x'.repeat(77)}\n`.repeat(190_000)}`);
    const report = check(memoryRepository({ ...good, ...huge }), policy);
    expect(report).toMatchObject({ outcome: 'undecided', exitCode: 1, clusters: [{ outcome: 'aligned' }] });
    const left = report.unused.filter(({ leftOut }) => leftOut);
    expect(left.length).toBeGreaterThan(990);
    expect(left.every(({ file, broken }) => file.startsWith('zz/') && broken)).toBe(true);
    expect(new Set(left.map(({ why }) => why.replace(/\d+/, 'N')))).toEqual(
      new Set([
        'is left out: more than N MiB of files may matter, and no more are read',
        'is left out: the files before it hold the N MiB that are looked at',
      ]),
    );
    expect(verdictOf(report)).toMatch(/^Undecided as a whole, as more than one run reads is here and \d+ files did not count\. Aligned/);
  });

  it('YAML: a text with more items than are read, and more texts than are read', () => {
    const application = good['argocd/cilium.yaml'].replace('name: cilium}', 'name: other}').replace('chart: cilium', 'chart: other');
    const dense = `${application}# ${'a,'.repeat(150_000)}\n`;
    const one = check(memoryRepository({ ...good, 'zz/0.yaml': dense + dense }), policy);
    expect(one.unused).toContainEqual({
      file: 'zz/0.yaml',
      why: 'line 1, column 1: has more lines, items and keys than are read of one text',
      broken: true,
    });
    const many = check(memoryRepository({ ...good, ...under(9, (i) => `zz/${i}.yaml`, dense) }), policy);
    expect(many.outcome).toBe('undecided');
    expect(many.unused).toContainEqual({
      file: 'zz/8.yaml',
      why: 'is left out: there is more YAML than one run reads',
      broken: true,
      leftOut: true,
    });
    // The next check in this process has all its room again.
    expect(check(memoryRepository(good), policy).outcome).toBe('aligned');
  });

  it('clusters: a thousand with few values, fewer with many', () => {
    const place = { file: 'values.yaml', line: 1, column: 1 };
    const release = (tree: Mapping) => ({ place, layers: [{ kind: 'values-file', place, tree }] }) as unknown as Declaration;
    const held = (tree: Mapping) => {
      const room = new Room();
      let clusters = 0;
      while (room.holds([release(tree), release(tree)])) clusters++;
      expect(room.unused).toHaveLength(2);
      expect(room.unused[0]).toMatchObject({ file: 'values.yaml', leftOut: true });
      return clusters;
    };
    expect(held(emptyMap(place))).toBe(995);
    const many = fromPlain(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])), place) as Mapping;
    expect(held(many)).toBe(38);
  });
});
