import { Places, wholeFile } from '../../language/source-text.ts';
import type { Unused } from '../../model.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { parseTerraform } from './parse.ts';
import type { Attribute, Block, Body } from './syntax.ts';

/** A block and the file that it stands in. */
export interface PlacedBlock extends Block {
  file: SourceFile;
}

/** A file of Terraform's language. */
export interface SourceFile {
  path: string;
  text: string;
  places: Places;
  body: Body;
}

/** The Terraform files of one directory. */
export interface Module {
  directory: string;
  files: SourceFile[];
  variables: Map<string, PlacedBlock>;
  locals: Map<string, { attribute: Attribute; file: SourceFile }>;
  outputs: Map<string, PlacedBlock>;
  calls: Map<string, PlacedBlock>;
  /** `resource` and `data` blocks by `type.name` and `data.type.name`. */
  resources: Map<string, PlacedBlock>;
}

/** Every Terraform configuration of the repository that something outside calls, its files read on demand. */
export class Configurations {
  readonly repository: Repository;
  readonly unused: Unused[] = [];
  readonly #modules = new Map<string, Module | undefined>();

  constructor(repository: Repository) {
    this.repository = repository;
  }

  /** The module in a directory; undefined where no Terraform file is there. */
  module(directory: string): Module | undefined {
    if (!this.#modules.has(directory)) this.#modules.set(directory, this.#read(directory));
    return this.#modules.get(directory);
  }

  #read(directory: string): Module | undefined {
    const paths = this.repository
      .directory(directory)
      .files.map((file) => file.path)
      .filter((path) => /\.(tf|tofu)$/.test(path));
    if (paths.length === 0) return undefined;
    const module: Module = {
      directory,
      files: [],
      variables: new Map(),
      locals: new Map(),
      outputs: new Map(),
      calls: new Map(),
      resources: new Map(),
    };
    for (const path of paths) {
      // OpenTofu leaves a `.tf` file out that has a `.tofu` twin.
      if (path.endsWith('.tf') && paths.includes(path.replace(/tf$/, 'tofu'))) continue;
      const file = this.source(path);
      if (file === undefined) continue;
      module.files.push(file);
      for (const block of file.body.blocks) collect(module, block, file);
    }
    return module;
  }

  /** A file of Terraform's language; undefined where it cannot be read. */
  source(path: string): SourceFile | undefined {
    try {
      const text = this.repository.read(path);
      const { body, problems } = parseTerraform(text);
      const places = new Places(wholeFile(path, text));
      const first = problems[0];
      if (first)
        this.unused.push({
          file: path,
          why: `line ${places.at(first.offset).line} is not Terraform's language (${first.message}); the rest is read`,
        });
      return { path, text, places, body };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return undefined;
    }
  }
}

function collect(module: Module, block: Block, file: SourceFile): void {
  const placed = { ...block, file };
  const [first = '', second = ''] = block.labels;
  if (block.type === 'variable') module.variables.set(first, placed);
  else if (block.type === 'output') module.outputs.set(first, placed);
  else if (block.type === 'module') module.calls.set(first, placed);
  else if (block.type === 'resource') module.resources.set(`${first}.${second}`, placed);
  else if (block.type === 'data') module.resources.set(`data.${first}.${second}`, placed);
  else if (block.type === 'locals')
    for (const attribute of block.body.attributes.values()) module.locals.set(attribute.name, { attribute, file });
}

const readOnce = new WeakMap<Repository, Configurations>();

/** The Terraform configurations of a repository; a file is parsed once, whoever asks first. */
export function configurationsOf(repository: Repository): Configurations {
  const known = readOnce.get(repository) ?? new Configurations(repository);
  readOnce.set(repository, known);
  return known;
}
