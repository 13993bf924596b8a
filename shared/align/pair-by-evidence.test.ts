import { describe, expect, test } from 'vitest';
import type { ClusterEvidence, Declaration, TalosCluster } from '../model.ts';
import { pairClusters } from './pair.ts';

type Names = (string | ClusterEvidence)[];
interface More extends Partial<Omit<Declaration, 'clusters'>> {
  clusters?: Names;
  line?: number;
}

const evidence = (names: Names = []): ClusterEvidence[] =>
  names.map((name) => (typeof name === 'string' ? { name, why: 'it says so', strength: 3 } : name));
const named = (name: string, strength: 1 | 2 | 3, copied?: true): ClusterEvidence => ({
  name,
  why: 'it says so',
  strength,
  ...(copied ? { copied } : {}),
});

function declaration(side: Declaration['side'], file: string, { clusters, line = 1, ...more }: More): Declaration {
  return {
    side,
    form: side === 'bootstrap' ? 'helm-command' : 'application',
    place: { file, line, column: 1 },
    files: [file],
    name: 'cilium',
    namespace: 'kube-system',
    chartVersion: '1.18.2',
    installer: side === 'bootstrap' ? 'helm' : 'argocd',
    layers: [],
    rank: 4,
    rankWhy: 'it runs',
    findings: [],
    ...more,
    clusters: evidence(clusters),
  };
}
const boot = (file: string, more: More = {}) => declaration('bootstrap', file, more);
const argo = (file: string, more: More = {}) => declaration('argocd', file, more);
const machines = (file: string, more: Partial<Omit<TalosCluster, 'clusters'>> & { clusters?: Names } = {}): TalosCluster => ({
  name: null,
  place: { file, line: 1, column: 1 },
  files: [file],
  owner: 'talhelper',
  contract: null,
  facts: {},
  manifests: [],
  rank: 5,
  findings: [],
  ...more,
  clusters: evidence(more.clusters),
});
const NO_CNI: Pick<TalosCluster, 'facts'> = { facts: { cni: { value: 'none', origin: 'set', place: null } } };

const pairs = (declarations: Declaration[], talos: TalosCluster[] = []) =>
  pairClusters(declarations, talos).map(({ bootstrap, argocd }) => [bootstrap?.place.file ?? null, argocd?.place.file ?? null]);
const names = (declarations: Declaration[], talos: TalosCluster[] = []) => pairClusters(declarations, talos).map(({ name }) => name);
const machinesOf = (declarations: Declaration[], talos: TalosCluster[]) =>
  pairClusters(declarations, talos).map(({ name, talos: own }) => [name, own?.place.file ?? null]);
const aside = (declarations: Declaration[], talos: TalosCluster[] = []) =>
  pairClusters(declarations, talos).flatMap(({ others }) => others.map(({ declaration: d, why }) => [d.place.file, why]));

