import { expandGlob } from '../../language/shell/globs.ts';
import { Shell } from '../../language/shell/interpreter.ts';
import type { CommandPlace } from '../../language/shell/invocation.ts';
import { shellSource } from '../../language/shell/source.ts';
import { knownText, replaceIn } from '../../language/shell/text.ts';
import type { World } from '../../language/shell/world.ts';
import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { ClusterEvidence, Mapping, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import { OF_CLUSTER, rankOfJob } from './ci-jobs.ts';
import type { CommandReaderOfAll } from './reader.ts';
import { isWorthRunning, THROW_AWAY } from './worth-running.ts';

/** The scripts of GitLab's jobs, with what they extend and include from this repository; of jobs that only check it is said that they do. https://docs.gitlab.com/ci/yaml/ */
export const gitlabPipelines: CommandReaderOfAll = { names: /(?:^|\/)\.gitlab-ci\.ya?ml$/, runAll: runPipelines };

/** Keys at the top that are no jobs. */
const KEYWORDS = new Set('after_script before_script cache default image include services spec stages types variables workflow'.split(' '));
const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/;
const LARGEST = 1024 * 1024;
const MOST_FILES = 32;
/** As deep as GitLab itself goes. */
const DEEPEST = 11;
const MOST_ROUNDS = 16;

function runPipelines(paths: readonly string[], world: World): void {
  for (const path of paths) {
    const files = includedFrom(path, world);
    if (!files.some((file) => isWorthRunning(file.text))) continue;
    // What a file includes counts less than what it says itself.
    const entries = [...files].reverse().reduce((all, { tree }) => merged(all, tree.entries), new Map<string, Tree>());
    const pipeline: Pipeline = { path, world, entries, throwAway: files.some((file) => THROW_AWAY.test(file.text)) };
    for (const [name, job] of entries) if (!KEYWORDS.has(name) && !name.startsWith('.') && isMap(job)) runJob(name, job, pipeline);
  }
}

/** A pipeline with all that its files say. */
interface Pipeline {
  path: string;
  world: World;
  entries: ReadonlyMap<string, Tree>;
  throwAway: boolean;
}

interface File {
  text: string;
  tree: Mapping;
}

/** A file and those of this repository that it includes, each once. https://docs.gitlab.com/ci/yaml/#includelocal */
function includedFrom(path: string, world: World): File[] {
  const files: File[] = [];
  const paths = new Set([path]);
  // What is added while it runs is read, too.
  for (const next of paths) {
    const file = files.length < MOST_FILES ? readFile(next, world) : undefined;
    if (!file) continue;
    files.push(file);
    for (const item of itemsOf(at(file.tree, 'include'))) {
      const local = item.kind === 'scalar' ? String(item.value) : textAt(item, 'local');
      if (local !== undefined && !local.includes('://')) for (const found of pathsOf(local.replace(/^\/+/, ''), world)) paths.add(found);
    }
  }
  return files;
}

function readFile(path: string, { repository }: World): File | undefined {
  try {
    const text = repository.read(path);
    // The header of a component is a document of its own, before the jobs.
    const tree = text.length <= LARGEST ? parseYaml(wholeFile(path, text), { templates: false }).documents.at(-1)?.tree : undefined;
    return isMap(tree) ? { text, tree } : undefined;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return undefined;
  }
}

const itemsOf = (tree: Tree | undefined): readonly Tree[] => (tree?.kind === 'list' ? tree.items : tree ? [tree] : []);

function pathsOf(local: string, { repository }: World): string[] {
  if (repository.file(local)) return [local];
  return expandGlob([local], { repository, directories: [''], written: new Map() }).flatMap((path) => knownText(path) ?? []);
}

function runJob(name: string, own: Mapping, pipeline: Pipeline): void {
  const job = extended(own, pipeline, []);
  const scripts = ['before_script', 'script'].flatMap((key) => scriptOf(key, job, pipeline));
  const after = scriptOf('after_script', job, pipeline);
  if (![...scripts, ...after].some((script) => script.kind === 'scalar' && isWorthRunning(String(script.value)))) return;
  const variables = [pipeline.entries.get('variables'), job.entries.get('variables')];
  for (const { given, clusters } of roundsOf(job)) {
    const place = placeOf(name, job, clusters, pipeline);
    // https://docs.gitlab.com/ci/yaml/#after_script: in a shell of its own.
    for (const lines of [scripts, after]) {
      const shell = new Shell(pipeline.world, place, [''], pipeline.path);
      shell.positional = [];
      give(variables, given, shell);
      for (const line of lines) if (line.kind === 'scalar') shell.run(shellSource(embedded(line)));
      shell.runUncalled();
    }
  }
}

/** A job with what its templates give it: maps grow, everything else is replaced. https://docs.gitlab.com/ci/yaml/#extends */
function extended(job: Mapping, pipeline: Pipeline, way: readonly string[]): Mapping {
  const names = itemsOf(job.entries.get('extends')).map((item) => (item.kind === 'scalar' ? String(item.value) : ''));
  let entries = new Map<string, Tree>();
  for (const name of names) {
    const template = pipeline.entries.get(name);
    if (!isMap(template) || way.includes(name) || way.length > DEEPEST || pipeline.world.steps-- <= 0) continue;
    entries = merged(entries, extended(template, pipeline, [...way, name]).entries);
  }
  return names.length === 0 ? job : { ...job, entries: merged(entries, job.entries) };
}

function merged(below: ReadonlyMap<string, Tree>, above: ReadonlyMap<string, Tree>): Map<string, Tree> {
  const entries = new Map(below);
  for (const [key, value] of above) {
    const before = entries.get(key);
    entries.set(key, isMap(before) && isMap(value) ? { ...value, entries: merged(before.entries, value.entries) } : value);
  }
  return entries;
}

/** The lines of a job's script, or of the one that the pipeline gives to all jobs. */
function scriptOf(key: string, job: Mapping, pipeline: Pipeline): Tree[] {
  const script = job.entries.get(key) ?? at(pipeline.entries.get('default'), [key]) ?? pipeline.entries.get(key);
  return linesOf(script, pipeline, 0);
}

/** Lists may be nested; `!reference [.setup, script]` is a list that names another one. https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags */
function linesOf(script: Tree | undefined, pipeline: Pipeline, depth: number): Tree[] {
  if (script === undefined || depth > DEEPEST || pipeline.world.steps-- <= 0) return [];
  if (script.kind !== 'list') return [script];
  const [first, ...rest] = script.items.map((item) => (item.kind === 'scalar' ? String(item.value) : undefined));
  const target =
    first === undefined || rest.length === 0
      ? undefined
      : at(
          pipeline.entries.get(first),
          rest.map((key) => key ?? ''),
        );
  return (target ? [target] : script.items).flatMap((item) => linesOf(item, pipeline, depth + 1));
}

/** Where a job's commands stand, and how much that says. */
function placeOf(name: string, job: Mapping, clusters: readonly ClusterEvidence[], pipeline: Pipeline): CommandPlace {
  const stage = textAt(job, 'stage') ?? '';
  const place: CommandPlace = { where: `in the GitLab job ${name}`, rank: rankOfJob(name, stage), clusters };
  if (isOnlyForChanges(job) || isOnlyForChanges(pipeline.entries.get('workflow'))) place.looks = 'the job only checks merge requests';
  else if (pipeline.throwAway) place.looks = 'the pipeline makes a throw-away cluster';
  return place;
}

function isOnlyForChanges(job: Tree | undefined): boolean {
  const only = at(job, 'only');
  const refs = isMap(only) ? itemsAt(only, 'refs') : itemsOf(only);
  if (refs.length > 0) return refs.every((ref) => ref.kind === 'scalar' && ref.value === 'merge_requests');
  const rules = itemsAt(job, 'rules').filter((rule) => textAt(rule, 'when') !== 'never');
  return rules.length > 0 && rules.every((rule) => /merge_request_event|\$CI_MERGE_REQUEST_/.test(textAt(rule, 'if') ?? ''));
}

/** A job with a matrix runs once for each of its combinations. https://docs.gitlab.com/ci/yaml/#parallelmatrix */
function roundsOf(job: Mapping): { given: ReadonlyMap<string, string>; clusters: ClusterEvidence[] }[] {
  const rounds = itemsAt(job, 'parallel.matrix').flatMap((entry) => {
    let all: Map<string, string>[] = [new Map()];
    for (const [name, value] of isMap(entry) ? entry.entries : []) {
      const options = itemsOf(value).flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : []));
      all = all.flatMap((round) => options.map((option) => new Map([...round, [name, option]]))).slice(0, MOST_ROUNDS);
    }
    return all;
  });
  const environment = textAt(job, 'environment') ?? textAt(job, 'environment.name');
  const named: ClusterEvidence[] =
    environment === undefined || environment.includes('$')
      ? []
      : [{ name: environment, why: `its environment is ${environment}`, strength: 1 }];
  return (rounds.length === 0 ? [new Map<string, string>()] : rounds.slice(0, MOST_ROUNDS)).map((given) => ({
    given,
    clusters: [
      ...[...given].flatMap(([name, value]) =>
        OF_CLUSTER.test(name) ? [{ name: value, why: `the job runs with ${value} as ${name}`, strength: 2 as const }] : [],
      ),
      ...named,
    ],
  }));
}

/** Gives a shell the pipeline's variables, the job's, and those of its matrix. https://docs.gitlab.com/ci/variables/ */
function give(variables: readonly (Tree | undefined)[], given: ReadonlyMap<string, string>, shell: Shell): void {
  const start = startOf(shell.entry);
  for (const [name, value] of given) shell.give(name, [value], start);
  for (const tree of variables) {
    if (!isMap(tree)) continue;
    for (const [name, written] of tree.entries) {
      const value = isMap(written) ? at(written, 'value') : written;
      if (value?.kind !== 'scalar' || given.has(name)) continue;
      const place = inFile(value.place, start);
      const text = replaceIn(String(value.value ?? ''), VARIABLE, ([whole, braced, bare]) =>
        shell.variable((braced ?? bare)!, whole, place),
      );
      shell.give(name, text, start);
    }
  }
}
