import type { ClusterEvidence, FilePlace, Tree } from '../../model.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import { Shell } from '../shell/interpreter.ts';
import type { CommandPlace } from '../shell/invocation.ts';
import { shellSource } from '../shell/source.ts';
import { joinText, ROOT, type Text } from '../shell/text.ts';
import type { World } from '../shell/world.ts';
import { embedded, wholeFile } from '../source-text.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { CommandReader } from './reader.ts';
import { COMMANDS, THROW_AWAY } from './worth-running.ts';

const EXPRESSION = /\$\{\{\s*([^}]{1,300}?)\s*\}\}/;
const CALLS = /\.(?:ba)?sh\b|\bscripts?\/|\btask\b|\bmake\b|\bjust\b/;
const CHECKS = /\b(?:lint|test|validat|verif|diff|check|e2e|ci|preview|dry-?run|scan)/i;

const NAMES = /(?:^|\/)\.(?:github|gitea|forgejo)\/(?:workflows\/[^/]+|actions\/.*\/?action)\.ya?ml$/;

/**
 * The `run:` steps of workflows and composite actions of GitHub, Gitea and Forgejo; of those that only check it is said that they do.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
export const workflows: CommandReader = { names: NAMES, reads: (path) => NAMES.test(path), run: runWorkflow };

function runWorkflow(path: string, text: string, world: World): void {
  const tree = parseYaml(wholeFile(path, text), { templates: false }).documents[0]?.tree;
  if (!isMap(tree)) return;
  const events = at(tree, 'on') ?? at(tree, 'true');
  for (const { inputs, clusters } of choicesOf(inputsOf(events, tree))) runOnce(path, text, tree, events, inputs, clusters, world);
}

function runOnce(
  path: string,
  text: string,
  tree: Tree,
  events: Tree | undefined,
  inputs: ReadonlyMap<string, Text>,
  clusters: readonly ClusterEvidence[],
  world: World,
): void {
  const jobs = at(tree, 'jobs');
  if (isMap(jobs)) {
    for (const [name, job] of jobs.entries) runJob(path, text, name, job, tree, events, inputs, clusters, world);
  }
  const steps = itemsAt(tree, 'runs.steps');
  if (steps.length > 0) runSteps(path, steps, [tree], inputs, { where: 'in an action', rank: 3, clusters: [...clusters] }, world);
}

function runJob(
  path: string,
  text: string,
  name: string,
  job: Tree,
  workflow: Tree,
  events: Tree | undefined,
  inputs: ReadonlyMap<string, Text>,
  clusters: readonly ClusterEvidence[],
  world: World,
): void {
  const steps = itemsAt(job, 'steps');
  if (steps.length === 0) return;
  const place: CommandPlace = { where: `in the workflow job ${name}`, rank: 3, clusters: [...clusters] };
  const onlyChanges = eventNames(events).every((e) => e === 'pull_request' || e === 'pull_request_target' || e === 'merge_group');
  if (onlyChanges) place.looks = 'the workflow only checks pull requests';
  else if (THROW_AWAY.test(text)) place.looks = 'the workflow makes a throw-away cluster';
  else if (CHECKS.test(name) || CHECKS.test(path.slice(path.lastIndexOf('/') + 1))) place.rank = 2;
  else if (/bootstrap|install|provision|deploy|create|cluster/i.test(`${name} ${path}`)) place.rank = 4;
  runSteps(path, steps, [workflow, job], inputs, place, world);
}

function runSteps(
  path: string,
  steps: readonly Tree[],
  owners: readonly Tree[],
  inputs: ReadonlyMap<string, Text>,
  commands: CommandPlace,
  world: World,
): void {
  const variables = new Map<string, Text>();
  const context =
    (step: Map<string, Text>) =>
    (match: RegExpExecArray, place: FilePlace): Text =>
      expression(match[1]!, match[0], place, inputs, step);
  const add = (env: Tree | undefined, into: Map<string, Text>) => {
    if (!isMap(env)) return;
    for (const [key, value] of env.entries) {
      if (value.kind !== 'scalar') continue;
      into.set(
        key,
        substituted(String(value.value ?? ''), context(into), 'file' in value.place ? value.place : { file: path, line: 1, column: 1 }),
      );
    }
  };
  for (const owner of owners) add(at(owner, 'env'), variables);
  const written: Shell['written'] = new Map();
  for (const step of steps) {
    const run = at(step, 'run');
    if (run?.kind !== 'scalar' || typeof run.value !== 'string' || !(COMMANDS.test(run.value) || CALLS.test(run.value))) continue;
    const own = new Map(variables);
    add(at(step, 'env'), own);
    const directory = [
      textAt(step, 'working-directory'),
      ...[...owners].reverse().map((o) => textAt(o, 'defaults.run.working-directory')),
    ].find((d) => d !== undefined);
    const shell = new Shell(
      world,
      commands,
      [directory === undefined || directory.includes('${{') ? '' : directory.replace(/^\.\//, '').replace(/\/$/, '')],
      path,
    );
    for (const [name, text] of own) shell.give(name, text, { file: path, line: 1, column: 1 });
    shell.written = written;
    shell.positional = [];
    shell.run(shellSource(embedded(run), EXPRESSION, context(own)));
    shell.runUncalled();
  }
}

function substituted(text: string, fill: (match: RegExpExecArray, place: FilePlace) => Text, place: FilePlace): Text {
  const pieces: Text[] = [];
  let from = 0;
  for (const match of text.matchAll(new RegExp(EXPRESSION.source, 'g'))) {
    pieces.push([text.slice(from, match.index)], fill(match, place));
    from = match.index + match[0].length;
  }
  return joinText(...pieces, [text.slice(from)]);
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
      const place: FilePlace = 'file' in input.place ? input.place : { file: '', line: 1, column: 1 };
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
    if (!/cluster|environment|^env$|^site$/i.test(name) || value === undefined || typeof value === 'string' || !value.oneOf) continue;
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
