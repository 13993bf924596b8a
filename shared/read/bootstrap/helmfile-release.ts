import { chartFields } from '../../evaluate/chart-release.ts';
import { type Fault, findingOf } from '../../evaluate/fault.ts';
import { ciliumOfChart } from '../../evaluate/helm/umbrella-chart.ts';
import { knownText, ROOT, type Text, writtenText } from '../../language/shell/text.ts';
import type { ClusterEvidence, Declaration, FilePlace, Tree } from '../../model.ts';
import { inFile, startOf } from '../../place.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isMap, isTrue, opaque, textAt } from '../../tree.ts';
import { directoryEvidence } from './command-clusters.ts';
import { type CiliumChart, ciliumChart, writtenVersion } from './helm-chart.ts';
import type { Run } from './helmfile.ts';
import { withTemplates } from './helmfile-inheritance.ts';
import type { HelmfileState } from './helmfile-state.ts';
import { type HelmfileContext, type HelmfileTemplate, helmfileContext, renderNode } from './helmfile-template.ts';
import { layersOf } from './helmfile-values.ts';
import { uniqueFiles } from './manifests.ts';

/** A release of a helmfile for one run of it: its declaration where it is Cilium, why it is not read where it could be; undefined where it is another chart. */
export function releaseDeclaration(
  written: Tree,
  state: HelmfileState,
  run: Run,
  repository: Repository,
): Declaration | { why: string } | undefined {
  const release = withTemplates(written, state, []);
  if (!isMap(release)) return undefined;
  const place: FilePlace = inFile(written.place, startOf(state.path));
  const { name, namespace, context } = identify(release, state, run, repository, place);
  const chartText = renderNode(at(release, 'chart'), context);
  if (!chartText) return undefined;
  const chart = ciliumChart(chartText, undefined, { repository, directories: [dirname(state.path)], written: new Map() });
  if (chart === undefined) return undefined;
  if (chart === 'unknown') return { why: `the chart of the release in line ${place.line} cannot be known: ${writtenText(chartText)}` };
  if (isOff(release, state, context))
    return { why: `the release ${name ?? `in line ${place.line}`} is switched off (installed: false, or its condition)` };
  if (run.looks !== undefined) return { why: `the release ${name ?? ''} is not read: ${run.looks}` };
  const said = versionOf(release, chart, context);
  const lookedUp = [...context.read];
  const { layers, files: valuesFiles } = layersOf(release, state, context, repository, place);
  const faults: Fault[] = [];
  const part = chart.kind === 'local' ? ciliumOfChart(repository, chart.directory, layers, faults)[0] : undefined;
  const chartVersion = part ? part.chartVersion : said.version;
  const files = uniqueFiles([state.path], valuesFiles, state.files, part?.files ?? [], lookedUp, run.trail);
  const namespaceText = namespace ?? run.namespace ?? defaultNamespace(state);
  return {
    side: 'bootstrap',
    form: 'helmfile',
    place,
    files,
    name: name ?? null,
    namespace: namespaceText ? (knownText(namespaceText) ?? null) : 'default',
    ...chartFields(part ?? { layers, chartVersion }),
    chartVersionPlace:
      part?.chartVersionPlace ?? placeOfVersion(chartVersion, lookedUp, repository) ?? at(release, 'version')?.place ?? place,
    ...(chartVersion === null && { chartVersionWhy: part?.chartVersionWhy ?? said.why }),
    installer: 'helm',
    clusters: clustersOf(run, release, state, files),
    rank: run.rank,
    rankWhy: run.invocation ? `a release of a helmfile that is run ${run.where}` : `a release of a helmfile; ${run.where}`,
    ...afterHelm(release, state),
    findings: faults.map((fault) => findingOf(fault)),
  };
}

