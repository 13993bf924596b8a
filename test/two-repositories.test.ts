import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { type CheckOptions, check } from '../shared/check.ts';
import type { Report } from '../shared/model.ts';
import { type Format, formats } from '../shared/report/formats.ts';
import { directoryRepository } from '../shared/repository/directory.ts';
import { memoryRepository } from '../shared/repository/memory.ts';
import type { RepositoryPair } from '../shared/repository/pair.ts';

const root = join(import.meta.dirname, '..');
const valid = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(root, 'schema/report.schema.json'), 'utf8')));
const policy = { failOn: 'error', undecided: 'fail' } as const;

/** The files of a folder, those below the paths of the bootstrap in a repository of their own. */
function split(folder: string, bootstrap: readonly string[]): RepositoryPair {
  const whole = directoryRepository(join(root, folder));
  const isBootstrap = (path: string) =>
    bootstrap.some((start) => path === start || path.startsWith(`${start}/`) || path.includes(`/${start}/`));
  const half = (wanted: boolean) =>
    memoryRepository(
      Object.fromEntries(whole.files.filter(({ path }) => isBootstrap(path) === wanted).map(({ path }) => [path, whole.read(path)])),
    );
  return { bootstrap: { name: 'talos', repository: half(true) }, argocd: { name: 'gitops', repository: half(false) }, here: 'argocd' };
}

