import { describe, expect, test } from 'vitest';
import type { EvaluatedRelease } from '../evaluate/release.ts';
import type { Cell, Finding, Place, TalosCluster } from '../model.ts';
import { talosFact, talosMinor, talosPlaces } from './read-setting.ts';
import { toFinding } from './rule.ts';
import { ifAllSides, namesAtStart, namesOf, sidesOf, verb } from './sides.ts';
import { refusesShape, talosFindings } from './talos-refusals.ts';

const at = (file: string, line = 1): Place => ({ file, line, column: 1 });
const rule = { id: 'a-fault', level: 'warning' as const };

describe('the finding of a fault', () => {
  test('is called by its rule, cluster, setting and first file, which a move by a line does not change', () => {
    expect(toFinding(rule, 'prod', { message: 'It is.', places: [at('a.yaml', 3), at('b.yaml')], setting: 'MTU' })).toEqual({
      id: 'a-fault:prod:MTU:a.yaml',
      rule: 'a-fault',
      level: 'warning',
      message: 'It is.',
      cluster: 'prod',
      places: [at('a.yaml', 3), at('b.yaml')],
      setting: 'MTU',
    });
    expect(toFinding(rule, null, { message: 'It is.', places: [{ source: 'nobody' }], level: 'note', fix: 'Mend it.' })).toEqual({
      id: 'a-fault:::nobody',
      rule: 'a-fault',
      level: 'note',
      message: 'It is.',
      cluster: null,
      places: [{ source: 'nobody' }],
      fix: 'Mend it.',
    });
    expect(toFinding(rule, null, { message: 'It is.', places: [] }).id).toBe('a-fault:::');
  });

  test('names each line once, and eight at most', () => {
    const places = [
      at('a.yaml', 1),
      { ...at('a.yaml', 1), column: 9 },
      { source: 'nobody' },
      { source: 'nobody' },
      ...Array.from({ length: 9 }, (_, i) => at('b.yaml', i)),
    ];
    expect(toFinding(rule, null, { message: '', places }).places).toEqual([places[0], places[2], ...places.slice(4, 10)]);
  });
});

describe('the sides', () => {
  const [bootstrap, argocd] = [{ version: '1' }, { version: '2' }] as unknown as [EvaluatedRelease, EvaluatedRelease];

  test.each([
    [{ bootstrap, argocd: null }, 'the bootstrap', 'The bootstrap', 'says'],
    [{ bootstrap: null, argocd }, 'Argo CD', 'Argo CD', 'says'],
    [{ bootstrap, argocd }, 'both sides', 'Both sides', 'say'],
    [{ bootstrap: null, argocd: null }, 'neither side', 'Neither side', 'says'],
  ])('are called: %#', (cluster, name, start, says) => {
    const sides = sidesOf(cluster);
    expect([namesOf(sides), namesAtStart(sides), verb(sides, 'says', 'say')]).toEqual([name, start, says]);
  });

  test('lack something where none has it', () => {
    const lacks =
      (...versions: string[]) =>
      (release: EvaluatedRelease) =>
        versions.includes(release.version!);
    expect(ifAllSides({ bootstrap, argocd }, lacks('1', '2'))).toHaveLength(2);
    expect(ifAllSides({ bootstrap, argocd }, lacks('1'))).toEqual([]);
    expect(ifAllSides({ bootstrap, argocd: null }, lacks('1'))).toHaveLength(1);
    expect(ifAllSides({ bootstrap: null, argocd: null }, lacks('1'))).toEqual([]);
  });
});

const talos = (facts: Record<string, Partial<Cell>>, more: Partial<TalosCluster> = {}): TalosCluster => ({
  name: null,
  clusters: [],
  place: { file: 'talconfig.yaml', line: 1, column: 1 },
  files: ['talconfig.yaml', 'patch.yaml'],
  owner: 'talhelper',
  contract: null,
  facts: Object.fromEntries(Object.entries(facts).map(([name, cell]) => [name, { value: null, origin: 'set', place: null, ...cell }])),
  manifests: [],
  rank: 5,
  findings: [],
  ...more,
});