describe('what belongs together', () => {
  test('is what is called the same, whatever the case and the dash', () => {
    const sides = [
      boot('1.sh', { clusters: ['East_1'] }),
      boot('2.sh', { clusters: ['west'] }),
      argo('a.yaml', { clusters: ['WEST'] }),
      argo('b.yaml', { clusters: ['east-1'] }),
    ];
    expect(pairs(sides)).toEqual([
      ['1.sh', 'b.yaml'],
      ['2.sh', 'a.yaml'],
    ]);
  });

  test.each([
    ['is a guess', 1],
    ['says so', 2],
  ] as const)('a name that %s', (_, strength) => {
    const sides = [
      boot('1.sh', { clusters: ['east'] }),
      boot('2.sh', { clusters: ['west'] }),
      argo('a.yaml', { clusters: [named('west', strength)] }),
    ];
    const expected = strength === 1 ? ['1.sh', '2.sh'] : ['2.sh'];
    expect(expected).toContain(pairs(sides)[0]![0]);
    expect(pairs([sides[1]!, sides[2]!, argo('b.yaml', { clusters: ['west'] })]).length).toBe(1);
    expect(
      pairs([boot('1.sh', { clusters: [named('east', strength)] }), boot('2.sh', { clusters: [named('west', strength)] })]).length,
    ).toBe(strength === 1 ? 1 : 2);
  });

  test.each(['in-cluster', 'default', '', 'IN_CLUSTER'])('%j is what every cluster could be called', (name) => {
    expect(
      pairs([boot('1.sh', { clusters: [name] }), boot('2.sh', { clusters: ['west'] }), boot('3.sh', { clusters: [name, 'west'] })]),
    ).toEqual([['2.sh', null]]);
  });

  test.each([
    [['shared/1.yaml'], 'named.yaml'],
    [['shared/1.yaml', 'shared/2.yaml'], 'sharing.yaml'],
  ])('two files that both read say more than a name of a directory, one says less: %j', (files, partner) => {
    const sides = [
      boot('1.sh', { clusters: [named('east', 2)], files: ['1.sh', ...files] }),
      boot('2.sh', { clusters: ['other'] }),
      argo('named.yaml', { clusters: [named('east', 2)] }),
      argo('sharing.yaml', { clusters: ['south'], files: ['sharing.yaml', ...files] }),
    ];
    expect(pairs(sides)).toContainEqual(['1.sh', partner]);
  });

  test('ten files that both read say no more than two: a name that both write decides', () => {
    const files = Array.from({ length: 10 }, (_, i) => `shared/${i}.yaml`);
    const sides = [
      boot('1.sh', { clusters: ['east', 'site'], files }),
      boot('2.sh', { clusters: ['other'] }),
      argo('named.yaml', { clusters: ['east', 'site'] }),
      argo('sharing.yaml', { clusters: ['south'], files }),
    ];
    expect(pairs(sides)).toContainEqual(['1.sh', 'named.yaml']);
  });

  test('without anything in common, only the last of each side meet', () => {
    const [one, two, three, four] = [
      boot('1.sh', { clusters: ['one'] }),
      boot('2.sh', { clusters: ['two'] }),
      argo('3.yaml', { clusters: ['three'] }),
      argo('4.yaml', { clusters: ['four'], rank: 5 }),
    ] as const;
    expect(pairs([one, three])).toEqual([['1.sh', '3.yaml']]);
    expect(pairs([one, three, four])).toEqual([
      ['1.sh', '4.yaml'],
      [null, '3.yaml'],
    ]);
    expect(pairs([one, { ...two, rank: 5 }, three])).toEqual([
      ['2.sh', '3.yaml'],
      ['1.sh', null],
    ]);
    expect(pairs([one, two, three, four])).toEqual([
      [null, '4.yaml'],
      ['1.sh', null],
      [null, '3.yaml'],
      ['2.sh', null],
    ]);
  });

  test('the last of each side meet also where others have met before', () => {
    const sides = [
      boot('1.sh', { clusters: ['one'] }),
      boot('2.sh', { clusters: ['two'] }),
      argo('1.yaml', { clusters: ['one'] }),
      argo('3.yaml', { clusters: ['three'] }),
    ];
    expect(pairs(sides)).toEqual([
      ['1.sh', '1.yaml'],
      ['2.sh', '3.yaml'],
    ]);
  });
});

