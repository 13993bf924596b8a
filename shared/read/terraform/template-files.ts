import { glob } from '../../glob.ts';
import { Places, wholeFile } from '../../language/source-text.ts';
import type { Opaque, Place, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { pathBeside } from '../../repository/hosted-path.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { opaque } from '../../tree.ts';
import { NotTerraform } from './cursor.ts';
import { contributed, contributorsOf, type FileFunctions, type Scope, templateText } from './evaluate.ts';
import type { SourceFile } from './modules.ts';
import { parseTemplate } from './parse.ts';
import { type Instance, knownString, repositoryPath } from './run.ts';

const MOST_MATCHES = 20;

/** The functions that read files, for a file of a module. */
export function templateFiles(instance: Instance, file: SourceFile): FileFunctions {
  return new TemplateFiles(instance, file);
}

class TemplateFiles implements FileFunctions {
  readonly #instance: Instance;
  readonly #file: SourceFile;
  readonly #repository: Repository;

  constructor(instance: Instance, file: SourceFile) {
    this.#instance = instance;
    this.#file = file;
    this.#repository = instance.run.configurations.repository;
  }

  made(text: Tree, place: Place): void {
    if ('file' in place) this.#instance.run.onMade({ text, place });
  }

  read(path: Tree, place: Place): Tree {
    const [found, other] = pathsOf(path, this.#instance);
    if (found === undefined) return missing(path, place);
    if (other !== undefined) return opaque('which file it is depends on the run of Terraform', place, knownString(path));
    const tree = this.#wholeText(found, path, place);
    this.made(tree, place);
    return tree;
  }

  render(path: Tree, variables: Tree, place: Place, scope: Scope): Tree {
    const rendered = pathsOf(path, this.#instance).map((found) => this.#rendered(found, path, variables, place, scope));
    if (rendered.length === 0) return missing(path, place);
    return rendered.length === 1 ? rendered[0]! : opaque('which template it is depends on the run of Terraform', place, knownString(path));
  }

  list(directory: Tree, pattern: Tree, place: Place): Tree {
    const [from, written] = [knownString(directory), knownString(pattern)];
    const base = from === undefined ? undefined : repositoryPath(from, this.#instance.run.root);
    if (base === undefined || written === undefined) return opaque('which files it lists depends on the run of Terraform', place);
    const matches = glob(written, { globstar: true, braces: true, sets: true, escapes: true });
    const prefix = base === '' ? '' : `${base}/`;
    const items = this.#repository.files.flatMap(({ path }): Tree[] => {
      const below = path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
      return below !== undefined && matches?.(below) ? [{ kind: 'scalar', value: below, place, origin: 'set' }] : [];
    });
    return { kind: 'list', items, place, origin: 'set' };
  }

  exists(path: Tree): boolean | undefined {
    const known = knownString(path);
    const found = known === undefined ? undefined : repositoryPath(known, this.#instance.run.root);
    return found === undefined ? undefined : this.#repository.file(found) !== undefined;
  }

  #wholeText(found: string, path: Tree, place: Place): Tree {
    const value = this.#textOf(found, place);
    if (typeof value !== 'string') return value;
    const start = startOf(found);
    const text: Tree = { kind: 'scalar', value, place: start, origin: 'set', block: { line: 1, indent: 0 } };
    return contributed(text, [], [this.#file.path, ...contributorsOf(path)]);
  }

  #rendered(found: string, path: Tree, variables: Tree, place: Place, scope: Scope): Tree {
    const text = this.#textOf(found, place);
    if (typeof text !== 'string') return text;
    const places = new Places(wholeFile(found, text));
    const inner: Scope = {
      ...scope,
      file: found,
      place: (offset) => places.at(offset),
      written: (from, to) => text.slice(from, to),
      lookup: () => (variables.kind === 'opaque' ? { tree: variables, taken: 0 } : undefined),
      names: variables.kind === 'map' ? variables.entries : new Map<string, Tree>(),
    };
    const start = startOf(found);
    try {
      const rendered = { ...templateText(parseTemplate(text), inner, start), block: { line: 1, indent: 0 } };
      const tree = contributed(rendered, [], [this.#file.path, ...contributorsOf(path)]);
      this.made(tree, place);
      return tree;
    } catch (error) {
      if (!(error instanceof NotTerraform)) throw error;
      return opaque(`${found} is no template that Terraform can read (line ${places.at(error.offset).line}: ${error.message})`, place);
    }
  }

  #textOf(path: string, place: Place): string | Opaque {
    try {
      return this.#repository.read(path);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return opaque(`${path} ${error.message}`, place);
    }
  }
}

/** The files that a path can mean: what Terraform fills in when it runs may be anything between two slashes. */
function pathsOf(path: Tree, instance: Instance): string[] {
  const { repository } = instance.run.configurations;
  const written = path.kind === 'scalar' ? knownString(path) : path.kind === 'opaque' ? path.text : undefined;
  if (written === undefined) return [];
  const unknown = /\$\{[^{}]*\}/g;
  if (path.kind === 'scalar' || !unknown.test(written)) {
    const found = repositoryPath(written, instance.run.root);
    if (path.kind !== 'scalar') return [];
    if (found !== undefined && repository.file(found)) return [found];
    const beside = found === undefined ? pathBeside(written, repository, 'file') : undefined;
    return beside === undefined ? [] : [beside];
  }
  const pattern = repositoryPath(written.replace(unknown, '\u{F0003}'), instance.run.root);
  if (pattern === undefined || !/[^\u{F0003}/]/u.test(pattern.slice(pattern.lastIndexOf('/') + 1))) return [];
  const fits = glob(pattern.replace(/[\\*?]/g, '\\$&').replaceAll('\u{F0003}', '*'), { escapes: true });
  return repository.files
    .filter((file) => fits?.(file.path))
    .slice(0, MOST_MATCHES)
    .map((file) => file.path);
}

function missing(path: Tree, place: Place): Tree {
  if (path.kind === 'opaque') return opaque(`which file it is cannot be told: ${path.reason}`, place, path.text);
  const written = (knownString(path) ?? '').replace(/^\u{F0002}\//u, '');
  return opaque(`${written || 'the file'} is not in the repository`, place);
}
