import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import { OPTIONS } from '../../plugin/options.ts';
import { chartDefaults, chartVersions, isChartPath } from '../../shared/cilium/charts.ts';
import { CONFIG_FILE } from '../../shared/config/config.ts';
import { readConfig } from '../../shared/config/read-config.ts';
import { readRepository } from '../../shared/read/declared.ts';
import { memoryRepository } from '../../shared/repository/memory.ts';
import { peer } from '../peers.ts';

const root = join(import.meta.dirname, '../..');

type Values = Record<string, unknown>;

/** One kind of document that a page may show: how it is known, and what is wrong with one. */
interface Kind {
  name: string;
  /** Whether one document of the block is of this kind. */
  isOne(value: unknown): boolean;
  /** Everything that is wrong with the block. */
  problems(text: string, documents: unknown[]): string[];
}

const parseYaml = (text: string): unknown => parseAllDocuments(text)[0]?.toJS();
const has = (value: unknown, ...keys: string[]): boolean =>
  value !== null && typeof value === 'object' && keys.some((key) => Object.hasOwn(value, key));
const only = (value: unknown, keys: readonly string[]): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).every((key) => keys.includes(key));
const isListOf = (value: unknown, ...keys: string[]): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => has(item, ...keys));
const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** The first kind that fits is the one. */
const YAML_KINDS: readonly Kind[] = [
  { name: 'workflow', isOne: (value) => has(value, 'jobs'), problems: (text) => workflowProblems(text) },
  {
    name: 'steps of a workflow',
    isOne: (value) => isListOf(value, 'uses', 'run'),
    problems: (text) => workflowProblems(`on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented(text, 6)}`, true),
  },
  {
    name: 'configuration of cilium-align',
    isOne: (value) => only(value, Object.keys(configurationSchema().properties)),
    problems(text, [document]) {
      const read = readConfig(CONFIG_FILE, text);
      const valid = configurationValidator();
      const ours = 'problems' in read ? read.problems.map(({ message }) => message) : [];
      return valid(document) ? ours : [...ours, JSON.stringify(valid.errors)];
    },
  },
  {
    name: 'Application or ApplicationSet',
    isOne: (value) => has(value, 'kind') && /^Application(Set)?$/.test(String((value as Values).kind)),
    problems: (text) => argocdProblems(text),
  },
  {
    name: 'part of an Application',
    isOne: (value) =>
      only(value, ['project', 'source', 'sources', 'destination', 'syncPolicy', 'ignoreDifferences', 'revisionHistoryLimit']),
    problems: (text, [document]) => (has(document, 'source', 'sources') ? argocdProblems(application(text)) : []),
  },
  {
    name: 'sources of an Application',
    isOne: (value) => isListOf(value, 'repoURL'),
    problems: (text) => argocdProblems(application(`sources:\n${indented(text, 2)}`)),
  },
  {
    name: 'plugin of a source',
    isOne: (value) => only(value, ['plugin']) && has(value, 'plugin'),
    problems(_text, [document]) {
      const { plugin } = document as { plugin: { name?: unknown; parameters?: { name?: unknown }[] } };
      const unknown = (plugin.parameters ?? []).filter(
        ({ name }) => !OPTIONS.some((option) => option.name === name && option.by !== 'environment'),
      );
      return [
        ...(/^cilium-align-v\d+\.\d+$/.test(String(plugin.name)) ? [] : [`\`${plugin.name}\` is no name of the plugin`]),
        ...unknown.map(({ name }) => `an Application has no parameter \`${name}\``),
      ];
    },
  },
  {
    name: 'Talos machine configuration',
    isOne: (value) =>
      only(value, ['version', 'debug', 'machine', 'cluster']) || (has(value, 'apiVersion') && (value as Values).apiVersion === 'v1alpha1'),
    problems: (text) => readBy('talos/patches/cilium.yaml', text, ({ talos }) => talos.length > 0),
  },
  {
    name: 'Omni cluster template',
    isOne: (value) => has(value, 'kind') && ['Cluster', 'ControlPlane', 'Workers', 'Machine'].includes(String((value as Values).kind)),
    problems: (text) => readBy('omni/cluster-template.yaml', text, ({ talos }) => talos.length > 0),
  },
  {
    name: 'talhelper configuration',
    isOne: (value) => has(value, 'clusterName') && has(value, 'nodes', 'patches', 'controlPlane'),
    problems: (text) => readBy('talos/talconfig.yaml', text, ({ talos }) => talos.length > 0),
  },
  {
    name: 'helmfile',
    isOne: (value) => has(value, 'releases'),
    problems: (text) => readBy('bootstrap/helmfile.yaml', text, ({ bootstrap }) => bootstrap.length > 0),
  },
  {
    name: 'kustomization',
    isOne: (value) =>
      only(value, [
        'apiVersion',
        'kind',
        'namespace',
        'resources',
        'helmCharts',
        'components',
        'patches',
        'configMapGenerator',
        'namePrefix',
      ]),
    problems: () => [],
  },
  {
    name: 'umbrella chart',
    isOne: (value) => has(value, 'dependencies') && has(value, 'version'),
    problems: (_text, [document]) =>
      isListOf((document as Values).dependencies, 'repository') ? [] : ['a dependency names no repository'],
  },
  {
    name: 'hooks of pre-commit',
    isOne: (value) => has(value, 'repos') || isListOf(value, 'entry'),
    problems: (_text, [document]) => hookProblems(document),
  },
  {
    name: 'Kubernetes object',
    isOne: (value) => has(value, 'kind') && has(value, 'apiVersion'),
    problems: (_text, documents) =>
      documents.filter((each) => !has((each as Values).metadata, 'name')).map((each) => `a ${(each as Values).kind} has no name`),
  },
  {
    name: 'values of the Cilium chart',
    isOne: (value) => only(value, [...chartDefaults(newestChart()).entries.keys()]),
    problems(_text, [document]) {
      const version = newestChart();
      return leaves(document)
        .filter((path) => !isChartPath(version, path))
        .map((path) => `Cilium's chart ${version} has no value \`${path}\``);
    },
  },
  // Named by a mark alone: what they hold belongs to other programs, and nothing here can judge it.
  {
    name: 'values of the argo-cd chart',
    isOne: () => false,
    problems: (_text, [document]) =>
      only(document, ['repoServer', 'configs', 'controller', 'server', 'global', 'crds', 'extraObjects'])
        ? []
        : ['has a key that the chart has not'],
  },
];

