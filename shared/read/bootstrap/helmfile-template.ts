import { readValues } from '../../evaluate/helm/values-document.ts';
import { renderPartially, renderText, type TemplateContext, type TemplateValue } from '../../language/go-template/partial.ts';
import { findPaths } from '../../language/shell/paths.ts';
import { joinText, knownText, type Text } from '../../language/shell/text.ts';
import { textAtPlace, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, SourceText, Tree } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, emptyMap } from '../../tree.ts';

/** How somebody runs helmfile. */
export interface HelmfileRun {
  environment: string;
  /** `--state-values-set`, in the syntax of `--set`. */
  stateValues: readonly string[];
  /** State values that a parent helmfile gives. */
  values: readonly Tree[];
  /** The environment of the process. */
  variable(name: string): Text | undefined;
}

/** The context of helmfile's templates, and the directory that `readFile` starts in. */
export interface HelmfileContext extends TemplateContext {
  directory: string;
  /** Files that its templates have read so far. */
  read: Set<string>;
  /** How many templates this one is inside of. */
  nested: number;
}

const MOST_NESTED = 4;

/** What templates of a helmfile know: https://helmfile.readthedocs.io/en/latest/templating_funcs/ */
export function helmfileContext(from: {
  path: string;
  values: Tree;
  run: HelmfileRun;
  repository: Repository;
  place: FilePlace;
  release?: Tree;
  name?: string;
  namespace?: string;
}): HelmfileContext {
  const context: HelmfileContext = {
    place: from.place,
    directory: dirname(from.path),
    read: new Set(),
    nested: 0,
    field(path) {
      const [head, ...rest] = path;
      if (head === 'Values' || head === 'StateValues') return found(at(from.values, rest));
      if (head === 'Environment') {
        if (rest[0] === 'Name') return [from.run.environment];
        if (rest[0] === 'Values') return found(at(from.values, rest.slice(1)));
      }
      if (head === 'Release' && from.release) {
        if (rest[0] === 'Name' && from.name !== undefined) return [from.name];
        if (rest[0] === 'Namespace' && from.namespace !== undefined) return [from.namespace];
        const key = rest[0] === undefined ? undefined : rest[0][0]!.toLowerCase() + rest[0].slice(1);
        return key === undefined ? undefined : found(at(from.release, [key, ...rest.slice(1)]));
      }
      return undefined;
    },
    call(name, values) {
      const first = values[0] && !('kind' in values[0]) ? values[0] : undefined;
      const known = first && knownText(first);
      switch (name) {
        case 'requiredEnv':
        case 'env':
        case 'expandenv':
          if (known === undefined) return undefined;
          return (
            from.run.variable(known) ?? [
              {
                written: `{{ ${name} "${known}" }}`,
                reason: `the variable ${known} is not set in Git`,
                place: this.place,
                name: known,
                given: true,
              },
            ]
          );
        case 'required':
          return values[1];
        case 'readFile': {
          const path =
            first &&
            findPaths(
              first,
              { repository: from.repository, directories: [this.directory, dirname(from.path), ''], written: new Map() },
              'file',
            )[0];
          if (!path) return undefined;
          try {
            const value = from.repository.read(path.path);
            this.read.add(path.path);
            // The file stands for itself: whoever parses its text keeps its places.
            return {
              kind: 'scalar',
              value,
              place: { file: path.path, line: 1, column: 1 },
              origin: 'set',
              block: { line: 1, indent: 0 },
            };
          } catch {
            return undefined;
          }
        }
        case 'fromYaml': {
          const text = values[0];
          if (text && 'kind' in text && text.kind === 'scalar' && 'file' in text.place) {
            return readValues(wholeFile(text.place.file, String(text.value)), 4).tree;
          }
          return known === undefined ? undefined : parseYaml(textAtPlace(known, { ...this.place, column: 1 })).documents[0]?.tree;
        }
        case 'tpl': {
          const text = values[0] && 'kind' in values[0] && values[0].kind === 'scalar' ? String(values[0].value) : known;
          return text === undefined || this.nested >= MOST_NESTED
            ? undefined
            : renderText(text, { ...this, nested: this.nested + 1 } as HelmfileContext);
        }
        case 'get': {
          const [path, ...rest] = values;
          const key = path && !('kind' in path) ? knownText(path) : undefined;
          const tree = rest.at(-1);
          if (key === undefined || !tree || !('kind' in tree)) return undefined;
          return found(at(tree, key)) ?? (rest.length > 1 ? rest[0] : undefined);
        }
        default:
          return undefined;
      }
    },
  };
  return context;
}

