import type { Candidate } from '../../discover/candidate.ts';
import { chartFields, exactVersion } from '../../evaluate/chart-release.ts';
import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import { readValues } from '../../evaluate/helm/values-document.ts';
import { embedded, textAtPlace, textWithin, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { Declaration, FilePlace, Layer, Opaque, Place, Scalar, SetFlag, SourceText, TalosCluster, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { fileOfOwnMachine } from '../../repository/hosted-path.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at, isMap, itemsAt, opaque } from '../../tree.ts';
import { AnsibleVariables, roleOf } from './ansible-variables.ts';
import { embeddedCommands } from './embedded-commands.ts';
import { type Found, uniqueFiles } from './manifests.ts';

const HELM = ['kubernetes.core.helm', 'community.kubernetes.helm', 'helm', 'kubernetes.core.helm_template'];
const COMMAND = ['ansible.builtin.command', 'command', 'ansible.legacy.command'];
const SHELL = ['ansible.builtin.shell', 'shell', 'ansible.legacy.shell', ...COMMAND];
const SET_FACT = ['ansible.builtin.set_fact', 'set_fact'];
const TEMPLATE = ['ansible.builtin.template', 'template'];
const COPY = [...TEMPLATE, 'ansible.builtin.copy', 'copy'];
const WORTH =
  /\b(?:kubernetes\.core|community\.kubernetes)\.helm(?:_template)?:|^[ \t]*(?:-[ \t]+)?(?:helm|(?:ansible\.(?:builtin|legacy)\.)?(?:shell|command)):/m;
/** What only Ansible writes: other files have keys called `command`, too. */
const ANSIBLE = /\b(?:ansible\.(?:builtin|legacy)|kubernetes\.core|community\.\w+)\.\w+:|^-?[ \t]*hosts:\s/m;
const INCLUDE = [
  'ansible.builtin.include_tasks',
  'include_tasks',
  'ansible.builtin.import_tasks',
  'import_tasks',
  'ansible.legacy.include_tasks',
];
const INCLUDES = /\b(?:include|import)_tasks:/;
const DEEPEST = 8;
const MOST_INCLUDES = 200;
const MOST_PLAYBOOKS = 200;
const MOST_ROUNDS = 50;

/** What tasks of Ansible install: releases of `kubernetes.core.helm`, and `helm` or `cilium` commands. */
export function ansibleDeclarations(
  repository: Repository,
  candidates: readonly Candidate[],
  talosClusters: readonly TalosCluster[],
): Found {
  const found: Found = { declarations: [], unused: [] };
  const world: World = { repository, included: new Set(), left: MOST_INCLUDES };
  const files = candidates.filter(
    ({ path, text }) =>
      /\.ya?ml$/i.test(path) &&
      /cilium/i.test(text) &&
      (WORTH.test(text) || INCLUDES.test(text)) &&
      (ANSIBLE.test(text) || /(^|\/)(tasks|handlers|playbooks?)\//.test(path)),
  );
  // Who includes a file says what its variables are.
  const ordered = [...files.filter(({ text }) => INCLUDES.test(text)), ...files.filter(({ text }) => !INCLUDES.test(text))];
  for (const { path, text } of ordered)
    if (!world.included.has(path)) found.declarations.push(...declarationsIn({ path, text }, [], [], world));
  if (talosClusters.length > 0) for (const declaration of found.declarations) setAside(declaration, repository);
  return found;
}

/** What the files of one repository share while they are read. */
interface World {
  repository: Repository;
  /** Files of tasks that another one includes. */
  included: Set<string>;
  /** Includes that are still followed. */
  left: number;
}

/** What the tasks of a file install, and those of the files that it includes. */
function declarationsIn({ path, text }: Candidate, vars: readonly Tree[], way: readonly string[], world: World): Declaration[] {
  const { repository } = world;
  const start = startOf(path);
  const tasks: Task[] = [];
  for (const { tree } of parseYaml(wholeFile(path, text), { templates: 'jinja' }).documents) collectTasks(tree, vars, tasks);
  const copies = tasks.flatMap((task) => copyOf(task));
  return tasks
    .flatMap((one) => roundsOf(one, repository, path))
    .flatMap((task) => {
      const context: Context = { repository, path, task, copies, start, way, variables: new AnsibleVariables(repository, path, task.vars) };
      return [...releaseOf(context), ...commandsOf(context), ...includedBy(context, world)];
    });
}

/** https://docs.ansible.com/ansible/latest/collections/ansible/builtin/include_tasks_module.html */
function includedBy(context: Context, world: World): Declaration[] {
  const module = moduleOf(context.task, INCLUDE);
  const written = isMap(module) ? module.entries.get('file') : module;
  const name = written && scalarText(context.variables.fillTree(written, context.start, []));
  const path = name === undefined ? undefined : filesAt(name, context, 'file');
  const way = [...context.way, context.path];
  if (path === undefined || way.includes(path) || way.length > DEEPEST || world.left-- <= 0) return [];
  try {
    const text = context.repository.read(path);
    world.included.add(path);
    return WORTH.test(text) || INCLUDES.test(text) ? declarationsIn({ path, text }, context.task.vars, way, world) : [];
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return [];
  }
}

interface Task {
  tree: Tree;
  vars: readonly Tree[];
}

interface Context {
  repository: Repository;
  path: string;
  task: Task;
  copies: readonly { destination: string; source?: Tree; content?: Tree; template: boolean }[];
  start: FilePlace;
  /** The files that include this one, the first first. */
  way: readonly string[];
  variables: AnsibleVariables;
}

function collectTasks(tree: Tree, vars: readonly Tree[], tasks: Task[], depth = 0): void {
  if (tree.kind !== 'list' || depth > DEEPEST) return;
  const facts: Tree[] = [];
  for (const item of tree.items) {
    if (!isMap(item)) continue;
    const own = item.entries.get('vars');
    const inner = own ? [own, ...vars] : vars;
    let nested = false;
    for (const key of ['tasks', 'pre_tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']) {
      const list = item.entries.get(key);
      if (list?.kind !== 'list') continue;
      nested = true;
      collectTasks(list, inner, tasks, depth + 1);
    }
    if (!nested) tasks.push({ tree: item, vars: [...inner, ...facts] });
    const fact = moduleOf({ tree: item, vars: [] }, SET_FACT);
    if (isMap(fact)) facts.push(fact);
  }
}

/** A task with a loop, once for each thing that it goes over; as it stands where that cannot be known. */
function roundsOf(task: Task, repository: Repository, path: string): Task[] {
  const loop = ['loop', 'with_items', 'with_list'].map((key) => at(task.tree, [key])).find((found) => found !== undefined);
  if (loop === undefined) return [task];
  const start = startOf(path);
  const items = new AnsibleVariables(repository, path, task.vars).fillTree(loop, start, []);
  if (items.kind !== 'list' || items.items.length > MOST_ROUNDS) return [task];
  const name = scalarText(at(task.tree, 'loop_control.loop_var')) ?? 'item';
  return items.items.map((item) => ({
    ...task,
    vars: [{ kind: 'map', entries: new Map([[name, item]]), place: item.place, origin: 'set' }, ...task.vars],
  }));
}

function moduleOf(task: Task, names: readonly string[]): Tree | undefined {
  for (const name of names) {
    const found = at(task.tree, [name]);
    if (found) return found;
  }
  return undefined;
}

function copyOf(task: Task): Context['copies'] {
  const module = moduleOf(task, COPY);
  const destination = at(module, 'dest');
  if (destination?.kind !== 'scalar') return [];
  const source = at(module, 'src');
  const content = at(module, 'content');
  const template = moduleOf(task, TEMPLATE) !== undefined;
  return [{ destination: String(destination.value), template, ...(source ? { source } : {}), ...(content ? { content } : {}) }];
}

/** https://docs.ansible.com/ansible/latest/collections/kubernetes/core/helm_module.html */
function releaseOf(context: Context): Declaration[] {
  const module = moduleOf(context.task, HELM);
  if (!isMap(module)) return [];
  const from: string[] = [];
  const argument = (...names: string[]): Tree | undefined => {
    const value = names.map((name) => module.entries.get(name)).find((v) => v !== undefined);
    return value && context.variables.fillTree(value, context.start, from);
  };
  const chart = chartOf(argument('chart_ref'), argument('name', 'release_name'), context);
  if (chart === undefined || scalarText(argument('release_state', 'state')) === 'absent') return [];
  const place = inFile(module.place, context.start);
  const layers: Layer[] = [];
  for (const file of listOf(argument('values_files'))) layers.push(valuesFile(file, context, from, place));
  const values = argument('release_values', 'values');
  if (values && !(values.kind === 'scalar' && values.value === null))
    layers.push({ kind: 'inline-values', place: values.place, tree: readInline(values) });
  const flags = itemsAt(module, 'set_values').map((item) => setFlag(context.variables.fillTree(item, context.start, from), place));
  if (flags[0]) layers.push({ kind: 'set', place: flags[0].place, flags });
  const name = argument('name', 'release_name');
  const namespace = argument('release_namespace', 'namespace');
  const faults: Fault[] = [];
  const version = versionOf(argument('chart_version'), place);
  const parts =
    chart.directory === undefined
      ? [{ layers, files: [], ...version }]
      : ciliumOfChart(context.repository, chart.directory, layers, faults);
  return parts.map(
    (part: Part): Declaration => ({
      side: 'bootstrap',
      form: 'helm-command',
      place: inFile(context.task.tree.place, context.start),
      files: uniqueFiles(
        [context.path],
        part.files,
        layers.flatMap((l) => ('file' in l.place ? [l.place.file] : [])),
        from,
        context.way,
      ),
      name: scalarText(name) ?? null,
      namespace: scalarText(namespace) ?? null,
      ...chartFields(part),
      installer: 'helm',
      clusters: [],
      rank: 4,
      rankWhy: 'a task of Ansible installs it',
      findings: faults.map((fault) => findingOf(fault)),
    }),
  );
}

type Part = Pick<Declaration, 'layers' | 'files' | 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace' | 'umbrella' | 'opaque'>;

interface Chart {
  /** A chart that lies in the repository. */
  directory?: string;
}

function chartOf(reference: Tree | undefined, name: Tree | undefined, context: Context): Chart | undefined {
  const text = reference?.kind === 'opaque' ? reference.text : scalarText(reference);
  if (text === undefined) return undefined;
  if (reference?.kind === 'opaque') return /cilium/i.test(text) && scalarText(name) === 'cilium' ? {} : undefined;
  if (/(^|\/)cilium$/.test(text) || /(^|\/)cilium-v?\d[\w.-]*\.tgz$/.test(text)) return {};
  const directory = filesAt(text, context, 'directory');
  return directory === undefined ? undefined : { directory };
}

function versionOf(
  version: Tree | undefined,
  place: FilePlace,
): Pick<Declaration, 'chartVersion' | 'chartVersionWhy' | 'chartVersionPlace'> {
  if (version === undefined)
    return {
      chartVersion: null,
      chartVersionWhy: 'there is no chart_version: Helm takes the newest release on the day it runs',
      chartVersionPlace: place,
    };
  if (version.kind === 'opaque')
    return {
      chartVersion: null,
      chartVersionWhy: `${version.text ?? 'chart_version'}: ${version.reason}`,
      chartVersionPlace: version.place,
    };
  const text = scalarText(version) ?? '';
  const exact = exactVersion(text);
  return {
    chartVersion: exact,
    chartVersionPlace: version.place,
    ...(exact === null ? { chartVersionWhy: `${text} is no exact version` } : {}),
  };
}

const scalarText = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;

const listOf = (tree: Tree | undefined): Tree[] => (tree === undefined ? [] : tree.kind === 'list' ? tree.items : [tree]);

/** A map as it stands, or YAML in a text. */
function readInline(values: Tree): Tree {
  return values.kind === 'scalar' && typeof values.value === 'string'
    ? readValues(embedded(values), 3).tree
    : values.kind === 'scalar'
      ? opaque('is not a map of values', values.place)
      : values;
}

function setFlag(entry: Tree, place: FilePlace): SetFlag {
  const value = at(entry, 'value');
  const type = scalarText(at(entry, 'value_type'));
  const flag: SetFlag['flag'] = type === 'string' ? 'set-string' : type === 'json' ? 'set-json' : type === 'file' ? 'set-file' : 'set';
  const where = inFile((value ?? entry).place, place);
  const text = scalarText(value);
  if (text !== undefined) return { flag, text, place: where };
  const hidden = value?.kind === 'opaque' ? value : opaque('it is not text', where);
  return { flag, text: hidden.text ?? '${…}', place: where, opaque: hidden };
}

function valuesFile(path: Tree, context: Context, from: string[], place: FilePlace): Layer {
  const text = scalarText(path);
  const layer = (tree: Tree, at_: Place): Layer => ({ kind: 'values-file', place: at_, tree });
  if (text === undefined) return layer(path.kind === 'opaque' ? path : opaque('it is not text', place), path.place);
  const copied = context.copies.find((copy) => copy.destination === text);
  if (copied?.content) return layer(readInline(context.variables.fillTree(copied.content, place, from)), copied.content.place);
  const source = copied?.source ? scalarText(context.variables.fillTree(copied.source, place, from)) : text;
  const found = source === undefined ? undefined : filesAt(source, context, 'file');
  if (found === undefined)
    return layer({ ...opaque(`the values file ${text} is not in Git`, path.place, text), missing: text }, path.place);
  try {
    const { tree } = readValues(wholeFile(found, context.repository.read(found)), 3);
    const start = startOf(found);
    return layer(copied?.template ? context.variables.fillTree(tree, start, from) : tree, start);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return layer(opaque(`${found} ${error.message}`, path.place), path.place);
  }
}

/** Where Ansible looks: the role's files and templates, the play's directory, and directories above. */
function filesAt(path: string, context: Context, kind: 'file' | 'directory'): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return kind === 'file' ? fileOfOwnMachine(path, context.repository) : undefined;
  const role = roleOf(context.path);
  const relative = path.replace(/^\{\{\s*(?:playbook_dir|inventory_dir)\s*\}\}\//, '');
  const bases = role === undefined ? [] : [`${role}/files`, `${role}/templates`, role];
  for (let directory = dirname(context.path); ; directory = dirname(directory)) {
    bases.push(directory, join(directory, 'files') ?? directory, join(directory, 'templates') ?? directory);
    if (directory === '') break;
  }
  for (const base of bases) {
    const candidate = join(base, relative);
    if (candidate !== undefined && (kind === 'file' ? context.repository.file(candidate) : context.repository.isDirectory(candidate)))
      return candidate;
  }
  return undefined;
}

/** Commands of `shell` and `command` tasks. */
function commandsOf(context: Context): Declaration[] {
  const module = moduleOf(context.task, SHELL);
  const script = isMap(module) ? (module.entries.get('cmd') ?? module.entries.get('_raw_params')) : module;
  if (script === undefined || (script.kind !== 'scalar' && script.kind !== 'opaque')) return [];
  const source = scriptOf(script, context, moduleOf(context.task, COMMAND) !== undefined);
  if (!/\b(?:helm|cilium)\b/.test(source.text)) return [];
  const role = roleOf(context.path);
  const declarations = embeddedCommands({
    source,
    repository: context.repository,
    directories: [...(role === undefined ? [] : [`${role}/files`, role]), dirname(context.path), ''],
    where: 'in a task of Ansible',
    files: copiedFiles(context),
    template: {
      pattern: /\{\{(?:(?!\}\})[\s\S])*\}\}/,
      fill: (match, at_) => {
        const { tree } = context.variables.fill(match[0], at_);
        if (tree.kind === 'scalar') return [String(tree.value ?? '')];
        return [{ written: match[0], reason: tree.kind === 'opaque' ? tree.reason : 'it is not text', place: at_ }];
      },
    },
  });
  // What a task copied is read under another name, and it is a file of the repository all the same.
  return declarations.map((declaration) => ({
    ...declaration,
    files: uniqueFiles(
      declaration.files,
      declaration.layers.flatMap(({ place }) => ('file' in place ? [place.file] : [])),
    ),
  }));
}

/** The text that a task runs. `command` takes words, wherever their lines end; a folded text with expressions in it is seen as it is written. */
function scriptOf(script: Scalar | Opaque, context: Context, words: boolean): SourceText {
  const block = textWithin(script);
  const written = script.kind === 'opaque' ? (script.text ?? '') : '';
  const header = /^[|>][-+\d]*[ \t]*\n/.exec(written)?.[0] ?? '';
  const source = block ?? textAtPlace(written.slice(header.length), inFile(script.place, context.start));
  return words || header.startsWith('>') ? { ...source, text: source.text.replace(/\\?\n/g, (end) => ' '.repeat(end.length)) } : source;
}

/** What tasks have copied to the machine, under the path that it has there. */
function copiedFiles(context: Context): Map<string, SourceText | Opaque> {
  const files = new Map<string, SourceText | Opaque>();
  for (const { destination, source, content, template } of context.copies) {
    if (content) {
      const filled = context.variables.fillTree(content, context.start, []);
      files.set(destination, filled.kind === 'scalar' ? embedded(filled) : opaque('Ansible works it out when it runs', content.place));
    }
    const from = source && scalarText(context.variables.fillTree(source, context.start, []));
    const found = from === undefined ? undefined : filesAt(from, context, 'file');
    if (found === undefined) continue;
    try {
      const text = context.repository.read(found);
      files.set(
        destination,
        template && /\{[{%]/.test(text) ? opaque('Ansible works it out when it runs', startOf(found)) : wholeFile(found, text),
      );
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }
  return files;
}

/** Playbooks that build a cluster with kubeadm or k3s are about another cluster than the one whose Talos configuration is here. */
function setAside(declaration: Declaration, repository: Repository): void {
  const path = declaration.place.file;
  const roles = path.search(/(^|\/)(roles|tasks|playbooks?)\//);
  const top = roles < 0 ? dirname(path) : path.slice(0, roles);
  let other: string | undefined;
  let looked = 0;
  for (const file of repository.files) {
    if (
      !file.path.startsWith(top === '' ? '' : `${top}/`) ||
      !/\.ya?ml$/i.test(file.path) ||
      file.size > 64 * 1024 ||
      looked >= MOST_PLAYBOOKS
    )
      continue;
    looked++;
    try {
      const text = repository.read(file.path);
      if (/\btalos/i.test(text)) return;
      other ??= /^[^#\n]*\b(kubeadm|k3s|rke2|kubespray)\b/im.exec(text)?.[1];
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }
  if (other === undefined) return;
  declaration.rank = 1;
  declaration.rankWhy = `its playbooks build a cluster with ${other}; the Talos configuration here is another cluster's`;
}