/** The name and namespace of a release, and the context in which its other templates know them. */
function identify(
  release: Tree,
  state: HelmfileState,
  run: Run,
  repository: Repository,
  place: FilePlace,
): { name: string | undefined; namespace: Text | undefined; context: HelmfileContext } {
  const template: HelmfileTemplate = { path: state.path, values: state.values, run, repository, place, release };
  const name = renderNode(at(release, 'name'), helmfileContext(template));
  const knownName = name && knownText(name);
  const named: HelmfileTemplate = { ...template, ...(knownName !== undefined && { name: knownName }) };
  const namespace = renderNode(at(release, 'namespace'), helmfileContext(named));
  const knownNamespace = namespace && knownText(namespace);
  const context = helmfileContext({ ...named, ...(knownNamespace !== undefined && { namespace: knownNamespace }) });
  return { name: knownName, namespace, context };
}

/** The version that a release asks for, and why it is none where it is none. */
function versionOf(release: Tree, chart: CiliumChart, context: HelmfileContext): { version: string | null; why: string } {
  const written = renderNode(at(release, 'version'), context);
  if (written) {
    const { version, why } = writtenVersion(written);
    return { version, why: `version ${writtenText(written)}: ${why ?? 'it is no exact version'}` };
  }
  const named = chart.kind === 'upstream' && chart.version ? writtenVersion([chart.version]).version : null;
  return { version: named, why: 'the release has no version: the newest one on the day it runs' };
}

/** What helmfile changes after Helm, and what it tells Helm to leave out. */
function afterHelm(release: Tree, state: HelmfileState): Pick<Declaration, 'skipSchemaValidation' | 'hidden'> {
  const skip = at(release, 'skipSchemaValidation') ?? defaults(state, 'skipSchemaValidation');
  const changed =
    ['jsonPatches', 'strategicMergePatches', 'transformers', 'postRenderer'].map((key) => at(release, key)).find((n) => n !== undefined) ??
    defaults(state, 'postRenderer');
  return {
    ...(isTrue(skip) && { skipSchemaValidation: true }),
    ...(changed && { hidden: [{ prefix: '', opaque: opaque('helmfile changes the manifests after Helm', changed.place) }] }),
  };
}

/** Where a version stands in the files that a template read for it. */
function placeOfVersion(version: string | null, files: readonly string[], repository: Repository): FilePlace | undefined {
  if (version === null) return undefined;
  for (const file of files) {
    const lines = repository.read(file).split('\n');
    const line = lines.findIndex((text) => text.includes(version));
    if (line >= 0) return { file, line: line + 1, column: lines[line]!.indexOf(version) + 1 };
  }
  return undefined;
}

function isOff(release: Tree, state: HelmfileState, context: HelmfileContext): boolean {
  const installed = at(release, 'installed');
  const text = installed && renderNode(installed, context);
  if (text && knownText(text) === 'false') return true;
  const condition = textAt(release, 'condition');
  const value = condition === undefined ? undefined : at(state.values, condition);
  return value?.kind === 'scalar' && value.value === false;
}

function defaults(state: HelmfileState, key: string): Tree | undefined {
  return state.parts.map((p) => at(p, ['helmDefaults', key])).findLast((n) => n !== undefined);
}

function defaultNamespace(state: HelmfileState): Text | undefined {
  const found = state.parts.map((p) => textAt(p, 'namespace')).findLast((n) => n !== undefined);
  return found === undefined ? undefined : [found];
}

function clustersOf(run: Run, release: Tree, state: HelmfileState, files: readonly string[]): ClusterEvidence[] {
  const found: ClusterEvidence[] = [];
  const context =
    (run.context && knownText(run.context)) ??
    textAt(release, 'kubeContext') ??
    state.parts.map((p) => textAt(p, 'helmDefaults.kubeContext')).findLast((c) => c !== undefined);
  if (context && !context.includes('{{'))
    found.push({ name: context.replace(/^.*@/, ''), why: `the helmfile names the context ${context}`, strength: 3 });
  if (run.environment !== 'default')
    found.push({ name: run.environment, why: `the helmfile's environment is ${run.environment}`, strength: 2 });
  for (const name of ['CLUSTER_NAME', 'CLUSTER']) {
    const value = run.variable(name);
    const known = value && knownText(value);
    if (known && !known.includes(ROOT)) found.push({ name: known, why: `the variable ${name} says so`, strength: 2 });
  }
  for (const file of files) found.push(...directoryEvidence(file));
  return found.filter((e, i) => found.findIndex((o) => o.name === e.name) === i);
}