describe('a fact of the machine configuration', () => {
  test.each([
    ['is written', { value: 'none' }, {}, 'none'],
    ['is a default of a whole configuration', { value: 'flannel', origin: 'default' }, {}, 'flannel'],
    ['is a default of a command without patches', { value: 'flannel', origin: 'default' }, { owner: 'talosctl', files: ['a'] }, undefined],
    ['is a default of a command with patches', { value: 'flannel', origin: 'default' }, { owner: 'talosctl' }, 'flannel'],
    ['is written for a command without patches', { value: 'none' }, { owner: 'talosctl', files: ['a'] }, 'none'],
    ['stands in an example', { value: 'none' }, { rank: 2 }, undefined],
    ['stands in a file that says so', { value: 'none' }, { rank: 3 }, 'none'],
    ['cannot be known', { value: 'x', origin: 'opaque' }, {}, undefined],
    ['is absent', { value: 'x', origin: 'absent' }, {}, undefined],
    ['has no value', { value: null }, {}, undefined],
    ['is off', { value: false }, {}, false],
  ] as [string, Partial<Cell>, Partial<TalosCluster>, unknown][])('that %s', (_, cell, more, expected) => {
    expect(talosFact(talos({ cni: cell }, more), 'cni')?.value).toBe(expected);
  });

  test('has a place: its line, else its cluster', () => {
    const cluster = talos({});
    const cell = (place: Place | null): Cell => ({ value: 1, origin: 'set', place });
    expect(talosPlaces(cluster, cell(at('patch.yaml', 4)))).toEqual([at('patch.yaml', 4)]);
    for (const other of [cell({ source: 'Talos' }), cell(null), undefined]) expect(talosPlaces(cluster, other)).toEqual([cluster.place]);
    expect(talosPlaces(null, undefined)).toEqual([]);
    expect(talosFact(null, 'cni')).toBeUndefined();
    expect(talosFact(cluster, 'cni')).toBeUndefined();
  });

  test.each([
    ['1.13.4', 13],
    ['v1.9', 9],
    ['2.1.0', undefined],
    ['latest', undefined],
    [5, undefined],
  ])('the minor of Talos %j is %j', (value, minor) => expect(talosMinor(talos({ talosVersion: { value } }))).toBe(minor));
});

describe('what Talos refuses', () => {
  const refusal = (message: string, line: number, more: Partial<Finding> = {}): Finding => ({
    id: `talos-refuses::${line}`,
    rule: 'talos-refuses',
    level: 'error',
    message,
    cluster: null,
    places: [at('patch.yaml', line)],
    ...more,
  });
  const SHAPE = "KubeNetworkConfig can't be used with .cluster.network";

  test('and one edit mends is one finding with every place', () => {
    const cluster = talos(
      {},
      {
        findings: [
          refusal('a', 1, { fix: 'x' }),
          refusal('b', 2, { fix: 'y' }),
          refusal('c', 3, { fix: 'x' }),
          refusal('d', 4),
          refusal('e', 5),
          refusal('f', 6, { rule: 'another', fix: 'x' }),
        ],
      },
    );
    expect(talosFindings(cluster).map(({ message, places }) => [message, places.length])).toEqual([
      ['a', 2],
      ['b', 1],
      ['d', 1],
      ['e', 1],
      ['f', 1],
    ]);
    expect(refusesShape(cluster)).toBe(false);
  });

  test('for its shape leaves in place what it should have taken away', () => {
    const said = (facts: Parameters<typeof talos>[0]) => talosFindings(talos(facts, { findings: [refusal(SHAPE, 1)] }))[0]!.message;
    expect(said({})).toBe(SHAPE);
    expect(said({ cni: { value: 'flannel' } })).toBe(`${SHAPE}. The patch does nothing: Talos goes on installing Flannel beside Cilium`);
    expect(said({ cni: { value: 'flannel' }, kubeProxy: { value: 'enabled' } })).toContain('Flannel and kube-proxy');
    expect(said({ cni: { value: 'none' }, kubeProxy: { value: 'enabled' } })).toContain('installing kube-proxy beside');
    expect(said({ cni: { value: 'none' }, kubeProxy: { value: 'disabled' } })).toBe(SHAPE);
    expect(refusesShape(talos({}, { findings: [refusal(SHAPE, 1)] }))).toBe(true);
    expect(refusesShape(talos({}, { findings: [refusal(SHAPE, 1, { rule: 'another' })] }))).toBe(false);
    expect(talosFindings(talos({ cni: { value: 'flannel' } }, { findings: [refusal(SHAPE, 1, { rule: 'another' })] }))[0]!.message).toBe(
      SHAPE,
    );
  });
});
