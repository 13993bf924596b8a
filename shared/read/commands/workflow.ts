import { Shell } from '../../language/shell/interpreter.ts';
import type { CommandPlace } from '../../language/shell/invocation.ts';
import { shellSource } from '../../language/shell/source.ts';
import { ROOT, replaceIn, type Text } from '../../language/shell/text.ts';
import type { World } from '../../language/shell/world.ts';
import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, FilePlace, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import { OF_CLUSTER, rankOfJob } from './ci-jobs.ts';
import type { CommandReader } from './reader.ts';
import { COMMANDS, THROW_AWAY } from './worth-running.ts';

const EXPRESSION = /\$\{\{\s*([^}]{1,300}?)\s*\}\}/;
const CALLS = /\.(?:ba)?sh\b|\bscripts?\/|\btask\b|\bmake\b|\bjust\b/;

const NAMES = /(?:^|\/)\.(?:github|gitea|forgejo)\/(?:workflows\/[^/]+|actions\/.*\/?action)\.ya?ml$/;

/**
 * The `run:` steps of workflows and composite actions of GitHub, Gitea and Forgejo; of those that only check it is said that they do.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
export const workflows: CommandReader = { names: NAMES, reads: (path) => NAMES.test(path), run: runWorkflow };

/** A workflow or action with what it was started with. */
interface Started {
  path: string;
  text: string;
  tree: Tree;
  events: Tree | undefined;
  inputs: ReadonlyMap<string, Text>;
  clusters: readonly ClusterEvidence[];
  world: World;
}

function runWorkflow(path: string, text: string, world: World): void {
  const tree = parseYaml(wholeFile(path, text), { templates: false }).documents[0]?.tree;
  if (!isMap(tree)) return;
  const events = at(tree, 'on') ?? at(tree, 'true');
  for (const choice of choicesOf(inputsOf(events, tree))) {
    const started: Started = { path, text, tree, events, world, ...choice };
    const jobs = at(tree, 'jobs');
    if (isMap(jobs)) for (const [name, job] of jobs.entries) runJob(name, job, started);
    runSteps(itemsAt(tree, 'runs.steps'), [tree], { where: 'in an action', rank: 3, clusters: choice.clusters }, started);
  }
}

function runJob(name: string, job: Tree, started: Started): void {
  const { path, text, tree, clusters } = started;
  const place: CommandPlace = {
    where: `in the workflow job ${name}`,
    rank: rankOfJob(name, path.slice(path.lastIndexOf('/') + 1)),
    clusters,
  };
  if (eventNames(started.events).every((event) => /^(?:pull_request|pull_request_target|merge_group)$/.test(event)))
    place.looks = 'the workflow only checks pull requests';
  else if (THROW_AWAY.test(text)) place.looks = 'the workflow makes a throw-away cluster';
  runSteps(itemsAt(job, 'steps'), [tree, job], place, started);
}

/** Steps share what their commands write, and nothing else. */
function runSteps(steps: readonly Tree[], owners: readonly Tree[], commands: CommandPlace, { path, inputs, world }: Started): void {
  const start = startOf(path);
  const fill =
    (variables: ReadonlyMap<string, Text>) =>
    (match: RegExpExecArray, place: FilePlace): Text =>
      expression(match[1]!, match[0], place, inputs, variables);
  const withVariables = (outer: ReadonlyMap<string, Text>, env: Tree | undefined): Map<string, Text> => {
    const variables = new Map(outer);
    for (const [key, value] of isMap(env) ? env.entries : []) {
      if (value.kind !== 'scalar') continue;
      const place = inFile(value.place, start);
      variables.set(
        key,
        replaceIn(String(value.value ?? ''), EXPRESSION, (match) => fill(variables)(match, place)),
      );
    }
    return variables;
  };
  const shared = owners.reduce((variables, owner) => withVariables(variables, at(owner, 'env')), new Map<string, Text>());
  const written: Shell['written'] = new Map();
  for (const step of steps) {
    const run = at(step, 'run');
    if (run?.kind !== 'scalar' || typeof run.value !== 'string' || !(COMMANDS.test(run.value) || CALLS.test(run.value))) continue;
    const variables = withVariables(shared, at(step, 'env'));
    const shell = new Shell(world, commands, [directoryOf(step, owners)], path);
    for (const [name, text] of variables) shell.give(name, text, start);
    shell.written = written;
    shell.positional = [];
    shell.run(shellSource(embedded(run), EXPRESSION, fill(variables)));
    shell.runUncalled();
  }
}

