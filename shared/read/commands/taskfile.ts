import { ACTION, evaluateAction, renderText, type TemplateContext } from '../../language/go-template/partial.ts';
import { expandGlob } from '../../language/shell/globs.ts';
import { Shell } from '../../language/shell/interpreter.ts';
import { findPaths } from '../../language/shell/paths.ts';
import { shellSource } from '../../language/shell/source.ts';
import { joinText, knownText, possibleTexts, ROOT, type Text } from '../../language/shell/text.ts';
import type { World } from '../../language/shell/world.ts';
import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import { at, isMap, itemsAt, textAt } from '../../tree.ts';
import { shellVariables } from './environment-files.ts';
import type { CommandReaderOfAll } from './reader.ts';
import { isWorthRunning } from './worth-running.ts';

const NAMES = [
  'Taskfile.yml',
  'Taskfile.yaml',
  'taskfile.yml',
  'taskfile.yaml',
  'Taskfile.dist.yml',
  'Taskfile.dist.yaml',
  'taskfile.dist.yml',
  'taskfile.dist.yaml',
];
const DEPTH = 6;

/** Every task of Taskfiles, which have their name or place; included ones as part of the file that includes them. https://taskfile.dev/ */
export const taskfiles: CommandReaderOfAll = {
  names: /(?:^|\/)(?:\.?[Tt]askfile(?:\.dist)?\.ya?ml|\.?[Tt]askfiles\/.*\.ya?ml|[Tt]askfile[-.][\w-]+\.ya?ml)$/,
  runAll: runTaskfiles,
};

function runTaskfiles(paths: readonly string[], world: World): void {
  const trees = new Map<string, Tree>();
  const texts = paths.map((path) => [path, textOf(path, world)] as const);
  if (!texts.some(([, text]) => isWorthRunning(text))) return;
  for (const [path, text] of texts) {
    const tree = isWorthRunning(text) || /^includes:/m.test(text) ? readTaskfile(path, world) : undefined;
    if (tree) trees.set(path, tree);
  }
  const included = new Set([...trees].flatMap(([path, tree]) => includesOf(path, tree, world).map((i) => i.path)));
  const seen = new Set<string>();
  const roots = [...trees.keys()].filter((path) => !included.has(path));
  for (const path of [...roots, ...trees.keys()]) {
    if (seen.has(path)) continue;
    new Taskfile(path, path, trees, world, seen).run(new Map(), undefined);
  }
}

interface Scope extends Map<string, Text> {}

class Taskfile {
  readonly #path: string;
  readonly #root: string;
  readonly #trees: Map<string, Tree>;
  readonly #world: World;
  readonly #seen: Set<string>;
  #depth = 0;
  readonly #lookedUp: Shell['lookedUp'];

  constructor(
    path: string,
    root: string,
    trees: Map<string, Tree>,
    world: World,
    seen: Set<string>,
    lookedUp: Shell['lookedUp'] = new Map(),
  ) {
    this.#path = path;
    this.#root = root;
    this.#trees = trees;
    this.#world = world;
    this.#seen = seen;
    this.#lookedUp = lookedUp;
  }

