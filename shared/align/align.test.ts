import { describe, expect, test } from 'vitest';
import type { ClusterEvidence, Declaration, TalosCluster } from '../model.ts';
import { alignAssigned } from './align.ts';

const declaration = (side: Declaration['side'], file: string, more: Partial<Declaration> = {}): Declaration => ({
  side,
  form: side === 'bootstrap' ? 'helm-command' : 'application',
  place: { file, line: 1, column: 1 },
  files: [file],
  name: 'cilium',
  namespace: 'kube-system',
  chartVersion: '1.18.2',
  installer: side === 'bootstrap' ? 'helm' : 'argocd',
  layers: [],
  clusters: [],
  rank: 4,
  rankWhy: 'it runs',
  findings: [],
  ...more,
});
const machines = (file: string): TalosCluster => ({
  name: 'another',
  clusters: [],
  place: { file, line: 1, column: 1 },
  files: [file],
  owner: 'patches',
  contract: null,
  facts: {},
  manifests: [],
  rank: 2,
  findings: [],
});
const elsewhere: ClusterEvidence[] = [{ name: 'elsewhere', why: 'it says so', strength: 3 }];

describe('what a person gives to a cluster belongs to it', () => {
  const left = { declaration: declaration('bootstrap', 'left.sh'), why: 'the configuration names another' };

  test('whatever it says of itself', () => {
    const cluster = alignAssigned({
      name: 'prod',
      declarations: [
        declaration('bootstrap', 'clusters/a/install.sh', { clusters: elsewhere }),
        declaration('argocd', 'clusters/b/cilium.yaml', { clusters: [{ ...elsewhere[0]!, name: 'b' }] }),
        declaration('argocd', 'old.yaml', { rank: 3, rankWhy: 'a file says so' }),
      ],
      talos: [machines('talos.yaml')],
      others: [left],
    });
    expect(cluster.name).toBe('prod');
    expect(cluster.bootstrap!.declaration.place.file).toBe('clusters/a/install.sh');
    expect(cluster.argocd!.declaration.place.file).toBe('clusters/b/cilium.yaml');
    expect(cluster.talos!.place.file).toBe('talos.yaml');
    expect(cluster.rows.length).toBeGreaterThan(100);
    expect(cluster.others.map(({ declaration: { place }, why }) => [place.file, why])).toEqual([
      ['old.yaml', 'weaker evidence: a file says so'],
      ['left.sh', 'the configuration names another'],
    ]);
  });

  test('and is there also where nothing was given', () => {
    expect(alignAssigned({ name: 'prod', declarations: [], talos: [], others: [left] })).toEqual({
      name: 'prod',
      bootstrap: null,
      argocd: null,
      talos: null,
      others: [left],
      rows: [],
    });
  });

  test('with the version of the one side where the other has none', () => {
    const [known, unknown] = [{ chartVersion: '1.17.3' }, { chartVersion: null }];
    const versions = (bootstrap: Partial<Declaration>, argocd: Partial<Declaration>) => {
      const declarations = [declaration('bootstrap', 'a.sh', bootstrap), declaration('argocd', 'a.yaml', argocd)];
      const cluster = alignAssigned({ name: 'prod', declarations, talos: [], others: [] });
      return [cluster.bootstrap!.version, cluster.argocd!.version];
    };
    expect(versions(known, unknown)).toEqual(['1.17.3', '1.17.3']);
    expect(versions(unknown, known)).toEqual(['1.17.3', '1.17.3']);
    expect(versions(unknown, unknown)).toEqual([null, null]);
  });
});
