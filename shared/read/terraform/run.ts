import { wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, Mapping, Tree } from '../../model.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { opaque } from '../../tree.ts';
import { budget, contributed, evaluate, type FileFunctions, type Scope } from './evaluate.ts';
import type { Configurations, Module, PlacedBlock, SourceFile } from './modules.ts';
import { Splices } from './spliced-text.ts';
import type { Attribute, Block, Expression } from './syntax.ts';
import { templateFiles } from './template-files.ts';

const MOST_INSTANCES = 60;

/** A text that Terraform makes for another program, and the call that makes it. */
export interface MadeText {
  text: Tree;
  /** Where the function that makes it is called. */
  place: FilePlace;
}

/** One run of Terraform in a root module. */
export class Run {
  readonly configurations: Configurations;
  readonly root: string;
  readonly splices = new Splices();
  readonly budget = budget();
  /** Called for every `templatefile`, `file`, `yamlencode` and `jsonencode` while something is evaluated. */
  onMade: (made: MadeText) => void = () => {};
  readonly instances: Instance[] = [];

  readonly #variablesFile: string | undefined;

  /** `variablesFile`: a file of variables that somebody names when Terraform runs (`-var-file`). */
  constructor(configurations: Configurations, root: string, variablesFile?: string) {
    this.configurations = configurations;
    this.root = root;
    this.#variablesFile = variablesFile;
    const module = configurations.module(root);
    if (module) this.#instantiate(module, (name) => this.#rootVariable(name));
  }

  #instantiate(module: Module, argument: Instance['argument'], caller?: { instance: Instance; name: string }): Instance {
    const instance = new Instance(this, module, argument, caller);
    this.instances.push(instance);
    for (const [name, call] of module.calls) {
      const source = call.body.attributes.get('source')?.value;
      const path =
        source?.kind === 'literal' && /^\.\.?(\/|$)/.test(String(source.value)) ? join(module.directory, String(source.value)) : undefined;
      const child = path === undefined ? undefined : this.configurations.module(path);
      if (!child || this.instances.length >= MOST_INSTANCES || instance.within(child)) continue;
      const made = this.#instantiate(child, (argumentName) => instance.argumentOf(call, argumentName), { instance, name });
      instance.children.set(name, made);
    }
    return instance;
  }

  #variables: Map<string, { attribute: Attribute; file: SourceFile } | Tree> | undefined;
  #unreadable: string | undefined;

  /** Files of variables as Terraform loads them by itself, later ones over earlier ones. */
  #rootVariable(name: string): Tree | undefined {
    if (!this.#variables) {
      this.#variables = new Map();
      const names = this.configurations.repository.directory(this.root).files.map((file) => file.path);
      const own = (name: string) => names.filter((path) => path.slice(path.lastIndexOf('/') + 1) === name);
      const automatic = names.filter((path) => /\.auto\.tfvars(\.json)?$/.test(path)).sort();
      for (const path of [
        ...own('terraform.tfvars'),
        ...own('terraform.tfvars.json'),
        ...automatic,
        ...(this.#variablesFile === undefined ? [] : [this.#variablesFile]),
      ])
        this.#load(path);
    }
    const found = this.#variables.get(name);
    if (found === undefined) return undefined;
    if ('kind' in found) return found;
    const instance = this.instances[0]!;
    return evaluate(found.attribute.value, instance.scope(found.file));
  }

  /** A file of variables that cannot be read, encrypted as a rule. */
  unreadableVariables(): string | undefined {
    return this.#unreadable;
  }

  #load(path: string): void {
    try {
      if (path.endsWith('.json')) {
        const tree = parseYaml(wholeFile(path, this.configurations.repository.read(path))).documents[0]?.tree;
        if (tree?.kind === 'map') for (const [name, value] of tree.entries) this.#variables!.set(name, value);
        return;
      }
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.#unreadable = path;
      return;
    }
    const file = this.configurations.source(path);
    if (file === undefined) this.#unreadable = path;
    else for (const attribute of file.body.attributes.values()) this.#variables!.set(attribute.name, { attribute, file });
  }
}

const LOOKED_UP_WHEN_IT_RUNS = new Set(['each', 'count', 'self', 'terraform']);