  run(inherited: Scope, directory: string | undefined): void {
    const tree = this.#trees.get(this.#path) ?? readTaskfile(this.#path, this.#world);
    if (!tree || this.#seen.has(this.#path)) return;
    this.#seen.add(this.#path);
    const scope: Scope = new Map(inherited);
    scope.set('ROOT_DIR', [rooted(dirname(this.#root))]);
    scope.set('TASKFILE_DIR', [rooted(dirname(this.#path))]);
    scope.set('USER_WORKING_DIR', [rooted(dirname(this.#root))]);
    scope.set('CLI_ARGS', []);
    const directories = directory !== undefined ? [directory] : [...new Set([dirname(this.#root), dirname(this.#path)])];
    const environment: Scope = new Map();
    for (const file of itemsAt(tree, 'dotenv')) this.#dotenv(file, environment, directories);
    this.#variables(at(tree, 'env'), environment, scope, directories);
    this.#variables(at(tree, 'vars'), scope, scope, directories, environment, requiredNames(tree));
    for (const include of includesOf(this.#path, tree, this.#world)) {
      const inner: Scope = new Map(scope);
      this.#variables(include.vars, inner, inner, directories, environment);
      const dir = include.dir === undefined ? undefined : join(dirname(this.#path), include.dir);
      const child = new Taskfile(include.path, this.#root, this.#trees, this.#world, this.#seen, this.#lookedUp);
      child.run(inner, dir);
    }
    const tasks = at(tree, 'tasks');
    if (!isMap(tasks)) return;
    for (const name of tasks.entries.keys()) this.#task(tasks, name, scope, environment, directories, undefined);
  }

  #task(
    tasks: Tree & { kind: 'map' },
    name: string,
    outer: Scope,
    outerEnvironment: Scope,
    directories: readonly string[],
    given: Scope | undefined,
  ): void {
    const task = tasks.entries.get(name);
    if (!task || this.#depth > DEPTH || this.#world.steps <= 0) return;
    const scope: Scope = new Map(outer);
    scope.set('TASK', [name]);
    const environment: Scope = new Map(outerEnvironment);
    for (const required of itemsAt(task, 'requires.vars')) {
      const variable = textAt(required, 'name');
      const choices = itemsAt(required, 'enum').flatMap((c) => (c.kind === 'scalar' && c.value !== null ? [String(c.value)] : []));
      if (variable && choices.length > 0)
        scope.set(variable, [
          {
            written: `{{.${variable}}}`,
            reason: 'whoever calls the task chooses it',
            place: placeOf(required, this.#path),
            name: variable,
            given: true,
            oneOf: choices,
          },
        ]);
    }
    if (given) for (const [key, value] of given) scope.set(key, value);
    const before = new Map(given ?? []);
    this.#variables(at(task, 'env'), environment, scope, directories);
    this.#variables(at(task, 'vars'), scope, scope, directories, environment);
    // What a caller gives is read by the task's own variables (`X: '{{.X | default "y"}}'`), which then stand.
    for (const [key, value] of before)
      if (!isMap(at(task, 'vars')) || !(at(task, 'vars') as Tree & { kind: 'map' }).entries.has(key)) scope.set(key, value);
    const dir = at(task, 'dir');
    const inside =
      dir?.kind === 'scalar'
        ? this.#directory(renderText(String(dir.value), this.#context(scope, environment, placeOf(dir, this.#path))), directories)
        : directories;
    const place = `in the task ${name}`;
    const own = task.kind === 'scalar' || task.kind === 'list' ? task : (at(task, 'cmds') ?? at(task, 'cmd'));
    const commands = own?.kind === 'list' ? own.items : own ? [own] : [];
    this.#depth++;
    const written: Shell['written'] = new Map();
    for (const command of commands) this.#command(command, task, tasks, scope, environment, inside, place, given !== undefined, written);
    this.#depth--;
  }

  #command(
    command: Tree,
    task: Tree,
    tasks: Tree & { kind: 'map' },
    scope: Scope,
    environment: Scope,
    directories: readonly string[],
    where: string,
    called: boolean,
    written: Shell['written'],
  ): void {
    const inner = command.kind === 'map' ? (at(command, 'cmd') ?? at(command, 'defer')) : command;
    const loop = command.kind === 'map' ? at(command, 'for') : undefined;
    const scopes = loop
      ? this.#items(loop, task, scope, environment, directories).map((item) => new Map([...scope, [textAt(loop, 'as') ?? 'ITEM', item]]))
      : [scope];
    for (const each of scopes) {
      const callee = command.kind === 'map' ? textAt(command, 'task') : undefined;
      if (callee !== undefined) {
        const vars = at(command, 'vars');
        if (!isMap(vars)) continue;
        const given: Scope = new Map();
        this.#variables(vars, given, each, directories, environment);
        this.#task(tasks, callee, scope, environment, directories, given);
        continue;
      }
      if (inner?.kind !== 'scalar' || typeof inner.value !== 'string') continue;
      if (!isWorthRunning(inner.value) && !/\{\{/.test(inner.value)) continue;
      const shell = this.#shell(environment, directories, where, called);
      shell.written = written;
      shell.run(shellSource(embedded(inner), ACTION, (match, place) => evaluateAction(match[2]!, this.#context(each, environment, place))));
    }
  }

  #items(loop: Tree, task: Tree, scope: Scope, environment: Scope, directories: readonly string[]): Text[] {
    const place = placeOf(loop, this.#path);
    const texts = (list: readonly Tree[]) =>
      list.flatMap((item): Text[] =>
        item.kind === 'scalar' ? [renderText(String(item.value), this.#context(scope, environment, place))] : [],
      );
    if (loop.kind === 'list') return texts(loop.items);
    if (loop.kind === 'scalar' && loop.value === 'sources') {
      return texts(itemsAt(task, 'sources')).flatMap((pattern): Text[] => {
        const found = expandGlob(pattern, { repository: this.#world.repository, directories, written: new Map() });
        return found.length > 0 ? found : [pattern];
      });
    }
    const variable = textAt(loop, 'var');
    const value = variable === undefined ? undefined : scope.get(variable);
    const known = value && knownText(value);
    if (known !== undefined)
      return known
        .split(textAt(loop, 'split') ?? /\s+/)
        .filter((s) => s !== '')
        .slice(0, 64)
        .map((s) => [s]);
    return [[{ written: '{{.ITEM}}', reason: 'a loop of the task fills it in', place, name: 'ITEM', given: true }]];
  }

  #shell(environment: Scope, directories: readonly string[], where: string, called: boolean): Shell {
    const shell = new Shell(this.#world, { where, rank: 4, clusters: [] }, directories, called ? `${this.#path}#` : this.#path);
    for (const [name, text] of environment) shell.give(name, text, startOf(this.#path));
    shell.trail = this.#root === this.#path ? [] : [this.#root];
    shell.lookedUp = this.#lookedUp;
    return shell;
  }

  #variables(
    source: Tree | undefined,
    into: Scope,
    scope: Scope,
    directories: readonly string[],
    environment: Scope = new Map(),
    required: ReadonlySet<string> = new Set(),
  ): void {
    if (!isMap(source)) return;
    for (const [name, value] of source.entries) {
      const place = placeOf(value, this.#path);
      if (required.has(name)) {
        into.set(name, [{ written: `{{.${name}}}`, reason: 'whoever calls the task gives it', place, name, given: true }]);
        continue;
      }
      const context = this.#context(scope, environment, place);
      if (value.kind === 'scalar') into.set(name, value.value === null ? [] : renderText(String(value.value), context));
      else if (value.kind === 'map') {
        const sh = value.entries.get('sh');
        if (sh?.kind === 'scalar' && typeof sh.value === 'string') {
          const shell = this.#shell(environment, directories, 'in a variable', false);
          into.set(
            name,
            shell.outputOf(
              shellSource(embedded(sh), ACTION, (match, at) => evaluateAction(match[2]!, this.#context(scope, environment, at))),
            ),
          );
        } else {
          const ref = value.entries.get('ref');
          into.set(
            name,
            ref?.kind === 'scalar'
              ? evaluateAction(String(ref.value), context)
              : [{ written: `{{.${name}}}`, reason: 'it is no plain text', place, name }],
          );
        }
      } else if (value.kind === 'list')
        into.set(
          name,
          joinText(...value.items.map((item, i): Text => [`${i === 0 ? '' : ' '}${item.kind === 'scalar' ? item.value : ''}`])),
        );
    }
  }

  #context(scope: Scope, environment: Scope, place: FilePlace): TemplateContext {
    const field = (path: readonly string[]): Text | undefined =>
      path.length === 1 ? (scope.get(path[0]!) ?? environment.get(path[0]!) ?? this.#world.environment(path[0]!)) : undefined;
    return {
      place,
      field,
      call: (name, values) => {
        const argument = values[0] && !('kind' in values[0]) ? knownText(values[0]) : undefined;
        if (name === 'env' && argument !== undefined) return field([argument]);
        return undefined;
      },
    };
  }

  #directory(text: Text, directories: readonly string[]): readonly string[] {
    const found = findPaths(text, { repository: this.#world.repository, directories, written: new Map() }, 'directory');
    if (found.length === 1) return [found[0]!.path];
    return knownText(text) === '' || text.some((p) => typeof p !== 'string' && p.given)
      ? directories
      : possibleTexts(text).flatMap((t) => directories.map((d) => join(d, t.replace(ROOT, '')) ?? d));
  }

  #dotenv(file: Tree, environment: Scope, directories: readonly string[]): void {
    if (file.kind !== 'scalar' || typeof file.value !== 'string') return;
    const found = findPaths([file.value], { repository: this.#world.repository, directories, written: new Map() }, 'file')[0];
    if (!found) return;
    try {
      for (const [name, value] of shellVariables(this.#world.repository.read(found.path)))
        if (!environment.has(name)) environment.set(name, [value]);
    } catch {
      return;
    }
  }
}

/** What some task wants its caller to give: a value at the top is then only what stands in for it. */
function requiredNames(tree: Tree): Set<string> {
  const tasks = at(tree, 'tasks');
  const names = new Set<string>();
  if (!isMap(tasks)) return names;
  for (const task of tasks.entries.values()) {
    for (const required of itemsAt(task, 'requires.vars')) {
      const name = required.kind === 'scalar' ? String(required.value) : textAt(required, 'name');
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

interface Include {
  path: string;
  dir?: string;
  vars: Tree | undefined;
}

function includesOf(path: string, tree: Tree, world: World): Include[] {
  const includes = at(tree, 'includes');
  if (!isMap(includes)) return [];
  const found: Include[] = [];
  for (const value of includes.entries.values()) {
    const written = value.kind === 'scalar' ? String(value.value) : textAt(value, 'taskfile');
    if (written === undefined || /^\w+:\/\//.test(written)) continue;
    const plain = written.replace(/\{\{\s*\.(?:ROOT_DIR|TASKFILE_DIR)\s*\}\}\/?/g, '');
    const bases = [dirname(path), ''];
    for (const base of bases) {
      const target = join(base, plain);
      if (target === undefined) continue;
      const file = world.repository.file(target)
        ? target
        : NAMES.map((name) => (target === '' ? name : `${target}/${name}`)).find((p) => world.repository.file(p));
      if (file === undefined) continue;
      const dir = textAt(value, 'dir');
      found.push({ path: file, vars: at(value, 'vars'), ...(dir !== undefined && !dir.includes('{{') ? { dir } : {}) });
      break;
    }
  }
  return found.slice(0, 64);
}

function textOf(path: string, world: World): string {
  try {
    return world.repository.read(path);
  } catch {
    return '';
  }
}

function readTaskfile(path: string, world: World): Tree | undefined {
  try {
    return parseYaml(wholeFile(path, world.repository.read(path)), { templates: false }).documents[0]?.tree;
  } catch {
    return undefined;
  }
}

function rooted(directory: string): string {
  return directory === '' ? ROOT : `${ROOT}/${directory}`;
}

function placeOf(tree: Tree, path: string): FilePlace {
  return inFile(tree.place, startOf(path));
}