describe('directories', () => {
  const east = boot('clusters/east/install.sh', { clusters: ['east'] });
  const west = argo('clusters/west/cilium.yaml', { clusters: ['west'] });

  test('that stand side by side and are called like clusters keep apart what stands in them', () => {
    expect(pairs([east, west])).toEqual([
      ['clusters/east/install.sh', null],
      [null, 'clusters/west/cilium.yaml'],
    ]);
  });

  test.each([
    ['another parent', 'talos/east/install.sh'],
    ['a name that no cluster has', 'clusters/bootstrap/install.sh'],
    ['the name of the other one further down', 'clusters/east/west/install.sh'],
  ])('with %s do not', (_, file) => {
    expect(pairs([boot(file, { clusters: ['east'] }), west]).length).toBe(1);
  });

  test('of two repositories that hold one cluster each do not, whatever they are called', () => {
    const sides = [
      boot('talos:/clusters/east/install.sh', { clusters: ['east'] }),
      argo('gitops:/clusters/west/cilium.yaml', { clusters: ['west'] }),
    ];
    expect(pairs(sides).length).toBe(1);
    expect(
      pairs(sides, [machines('talos:/a.yaml', { name: 'east' }), machines('talos:/b.yaml', { name: 'East' }), machines('talos:/c.yaml')])
        .length,
    ).toBe(1);
    expect(pairs(sides, [machines('talos:/a.yaml', { name: 'east' }), machines('talos:/b.yaml', { name: 'north' })]).length).toBe(2);
    expect(pairs([...sides, argo('gitops:/clusters/south/cilium.yaml', { clusters: ['south'] })]).length).toBe(3);
  });

  test('name what stands in them', () => {
    const sides = [
      boot('clusters/West/install.sh'),
      boot('clusters/east/install.sh'),
      argo('a.yaml', { clusters: ['west'] }),
      argo('b.yaml', { clusters: ['east'] }),
    ];
    expect(pairs(sides)).toEqual([
      ['clusters/east/install.sh', 'b.yaml'],
      ['clusters/West/install.sh', 'a.yaml'],
    ]);
  });

  test('of two clusters name nothing', () => {
    const sides = [argo('a.yaml', { clusters: ['west'] }), argo('b.yaml', { clusters: ['east'] })];
    const [both] = pairClusters([boot('west/east/install.sh'), ...sides], []).filter(({ bootstrap }) => bootstrap);
    expect(both!.bootstrap!.clusters).toEqual([]);
    const [twice] = pairClusters([boot('west/west/install.sh'), ...sides], []).filter(({ bootstrap }) => bootstrap);
    expect(twice!.bootstrap!.clusters.map(({ name }) => name)).toEqual(['west']);
  });

  test('say nothing anew of what says it itself', () => {
    const [cluster] = pairClusters([boot('west/install.sh', { clusters: ['West'] })], []);
    expect(cluster!.bootstrap!.clusters.length).toBe(1);
    const [guessed] = pairClusters([boot('west/install.sh', { clusters: [named('west', 1)] }), argo('a.yaml', { clusters: ['west'] })], []);
    expect(guessed!.bootstrap!.clusters.length).toBe(2);
  });

  test('are names also where a machine configuration alone has them, which has no better one', () => {
    const near = (talos: TalosCluster) => pairClusters([boot('west/install.sh')], [talos])[0]!.bootstrap!.clusters.map(({ name }) => name);
    expect(near(machines('x/talos.yaml', { clusters: ['west'] }))).toEqual(['west']);
    expect(near(machines('x/talos.yaml', { clusters: [named('west', 1)] }))).toEqual(['west']);
    expect(near(machines('x/talos.yaml', { name: 'west' }))).toEqual(['west']);
    expect(near(machines('x/talos.yaml', { name: 'prod', clusters: [named('west', 1)] }))).toEqual([]);
    expect(near(machines('x/talos.yaml', { name: 'prod', clusters: ['west'] }))).toEqual(['west']);
  });
});

