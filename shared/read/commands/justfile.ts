import { Shell } from '../../language/shell/interpreter.ts';
import { shellSource } from '../../language/shell/source.ts';
import { joinText, knownText, ROOT, type Text } from '../../language/shell/text.ts';
import type { World } from '../../language/shell/world.ts';
import { textAtPlace } from '../../language/source-text.ts';
import type { FilePlace } from '../../model.ts';
import { startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname, join } from '../../repository/tree-repository.ts';
import type { CommandReaderOfAll } from './reader.ts';
import { isWorthRunning } from './worth-running.ts';

const INTERPOLATION = /\{\{(?!\{)\s*((?:"[^"\n]{0,500}"|'[^'\n]{0,500}'|[^}"']){1,1000}?)\s*\}\}/;

interface Recipe {
  name: string;
  /** File line of the first line of the body. */
  line: number;
  indent: number;
  body: string[];
  parameters: { name: string; default?: string; many: boolean }[];
  noCd: boolean;
  /** Of the attribute of that name: where the body runs, from the justfile's directory. */
  workingDirectory?: string;
}

interface Justfile {
  path: string;
  variables: { name: string; expression: string; exported: boolean; line: number }[];
  recipes: Recipe[];
  imports: string[];
  modules: string[];
  workingDirectory?: string;
}

/** Every recipe of justfiles; imported ones in the working directory of the file that imports them. https://just.systems/man/en/ */
export const justfiles: CommandReaderOfAll = {
  names: /(?:^|\/)(?:\.?justfile|[^/]*\.just(?:file)?)$/i,
  runAll: runJustfiles,
};

function runJustfiles(paths: readonly string[], world: World): void {
  const files = new Map<string, Justfile>();
  for (const path of paths) {
    const file = readJustfile(path, world.repository);
    if (file) files.set(path, file);
  }
  const imported = new Set([...files.values()].flatMap((f) => f.imports));
  const parents = new Map([...files.values()].flatMap((f) => f.modules.map((m) => [m, f] as const)));
  for (const file of files.values()) {
    if (imported.has(file.path)) continue;
    const all = withImports(file, files);
    if (all.some((f) => f.recipes.some(holdsCommand))) runRecipes(file, all, world, rootOf(file, parents));
  }
}

/** The justfile that a module belongs to in the end: functions such as `justfile_directory()` mean that one. */
function rootOf(file: Justfile, parents: ReadonlyMap<string, Justfile>): Justfile {
  let root = file;
  for (let i = 0; i < 16; i++) root = parents.get(root.path) ?? root;
  return root;
}

/** A file and everything that it imports, each once. */
function withImports(file: Justfile, files: ReadonlyMap<string, Justfile>): Justfile[] {
  const all = [file];
  for (const next of all) {
    if (all.length > 32) break;
    for (const path of next.imports) {
      const target = files.get(path);
      if (target && !all.includes(target)) all.push(target);
    }
  }
  return all;
}

const holdsCommand = ({ body }: Recipe): boolean => body.some(isWorthRunning);

function runRecipes(main: Justfile, all: readonly Justfile[], world: World, root: Justfile): void {
  const home =
    main.workingDirectory === undefined ? dirname(main.path) : (join(dirname(main.path), main.workingDirectory) ?? dirname(main.path));
  const scope = new Scope(root, all, world, home);
  for (const file of all) {
    for (const recipe of file.recipes) {
      if (!holdsCommand(recipe) || world.steps <= 0) continue;
      const own = recipe.workingDirectory === undefined ? undefined : join(home, recipe.workingDirectory);
      runRecipe(recipe, file, main, scope, world, recipe.noCd ? [''] : [own ?? home]);
    }
  }
}

function runRecipe(recipe: Recipe, file: Justfile, main: Justfile, scope: Scope, world: World, directories: readonly string[]): void {
  const parameters = new Map<string, Text>();
  for (const parameter of recipe.parameters) {
    const place = { file: file.path, line: recipe.line, column: 1 };
    if (parameter.default !== undefined) parameters.set(parameter.name, scope.evaluate(parameter.default, place, parameters));
    else if (parameter.many) parameters.set(parameter.name, []);
    else
      parameters.set(parameter.name, [
        { written: `{{${parameter.name}}}`, reason: 'whoever calls the recipe gives it', place, name: parameter.name, given: true },
      ]);
  }
  const shell = (): Shell => {
    const made = new Shell(world, { where: `in the recipe ${recipe.name}`, rank: 4, clusters: [] }, directories, file.path);
    for (const [name, text] of scope.exported()) made.give(name, text, startOf(file.path));
    made.positional = recipe.parameters.map((p) => ({
      text: parameters.get(p.name)!,
      place: { file: file.path, line: recipe.line, column: 1 },
    }));
    if (main.path !== file.path) made.trail = [main.path];
    return made;
  };
  const run = (into: Shell, lines: string[], line: number) => {
    const source = { file: file.path, text: lines.join('\n'), line, indent: recipe.indent, exact: true };
    into.run(shellSource(source, INTERPOLATION, (match, place) => scope.evaluate(match[1]!, place, parameters)));
  };
  if (recipe.body[0]?.startsWith('#!')) {
    if (/\b(?:python|node|perl|ruby|nu|fish|pwsh|uv)/.test(recipe.body[0])) return;
    const script = shell();
    run(script, recipe.body, recipe.line);
    script.runUncalled();
    return;
  }
  // Every line has a shell of its own; one that ends in a backslash goes on.
  const written: Shell['written'] = new Map();
  for (let i = 0; i < recipe.body.length; i++) {
    let j = i;
    while (j + 1 < recipe.body.length && recipe.body[j]!.endsWith('\\')) j++;
    const lines = recipe.body.slice(i, j + 1);
    lines[0] = lines[0]!.replace(/^[@-]+/, (sigils) => ' '.repeat(sigils.length));
    const one = shell();
    one.written = written;
    run(one, lines, recipe.line + i);
    i = j;
  }
}

/** The variables of a justfile and its imports, worked out when first asked for. */
class Scope {
  readonly #root: Justfile;
  readonly #world: World;
  readonly #home: string;
  readonly #definitions = new Map<string, { expression: string; exported: boolean; file: string; line: number }>();
  readonly #values = new Map<string, Text>();

  constructor(root: Justfile, all: readonly Justfile[], world: World, home: string) {
    this.#root = root;
    this.#world = world;
    this.#home = home;
    for (const file of all) {
      for (const v of file.variables) if (!this.#definitions.has(v.name)) this.#definitions.set(v.name, { ...v, file: file.path });
    }
  }

  *exported(): Generator<[string, Text]> {
    for (const [name, definition] of this.#definitions) if (definition.exported) yield [name, this.#value(name)!];
  }

  #value(name: string): Text | undefined {
    const known = this.#values.get(name);
    if (known) return known;
    const definition = this.#definitions.get(name);
    if (!definition) return undefined;
    const place = { file: definition.file, line: definition.line, column: 1 };
    this.#values.set(name, [{ written: `{{${name}}}`, reason: 'it is defined by itself', place, name }]);
    const value = this.evaluate(definition.expression, place);
    this.#values.set(name, value);
    return value;
  }

  /** The text of an expression: strings, variables, `+`, `/`, functions of paths and of the environment, backticks. */
  evaluate(expression: string, place: FilePlace, parameters: ReadonlyMap<string, Text> = new Map()): Text {
    const tokens = tokenize(expression);
    const cursor = { tokens: tokens ?? [], i: 0 };
    const value = tokens && this.#sum(cursor, place, parameters, 0);
    if (value && cursor.i === tokens.length) return value;
    return [{ written: `{{${expression}}}`, reason: 'an expression of just works it out', place }];
  }

  #sum(cursor: Cursor, place: FilePlace, parameters: ReadonlyMap<string, Text>, depth: number): Text | undefined {
    let value = this.#operand(cursor, place, parameters, depth);
    while (value && (cursor.tokens[cursor.i] === '+' || cursor.tokens[cursor.i] === '/')) {
      const operator = cursor.tokens[cursor.i++];
      const next = this.#operand(cursor, place, parameters, depth);
      if (!next) return undefined;
      value = operator === '/' ? joinText(value, ['/'], next) : joinText(value, next);
    }
    return value;
  }

  #operand(cursor: Cursor, place: FilePlace, parameters: ReadonlyMap<string, Text>, depth: number): Text | undefined {
    const token = cursor.tokens[cursor.i++];
    if (token === undefined || depth > 16) return undefined;
    if (token === '(') {
      const value = this.#sum(cursor, place, parameters, depth + 1);
      return cursor.tokens[cursor.i++] === ')' ? value : undefined;
    }
    if (token.startsWith('"'))
      return [
        token
          .slice(1, -1)
          .replace(/\\n/g, '\n')
          .replace(/\\(["\\])/g, '$1'),
      ];
    if (token.startsWith("'")) return [token.slice(1, -1)];
    if (token.startsWith('`')) {
      const shell = new Shell(this.#world, { where: 'in a variable', rank: 4, clusters: [] }, [this.#home], place.file);
      return shell.outputOf(shellSource(textAtPlace(token.slice(1, -1), place)));
    }
    if (cursor.tokens[cursor.i] !== '(') {
      return (
        parameters.get(token) ??
        this.#value(token) ?? [{ written: `{{${token}}}`, reason: `${token} is not defined in Git`, place, name: token, given: true }]
      );
    }
    cursor.i++;
    const values: Text[] = [];
    while (cursor.i < cursor.tokens.length && cursor.tokens[cursor.i] !== ')') {
      const value = this.#sum(cursor, place, parameters, depth + 1);
      if (!value || values.length > 16) return undefined;
      values.push(value);
      if (cursor.tokens[cursor.i] === ',') cursor.i++;
    }
    if (cursor.tokens[cursor.i++] !== ')') return undefined;
    return this.#call(token, values, place);
  }

  /** https://just.systems/man/en/functions.html */
  #call(name: string, values: readonly Text[], place: FilePlace): Text | undefined {
    const here = (directory: string): Text => [directory === '' ? ROOT : `${ROOT}/${directory}`];
    const first = values[0] ? knownText(values[0]) : undefined;
    switch (name) {
      case 'justfile_directory':
      case 'justfile_dir':
        return here(dirname(this.#root.path));
      case 'justfile':
        return [`${ROOT}/${this.#root.path}`];
      case 'source_directory':
      case 'source_dir':
      case 'module_directory':
      case 'module_dir':
        return here(dirname(place.file));
      case 'invocation_directory':
      case 'invocation_dir':
      case 'invocation_directory_native':
        return here(dirname(this.#root.path));
      case 'env':
      case 'env_var':
      case 'env_var_or_default':
        if (first === undefined) return undefined;
        return (
          this.#world.environment(first) ??
          values[1] ?? [{ written: `\${${first}}`, reason: `the variable ${first} is not set in Git`, place, name: first, given: true }]
        );
      case 'join':
        return joinText(...values.map((v, i): Text => (i === 0 ? v : ['/', ...v])));
      case 'parent_directory':
      case 'parent_dir':
        return first === undefined ? undefined : [first.slice(0, Math.max(0, first.lastIndexOf('/')))];
      case 'absolute_path':
      case 'canonicalize':
      case 'clean':
      case 'quote':
      case 'trim':
        return values[0];
      default:
        return undefined;
    }
  }
}

interface Cursor {
  tokens: string[];
  i: number;
}

function tokenize(expression: string): string[] | undefined {
  if (expression.length > 4000) return undefined;
  const tokens: string[] = [];
  const pattern = /\s*("(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|[A-Za-z_][\w-]*|[()+/,])\s*/gy;
  let end = 0;
  for (const match of expression.matchAll(pattern)) {
    if (match.index !== end) return undefined;
    end = match.index + match[0].length;
    tokens.push(match[1]!);
  }
  return end === expression.length && tokens.length > 0 ? tokens : undefined;
}

/** A justfile's settings, variables and recipes; undefined where it cannot be read. */
function readJustfile(path: string, repository: Repository): Justfile | undefined {
  let text: string;
  try {
    text = repository.read(path);
  } catch {
    return undefined;
  }
  if (text.length > 512 * 1024) return undefined;
  const lines = text.split(/\r?\n/).map((line) => (line.length > 4000 ? '' : line));
  const file: Justfile = { path, variables: [], recipes: [], imports: [], modules: [] };
  let noCd = false;
  let workingDirectory: string | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const variable = /^(export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.+?)\s*$/.exec(line);
    const setting = /^set\s+working-directory\s*:=\s*['"]([^'"]+)['"]/.exec(line);
    const attribute = /^\[(?:[^\]]*,)?\s*working-directory\s*[:(]\s*['"]([^'"]+)['"]/.exec(line);
    const imports = /^import\??\s+['"]([^'"]+)['"]/.exec(line);
    const header = /^@?([A-Za-z_][\w-]*)((?:\s+[^:=][^:]*?)?)\s*:(?!=)/.exec(line);
    const module = /^mod\??\s+([\w-]+)(?:\s+['"]([^'"]+)['"])?\s*$/.exec(line);
    if (module) file.modules.push(...moduleFiles(dirname(path), module[1]!, module[2], repository));
    else if (setting) file.workingDirectory = setting[1]!;
    else if (imports) {
      const target = join(dirname(path), imports[1]!);
      if (target !== undefined && repository.file(target)) file.imports.push(target);
    } else if (variable)
      file.variables.push({ name: variable[2]!, expression: stripComment(variable[3]!), exported: variable[1] !== undefined, line: i + 1 });
    else if (/^\[[^\]]*\bno-cd\b/.test(line)) noCd = true;
    else if (attribute) workingDirectory = attribute[1]!;
    else if (header && !/^(?:set|alias|mod|import)\b/.test(line)) {
      const body: string[] = [];
      let j = i + 1;
      while (j < lines.length && (/^[ \t]/.test(lines[j]!) || lines[j]!.trim() === '')) body.push(lines[j++]!);
      while (body.length > 0 && body.at(-1)!.trim() === '') body.pop();
      const indent = body.length === 0 ? 0 : /^[ \t]*/.exec(body.find((l) => l.trim() !== '')!)![0].length;
      file.recipes.push({
        name: header[1]!,
        line: i + 2,
        indent,
        body: body.map((l) => l.slice(Math.min(indent, /^[ \t]*/.exec(l)![0].length))),
        parameters: parametersOf(line),
        noCd,
        ...(workingDirectory === undefined ? {} : { workingDirectory }),
      });
      noCd = false;
      workingDirectory = undefined;
      i = j - 1;
    }
  }
  return file;
}

/** https://just.systems/man/en/modules.html */
function moduleFiles(directory: string, name: string, path: string | undefined, repository: Repository): string[] {
  const target = path ?? name;
  const inside = [`${target}/mod.just`, `${target}/justfile`, `${target}/.justfile`];
  const options = path === undefined ? [`${name}.just`, ...inside] : [target, ...inside];
  const found = options.map((option) => join(directory, option)).find((option) => option !== undefined && repository.file(option));
  return found === undefined ? [] : [found];
}

function stripComment(expression: string): string {
  return /^((?:"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|[^"'`#])*)#/.exec(expression)?.[1]?.trim() ?? expression;
}

function parametersOf(header: string): Recipe['parameters'] {
  const found: Recipe['parameters'] = [];
  const start = /^@?[A-Za-z_][\w-]*/.exec(header)![0].length;
  const pattern = /\s+([+*]?)\$?([A-Za-z_][\w-]*)(?:\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|[\w.-]+(?:\([^)]*\))?))?/gy;
  pattern.lastIndex = start;
  for (let match = pattern.exec(header); match && found.length < 64; match = pattern.exec(header)) {
    found.push({ name: match[2]!, many: match[1] !== '', ...(match[3] !== undefined ? { default: match[3] } : {}) });
  }
  return found;
}