/** Everything that is wrong with a block of YAML, which must be of a kind that is known; `kind` names it where the keys do not tell. */
export function yamlProblems(text: string, kind?: string): string[] {
  const parsed = parseAllDocuments(text, { version: '1.2' });
  const broken = [...parsed].flatMap(({ errors }) => errors.map(({ message }) => message));
  if (broken.length > 0) return broken;
  const documents = [...parsed].map((each) => each.toJS() as unknown).filter((each) => each !== null);
  const fitting =
    kind === undefined
      ? YAML_KINDS.find((each) => documents.length > 0 && each.isOne(documents[0]))
      : YAML_KINDS.find(({ name }) => name === kind);
  if (fitting) return fitting.problems(text, documents);
  return [
    `is YAML of no kind that test/docs knows; mark it <!-- is KIND -->, with one of: ${YAML_KINDS.map(({ name }) => name).join(', ')}`,
  ];
}

/** Everything that is wrong with a block of JSON: a report (or a part of one), a configuration of Renovate, or the schema's own. */
export function jsonProblems(text: string, isJson5: boolean): string[] {
  let value: unknown;
  try {
    value = JSON.parse(isJson5 ? text.replace(/^\s*\/\/.*$/gm, '').replace(/,(?=\s*[}\]])/g, '') : text);
  } catch (error) {
    return [String(error)];
  }
  if (has(value, 'packageRules', 'customManagers', 'extends')) return renovateProblems(value as Values);
  if (has(value, 'dependencies', 'devDependencies', 'scripts')) return [];
  const valid = partOfReport();
  return valid(value) ? [] : [`is no part of a report: ${JSON.stringify(valid.errors?.slice(0, 3))}`];
}

/** What the TypeScript compiler says of blocks that import `cilium-align`; each is a module of its own. */
export function typescriptProblems(texts: readonly string[]): string[] {
  const folder = mkdtempSync(join(root, 'node_modules/.cilium-align-docs-'));
  try {
    texts.forEach((text, i) => {
      writeFileSync(join(folder, `block-${i}.ts`), `${text}\nexport {};\n`);
    });
    const options = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false, paths: { 'cilium-align': [join(root, 'api/index.ts')] } },
      include: [join(folder, '*.ts')],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', folder], {
      encoding: 'utf8',
      cwd: root,
    });
    return status === 0 ? [] : (stdout + stderr).trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything that is wrong with Terraform, by our own reader. */
export function terraformProblems(text: string): string[] {
  return readBy('main.tf', text, () => true);
}

