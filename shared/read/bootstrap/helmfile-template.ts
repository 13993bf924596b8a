import { readValues } from '../../evaluate/helm/values-document.ts';
import { renderPartially, renderText, type TemplateContext, type TemplateValue } from '../../language/go-template/partial.ts';
import { findPaths } from '../../language/shell/paths.ts';
import { joinText, knownText, type Text } from '../../language/shell/text.ts';
import { textAtPlace, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, SourceText, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
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

/** Where a template of a helmfile stands, and what it is rendered for. */
export interface HelmfileTemplate {
  path: string;
  /** `.Values`. */
  values: Tree;
  run: HelmfileRun;
  repository: Repository;
  place: FilePlace;
  release?: Tree;
  name?: string;
  namespace?: string;
}

/** What templates of a helmfile know: https://helmfile.readthedocs.io/en/latest/templating_funcs/ */
export function helmfileContext(template: HelmfileTemplate): HelmfileContext {
  return {
    place: template.place,
    directory: dirname(template.path),
    read: new Set(),
    nested: 0,
    field: (path) => field(path, template),
    // Contexts are copied for another place: what is called sees the copy.
    call(name, values) {
      return FUNCTIONS[name]?.(values, this, template, name);
    },
  };
}

function field([head, ...rest]: readonly string[], { values, run, release, name, namespace }: HelmfileTemplate): TemplateValue | undefined {
  const [first, ...below] = rest;
  if (head === 'Values' || head === 'StateValues') return found(at(values, rest));
  if (head === 'Environment' && first === 'Name') return [run.environment];
  if (head === 'Environment' && first === 'Values') return found(at(values, below));
  if (head !== 'Release' || !release || !first) return undefined;
  if (first === 'Name' && name !== undefined) return [name];
  if (first === 'Namespace' && namespace !== undefined) return [namespace];
  return found(at(release, [first[0]!.toLowerCase() + first.slice(1), ...below]));
}

type Values = readonly (TemplateValue | undefined)[];
type TemplateFunction = (values: Values, context: HelmfileContext, template: HelmfileTemplate, name: string) => TemplateValue | undefined;

const FUNCTIONS: Record<string, TemplateFunction> = Object.assign(Object.create(null), {
  requiredEnv: environmentVariable,
  env: environmentVariable,
  expandenv: environmentVariable,
  required: ([, value]) => value,
  readFile,
  fromYaml,
  tpl,
  get,
} satisfies Record<string, TemplateFunction>);

const textOf = (value: TemplateValue | undefined): Text | undefined => (value && !('kind' in value) ? value : undefined);

const known = (value: TemplateValue | undefined): string | undefined => {
  const text = textOf(value);
  return text && knownText(text);
};

function environmentVariable(
  [value]: Values,
  { place }: HelmfileContext,
  { run }: HelmfileTemplate,
  name: string,
): TemplateValue | undefined {
  const variable = known(value);
  if (variable === undefined) return undefined;
  const written = `{{ ${name} "${variable}" }}`;
  return run.variable(variable) ?? [{ written, reason: `the variable ${variable} is not set in Git`, place, name: variable, given: true }];
}

function readFile(
  [value]: Values,
  { directory, read }: HelmfileContext,
  { path, repository }: HelmfileTemplate,
): TemplateValue | undefined {
  const text = textOf(value);
  const [file] = text ? findPaths(text, { repository, directories: [directory, dirname(path), ''], written: new Map() }, 'file') : [];
  if (!file) return undefined;
  try {
    const contents = repository.read(file.path);
    read.add(file.path);
    const place = startOf(file.path);
    // The file stands for itself: whoever parses its text keeps its places.
    return { kind: 'scalar', value: contents, place, origin: 'set', block: { line: 1, indent: 0 } };
  } catch {
    return undefined;
  }
}

function fromYaml([value]: Values, { place }: HelmfileContext): TemplateValue | undefined {
  if (value && 'kind' in value && value.kind === 'scalar' && 'file' in value.place)
    return readValues(wholeFile(value.place.file, String(value.value)), 4).tree;
  const text = known(value);
  return text === undefined ? undefined : parseYaml(textAtPlace(text, { ...place, column: 1 })).documents[0]?.tree;
}

function tpl([value]: Values, context: HelmfileContext): TemplateValue | undefined {
  const text = value && 'kind' in value && value.kind === 'scalar' ? String(value.value) : known(value);
  if (text === undefined || context.nested >= MOST_NESTED) return undefined;
  return renderText(text, { ...context, nested: context.nested + 1 } as HelmfileContext);
}

/** `get "a.b" default tree`. */
function get([path, ...rest]: Values): TemplateValue | undefined {
  const key = known(path);
  const tree = rest.at(-1);
  if (key === undefined || !tree || !('kind' in tree)) return undefined;
  return found(at(tree, key)) ?? (rest.length > 1 ? rest[0] : undefined);
}

function found(tree: Tree | undefined): TemplateValue | undefined {
  return tree?.kind === 'opaque' && !tree.text ? undefined : tree;
}

/** The text of a node of a helmfile, its templates filled in; undefined where it is no text. */
export function renderNode(node: Tree | undefined, context: TemplateContext): Text | undefined {
  if (node === undefined) return undefined;
  const place = inFile(node.place, context.place);
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
  const place = inFile(tree.place, context.place);
  if (tree.kind === 'scalar') return { ...tree, value: known };
  // Unquoted, the result is read as YAML; quoted, it stays text.
  if (/^['"]/.test(tree.text ?? '')) return { kind: 'scalar', value: known, place, origin: 'set' };
  return parseYaml(textAtPlace(known, place)).documents[0]?.tree ?? tree;
}
