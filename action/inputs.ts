import { nearest } from '../shared/judge/nearest.ts';
import type { Level } from '../shared/model.ts';
import { plainText } from '../shared/report/escape.ts';
import { ActionProblem } from './problem.ts';
import type { Surroundings } from './surroundings.ts';

/** One input of action.yml. */
export interface InputDefinition {
  description: string;
  /** As it stands in action.yml; without one an input that is not given is empty. */
  default?: string;
  /** The values that are allowed; any text where there are none. */
  values?: readonly string[];
  /** Never in a log, and masked. */
  secret?: true;
  /** What the value must look like, and how to say so. */
  pattern?: { form: RegExp; says: string };
}

const LEVELS = ['error', 'warning', 'note', 'never'] as const;
const BOOLEANS = ['true', 'false'] as const;
const REPOSITORY = { form: /^[A-Za-z0-9][\w.-]*\/(?!\.{1,2}$)[\w.-]+$/, says: 'must be a repository as owner/name' };
const REF = { form: /^(?!-)[^\s:?*[\\~^]+$/, says: 'must be a branch, a tag or a commit' };

/** Every input; action.yml and docs/action.md are generated from this list. */
const inputDefinitions = {
  path: {
    description: 'Folder to compare, relative to the workspace: a checkout, or a folder inside one.',
    default: '.',
  },
  config: {
    description: 'Configuration to read instead of `.cilium-align.yaml` at the root of `path`; relative to `path`.',
  },
  cluster: { description: 'Only this cluster.' },
  bootstrap: {
    description:
      'Only what stands below this path (inside `path`) speaks for the bootstrap. With `bootstrap-repository`: inside that repository.',
  },
  argocd: {
    description: 'Only what stands below this path (inside `path`) speaks for Argo CD. With `argocd-repository`: inside that repository.',
  },
  'fail-on': {
    description:
      'The step fails from this level on: `error`, `warning`, `note` or `never`. Not given: what the configuration says, else `error`.',
    values: LEVELS,
  },
  'fail-on-new': {
    description:
      'Where there is a base to compare with (pull request, merge group, push), only what is new against it fails the step. `false`: everything counts.',
    default: 'true',
    values: BOOLEANS,
  },
  undecided: {
    description:
      'Whether the step fails where something that could be an error cannot be known: `fail` or `warn`. Not given: what the configuration says, else `warn`.',
    values: ['fail', 'warn'],
  },
  require: {
    description: 'The step fails where there is nothing to compare because one side or both were not found.',
    default: 'false',
    values: BOOLEANS,
  },
  comment: {
    description:
      'When a pull request gets the comment: `on-drift` (once there is something to say; it is kept true from then on), `always` or `never`. Needs `pull-requests: write`.',
    default: 'on-drift',
    values: ['on-drift', 'always', 'never'],
  },
  'comment-key': {
    description:
      'Which of several comments of this Action on one pull request is this one. Not given: made from workflow, job and the inputs that say what is compared. Steps of a matrix with the same inputs need one each.',
    pattern: { form: /^[\w.-]{1,60}$/, says: 'must be 1 to 60 letters, digits and ._-' },
  },
  annotations: {
    description: 'Whether the worst lines are annotated, as far as the runner shows annotations.',
    default: 'true',
    values: BOOLEANS,
  },
  token: {
    description: 'Token for this repository: to read the base where the checkout lacks it, and to comment.',
    default: '${{ github.token }}',
    secret: true,
  },
  base: {
    description:
      'What to compare with instead of what the event says: the same folder of another checkout (relative to the workspace), or a revision that the checkout knows. `none`: nothing.',
  },
  'pr-number': {
    description:
      'Number of the pull request, for workflows whose event is not the pull request itself (`workflow_run`, `workflow_dispatch`, `issue_comment`).',
    pattern: { form: /^[1-9]\d{0,9}$/, says: 'must be a number' },
  },
  ...other('bootstrap', 'the bootstrap (the Talos side)'),
  ...other('argocd', 'Argo CD'),
  'show-private-values': {
    description:
      'Where a public repository is compared with a private one, values and file names are left out of everything that people can see. `true`: show them all the same.',
    default: 'false',
    values: BOOLEANS,
  },
} as const satisfies Record<string, InputDefinition>;

function other<Side extends 'bootstrap' | 'argocd'>(side: Side, words: string) {
  return {
    [`${side}-repository`]: {
      description: `Repository that ${words} is described in, as owner/name, where it is not this one. It is fetched beside; it needs a token that may read it.`,
      pattern: REPOSITORY,
    },
    [`${side}-ref`]: {
      description: `Branch, tag or commit of \`${side}-repository\`. Not given: its default branch.`,
      pattern: REF,
    },
    [`${side}-path`]: {
      description: `Folder of a checkout (relative to the workspace) that ${words} is described in, where the workflow has checked it out itself.`,
    },
    [`${side}-token`]: {
      description: `Token that may read \`${side}-repository\`. Not given: \`token\`, which reads only public repositories beside this one.`,
      secret: true,
    },
  } as {
    [Name in `${Side}-${'repository' | 'ref' | 'path' | 'token'}`]: InputDefinition;
  };
}

/** The name of an input. */
export type InputName = keyof typeof inputDefinitions;

/** Where one side is described outside of this repository. */
export interface OtherCheckout {
  repository: string | undefined;
  ref: string | undefined;
  /** Folder relative to the workspace. */
  path: string | undefined;
  token: string | undefined;
}

/** What the workflow asks for, every value checked. */
export interface Inputs {
  path: string;
  config: string | undefined;
  cluster: string | undefined;
  bootstrap: string | undefined;
  argocd: string | undefined;
  failOn: Level | 'never' | undefined;
  failOnNew: boolean;
  undecided: 'fail' | 'warn' | undefined;
  require: boolean;
  comment: 'on-drift' | 'always' | 'never';
  commentKey: string | undefined;
  annotations: boolean;
  token: string | undefined;
  base: string | undefined;
  pullRequest: number | undefined;
  others: Partial<Record<'bootstrap' | 'argocd', OtherCheckout>>;
  showPrivateValues: boolean;
}

/** The inputs of a step, from the runner's `INPUT_…` variables. Throws {@link ActionProblem} with a line for everything that is wrong with them. */
export function readInputs(env: Surroundings['env']): Inputs {
  const problems: string[] = [];
  const values = new Map<InputName, string>();
  for (const [name, definition] of definitions()) {
    const written = (env[variable(name)] ?? '').trim();
    const value = written !== '' || definition.default?.startsWith('${{') ? written : (definition.default ?? '');
    const fault = value === '' ? undefined : faultOf(name, value, definition);
    if (fault === undefined) values.set(name, value);
    else problems.push(fault);
  }
  const text = (name: InputName) => values.get(name) || undefined;
  const others: Inputs['others'] = {};
  for (const side of ['bootstrap', 'argocd'] as const) {
    const [repository, ref, path, token] = (['repository', 'ref', 'path', 'token'] as const).map((part) => text(`${side}-${part}`));
    if (repository !== undefined && path !== undefined)
      problems.push(
        `${side}-repository and ${side}-path say the same thing twice: give the one that is fetched, or the folder that is checked out`,
      );
    if (repository === undefined && ref !== undefined) problems.push(`${side}-ref needs ${side}-repository`);
    if (repository !== undefined || path !== undefined) others[side] = { repository, ref, path, token };
  }
  if (others.bootstrap && others.argocd)
    problems.push('one side must be in this repository: give either bootstrap-… or argocd-… as the other repository, not both');
  if (problems.length > 0) throw new ActionProblem(problems.join('\n'));
  const number = text('pr-number');
  return {
    path: values.get('path') || '.',
    config: text('config'),
    cluster: text('cluster'),
    bootstrap: text('bootstrap'),
    argocd: text('argocd'),
    failOn: lower(text('fail-on')) as Inputs['failOn'],
    failOnNew: lower(text('fail-on-new')) === 'true',
    undecided: lower(text('undecided')) as Inputs['undecided'],
    require: lower(text('require')) === 'true',
    comment: lower(text('comment')) as Inputs['comment'],
    commentKey: text('comment-key'),
    annotations: lower(text('annotations')) === 'true',
    token: text('token'),
    base: text('base'),
    pullRequest: number === undefined ? undefined : Number(number),
    others,
    showPrivateValues: lower(text('show-private-values')) === 'true',
  };
}

/** Names that the runner was given and no input has; it only warns of them itself. One line each, with the nearest name. */
export function unknownInputs(env: Surroundings['env']): string[] {
  const known = new Set(definitions().map(([name]) => variable(name)));
  return Object.keys(env)
    .filter((name) => name.startsWith('INPUT_') && !known.has(name))
    .map((name) => name.slice('INPUT_'.length).toLowerCase())
    .map((name) => {
      const close = nearest(name, Object.keys(inputDefinitions));
      return `no input is named ${plainText(name, 60)}${close === undefined ? '' : `; did you mean ${close}?`}`;
    });
}

/** Every input by its name, in the order of action.yml. */
export function definitions(): [InputName, InputDefinition][] {
  return Object.entries(inputDefinitions) as [InputName, InputDefinition][];
}

function faultOf(name: InputName, value: string, { values, pattern, secret }: InputDefinition): string | undefined {
  if (values && !values.includes(value.toLowerCase())) {
    const close = nearest(value, values);
    return `input ${name} must be ${choice(values)}, not ${shown(value)}${close === undefined ? '' : `; did you mean ${close}?`}`;
  }
  if (pattern && !pattern.form.test(value)) return `input ${name} ${pattern.says}, not ${secret ? 'what was given' : shown(value)}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no input may hold one, and a path with NUL makes Node throw
  if (/[\0-\x1f\x7f]/.test(value)) return `input ${name} must be one line without control characters`;
  return undefined;
}

function choice(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

function shown(value: string): string {
  return `"${plainText(value, 60)}"`;
}

function lower(text: string | undefined): string | undefined {
  return text?.toLowerCase();
}

/** https://github.com/actions/runner: blanks become underscores, hyphens stay. */
function variable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