describe('what nothing names', () => {
  const talos = (...dirs: string[]) => dirs.map((dir) => machines(`${dir}/talconfig.yaml`, { name: dir.split('/').at(-1)!.toUpperCase() }));
  const nameOf = (file: string, clusters: TalosCluster[]) =>
    pairClusters([boot(file)], clusters)
      .find(({ bootstrap }) => bootstrap)!
      .bootstrap!.clusters.map(({ name }) => name);

  test('belongs to the machine configuration that it stands nearest to', () => {
    expect(nameOf('k/aa/boot/install.sh', talos('k/aa/x', 'k/bb/y'))).toEqual(['X']);
    expect(nameOf('k/aa/boot/install.sh', talos('k/bb/y', 'k/aa/x'))).toEqual(['X']);
  });

  test.each([
    ['there is one alone', () => talos('k/aa/x')],
    ['two are as near', () => talos('k/cc/x', 'k/bb/y')],
    ['the second is a patch without a name', () => [...talos('k/aa/x'), machines('k/bb/patch.yaml')]],
    ['the second is only documented', () => [...talos('k/aa/x'), { ...talos('k/bb/y')[0]!, rank: 3 as const }]],
  ])('and to none where %s', (_, clusters) => {
    expect(nameOf('k/aa/boot/install.sh', clusters())).toEqual([]);
  });

  test('counts every file of a machine configuration, and one that is there twice as one', () => {
    const [far, near] = talos('z/x', 'z/y');
    expect(nameOf('k/aa/install.sh', [far!, { ...near!, files: ['z/y/talconfig.yaml', 'k/aa/patch.yaml'] }])).toEqual(['Y']);
    const twice = { ...near!, name: 'x', place: { file: 'k/aa/one.yaml', line: 1, column: 1 } };
    expect(nameOf('k/aa/install.sh', [far!, twice, { ...twice, name: 'X' }])).toEqual(['x']);
  });

  test('keeps the name that it has', () => {
    expect(
      pairClusters([boot('k/aa/install.sh', { clusters: ['prod'] })], talos('k/aa/x', 'k/bb/y')).find(({ bootstrap }) => bootstrap)!
        .bootstrap!.clusters.length,
    ).toBe(1);
  });

  test('joins the declarations of its side that it stands nearest to', () => {
    const sides = [boot('k/a/1.sh', { clusters: ['one'] }), boot('k/b/2.sh', { clusters: ['two'] })];
    expect(pairs([...sides, boot('k/b/x/3.sh')])).toEqual([
      ['k/a/1.sh', null],
      ['k/b/2.sh', null],
    ]);
    expect(aside([...sides, boot('k/b/x/3.sh')])).toHaveLength(1);
    expect(pairClusters([...sides, boot('k/b/x/3.sh')], [])[1]!.others).toHaveLength(1);
    const reading = { ...sides[0]!, files: ['k/a/1.sh', 'k/b/x/values.yaml'] };
    expect(pairClusters([reading, sides[1]!, boot('k/b/x/3.sh')], [])[0]!.others).toHaveLength(1);
    expect(pairs([...sides, boot('3.sh')])).toHaveLength(3);
    expect(pairs([sides[0]!, boot('3.sh')])).toHaveLength(1);
  });
});

describe('`cluster.name` of values', () => {
  const copied = boot('1.sh', { clusters: ['prod', named('lab', 3, true)] });
  const partners = [argo('lab.yaml', { clusters: ['lab'] }), argo('prod.yaml', { clusters: [named('prod', 2)] })];

  test('has no say where something else names the cluster, and somebody confirms that', () => {
    expect(pairs([copied, boot('2.sh', { clusters: ['other'] }), ...partners])).toContainEqual(['1.sh', 'prod.yaml']);
    const confirmed = pairClusters([copied, partners[0]!], [machines('talos.yaml', { clusters: ['prod'] })]);
    expect(confirmed.find(({ bootstrap }) => bootstrap)!.bootstrap!.clusters.map(({ name }) => name)).toEqual(['prod']);
  });

  test('has one where nobody confirms anything else, or only copies do', () => {
    expect(pairs([copied, boot('2.sh', { clusters: ['other'] }), partners[0]!])).toContainEqual(['1.sh', 'lab.yaml']);
    const copies = argo('prod.yaml', { clusters: [named('prod', 3, true)] });
    expect(pairClusters([copied, copies], [])[0]!.bootstrap!.clusters).toHaveLength(2);
    expect(pairClusters([boot('1.sh', { clusters: [named('prod', 3, true)] }), copies], [])[0]!.argocd!.clusters).toHaveLength(1);
  });
});

