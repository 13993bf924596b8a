import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import { OPTIONS } from '../../plugin/options.ts';
import { chartDefaults, chartVersions, isChartPath } from '../../shared/cilium/charts.ts';
import { CONFIG_FILE } from '../../shared/config/config.ts';
import { readConfig } from '../../shared/config/read-config.ts';
import { application, argocdProblems, readBy } from './own-readers.ts';
import { has, indented, isListOf, only, parseYaml, type Values } from './plain-data.ts';
import { workflowProblems } from './workflow.ts';

const root = join(import.meta.dirname, '../..');

/** One kind of document that a page may show: how it is known, and what is wrong with one. */
interface Kind {
  name: string;
  /** Whether one document of the block is of this kind. */
  isOne(value: unknown): boolean;
  /** Everything that is wrong with the block. */
  problems(text: string, documents: unknown[]): string[];
}

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

function hookProblems(document: unknown): string[] {
  if (!has(document, 'repos')) return [];
  const published = parseYaml(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as { id: string }[];
  const ours = (document as { repos: { repo: string; hooks: { id: string }[] }[] }).repos.filter(({ repo }) => /cilium-align/.test(repo));
  return ours
    .flatMap(({ hooks }) => hooks)
    .filter(({ id }) => !published.some((each) => each.id === id))
    .map(({ id }) => `.pre-commit-hooks.yaml has no hook \`${id}\``);
}

function configurationSchema(): { properties: object } {
  return JSON.parse(readFileSync(join(root, 'schema/config.schema.json'), 'utf8'));
}

function configurationValidator() {
  return new Ajv2020({ allErrors: true, formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(configurationSchema());
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
