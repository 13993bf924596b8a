/** One thing that can be decided, by whom, and what it may be. */
export interface Option {
  /** The parameter's name in the Application; the environment says it as `CILIUM_ALIGN_…`. */
  name: string;
  /** Who may decide it: the operator in the sidecar's environment, the Application in its parameters, or both. */
  by: 'both' | 'environment' | 'parameters';
  title: string;
  /** What it does, in a sentence or two. */
  tooltip: string;
  type: 'choice' | 'text' | 'number' | 'list';
  /** Of a choice, from the mildest to the strictest. */
  choices?: readonly string[];
  /** What counts where nobody decides. */
  fallback?: string;
  /** Of a number: the bounds. */
  least?: number;
  most?: number;
}

const TABLE = [
  {
    name: 'mode',
    by: 'both',
    title: 'Mode',
    tooltip: 'enforce blocks the sync, warn only writes the verdict to the log of the sidecar, off compares nothing.',
    type: 'choice',
    choices: ['off', 'warn', 'enforce'],
    fallback: 'enforce',
  },
  {
    name: 'fail-on',
    by: 'both',
    title: 'Fail on',
    tooltip: 'Blocks from this level on.',
    type: 'choice',
    choices: ['error', 'warning', 'note'],
    fallback: 'error',
  },
  {
    name: 'undecided',
    by: 'both',
    title: 'Undecided',
    tooltip: 'Whether it blocks where something that could be an error cannot be known from Git.',
    type: 'choice',
    choices: ['warn', 'fail'],
    fallback: 'fail',
  },
  {
    name: 'allow',
    by: 'environment',
    title: 'Allowances',
    tooltip:
      'Whether the allow entries and the lowered levels of .cilium-align.yaml count: a commit that breaks the network could bring its own.',
    type: 'choice',
    choices: ['honour', 'ignore'],
    fallback: 'ignore',
  },
  {
    name: 'cluster',
    by: 'both',
    title: 'Cluster',
    tooltip: 'The cluster that this Application deploys to, as cilium-align calls it, where the repository holds several.',
    type: 'text',
  },
  {
    name: 'bootstrap',
    by: 'both',
    title: 'Bootstrap',
    tooltip: "Only what stands below this path speaks for the bootstrap; relative to the repository's root.",
    type: 'text',
  },
  {
    name: 'argocd',
    by: 'both',
    title: 'Argo CD',
    tooltip: "Only what stands below this path speaks for Argo CD's side; relative to the repository's root.",
    type: 'text',
  },
  {
    name: 'config',
    by: 'both',
    title: 'Configuration',
    tooltip: "The file that is read instead of .cilium-align.yaml; relative to the repository's root.",
    type: 'text',
  },
  {
    name: 'chart-version',
    by: 'parameters',
    title: 'Chart version',
    tooltip:
      "The chart's version that the Application deploys, where the Application is not in the repository. It then speaks for Argo CD's side, with values and value-files, and nothing else does.",
    type: 'text',
  },
  {
    name: 'value-files',
    by: 'parameters',
    title: 'Values files',
    tooltip: "With chart-version: the values files that the Application reads, relative to the repository's root; later ones win.",
    type: 'list',
  },
  {
    name: 'values',
    by: 'parameters',
    title: 'Values',
    tooltip: 'With chart-version: the values that stand in the Application itself, as YAML. They win over value-files.',
    type: 'text',
  },
  {
    name: 'timeout',
    by: 'environment',
    title: 'Deadline',
    tooltip: 'Seconds after which the check is given up and blocks. Argo CD itself gives up after 60 seconds, fetching included.',
    type: 'number',
    fallback: '30',
    least: 0.001,
    most: 3600,
  },
  {
    name: 'memory',
    by: 'environment',
    title: 'Memory',
    tooltip: 'MiB that one check may take; then it is given up and blocks. Usual ones take 80 to 200.',
    type: 'number',
    fallback: '320',
    least: 8,
    most: 65536,
  },
  {
    name: 'break-glass',
    by: 'environment',
    title: 'Break-glass',
    tooltip: 'A reason. While it stands here nothing is blocked, and every verdict shows it.',
    type: 'text',
  },
  {
    name: 'debug',
    by: 'environment',
    title: 'Debug',
    tooltip: '1 shows where a bug of cilium-align happened.',
    type: 'choice',
    choices: ['0', '1'],
    fallback: '0',
  },
] as const satisfies readonly Option[];

/** The name of an option. */
export type OptionName = (typeof TABLE)[number]['name'];

/** Every option of the plugin: what validates them, what Argo CD announces and what the documentation lists comes from here. */
export const OPTIONS: readonly (Option & { name: OptionName })[] = TABLE;

/** What the environment calls an option. */
export function environmentName(name: string): string {
  return `CILIUM_ALIGN_${name.toUpperCase().replaceAll('-', '_')}`;
}
