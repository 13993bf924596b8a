import { glob } from '../../glob.ts';
import { Places, wholeFile } from '../../language/source-text.ts';
import type { FilePlace, Place, Tree } from '../../model.ts';
import { pathBeside } from '../../repository/hosted-path.ts';
import { UnreadableFile } from '../../repository/repository.ts';
import { opaque } from '../../tree.ts';
import { type Instance, knownString, repositoryPath, type SourceFile } from './configuration.ts';
import { contributed, contributorsOf, type FileFunctions, type Scope, templateText } from './evaluate.ts';
import { NotTerraform, parseTemplate } from './parse.ts';

const MOST_MATCHES = 20;

/** The functions that read files, for a file of a module. */
export function templateFiles(instance: Instance, file: SourceFile): FileFunctions {
  const { repository } = instance.run.configurations;
  const made = (text: Tree, place: Place) => {
    if ('file' in place) instance.run.onMade({ text, place });
  };

  const read = (path: Tree, place: Place): Tree => {
    const found = pathsOf(path, instance);
    if (found.length !== 1)
      return found.length === 0
        ? missing(path, place)
        : opaque('which file it is depends on the run of Terraform', place, knownString(path));
    const tree = wholeText(found[0]!, path, place, [file.path]);
    made(tree, place);
    return tree;
  };

  const wholeText = (found: string, path: Tree, place: Place, callers: string[]): Tree => {
    try {
      const text: Tree = {
        kind: 'scalar',
        value: repository.read(found),
        place: { file: found, line: 1, column: 1 },
        origin: 'set',
        block: { line: 1, indent: 0 },
      };
      return contributed(text, [], [...callers, ...contributorsOf(path)]);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return opaque(`${found} ${error.message}`, place);
    }
  };

  const renderOne = (found: string, path: Tree, variables: Tree, place: Place, scope: Scope): Tree => {
    let text: string;
    try {
      text = repository.read(found);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return opaque(`${found} ${error.message}`, place);
    }
    const places = new Places(wholeFile(found, text));
    const names = variables.kind === 'map' ? variables.entries : new Map<string, Tree>();
    const inner: Scope = {
      ...scope,
      file: found,
      place: (offset) => places.at(offset),
      written: (from, to) => text.slice(from, to),
      lookup: () => (variables.kind === 'opaque' ? { tree: variables, taken: 0 } : undefined),
      names,
    };
    const start: FilePlace = { file: found, line: 1, column: 1 };
    try {
      const rendered = { ...templateText(parseTemplate(text), inner, start), block: { line: 1, indent: 0 } };
      const tree = contributed(rendered, [], [file.path, ...contributorsOf(path)]);
      made(tree, place);
      return tree;
    } catch (error) {
      if (!(error instanceof NotTerraform)) throw error;
      return opaque(`${found} is no template that Terraform can read (line ${places.at(error.offset).line}: ${error.message})`, place);
    }
  };

  return {
    read,
    render: (path, variables, place, scope) => {
      const found = pathsOf(path, instance);
      if (found.length === 0) return missing(path, place);
      const rendered = found.map((one) => renderOne(one, path, variables, place, scope));
      return rendered.length === 1
        ? rendered[0]!
        : opaque('which template it is depends on the run of Terraform', place, knownString(path));
    },
    list: (directory, pattern, place) => {
      const [from, written] = [knownString(directory), knownString(pattern)];
      const base = from === undefined ? undefined : repositoryPath(from, instance.run.root);
      if (base === undefined || written === undefined) return opaque('which files it lists depends on the run of Terraform', place);
      const matches = glob(written, { globstar: true, braces: true, sets: true, escapes: true });
      const prefix = base === '' ? '' : `${base}/`;
      const items: Tree[] = [];
      for (const { path } of repository.files) {
        if (path.startsWith(prefix) && matches?.(path.slice(prefix.length)))
          items.push({ kind: 'scalar', value: path.slice(prefix.length), place, origin: 'set' });
      }
      return { kind: 'list', items, place, origin: 'set' };
    },
    exists: (path) => {
      const known = knownString(path);
      const found = known === undefined ? undefined : repositoryPath(known, instance.run.root);
      return found === undefined ? undefined : repository.file(found) !== undefined;
    },
    made,
  };
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