function directoryOf(step: Tree, owners: readonly Tree[]): string {
  const written = [textAt(step, 'working-directory'), ...[...owners].reverse().map((o) => textAt(o, 'defaults.run.working-directory'))];
  const directory = written.find((d) => d !== undefined);
  return directory === undefined || directory.includes('${{') ? '' : directory.replace(/^\.\//, '').replace(/\/$/, '');
}

function expression(
  source: string,
  written: string,
  place: FilePlace,
  inputs: ReadonlyMap<string, Text>,
  variables: ReadonlyMap<string, Text>,
): Text {
  const input = /^(?:github\.event\.)?inputs\.([\w-]+)$/.exec(source);
  if (input)
    return inputs.get(input[1]!) ?? [{ written, reason: 'whoever starts the workflow gives it', place, name: input[1]!, given: true }];
  const variable = /^env\.(\w+)$/.exec(source);
  const known = variable && variables.get(variable[1]!);
  if (known) return known;
  if (source === 'github.workspace') return [ROOT];
  const name = /^(?:secrets|vars|matrix|env)\.(\w+)$/.exec(source)?.[1];
  return [
    {
      written,
      reason: source.startsWith('secrets.') ? 'it is a secret of the workflow' : 'only a run of the workflow says it',
      place,
      ...(name ? { name } : {}),
    },
  ];
}

/** Inputs with their defaults; one that is a choice is one of its options. */
function inputsOf(events: Tree | undefined, action: Tree): Map<string, Text> {
  const found = new Map<string, Text>();
  for (const inputs of [at(events, 'workflow_dispatch.inputs'), at(events, 'workflow_call.inputs'), at(action, 'inputs')]) {
    if (!isMap(inputs)) continue;
    for (const [name, input] of inputs.entries) {
      const place: FilePlace = inFile(input.place, startOf(''));
      const options = itemsAt(input, 'options').flatMap((o) => (o.kind === 'scalar' ? [String(o.value)] : []));
      const standard = at(input, 'default');
      if (options.length > 0)
        found.set(name, [
          { written: `\${{ inputs.${name} }}`, reason: 'whoever starts the workflow chooses it', place, name, given: true, oneOf: options },
        ]);
      else if (textAt(input, 'type') !== 'boolean' && standard?.kind === 'scalar' && standard.value !== null && standard.value !== '')
        found.set(name, [String(standard.value)]);
    }
  }
  return found;
}

/** A workflow that is started for one of several clusters is one installation for each of them. */
function choicesOf(inputs: ReadonlyMap<string, Text>): { inputs: ReadonlyMap<string, Text>; clusters: ClusterEvidence[] }[] {
  for (const [name, [value]] of inputs) {
    if (!OF_CLUSTER.test(name) || value === undefined || typeof value === 'string' || !value.oneOf) continue;
    return value.oneOf.slice(0, 8).map((option) => ({
      inputs: new Map([...inputs, [name, [option]]]),
      clusters: [{ name: option, why: `the workflow offers ${option} as ${name}`, strength: 2 }],
    }));
  }
  return [{ inputs, clusters: [] }];
}

function eventNames(events: Tree | undefined): string[] {
  if (events?.kind === 'scalar') return [String(events.value)];
  if (events?.kind === 'list') return events.items.map((e) => (e.kind === 'scalar' ? String(e.value) : ''));
  return isMap(events) ? [...events.entries.keys()] : ['push'];
}