/** What a report says, whatever repository its files are in. */
function said({ outcome, exitCode, clusters, findings }: Report): string {
  const said = {
    outcome,
    exitCode,
    clusters: clusters.map(({ name, rows, talos }) => ({ name, rows, talos })),
    findings: findings.map(({ rule, level, message, setting, places }) => ({ rule, level, message, setting, places })),
  };
  return JSON.stringify(said, null, 1).replace(/(?:talos|gitops):\//g, '');
}

describe('two repositories', () => {
  it.each([
    ['examples/native-routing', ['talos', 'bootstrap']],
    ['test/cases/job-with-mounted-values/repo', ['talos']],
    ['test/cases/opaque-values/repo', ['talos', 'bootstrap']],
    ['test/cases/rendered-manifest-in-omni-patch/repo', ['omni']],
    ['test/cases/several-clusters/repo', ['talos']],
    ['test/cases/umbrella-chart/repo', ['talos', 'bootstrap', 'Taskfile.yaml']],
  ])('say of %s what one says', (folder, bootstrap) => {
    const report = check(split(folder, bootstrap), policy);
    expect(valid(JSON.parse(JSON.stringify(report))), JSON.stringify(valid.errors)).toBe(true);
    expect(report.repositories).toEqual([
      { name: 'talos', side: 'bootstrap', here: false },
      { name: 'gitops', side: 'argocd', here: true },
    ]);
    expect(said(report)).toBe(said(check(directoryRepository(join(root, folder)), policy)));
  });
});

const VALUES =
  'ipam:\n  mode: kubernetes\nkubeProxyReplacement: true\nk8sServiceHost: localhost\nk8sServicePort: 7445\noperator:\n  replicas: 1\n';

const script = (values: string) => `#!/bin/sh\nhelm install cilium cilium/cilium --version 1.18.2 --namespace kube-system -f ${values}\n`;

const build = (directory: string) => `#!/bin/sh\nkustomize build --enable-helm ${directory} | kubectl apply -f -\n`;

const KUSTOMIZATION =
  'helmCharts:\n  - {name: cilium, repo: https://helm.cilium.io, version: 1.18.2, releaseName: cilium, namespace: kube-system, valuesFile: values.yaml}\n';

const SUBMODULE = '[submodule "gitops"]\n\tpath = vendor/argo\n\turl = ../gitops.git\n';

const source = (repository: string, path: string, name = 'cilium') => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  source:
    repoURL: https://github.com/me/${repository}
    targetRevision: main
    path: ${path}
`;

const chart = (repository: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: kube-system}
  sources:
    - {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.18.2, helm: {valueFiles: [$values/cilium/values.yaml]}}
    - {repoURL: https://github.com/me/${repository}, targetRevision: main, ref: values}
`;

const SET = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  goTemplate: true
  generators: [{git: {repoURL: https://github.com/me/gitops, revision: main, directories: [{path: 'infra/*'}]}}]
  template:
    metadata: {name: '{{ .path.basename }}'}
    spec:
      destination: {server: https://kubernetes.default.svc, namespace: kube-system}
      source: {repoURL: https://github.com/me/gitops, targetRevision: main, path: '{{ .path.path }}'}
`;

const READS_VALUES = { 'apps/cilium.yaml': chart('gitops'), 'cilium/values.yaml': VALUES };
const BUILDS = { 'apps/cilium.yaml': source('gitops', 'cilium'), 'cilium/kustomization.yaml': KUSTOMIZATION, 'cilium/values.yaml': VALUES };

type Files = Record<string, string>;

function both(talos: Files, gitops: Files, options: Partial<CheckOptions> = {}): Report {
  return check(
    {
      bootstrap: { name: 'talos', repository: memoryRepository(talos) },
      argocd: { name: 'gitops', repository: memoryRepository(gitops) },
      here: 'argocd',
    },
    { ...policy, ...options },
  );
}

describe('the one repository reads the other', () => {
  it.each<[string, Files, Files, string[], string[]]>([
    [
      'by URL',
      { 'install.sh': script('https://raw.githubusercontent.com/me/gitops/refs/heads/main/cilium/values.yaml') },
      READS_VALUES,
      ['talos:/install.sh', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'in the folder beside',
      { 'install.sh': script('../gitops/cilium/values.yaml') },
      READS_VALUES,
      ['talos:/install.sh', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'in the folder beside, from where the script stands',
      { 'scripts/install.sh': `#!/bin/sh\nROOT="$(git rev-parse --show-toplevel)"\n${script('"$ROOT/../gitops/cilium/values.yaml"')}` },
      READS_VALUES,
      ['talos:/scripts/install.sh', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'in a folder that a variable names',
      { 'install.sh': script('"$GITOPS/cilium/values.yaml"') },
      READS_VALUES,
      ['talos:/install.sh', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'as a submodule that is not checked out',
      { 'install.sh': script('vendor/argo/cilium/values.yaml'), '.gitmodules': SUBMODULE },
      READS_VALUES,
      ['talos:/install.sh', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'as a submodule that is',
      {
        'install.sh': build('vendor/argo/cilium'),
        '.gitmodules': SUBMODULE,
        ...Object.fromEntries(Object.entries(BUILDS).map(([path, text]) => [`vendor/argo/${path}`, text])),
      },
      BUILDS,
      ['talos:/install.sh', 'gitops:/cilium/kustomization.yaml', 'gitops:/cilium/values.yaml'],
      ['gitops:/cilium/kustomization.yaml', 'gitops:/cilium/values.yaml', 'gitops:/apps/cilium.yaml'],
    ],
    [
      'as kustomize fetches it',
      { 'install.sh': build('"https://github.com/me/gitops//cilium?ref=main"') },
      BUILDS,
      ['talos:/install.sh', 'gitops:/cilium/kustomization.yaml', 'gitops:/cilium/values.yaml'],
      ['gitops:/cilium/kustomization.yaml', 'gitops:/cilium/values.yaml', 'gitops:/apps/cilium.yaml'],
    ],
    [
      'as helmfile fetches it',
      {
        'helmfile.yaml':
          'releases:\n  - {name: cilium, namespace: kube-system, chart: cilium/cilium, version: 1.18.2, values: ["git::https://github.com/me/gitops.git@cilium/values.yaml?ref=main"]}\n',
      },
      READS_VALUES,
      ['talos:/helmfile.yaml', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'by Terraform from the folder beside',
      {
        'tofu/cilium.tf':
          'resource "helm_release" "cilium" {\n  name = "cilium"\n  namespace = "kube-system"\n  repository = "https://helm.cilium.io"\n  chart = "cilium"\n  version = "1.18.2"\n  values = [file("${path.module}/../../gitops/cilium/values.yaml")]\n}\n',
      },
      READS_VALUES,
      ['talos:/tofu/cilium.tf', 'gitops:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'with $values',
      { 'install.sh': script('cilium/values.yaml'), 'cilium/values.yaml': VALUES },
      { 'apps/cilium.yaml': chart('talos') },
      ['talos:/install.sh', 'talos:/cilium/values.yaml'],
      ['gitops:/apps/cilium.yaml', 'talos:/cilium/values.yaml'],
    ],
    [
      'with a path',
      { 'install.sh': build('cilium'), 'cilium/kustomization.yaml': KUSTOMIZATION, 'cilium/values.yaml': VALUES },
      { 'apps/cilium.yaml': source('talos', 'cilium') },
      ['talos:/install.sh', 'talos:/cilium/kustomization.yaml', 'talos:/cilium/values.yaml'],
      ['talos:/cilium/kustomization.yaml', 'talos:/cilium/values.yaml', 'gitops:/apps/cilium.yaml'],
    ],
    [
      'with a resource that kustomize fetches',
      { 'install.sh': build('cilium'), 'cilium/kustomization.yaml': KUSTOMIZATION, 'cilium/values.yaml': VALUES },
      {
        'apps/cilium.yaml': source('gitops', 'cilium'),
        'cilium/kustomization.yaml': 'resources:\n  - https://github.com/me/talos//cilium?ref=main\n',
      },
      ['talos:/install.sh', 'talos:/cilium/kustomization.yaml', 'talos:/cilium/values.yaml'],
      ['talos:/cilium/kustomization.yaml', 'talos:/cilium/values.yaml', 'gitops:/cilium/kustomization.yaml', 'gitops:/apps/cilium.yaml'],
    ],
  ])('%s: one source', (_, talos, gitops, bootstrap, argocd) => {
    const report = both(talos, gitops);
    expect(report.outcome).toBe('aligned');
    expect(report.clusters.map((c) => [c.bootstrap?.files, c.argocd?.files])).toEqual([[bootstrap, argocd]]);
    expect(report.findings.map(({ rule }) => rule)).not.toContain('two-copies');
    expect(report.unused).toEqual([]);
  });

  it.each([
    ['https://raw.githubusercontent.com/me/gitops/main/cilium/values.yaml', 'me/infrastructure', false],
    ['https://raw.githubusercontent.com/me/infrastructure/main/cilium/values.yaml', 'me/infrastructure', true],
    ['https://raw.githubusercontent.com/before/infrastructure/main/cilium/values.yaml', 'me/infrastructure', true],
    ['https://raw.githubusercontent.com/me/infrastructure/main/cilium/other.yaml', 'me/infrastructure', false],
  ])('%s where its Applications call it %s: %s', (url, name, isRead) => {
    const application = source('gitops', 'cilium').replace('me/gitops', name);
    const [cluster] = both({ 'install.sh': script(url) }, { ...BUILDS, 'apps/cilium.yaml': application }).clusters;
    expect(cluster!.bootstrap!.files.includes('gitops:/cilium/values.yaml')).toBe(isRead);
    expect(cluster!.argocd!.files[0]).toBe('gitops:/cilium/kustomization.yaml');
  });

  it.each<[string, Files, Files, string[]]>([
    [
      'an app of apps',
      { 'root.yaml': source('gitops', 'apps', 'root') },
      READS_VALUES,
      ['gitops:/apps/cilium.yaml', 'gitops:/cilium/values.yaml', 'talos:/root.yaml'],
    ],
    [
      'Cilium itself',
      { 'cilium.yaml': chart('gitops') },
      { 'cilium/values.yaml': VALUES },
      ['talos:/cilium.yaml', 'gitops:/cilium/values.yaml'],
    ],
    [
      'an ApplicationSet',
      { 'set.yaml': SET },
      {
        'infra/cilium/kustomization.yaml': KUSTOMIZATION,
        'infra/cilium/values.yaml': VALUES,
        'infra/dns/kustomization.yaml': 'resources: []\n',
      },
      ['gitops:/infra/cilium/kustomization.yaml', 'gitops:/infra/cilium/values.yaml', 'talos:/set.yaml'],
    ],
  ])('where the first Application stands beside Talos: %s', (_, first, gitops, files) => {
    const report = both({ 'install.sh': script('values.yaml'), 'values.yaml': VALUES, ...first }, gitops);
    expect(report.clusters.map(({ argocd, others }) => [argocd?.files, others])).toEqual([[files, []]]);
    expect(report.findings.map(({ rule }) => rule)).toContain('two-copies');
    expect(report.unused).toEqual([]);
  });
});

describe('what stands in the repository of the other side', () => {
  it('does not count, and is listed', () => {
    const machines = 'cluster:\n  network:\n    cni:\n      name: none\n  proxy:\n    disabled: true\n';
    const report = both(
      {
        'install.sh': script('values.yaml'),
        'values.yaml': VALUES,
        'patch.yaml': machines,
        'apps/old.yaml': chart('talos'),
        'cilium/values.yaml': VALUES,
      },
      { ...READS_VALUES, 'install.sh': script('cilium/values.yaml'), 'patch.yaml': machines },
    );
    expect(report.clusters.map((c) => [c.bootstrap?.files[0], c.argocd?.files[0], c.others])).toEqual([
      ['talos:/install.sh', 'gitops:/apps/cilium.yaml', []],
    ]);
    expect(report.unused).toEqual([
      { file: 'gitops:/install.sh', why: 'would install Cilium at bootstrap, and does not count: the bootstrap is read from talos' },
      {
        file: 'gitops:/patch.yaml',
        why: 'says what the Talos machine configuration is, and does not count: the bootstrap is read from talos',
      },
      { file: 'talos:/apps/old.yaml', why: "would give Cilium to Argo CD, and does not count: Argo CD's side is read from gitops" },
    ]);
  });

  it('counts where it speaks of Argo CD itself', () => {
    const exclusions = (kind: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-cm\ndata:\n  resource.exclusions: |\n    - apiGroups: [cilium.io]\n      kinds: [${kind}]\n      clusters: ["*"]\n`;
    const faults = (kind: string) =>
      both(
        { 'install.sh': script('values.yaml'), 'values.yaml': VALUES, 'argocd/cm.yaml': exclusions(kind) },
        READS_VALUES,
      ).findings.filter(({ rule }) => rule === 'identities-not-excluded');
    expect(faults('CiliumNode').map(({ places }) => places)).toEqual([[{ file: 'talos:/argocd/cm.yaml', line: 6, column: 3 }]]);
    expect(faults('"*"')).toEqual([]);
  });

  it('is not what the paths of an Application name', () => {
    const annotated = (paths: string) =>
      chart('gitops').replace('metadata: {', `metadata: {annotations: {argocd.argoproj.io/manifest-generate-paths: ${paths}}, `);
    const faults = (paths: string) =>
      both({ 'install.sh': script('values.yaml'), 'values.yaml': VALUES }, { ...READS_VALUES, 'apps/cilium.yaml': annotated(paths) })
        .findings.filter(({ rule }) => rule === 'manifest-generate-paths')
        .map(({ message }) => message.split(':')[0]);
    expect(faults('/cilium')).toEqual([]);
    expect(faults('/apps')).toHaveLength(1);
  });

  it('says of swapped repositories what is where', () => {
    const report = both(READS_VALUES, { 'install.sh': script('values.yaml'), 'values.yaml': VALUES });
    expect(report.outcome).toBe('nothing');
    expect(report.unused.map(({ file }) => file)).toEqual(['gitops:/install.sh', 'talos:/apps/cilium.yaml']);
  });
});

describe('clusters', () => {
  const talconfig = (name: string) => `clusterName: ${name}
talosVersion: v1.12.2
kubernetesVersion: v1.34.1
endpoint: https://10.0.0.1:6443
cniConfig:
  name: none
nodes:
  - {hostname: a, ipAddress: 10.0.0.2, controlPlane: true, installDisk: /dev/sda}
patches:
  - |
    cluster:
      proxy:
        disabled: true
`;
  const bootstrap = (directory: string, name: string): Files => ({
    [`${directory}/talconfig.yaml`]: talconfig(name),
    [`${directory}/install.sh`]: script('values.yaml'),
    [`${directory}/values.yaml`]: VALUES,
  });
  const argocd = (directory: string, name: string): Files => ({
    [`${directory}/cilium.yaml`]: source('gitops', `${directory}/cilium`).replace(
      'server: https://kubernetes.default.svc',
      `name: ${name}`,
    ),
    [`${directory}/cilium/kustomization.yaml`]: KUSTOMIZATION,
    [`${directory}/cilium/values.yaml`]: VALUES,
  });
  const paired = (report: Report) => report.clusters.map((c) => [c.name, c.bootstrap?.files[0], c.argocd?.files[0], c.talos !== null]);

  it('with one on each side are one, whatever each side calls it', () => {
    expect(paired(both(bootstrap('clusters/home', 'home'), argocd('clusters/main', 'main')))).toEqual([
      ['home', 'talos:/clusters/home/install.sh', 'gitops:/clusters/main/cilium/kustomization.yaml', true],
    ]);
  });

  it('pair by names', () => {
    const report = both(
      { ...bootstrap('talos/prod', 'prod'), ...bootstrap('talos/lab', 'lab') },
      { ...argocd('x', 'lab'), ...argocd('y', 'prod'), ...argocd('z', 'edge') },
    );
    expect(paired(report)).toEqual([
      ['lab', 'talos:/talos/lab/install.sh', 'gitops:/x/cilium/kustomization.yaml', true],
      ['prod', 'talos:/talos/prod/install.sh', 'gitops:/y/cilium/kustomization.yaml', true],
      ['edge', undefined, 'gitops:/z/cilium/kustomization.yaml', false],
    ]);
  });

  it('pair by folders that are called the same', () => {
    const report = both(
      { ...bootstrap('clusters/prod', 'prod'), ...bootstrap('clusters/lab', 'lab') },
      { ...argocd('clusters/lab', 'in-cluster'), ...argocd('clusters/prod', 'in-cluster') },
    );
    expect(paired(report)).toEqual([
      ['lab', 'talos:/clusters/lab/install.sh', 'gitops:/clusters/lab/cilium/kustomization.yaml', true],
      ['prod', 'talos:/clusters/prod/install.sh', 'gitops:/clusters/prod/cilium/kustomization.yaml', true],
    ]);
  });

  it('are given by the configuration to the folders of both', () => {
    const clusters = [
      { name: 'first', talos: ['a'], bootstrap: ['a'], argocd: ['y'] },
      { name: 'second', talos: ['b'], bootstrap: ['b'], argocd: ['x'] },
    ];
    const report = both(
      { ...bootstrap('a', 'one'), ...bootstrap('b', 'two') },
      { ...argocd('x', 'left'), ...argocd('y', 'right') },
      { config: { file: '.cilium-align.yaml', clusters, levels: new Map(), allow: [] } },
    );
    expect(paired(report)).toEqual([
      ['first', 'talos:/a/install.sh', 'gitops:/y/cilium/kustomization.yaml', true],
      ['second', 'talos:/b/install.sh', 'gitops:/x/cilium/kustomization.yaml', true],
    ]);
    expect(report.unused).toEqual([]);
  });
});

describe('formats', () => {
  const pair = (here: RepositoryPair['here']) => ({ ...split('examples/native-routing', ['talos', 'bootstrap']), here });
  const render = (format: Format, here: RepositoryPair['here']) =>
    formats[format](check(pair(here), policy), { width: 100, colour: false, showAll: true, version: '1.0.0' });
  const files = (side: 'bootstrap' | 'argocd') => pair(null)[side].repository.files.map(({ path }) => path);

  it.each(['table', 'markdown', 'json', 'github', 'sarif', 'junit'] as const)('%s names the repository of every place', async (format) => {
    const text = await render(format, 'argocd');
    expect(text).toContain('talos:/bootstrap/values.yaml');
    expect(text).toContain('gitops:/cilium/values.yaml');
  });

  it.each([
    ['github', /file=([^,]+)/g],
    ['sarif', /"uri": "([^"]+)"/g],
    ['junit', / file="([^"]+)"/g],
  ] as const)('%s points only into the repository of the run', async (format, pattern) => {
    const named = async (here: RepositoryPair['here']) => [...(await render(format, here)).matchAll(pattern)].map(([, file]) => file!);
    for (const side of ['bootstrap', 'argocd'] as const) {
      const found = await named(side);
      expect(found.length).toBeGreaterThan(0);
      expect(files(side)).toEqual(expect.arrayContaining(found));
    }
    expect(await named(null)).toEqual([]);
  });

  it('SARIF has a location for what stands in the other repository alone', async () => {
    const report = both(
      { 'install.sh': script('values.yaml'), 'values.yaml': VALUES, 'patch.yaml': 'cluster:\n  network:\n    cni:\n      name: flannel\n' },
      READS_VALUES,
    );
    const sarif = JSON.parse(await formats.sarif(report, { width: 100, colour: false, showAll: true, version: '1.0.0' }));
    const result = sarif.runs[0].results.find(({ ruleId }: { ruleId: string }) => ruleId === 'flannel-beside-cilium');
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('apps/cilium.yaml');
    expect(result.message.text).toContain('See also talos:/patch.yaml:4.');
  });
});

describe('hostile repositories', () => {
  it.each<[string, Files]>([
    ['submodules', { '.gitmodules': `[submodule "x"]\n${'\n \t'.repeat(15_000)}path = ../..\n\turl = gitops.git\n` }],
    ['a submodule that is the root', { '.gitmodules': '[submodule "x"]\n\tpath = .\n\turl = ../gitops\n' }],
    ['a submodule in itself', { '.gitmodules': '[submodule "x"]\n\tpath = a/../a\n\turl = gitops\n', 'a/.gitmodules': SUBMODULE }],
    ['paths that lead out', { 'install.sh': script('../gitops/../../../../etc/passwd') }],
    ['a long URL', { 'install.sh': build(`https://${'a.'.repeat(50_000)}/me/gitops//cilium`) }],
    ['a long path', { 'install.sh': script(`${'../gitops/'.repeat(20_000)}cilium/values.yaml`) }],
    ['circles', { 'root.yaml': source('gitops', 'apps', 'root'), 'apps/more.yaml': source('talos', '.', 'more') }],
    [
      'depth',
      { 'patch.yaml': Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}cluster:`).join('\n'), 'values.yaml': '['.repeat(100_000) },
    ],
  ])('%s', (_, files) => {
    const talos = { 'install.sh': script('values.yaml'), 'values.yaml': VALUES, ...files };
    for (const report of [both(talos, READS_VALUES), both(talos, talos), both(READS_VALUES, talos)]) {
      expect(valid(JSON.parse(JSON.stringify(report)))).toBe(true);
      expect(JSON.stringify(report)).not.toContain('etc/passwd:');
    }
  });
});

describe('names', () => {
  it('of one file in both repositories are two files', () => {
    const report = both(
      { 'install.sh': script('cilium/values.yaml'), 'cilium/values.yaml': VALUES.replace('kubernetes', 'cluster-pool') },
      READS_VALUES,
    );
    const row = report.clusters[0]!.rows.find(({ setting }) => setting === 'ipam.mode')!;
    expect([row.bootstrap.place, row.argocd.place]).toEqual([
      { file: 'talos:/cilium/values.yaml', line: 2, column: 9 },
      { file: 'gitops:/cilium/values.yaml', line: 2, column: 9 },
    ]);
  });

  it('of a folder that is called like the other repository harm nobody', () => {
    const report = both({ 'install.sh': script('gitops:/values.yaml'), 'gitops:/values.yaml': VALUES }, READS_VALUES);
    expect(report.clusters[0]!.bootstrap!.files).toEqual(['talos:/install.sh', 'talos:/gitops:/values.yaml']);
  });
});