/** A module as one call of it sees it. */
export class Instance {
  readonly run: Run;
  readonly module: Module;
  readonly argument: (name: string) => Tree | undefined;
  readonly caller: { instance: Instance; name: string } | undefined;
  readonly children = new Map<string, Instance>();
  readonly #known = new Map<string, Tree>();
  readonly #working = new Set<string>();

  constructor(run: Run, module: Module, argument: (name: string) => Tree | undefined, caller?: { instance: Instance; name: string }) {
    this.run = run;
    this.module = module;
    this.argument = argument;
    this.caller = caller;
  }

  /** True where the module is this one or one that calls it. */
  within(module: Module): boolean {
    return this.module === module || (this.caller?.instance.within(module) ?? false);
  }

  /** What an argument of a call of a module stands for; undefined where the call does not give it. */
  argumentOf(call: PlacedBlock, name: string): Tree | undefined {
    const attribute = call.body.attributes.get(name);
    if (!attribute || ['source', 'version', 'providers', 'count', 'for_each', 'depends_on'].includes(name)) return undefined;
    return evaluate(attribute.value, this.scope(call.file));
  }

  /** Where an expression of one of the module's files is evaluated. */
  scope(file: SourceFile, names: ReadonlyMap<string, Tree> = new Map()): Scope {
    return {
      file: file.path,
      place: (offset) => file.places.at(offset),
      written: (from, to) => file.text.slice(from, to),
      lookup: (name, attributes) => this.#lookup(name, attributes),
      names,
      splices: this.run.splices,
      files: this.#files(file),
      budget: this.run.budget,
    };
  }

  /** The value of an attribute of a block, or undefined where it has none. */
  attribute(block: PlacedBlock | (Block & { file: SourceFile }), name: string, names?: ReadonlyMap<string, Tree>): Tree | undefined {
    const attribute = block.body.attributes.get(name);
    return attribute && evaluate(attribute.value, this.scope(block.file, names));
  }

  /** The place of a block. */
  place(block: PlacedBlock): FilePlace {
    return block.file.places.at(block.offset);
  }

