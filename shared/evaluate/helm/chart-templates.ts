import { type Node, parseTemplate, TemplateSyntaxError } from '../../language/go-template/parse.ts';
import { embedded, wholeFile } from '../../language/source-text.ts';
import { parseYaml } from '../../language/yaml/parse.ts';
import type { FilePlace, Layer, Mapping, Opaque, Place, SourceText, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { emptyMap, isMap, opaque } from '../../tree.ts';
import { type RenderedText, renderTemplate, TemplateError, UnknownOutput } from '../go-template/evaluate.ts';
import { fromTree, type GoMap, type GoValue, Unknown } from '../go-template/values.ts';
import { type BuiltObject, itemsOfList, mayMatter } from '../object-files.ts';
import { argocdAppsOf } from './argocd-apps.ts';
import { type ChartDirectory, ownValues } from './chart-directory.ts';
import { filesOfChart } from './chart-files.ts';
import { coalesce, mergeLayers } from './merge.ts';

const MOST_TEMPLATES = 500;

/** True where a chart's templates, or the chart argocd-apps below it, can render what is asked for. */
export function rendersObjects(repository: Repository, chart: ChartDirectory): boolean {
  return (
    chart.dependencies.some(({ name }) => name === 'argocd-apps') ||
    templatesOf(repository, chart.directory).some(({ path, text }) => !/\.tpl$/.test(path) && mayMatter(text))
  );
}

/**
 * The objects that a chart's templates render of Argo CD's kinds and of Cilium, as far as Helm can be followed without running it:
 * a template that hangs on the cluster or on something unknown is read with what it leaves open as opaque.
 */
export function renderChartObjects(
  repository: Repository,
  chart: ChartDirectory,
  user: readonly Layer[],
  identity: { name: string | null; namespace: string | null },
): BuiltObject[] {
  const templates = templatesOf(repository, chart.directory);
  const relevant = templates.filter(({ path, text }) => !/\.tpl$/.test(path) && mayMatter(text));
  const own = ownValues(repository, chart, 'set', []);
  const defaults = own && isMap(own.tree) ? own.tree : emptyMap(chart.place);
  const values = coalesce(defaults, mergeLayers(user).tree);
  const files = [chart.file, ...(own && 'file' in own.place ? [own.place.file] : [])];
  const objects: BuiltObject[] = chart.dependencies
    .filter(({ name }) => name === 'argocd-apps')
    .flatMap(({ key }) => argocdAppsOf(isMap(values) ? values.entries.get(key) : values))
    .map((tree) => ({ tree, files: fileOf(tree, files) }));
  if (relevant.length === 0) return objects;
  const data = templateData(repository, chart, values, identity);
  const defined = definitions(templates);
  for (const template of relevant) {
    for (const tree of renderDocuments(template, data, defined))
      for (const object of itemsOfList(tree))
        if (isMap(object)) objects.push({ tree: object, files: [...new Set([template.file, template.path, ...files])] });
  }
  return objects;
}

function fileOf(tree: Tree, files: readonly string[]): string[] {
  return [...new Set(['file' in tree.place ? tree.place.file : files[0]!, ...files])];
}

interface Template {
  /** Where it stands in the chart. */
  path: string;
  /** The file itself, behind links. */
  file: string;
  text: string;
}

function templatesOf(repository: Repository, directory: string): Template[] {
  const templates: Template[] = [];
  const visit = (path: string, depth: number) => {
    const { files, directories } = repository.directory(path);
    for (const file of files) {
      if (!/\.(ya?ml|tpl|json)$/.test(file.path) || templates.length >= MOST_TEMPLATES) continue;
      const real = repository.file(file.path)?.path;
      if (real === undefined) continue;
      try {
        templates.push({ path: file.path, file: real, text: repository.read(real) });
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
      }
    }
    if (depth < 8) for (const name of directories) visit(`${path}/${name}`, depth + 1);
  };
  visit(directory === '' ? 'templates' : `${directory}/templates`, 0);
  return templates;
}

function definitions(templates: readonly Template[]): Map<string, Node[]> {
  const defined = new Map<string, Node[]>();
  for (const { text } of templates) {
    if (!/\{\{-?\s*(?:define|block)\b/.test(text)) continue;
    try {
      for (const [name, body] of parseTemplate(text).defined) defined.set(name, body);
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
    }
  }
  return defined;
}

function templateData(
  repository: Repository,
  chart: ChartDirectory,
  values: Tree,
  identity: { name: string | null; namespace: string | null },
): GoMap {
  const unknown = (reason: string): Unknown => new Unknown(opaque(reason, chart.place));
  const release: GoMap = new Map<string, GoValue>([
    ['Name', identity.name ?? unknown('the name of the release cannot be known')],
    ['Namespace', identity.namespace ?? unknown('the namespace of the release cannot be known')],
    ['Service', 'Helm'],
    ['IsInstall', true],
    ['IsUpgrade', false],
    ['Revision', 1n],
  ]);
  const about: GoMap = new Map();
  if (isMap(chart.tree))
    for (const [key, value] of chart.tree.entries) about.set(key.charAt(0).toUpperCase() + key.slice(1), fromTree(value));
  return new Map<string, GoValue>([
    ['Values', fromTree(values)],
    ['Release', release],
    ['Chart', about],
    ['Capabilities', unknown('it depends on what the cluster offers')],
    ['Files', filesOfChart(repository, chart.directory, chart.place)],
    [
      'Template',
      new Map<string, GoValue>([
        ['BasePath', `${chart.name}/templates`],
        ['Name', unknown('the name of a template')],
      ]),
    ],
    ['Subcharts', new Map()],
  ]);
}

/** The documents of a rendered template, with places in the template; of one that cannot be rendered, what can be read around its marks. */
function renderDocuments(template: Template, data: GoMap, defined: ReadonlyMap<string, Node[]>): Tree[] {
  let rendered: RenderedText;
  try {
    rendered = renderTemplate(template.text, data, {
      missingKey: 'empty',
      helm: true,
      defined,
      place: startOf(template.file),
    });
  } catch (error) {
    if (!(error instanceof UnknownOutput || error instanceof TemplateError || error instanceof TemplateSyntaxError)) throw error;
    return parseYaml(wholeFile(template.file, template.text), { templates: 'go' }).documents.map((document) => document.tree);
  }
  const { documents } = parseYaml(wholeFile(template.file, rendered.text), { templates: false });
  const lines = linesOf(template.text, rendered.offsets);
  return documents.map((document) => settle(document.tree, lines, rendered));
}

/** The template's line for each rendered line. */
function linesOf(template: string, offsets: readonly number[]): number[] {
  const lines: number[] = [];
  let line = 1;
  let at = 0;
  for (const offset of offsets) {
    if (offset < at) {
      line = 1;
      at = 0;
    }
    for (let next = template.indexOf('\n', at); next >= 0 && next < offset; next = template.indexOf('\n', at)) {
      line++;
      at = next + 1;
    }
    lines.push(line);
  }
  return lines;
}

/** A rendered tree with places in the template, and with opaque values where a mark stands. */
function settle(tree: Tree, lines: readonly number[], rendered: RenderedText): Tree {
  const placed = (place: Place): Place =>
    'file' in place ? ({ ...place, line: lines[place.line - 1] ?? place.line } satisfies FilePlace) : place;
  const visit = (node: Tree): Tree => {
    if (node.kind === 'opaque') return { ...node, place: placed(node.place) };
    const place = placed(node.place);
    if (node.kind === 'list') return { ...node, place, items: node.items.map(visit) };
    if (node.kind === 'map') {
      const entries = new Map<string, Tree>();
      let hidden: Opaque | undefined;
      for (const [key, value] of node.entries) {
        const unknown = rendered.marks.in(key);
        if (unknown) hidden = { ...unknown, place };
        else entries.set(key, visit(value));
      }
      return { ...node, place, entries, ...(hidden ? { unseen: hidden } : {}) } satisfies Mapping;
    }
    const unknown = typeof node.value === 'string' ? rendered.marks.in(node.value) : undefined;
    const { block, ...rest } = node;
    const kept =
      block && isStraight(lines, block.line, String(node.value)) ? { block: { ...block, line: lines[block.line - 1] ?? block.line } } : {};
    if (!unknown) return { ...rest, place, ...kept };
    const text = String(node.value).replace(/\uE001\d+\uE002/g, '{{ unknown }}');
    const source: SourceText = embedded({ ...rest, place, ...kept, value: text });
    return { ...opaque(unknown.reason, place, text), ...(text.includes('\n') ? { block: source } : {}) };
  };
  return visit(tree);
}

/** True where the rendered lines of a block are neighbours in the template too. */
function isStraight(lines: readonly number[], from: number, text: string): boolean {
  const count = text.split('\n').length - 1;
  for (let i = 1; i < count; i++) if (lines[from - 1 + i] !== (lines[from - 1] ?? 0) + i) return false;
  return true;
}