describe('of several declarations of one side', () => {
  test('the best speaks, and the others are set aside with the reason', () => {
    const sides = [
      boot('1.sh', { rank: 3, rankWhy: 'a file says so' }),
      boot('2.sh', { rank: 5 }),
      boot('3.sh', { rank: 5, rankWhy: 'Talos applies it' }),
    ];
    expect(pairs(sides)).toEqual([['2.sh', null]]);
    expect(aside(sides)).toEqual([
      ['3.sh', 'evidence as strong, and only one is compared: Talos applies it'],
      ['1.sh', 'weaker evidence: a file says so'],
    ]);
  });

  test.each([
    ['names its cluster', boot('z.sh', { clusters: ['east'] }), boot('README.md')],
    ['is the first document', boot('README.md'), boot('omni/a.sh')],
    ['is the first document of its repository', boot('talos:/Readme.mdx'), boot('talos:/a/README.md')],
    ["stands with Talos's files", boot('x/talos-prod/z.sh'), boot('a.sh')],
    ["stands with Omni's files", boot('OMNI/z.sh'), boot('a.sh')],
    ['comes first by its path', boot('atalos/a.sh'), boot('b.sh')],
    ['comes first in its file', boot('a.sh'), boot('a.sh', { line: 7 })],
  ])('that are as live, the one that %s', (_, first, second) => {
    for (const sides of [
      [first, second],
      [second, first],
    ])
      expect(pairClusters(sides, [])[0]!.bootstrap!.place).toEqual(first.place);
  });

  test('one that several names are known of gathers what any of them names', () => {
    const sides = [
      boot('1.sh', { clusters: ['one', 'two'], rank: 5 }),
      boot('2.sh', { clusters: ['two', 'three'] }),
      boot('3.sh', { clusters: ['three'] }),
    ];
    expect(pairs(sides)).toEqual([['1.sh', null]]);
  });

  test.each([
    [2, 1],
    [3, 2],
  ] as const)('a claim of rank %i beside the one live declaration: %i cluster(s)', (rank, count) => {
    expect(pairs([boot('1.sh', { clusters: ['one'] }), boot('notes.md', { clusters: ['two'], rank })])).toHaveLength(count);
    expect(
      pairs([boot('1.sh', { clusters: ['one'] }), boot('2.sh', { clusters: ['two'] }), boot('notes.md', { clusters: ['three'], rank })]),
    ).toHaveLength(3);
  });

  test('what only a document claims of another cluster is set aside', () => {
    expect(aside([boot('1.sh', { clusters: ['one'] }), boot('notes.md', { clusters: ['two'], rank: 2 })]).map(([file]) => file)).toEqual([
      'notes.md',
    ]);
  });

  test('another part of the chart is set aside where its side speaks', () => {
    const hubble = argo('hubble.yaml', { network: false, rank: 5 });
    const sides = [
      boot('1.sh', { clusters: ['a'] }),
      boot('2.sh', { clusters: ['b'] }),
      argo('a.yaml', { clusters: ['b'], network: true }),
      hubble,
    ];
    const [first, second] = pairClusters(sides, []);
    expect([first!.name, first!.others.map(({ why }) => why)]).toEqual(['b', ['installs another part of the chart, not the network']]);
    expect(second!.others).toEqual([]);
    expect(pairClusters([boot('1.sh'), hubble], [])[0]!.others).toHaveLength(1);
    expect(pairClusters([hubble], [])).toEqual([]);
  });
});

