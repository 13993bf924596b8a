import { chartDefaults, knownVersion } from '../../cilium/charts.ts';
import { wholeFile } from '../../language/source-text.ts';
import type { FilePlace, Layer, Mapping, Place, Scalar, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { type Repository, UnreadableFile } from '../../repository/repository.ts';
import { join } from '../../repository/tree-repository.ts';
import { at, emptyMap, isOpaque, opaque, textAt } from '../../tree.ts';
import { askedVersion, type ChartRelease, isCiliumChart } from '../chart-release.ts';
import { argocdRefuses, type Fault, valuesFileMissing } from '../fault.ts';
import { readChart } from '../helm/chart-directory.ts';
import { renderChartObjects, rendersObjects } from '../helm/chart-templates.ts';
import { bringsCilium, ciliumOfChart, filesOf } from '../helm/umbrella-chart.ts';
import { readValues } from '../helm/values-document.ts';
import type { BuiltObject } from '../object-files.ts';
import { refusal, stringsOf } from './kustomization-file.ts';
import { mergeKyaml, readKyamlValues } from './kyaml-merge.ts';

/** Where a `helmCharts` entry stands and what its kustomization says besides. */
export interface HelmChartContext {
  repository: Repository;
  /** The kustomization's directory; values files are relative to it and must not leave it. */
  directory: string;
  file: string;
  /** `helmGlobals.chartHome`. */
  chartHome: string;
  /** Namespace of the kustomization or of the nearest one that includes it. */
  namespace: Tree | undefined;
  /** `--load-restrictor LoadRestrictionsNone`. */
  anyFile: boolean;
  faults: Fault[];
}

const FIELDS = new Set([
  'name',
  'repo',
  'version',
  'releaseName',
  'namespace',
  'valuesFile',
  'additionalValuesFiles',
  'valuesInline',
  'valuesMerge',
  'includeCRDs',
  'skipHooks',
  'skipTests',
  'apiVersions',
  'kubeVersion',
  'nameTemplate',
  'debug',
  'devel',
  'chartHome',
  'configHome',
]);
const META = new Set(['apiVersion', 'kind', 'metadata']);

/** A `helmChartInflationGenerator` entry in the words of `helmCharts`; its `releaseNamespace` is ignored by kustomize. */
export function modernEntry(tree: Tree): Tree {
  if (tree.kind !== 'map') return tree;
  const names: Record<string, string> = {
    chartName: 'name',
    chartVersion: 'version',
    chartRepoUrl: 'repo',
    values: 'valuesFile',
    valuesLocal: 'valuesInline',
  };
  const entries = new Map<string, Tree>();
  for (const [key, value] of tree.entries)
    if (key !== 'releaseNamespace' && key !== 'helmBin' && key !== 'helmHome')
      entries.set(Object.hasOwn(names, key) ? names[key]! : key, value);
  return { ...tree, entries };
}

/** What one entry renders of Cilium: none for another chart, several for an umbrella chart in the repository. */
export function inflateChart(entry: Tree, context: HelmChartContext): ChartRelease[] {
  const { faults, file } = context;
  if (entry.kind !== 'map') {
    if (entry.kind !== 'opaque') faults.push(refusal(`kustomize refuses ${file}: an entry of helmCharts is no map`, [entry.place]));
    return [];
  }
  const name = at(entry, 'name');
  if (isOpaque(name)) return [];
  if (name?.kind !== 'scalar' || typeof name.value !== 'string' || name.value === '') {
    faults.push(refusal(`kustomize refuses ${file}: an entry of helmCharts has no name`, [entry.place]));
    return [];
  }
  const chart = name as Scalar & { value: string };
  const repo = textAt(entry, 'repo');
  const local = localChart(entry, chart.value, repo, context);
  if (local === undefined ? !isCiliumChart(chart.value) : !bringsCilium(context.repository, readChart(context.repository, local)!))
    return [];
  const user = userLayers(entry, local, context);
  if (local !== undefined)
    return ciliumOfChart(context.repository, local, user, faults).map((part) =>
      complete({ ...part, form: part.umbrella ? 'umbrella-chart' : 'kustomize-helm', files: [file, ...part.files] }, entry, context),
    );
  if (!repo)
    faults.push(
      refusal(`kustomize finds no chart ${chart.value}: ${file} names no repo, and none lies in ${context.chartHome}/`, [chart.place]),
    );
  const versionNode = at(entry, 'version');
  const version =
    versionNode?.kind === 'opaque'
      ? { version: null, why: versionNode.reason }
      : askedVersion(versionNode?.kind === 'scalar' && versionNode.value !== null ? String(versionNode.value) : undefined);
  return [
    complete(
      {
        form: 'kustomize-helm',
        place: chart.place as FilePlace,
        files: [file, ...filesOf(user)],
        chartVersion: version.version,
        ...(version.why ? { chartVersionWhy: version.why } : {}),
        chartVersionPlace: versionNode?.place ?? chart.place,
        layers: user,
      },
      entry,
      context,
    ),
  ];
}

/** The Applications that one entry renders: a chart that lies here and brings no Cilium itself. */
export function inflateApplications(entry: Tree, context: HelmChartContext): BuiltObject[] {
  const name = textAt(entry, 'name');
  if (entry.kind !== 'map' || !name) return [];
  const { repository } = context;
  const local = localChart(entry, name, textAt(entry, 'repo'), context);
  const chart = local === undefined ? undefined : readChart(repository, local);
  if (!chart || bringsCilium(repository, chart) || !rendersObjects(repository, chart)) return [];
  const user = userLayers(entry, local, context);
  const identity = { name: nameOf(at(entry, 'releaseName'), at(entry, 'nameTemplate')), namespace: textAt(entry, 'namespace') ?? null };
  return renderChartObjects(repository, chart, user, identity).map(({ tree, files }) => ({
    tree,
    files: [...new Set([...files, ...filesOf(user)])],
  }));
}

function complete(part: Omit<ChartRelease, 'name' | 'namespace'>, entry: Mapping, context: HelmChartContext): ChartRelease {
  const { faults, file } = context;
  for (const [key, value] of entry.entries) {
    if (!FIELDS.has(key) && !META.has(key))
      faults.push(refusal(`kustomize refuses ${file}: helmCharts has no field ${key}`, [value.place]));
    const text = ['repo', 'version', 'releaseName', 'namespace', 'valuesFile', 'valuesMerge', 'nameTemplate'].includes(key);
    if (text && value.kind !== 'opaque' && !(value.kind === 'scalar' && (typeof value.value === 'string' || value.value === null)))
      faults.push(refusal(`kustomize refuses ${file}: ${key} of helmCharts must be a string`, [value.place], `Quote the value of ${key}.`));
  }
  const [name, template] = [at(entry, 'releaseName'), at(entry, 'nameTemplate')];
  if (name && template)
    faults.push(refusal(`kustomize refuses ${file}: releaseName and nameTemplate exclude each other`, [template.place, name.place]));
  const namespace = at(entry, 'namespace');
  return { ...part, name: nameOf(name, template), namespace: namespaceOf(written(namespace) ? namespace : context.namespace) };
}

function written(node: Tree | undefined): node is Tree {
  return node !== undefined && !(node.kind === 'scalar' && (node.value === null || node.value === ''));
}

function nameOf(name: Tree | undefined, template: Tree | undefined): string | null {
  const node = written(name) ? name : template;
  if (!written(node)) return 'release-name';
  return node.kind === 'scalar' && !String(node.value).includes('{{') ? String(node.value) : null;
}

function namespaceOf(node: Tree | undefined): string | null {
  if (!written(node)) return 'default';
  return node.kind === 'scalar' ? String(node.value) : null;
}

/** Where kustomize finds the chart on disk; undefined where it pulls it. */
function localChart(
  entry: Mapping,
  name: string,
  repo: string | undefined,
  { repository, directory, chartHome }: HelmChartContext,
): string | undefined {
  const home = join(directory, textAt(entry, 'chartHome') ?? chartHome);
  if (home === undefined) return undefined;
  const version = at(entry, 'version');
  const tag = repo && version?.kind === 'scalar' && version.value !== null && version.value !== '' ? `/${name}-${version.value}` : '';
  const path = `${home}${tag}/${name}`.replace(/^\//, '');
  return readChart(repository, path) ? path : undefined;
}

const MERGES = new Set(['override', 'merge', 'replace']);

function userLayers(entry: Mapping, local: string | undefined, context: HelmChartContext): Layer[] {
  const { faults, file, directory, repository } = context;
  const inline = at(entry, 'valuesInline');
  const mergeNode = at(entry, 'valuesMerge');
  const merge = mergeNode?.kind === 'scalar' && mergeNode.value ? String(mergeNode.value) : 'override';
  if (!MERGES.has(merge))
    faults.push(refusal(`kustomize refuses ${file}: valuesMerge must be override, merge or replace`, [mergeNode!.place]));
  const fileNode = at(entry, 'valuesFile');
  const hasInline =
    inline !== undefined && (inline.kind === 'opaque' || (inline.kind === 'map' && inline.entries.size > 0) || inline.kind === 'list');
  const layers: Layer[] = [];
  if (fileNode?.kind === 'opaque') layers.push({ kind: 'values-file', place: fileNode.place, tree: fileNode });
  const path = fileNode?.kind === 'scalar' && typeof fileNode.value === 'string' && fileNode.value !== '' ? fileNode.value : undefined;
  if (local !== undefined && path === undefined && !context.anyFile && !`${local}/`.startsWith(directory === '' ? '' : `${directory}/`))
    faults.push(
      refusal(
        `kustomize refuses ${file}: the chart's values.yaml lies outside of its directory`,
        [at(entry, 'name')!.place],
        'Name a valuesFile inside the directory.',
      ),
    );
  if (!hasInline) {
    if (path !== undefined) layers.push(valuesFile(path, fileNode!.place, context, false));
  } else if (merge === 'replace') layers.push({ kind: 'inline-values', place: inline.place, tree: inline });
  else if (path === undefined) {
    if (merge === 'merge') layers.push({ kind: 'inline-values', place: inline.place, tree: onlyNew(inline, entry) });
    else
      layers.push({
        kind: 'inline-values',
        place: inline.place,
        tree: mergeKyaml(emptyMap(inline.place), inline, 'override', false, faults)[1],
      });
  } else {
    const read = valuesFile(path, fileNode!.place, context, true);
    const mergeKeys =
      'file' in read.place && repository.file(read.place.file) !== undefined && repository.read(read.place.file).includes('<<');
    const [below, above] = mergeKyaml(read.tree, inline, merge === 'merge' ? 'merge' : 'override', mergeKeys, faults);
    const inlineLayer = (tree: Tree): Layer => ({ kind: 'inline-values', place: inline.place, tree });
    layers.push(...(merge === 'merge' ? [inlineLayer(below), { ...read, tree: above }] : [{ ...read, tree: below }, inlineLayer(above)]));
  }
  for (const more of stringsOf(at(entry, 'additionalValuesFiles'))) layers.push(valuesFile(more.value, more.place, context, false));
  return layers;
}

/** `merge` without a valuesFile: the chart's own values.yaml wins, so inline only adds what the chart does not have. */
function onlyNew(inline: Tree, entry: Mapping): Tree {
  const version = at(entry, 'version');
  const known = version?.kind === 'scalar' ? knownVersion(String(version.value)) : undefined;
  if (!known) return opaque('the defaults of an unknown chart version win over it', inline.place);
  const without = (tree: Tree, defaults: Tree): Tree => {
    if (tree.kind !== 'map' || defaults.kind !== 'map') return tree;
    const entries = new Map<string, Tree>();
    for (const [key, value] of tree.entries) {
      const own = defaults.entries.get(key);
      if (own === undefined) entries.set(key, value);
      else if (own.kind === 'map' && value.kind === 'map') entries.set(key, without(value, own));
    }
    return { ...tree, entries };
  };
  return without(inline, chartDefaults(known.version));
}

type FileLayer = Extract<Layer, { kind: 'values-file' | 'inline-values' | 'patch' | 'implicit' }>;

function valuesFile(path: string, from: Place, context: HelmChartContext, kyaml: boolean): FileLayer {
  const { repository, directory, faults, file } = context;
  const unknown = (reason: string): FileLayer => ({ kind: 'values-file', place: from, tree: opaque(reason, from, path) });
  if (/^https?:\/\//.test(path)) return unknown('it is a remote file, which is not in Git');
  const joined = path.startsWith('/') ? undefined : join(directory, path);
  const found = joined === undefined ? undefined : repository.file(joined);
  if (found === undefined) {
    faults.push(
      joined === undefined
        ? refusal(`kustomize refuses ${file}: ${path} leads out of the repository`, [from])
        : valuesFileMissing(`${file} reads ${path}, which does not exist`, [from], `Create ${joined}, or name the file that exists.`),
    );
    return unknown('the file does not exist');
  }
  const inside = directory === '' || found.path.startsWith(`${directory}/`);
  if (!inside && !context.anyFile)
    faults.push(
      refusal(
        `kustomize refuses ${file}: ${path} lies outside of its directory`,
        [from],
        'Move the file below the kustomization, or build with `--load-restrictor LoadRestrictionsNone`.',
      ),
    );
  try {
    const source = wholeFile(found.path, repository.read(found.path));
    if (kyaml) return { kind: 'values-file', place: startOf(found.path), tree: readKyamlValues(source, faults) };
    const { tree, problems } = readValues(source, 4);
    if (problems[0]) faults.push(argocdRefuses(`Helm cannot read ${found.path}: it ${problems[0].message}`, [problems[0].place, from]));
    return { kind: 'values-file', place: startOf(found.path), tree };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return unknown(error.message);
  }
}