  #files(file: SourceFile): FileFunctions {
    return templateFiles(this, file);
  }

  #lookup(name: string, attributes: readonly string[]): { tree: Tree; taken: number } | undefined {
    const [first, second] = attributes;
    if (name === 'path') return first === undefined ? undefined : { tree: this.#path(first), taken: 1 };
    if (LOOKED_UP_WHEN_IT_RUNS.has(name)) return undefined;
    if (name === 'var')
      return first === undefined ? undefined : { tree: this.#once(`var.${first}`, () => this.#variable(first)), taken: 1 };
    if (name === 'local')
      return first === undefined ? undefined : { tree: this.#once(`local.${first}`, () => this.#local(first)), taken: 1 };
    if (name === 'module') {
      const child = first === undefined ? undefined : this.children.get(first);
      const output = second === undefined ? undefined : child?.module.outputs.get(second);
      if (!child || !output) return undefined;
      const tree = child.attribute(output, 'value');
      return tree && { tree, taken: 2 };
    }
    const [type, label, asked, taken] = name === 'data' ? [`data.${first}`, second, attributes[2], 3] : [name, first, second, 2];
    const block = this.module.resources.get(`${type}.${label}`);
    if (!block || asked === undefined) return undefined;
    const tree = this.#once(`${type}.${label}.${asked}`, () => this.#resource(block, asked), block);
    return { tree, taken };
  }

  #once(key: string, work: () => Tree | undefined, block?: PlacedBlock): Tree {
    const known = this.#known.get(key);
    if (known) return known;
    const place: FilePlace = block ? this.place(block) : { file: this.module.files[0]?.path ?? this.module.directory, line: 1, column: 1 };
    if (this.#working.has(key)) return opaque('it is defined by itself', place);
    this.#working.add(key);
    const tree = work() ?? opaque('Terraform works it out when it runs', place);
    this.#working.delete(key);
    this.#known.set(key, tree);
    return tree;
  }

  #path(name: string): Tree {
    return {
      kind: 'scalar',
      value: `${REPOSITORY}/${name === 'module' ? this.module.directory : this.run.root}`,
      place: { source: 'Terraform' },
      origin: 'set',
    };
  }

  #variable(name: string): Tree {
    const block = this.module.variables.get(name);
    const place: FilePlace = block ? this.place(block) : { file: this.module.files[0]?.path ?? '', line: 1, column: 1 };
    const written = `\${var.${name}}`;
    const type = block?.body.attributes.get('type')?.value;
    const given = this.argument(name);
    if (given && !(given.kind === 'scalar' && given.value === null))
      return type && block ? this.#completed(given, type, block.file) : given;
    const value = block && this.attribute(block, 'default');
    if (value && !(value.kind === 'scalar' && value.value === null && this.run.unreadableVariables())) return value;
    const hidden = this.caller ? undefined : this.run.unreadableVariables();
    return opaque(hidden ? `${hidden} may set it and cannot be read` : 'Git does not hold the value of this variable', place, written);
  }

  /** Fills in what `optional(type, default)` says of attributes that are not given. */
  #completed(value: Tree, type: Expression, file: SourceFile): Tree {
    if (type.kind !== 'call') return value;
    const [inner] = type.arguments;
    if (!inner) return value;
    if (type.name === 'optional') return this.#completed(value, inner, file);
    if (type.name === 'object' && inner.kind === 'object' && value.kind === 'map') {
      const completed: Mapping = { ...value, entries: new Map(value.entries) };
      for (const { key, value: of } of inner.items) {
        if (key.kind !== 'literal') continue;
        const name = String(key.value);
        const had = value.entries.get(name);
        const missing = had === undefined || (had.kind === 'scalar' && had.value === null);
        if (!missing) completed.entries.set(name, this.#completed(had, of, file));
        else if (of.kind === 'call' && of.name === 'optional' && of.arguments[1])
          completed.entries.set(name, evaluate(of.arguments[1], this.scope(file)));
      }
      return completed;
    }
    if (['list', 'set', 'tuple'].includes(type.name) && value.kind === 'list')
      return { ...value, items: value.items.map((item) => this.#completed(item, inner, file)) };
    if (type.name === 'map' && value.kind === 'map')
      return { ...value, entries: new Map([...value.entries].map(([key, item]) => [key, this.#completed(item, inner, file)])) };
    return value;
  }

  #local(name: string): Tree | undefined {
    const local = this.module.locals.get(name);
    return local && evaluate(local.attribute.value, this.scope(local.file));
  }

  /** What is written in a resource is what it has; the rest is known only when Terraform runs. */
  #resource(block: PlacedBlock, asked: string): Tree | undefined {
    const [type = ''] = block.labels;
    const place = this.place(block);
    if (block.type === 'data' && type === 'helm_template' && /^manifests?$/.test(asked)) return rendered(block, place);
    if (type === 'terraform_data' && asked === 'output') return this.attribute(block, 'input');
    if (type === 'kubectl_file_documents' && /^(documents|manifests)$/.test(asked)) return this.attribute(block, 'content');
    if (type === 'null_resource' || type === 'terraform_data') return this.attribute(block, asked);
    if (type === 'template_file' && asked === 'rendered') {
      const template = this.attribute(block, 'template');
      return (
        template &&
        this.scope(block.file).files.render(
          template,
          this.attribute(block, 'vars') ?? { kind: 'map', entries: new Map(), place, origin: 'set' },
          place,
          this.scope(block.file),
        )
      );
    }
    if (type === 'local_file' && block.type === 'data' && asked === 'content') {
      const filename = this.attribute(block, 'filename');
      return filename && contributed(this.scope(block.file).files.read(filename, place), []);
    }
    return this.attribute(block, asked);
  }
}

/** First characters of a path that starts at the repository's root. */
export const REPOSITORY = '\u{F0002}';

/** What a `helm_template` makes: it is found again by its name. */
function rendered(block: PlacedBlock, place: FilePlace): Tree {
  return opaque('Helm renders it when Terraform runs', place, `\${data.helm_template.${block.labels[1]}}`);
}

/** The text of a scalar that is known. */
export function knownString(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
}

/** Where a file that a module reads lies; undefined where it is outside the repository. */
export function repositoryPath(path: string, root: string): string | undefined {
  if (path.startsWith(REPOSITORY)) return join('', path.slice(REPOSITORY.length));
  return path.startsWith('/') || path.startsWith('~') ? undefined : join(root, path);
}