function workflowProblems(text: string, isPart = false): string[] {
  const problems: string[] = [];
  const action = parseYaml(readFileSync(join(root, 'action.yml'), 'utf8')) as Record<'inputs' | 'outputs', Values>;
  const { jobs } = parseYaml(text) as { jobs: Record<string, { steps?: { id?: string; uses?: string; with?: Values }[] }> };
  for (const { id, uses, with: given = {} } of Object.values(jobs).flatMap(({ steps = [] }) => steps)) {
    if (!uses?.startsWith('cilium-align/cilium-align@')) continue;
    if (!uses.endsWith('@v1')) problems.push(`${uses}: pages name @v1`);
    problems.push(
      ...Object.keys(given)
        .filter((name) => !Object.hasOwn(action.inputs, name))
        .map((name) => `the Action has no input \`${name}\``),
    );
    for (const [, name] of id === undefined ? [] : text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g')))
      if (!Object.hasOwn(action.outputs, name!)) problems.push(`the Action has no output \`${name}\``);
  }
  const actionlint = peer('actionlint');
  if (actionlint === undefined) return problems;
  const { stdout, stderr, status } = spawnSync(actionlint, ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', '-'], {
    input: text,
    encoding: 'utf8',
  });
  if (status === 0) return problems;
  // A step that stands alone reads outputs of others that the page does not show.
  const said = (stdout + stderr)
    .trim()
    .split('\n')
    .filter((line) => !isPart || !/property "[\w-]+" is not defined in object type \{/.test(line));
  return [...problems, ...said];
}

function application(spec: string): string {
  return [
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cilium, namespace: argocd}\nspec:',
    '  project: default\n  destination: {server: https://kubernetes.default.svc, namespace: kube-system}',
    indented(spec, 2),
  ].join('\n');
}

/** By our own reader: it is Argo CD's side of a cluster, and nothing about it is refused or not understood. */
function argocdProblems(text: string): string[] {
  const files: Record<string, string> = {};
  for (const [, path] of text.matchAll(/\$values\/([^\s'",\]{}]+)/g)) files[path!] = '{}\n';
  return readBy('argocd/cilium.yaml', text, ({ argocd }) => argocd.length > 0 || !/chart: cilium/.test(text), files);
}

function readBy(
  file: string,
  text: string,
  isThere: (declared: ReturnType<typeof readRepository>) => boolean,
  beside: Record<string, string> = {},
): string[] {
  const declared = readRepository(memoryRepository({ ...beside, [file]: text }));
  const said = [
    ...declared.findings,
    ...declared.talos.flatMap(({ findings }) => findings),
    ...[...declared.argocd, ...declared.bootstrap].flatMap(({ findings }) => findings),
  ].filter(({ level }) => level === 'error');
  return [
    ...(isThere(declared) ? [] : ['our own reader makes nothing of it']),
    ...said.map(({ rule, message }) => `${rule}: ${message}`),
    ...[...declared.unused, ...declared.broken()].filter((each) => each.file === file).map(({ why }) => why),
  ];
}

function hookProblems(document: unknown): string[] {
  if (!has(document, 'repos')) return [];
  const published = parseYaml(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as { id: string }[];
  const ours = (document as { repos: { repo: string; hooks: { id: string }[] }[] }).repos.filter(({ repo }) => /cilium-align/.test(repo));
  return ours
    .flatMap(({ hooks }) => hooks)
    .filter(({ id }) => !published.some((each) => each.id === id))
    .map(({ id }) => `.pre-commit-hooks.yaml has no hook \`${id}\``);
}

/** What a configuration of Renovate can have wrong that is seen without Renovate: expressions that are none, patterns without the groups that it needs. */
function renovateProblems(value: Values): string[] {
  const problems: string[] = [];
  for (const manager of (value.customManagers ?? []) as { customType?: string; matchStrings?: string[]; [key: string]: unknown }[]) {
    if (manager.customType !== 'regex') problems.push('a custom manager is not of `customType: regex`');
    for (const pattern of manager.matchStrings ?? []) {
      try {
        new RegExp(pattern);
      } catch (error) {
        problems.push(String(error));
      }
      const isGiven = (group: string) => pattern.includes(`(?<${group}>`) || Object.hasOwn(manager, `${group}Template`);
      for (const groups of [['currentValue'], ['datasource'], ['depName', 'packageName']])
        if (!groups.some(isGiven)) problems.push(`nothing gives \`${groups[0]}\``);
    }
  }
  for (const rule of (value.packageRules ?? []) as Values[])
    if (!Object.keys(rule).some((key) => key.startsWith('match'))) problems.push('a package rule matches nothing');
  return problems;
}

function configurationSchema(): { properties: object } {
  return JSON.parse(readFileSync(join(root, 'schema/config.schema.json'), 'utf8'));
}

function configurationValidator() {
  return new Ajv2020({ allErrors: true, formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(configurationSchema());
}

/** The schema of a report in which nothing is required: pages show a part of one. */
function partOfReport() {
  const optional = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(optional);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(
      Object.entries(node)
        .filter(([key, value]) => !(key === 'required' && Array.isArray(value)))
        .map(([key, value]) => [key, optional(value)]),
    );
  };
  return new Ajv2020({ strict: false }).compile(
    optional(JSON.parse(readFileSync(join(root, 'schema/report.schema.json'), 'utf8'))) as object,
  );
}

function newestChart(): string {
  return chartVersions().findLast((version) => !version.includes('-'))!;
}

/** Every path that a document sets; a list and an empty map are values of their own. */
function leaves(value: unknown, path: readonly string[] = []): string[] {
  const isMapping = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
  return isMapping
    ? Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key.replaceAll('.', '\\.')]))
    : [path.join('.')];
}
