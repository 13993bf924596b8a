import { isExpression } from '../../language/yaml/template-text.ts';
import type { FilePlace, Mapping, Opaque, Scalar, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { at, isMap, opaque, textAt } from '../../tree.ts';

/** A string as it was written, or why it cannot be known. */
export type Text = (Scalar & { value: string }) | Opaque;

/** One entry of `sources`, or `source`. The tool blocks stay trees: `.argocd-source.yaml` may yet change them. */
export interface Source {
  tree: Mapping;
  place: FilePlace;
  repoURL?: Text;
  chart?: Text;
  path?: Text;
  targetRevision?: Text;
  ref?: Text;
  helm?: Mapping;
  kustomize?: Mapping;
  directory?: Mapping;
  plugin?: Mapping;
}

/** An Application of Argo CD, typed. https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/ */
export interface Application {
  tree: Mapping;
  place: FilePlace;
  name?: Text;
  /** Namespace of the Application itself. */
  namespace?: Text;
  project?: Text;
  destination: { name?: Text; server?: Text; namespace?: Text };
  sources: Source[];
  /** It has `sources`: `$` at the start of a values file then means a ref. */
  multi: boolean;
  ignoreDifferences: Tree[];
  /** Fields that Argo CD cannot read, each with what it expects. */
  unreadable: { message: string; place: FilePlace }[];
}

/** The API group of Argo CD's own kinds. */
export function isArgocdKind(tree: Tree, kind: 'Application' | 'ApplicationSet'): tree is Mapping {
  return isMap(tree) && textAt(tree, 'kind') === kind && (textAt(tree, 'apiVersion') ?? '').startsWith('argoproj.io/');
}

/** The string at a path: opaque where it is an expression that something else has yet to render; undefined where nothing is there. */
export function textOf(tree: Tree | undefined, path: string): Text | undefined {
  const node = at(tree, path);
  if (node === undefined || node.kind === 'opaque') return node;
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const value = String(node.value);
  if (isExpression(value)) return opaque('it is a template that nothing in Git renders', node.place, value);
  return { ...node, value };
}

/** The string, or undefined where there is none that can be known. */
export function known(text: Text | undefined): string | undefined {
  return text?.kind === 'scalar' ? text.value : undefined;
}

/** Reads an Application; undefined for anything else. */
export function readApplication(tree: Tree): Application | undefined {
  if (!isArgocdKind(tree, 'Application')) return undefined;
  const spec = at(tree, 'spec');
  const unreadable: Application['unreadable'] = [];
  const list = at(spec, 'sources');
  const multi = list?.kind === 'list' && list.items.length > 0;
  const hydrated = at(spec, 'sourceHydrator.drySource');
  const entries = multi ? list.items : [hydrated ?? at(spec, 'source')];
  const differences = at(spec, 'ignoreDifferences');
  return {
    tree,
    place: placeOf(at(tree, 'kind') ?? tree),
    ...text('name', textOf(tree, 'metadata.name')),
    ...text('namespace', textOf(tree, 'metadata.namespace')),
    ...text('project', textOf(spec, 'project')),
    destination: {
      ...text('name', textOf(spec, 'destination.name')),
      ...text('server', textOf(spec, 'destination.server')),
      ...text('namespace', textOf(spec, 'destination.namespace')),
    },
    sources: entries.flatMap((entry) => (isMap(entry) ? [readSource(entry, unreadable)] : [])),
    multi,
    ignoreDifferences: differences?.kind === 'list' ? differences.items : [],
    unreadable,
  };
}

/** Reads one source. */
export function readSource(tree: Mapping, unreadable: Application['unreadable']): Source {
  for (const key of ['repoURL', 'chart', 'path', 'targetRevision', 'ref']) mustBeString(at(tree, key), key, unreadable);
  const helm = block(tree, 'helm');
  if (helm) checkHelm(helm, unreadable);
  return {
    tree,
    place: placeOf(at(tree, 'chart') ?? at(tree, 'path') ?? tree),
    ...text('repoURL', textOf(tree, 'repoURL')),
    ...text('chart', textOf(tree, 'chart')),
    ...text('path', textOf(tree, 'path')),
    ...text('targetRevision', textOf(tree, 'targetRevision')),
    ...text('ref', textOf(tree, 'ref')),
    ...(helm ? { helm } : {}),
    ...tool(tree, 'kustomize'),
    ...tool(tree, 'directory'),
    ...tool(tree, 'plugin'),
  };
}

function checkHelm(helm: Mapping, unreadable: Application['unreadable']): void {
  for (const key of ['values', 'releaseName', 'namespace', 'version']) mustBeString(at(helm, key), `helm.${key}`, unreadable);
  const parameters = at(helm, 'parameters');
  for (const parameter of parameters?.kind === 'list' ? parameters.items : [])
    mustBeString(at(parameter, 'value'), 'helm.parameters[].value', unreadable);
}

function mustBeString(node: Tree | undefined, what: string, unreadable: Application['unreadable']): void {
  if (node === undefined || node.kind === 'opaque' || (node.kind === 'scalar' && (typeof node.value === 'string' || node.value === null)))
    return;
  unreadable.push({ message: `${what} must be a string`, place: placeOf(node) });
}

type ToolName = 'kustomize' | 'directory' | 'plugin';

function tool(tree: Mapping, key: ToolName): { [K in ToolName]?: Mapping } {
  const found = block(tree, key);
  return found ? { [key]: found } : {};
}

/** A tool's block; an empty `helm: {}` is none, as the API server drops it. */
function block(tree: Mapping, key: string): Mapping | undefined {
  const node = at(tree, key);
  return isMap(node) ? node : undefined;
}

function text<K extends string>(key: K, value: Text | undefined): { [P in K]?: Text } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: Text };
}

/** The file place of a node; trees of repositories always have one. */
export function placeOf(tree: Tree): FilePlace {
  return 'file' in tree.place ? tree.place : startOf(tree.place.source);
}