describe('the machine configuration', () => {
  const two = [boot('1.sh', { clusters: ['one'] }), boot('2.sh', { clusters: ['two'] })];

  test('of a cluster is the one of its name, or the one that shares its files', () => {
    expect(machinesOf(two, [machines('b.yaml', { name: 'TWO' }), machines('a.yaml', { clusters: ['one'] })])).toEqual([
      ['TWO', 'b.yaml'],
      ['one', 'a.yaml'],
    ]);
    const sharing = [{ ...two[0]!, files: ['1.sh', 'patch.yaml'] }, two[1]!];
    expect(machinesOf(sharing, [machines('talos.yaml'), machines('x.yaml', { files: ['x.yaml', 'patch.yaml'], rank: 1 })])).toEqual([
      ['one', 'x.yaml'],
      ['two', null],
    ]);
  });

  test('of one cluster alone needs nothing in common, and the best speaks', () => {
    expect(machinesOf([boot('1.sh')], [machines('weak.yaml', { rank: 1 }), machines('best.yaml'), machines('as-good.yaml')])).toEqual([
      [null, 'best.yaml'],
    ]);
    expect(machinesOf(two, [machines('best.yaml')])).toEqual([
      ['one', null],
      ['two', null],
    ]);
    expect(machinesOf([boot('1.sh', { otherKubernetes: 'k3s' })], [machines('best.yaml')])).toEqual([[null, null]]);
  });

  test('of a name beats three files of another, and belongs to one cluster', () => {
    const files = ['1.yaml', '2.yaml', '3.yaml', '4.yaml'];
    expect(
      machinesOf(
        [boot('1.sh', { clusters: ['one', 'site'], files })],
        [machines('f.yaml', { files }), machines('n.yaml', { clusters: ['one', 'site'] })],
      ),
    ).toEqual([['one', 'n.yaml']]);
    const same = [boot('1.sh', { clusters: ['one'] }), argo('x/1.yaml', { clusters: ['two'] }), boot('2.sh', { clusters: ['two'] })];
    expect(machinesOf(same, [machines('t.yaml', { clusters: ['one', 'two'] })]).filter(([, file]) => file === 't.yaml')).toHaveLength(1);
  });

  test('without a name belongs to the cluster whose directory it stands in', () => {
    expect(machinesOf(two, [machines('k/two/talos.yaml'), machines('k/one/talos.yaml')])).toEqual([
      ['one', 'k/one/talos.yaml'],
      ['two', 'k/two/talos.yaml'],
    ]);
    expect(machinesOf(two, [machines('k/two/talos.yaml', { name: 'prod' })])).toEqual([
      ['one', null],
      ['two', null],
    ]);
    const reading = [boot('1.sh', { files: ['1.sh', 'k/west/values.yaml'], clusters: ['x'] }), two[1]!];
    expect(machinesOf(reading, [machines('talos.yaml', { clusters: [named('west', 1)] })])[1]).toEqual(['x', 'talos.yaml']);
  });

  test('that asks for no CNI of its own is a cluster, where nothing installs one', () => {
    const alone = (more: Parameters<typeof machines>[1]) => machinesOf([], [machines('t.yaml', { name: 'lab', ...NO_CNI, ...more })]);
    expect(alone({})).toEqual([['lab', 't.yaml']]);
    expect(alone({ rank: 4 })).toHaveLength(1);
    expect(alone({ rank: 3 })).toEqual([]);
    expect(alone({ name: null })).toEqual([]);
    expect(alone({ facts: {} })).toEqual([]);
    expect(alone({ facts: { cni: { value: 'flannel', origin: 'set', place: null } } })).toEqual([]);
    expect(machinesOf([], [machines('t.yaml', { name: 'lab', ...NO_CNI }), machines('u.yaml', { name: 'lab', ...NO_CNI })])).toHaveLength(
      1,
    );
    expect(machinesOf(two, [machines('t.yaml', { name: 'one', ...NO_CNI }), machines('u.yaml', { name: 'lab', ...NO_CNI })])).toEqual([
      ['lab', 'u.yaml'],
      ['one', 't.yaml'],
      ['two', null],
    ]);
  });
});

describe('a cluster is called', () => {
  test('by its machine configuration, else by the best evidence, and by nothing where that is what every one is called', () => {
    expect(names([boot('1.sh', { clusters: ['prod'] })], [machines('t.yaml', { name: 'Homelab' })])).toEqual(['Homelab']);
    expect(names([boot('1.sh', { clusters: [named('guess', 1), named('prod', 3)] })])).toEqual(['prod']);
    expect(names([boot('1.sh', { clusters: [named('first', 2), named('second', 2)] })])).toEqual(['first']);
    expect(names([argo('1.yaml', { clusters: [named('guess', 1)] })])).toEqual(['guess']);
    expect(names([boot('1.sh', { clusters: ['Default'] })])).toEqual([null]);
  });

  test('so that no two are called the same', () => {
    const apart = ['a/one/1.sh', 'a/two/2.sh', 'a/three/3.sh'].map((file, i) => boot(file, { clusters: ['same', named(`x${i}`, 1)] }));
    const known = machines('t.yaml', { clusters: ['one', 'two', 'three'], rank: 1, name: null });
    expect(names([...apart, argo('z.yaml', { clusters: ['else'] })], [known])).toContain('same (2)');
  });

  test('those with both sides first, then by name', () => {
    const sides = [
      boot('b.sh', { clusters: ['b'] }),
      boot('a.sh', { clusters: ['a'] }),
      boot('z.sh', { clusters: ['z'] }),
      argo('z.yaml', { clusters: ['z'] }),
    ];
    expect(names(sides)).toEqual(['z', 'a', 'b']);
  });
});