function found(tree: Tree | undefined): TemplateValue | undefined {
  return tree?.kind === 'opaque' && !tree.text ? undefined : tree;
}

/** The text of a node of a helmfile, its templates filled in; undefined where it is no text. */
export function renderNode(node: Tree | undefined, context: TemplateContext): Text | undefined {
  if (node === undefined) return undefined;
  const place = 'file' in node.place ? node.place : context.place;
  if (node.kind !== 'scalar' && node.kind !== 'opaque') return undefined;
  if (node.kind === 'scalar' && node.value === null) return undefined;
  if (node.kind === 'opaque' && node.text === undefined) return [{ written: '{{ … }}', reason: node.reason, place }];
  const written = node.kind === 'scalar' ? String(node.value) : node.text!;
  const once = renderText(written, { ...context, place });
  const known = knownText(once);
  // A template inside a string of a template is for the second pass, over the release.
  return known?.includes('{{') ? renderText(known, { ...context, place }) : once;
}

/** Values that a template renders: the data itself where the template only dumps it, else the rendered text read as YAML. */
export function renderedTree(source: SourceText, context: TemplateContext): Tree {
  const place: FilePlace = { file: source.file, line: source.line, column: source.indent + 1 };
  const rendered = renderPartially(source.text, context);
  const data = rendered.filter((r) => 'tree' in r);
  if (data.length === 1 && rendered.every((r) => 'tree' in r || knownText(r.text)?.trim() === '')) return (data[0] as { tree: Tree }).tree;
  const text = knownLines(renderText(source.text, context));
  if (text.trim() === '') return emptyMap(place);
  const exact = text.split('\n').length === source.text.split('\n').length;
  return readValues({ ...source, text, ...(exact ? {} : { exact: false, line: 1, column: 1 }) }, 4).tree;
}

/** Rendered text with what is unknown as templates, so that its neighbours stay readable. */
function knownLines(text: Text): string {
  return joinText(text)
    .map((piece) =>
      typeof piece === 'string' ? piece : /^\{\{[\s\S]*\}\}$/.test(piece.written) ? piece.written : `{{ ${piece.name ?? 'unknown'} }}`,
    )
    .join('');
}

/** Inline values with their templates filled in. */
export function renderedValues(tree: Tree, context: TemplateContext, depth = 0): Tree {
  if (depth > 64) return tree;
  if (tree.kind === 'map') {
    const entries = new Map<string, Tree>();
    for (const [key, value] of tree.entries) entries.set(key, renderedValues(value, context, depth + 1));
    return { ...tree, entries };
  }
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => renderedValues(item, context, depth + 1)) };
  if (tree.kind === 'scalar' && !(typeof tree.value === 'string' && tree.value.includes('{{'))) return tree;
  const text = renderNode(tree, context);
  const known = text && knownText(text);
  if (known === undefined) return tree;
  const place = 'file' in tree.place ? tree.place : context.place;
  if (tree.kind === 'scalar') return { ...tree, value: known };
  // Unquoted, the result is read as YAML; quoted, it stays text.
  if (/^['"]/.test(tree.text ?? '')) return { kind: 'scalar', value: known, place, origin: 'set' };
  return parseYaml(textAtPlace(known, place)).documents[0]?.tree ?? tree;
}
