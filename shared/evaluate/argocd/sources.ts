import { glob } from '../../glob.ts';
import type { Mapping, Opaque, Place, Tree } from '../../model.ts';
import { startOf } from '../../place.ts';
import { pathsAround } from '../../repository/beside.ts';
import type { Repository } from '../../repository/repository.ts';
import { normalize } from '../../repository/tree-repository.ts';
import { at, isMap, isTrue, opaque, textAt } from '../../tree.ts';
import { askedVersion, type ChartRelease, isCiliumChart } from '../chart-release.ts';
import { argocdRefuses, type Fault } from '../fault.ts';
import { mergeLayers } from '../helm/merge.ts';
import { type BuiltObject, buildKustomization, hasKustomization } from '../kustomize/build.ts';
import { mayReach } from '../kustomize/reach.ts';
import { type Application, known, placeOf, readSource, type Source } from './application.ts';
import { argocdAppsOf } from './argocd-apps.ts';
import { overrideSource } from './argocd-source-override.ts';
import { readChart } from './chart-directory.ts';
import { renderChartObjects, rendersObjects } from './chart-templates.ts';
import { environmentOf, instanceName } from './environment.ts';
import { isGate } from './gate.ts';
import { helmIdentity, helmLayers } from './helm-source.ts';
import { holdsAgent, holdsApplication, mayBePart, readObjects, textOfFile } from './object-files.ts';
import { pathBelow, type ThisRepository } from './this-repository.ts';
import { bringsCilium, ciliumOfChart, filesOf } from './umbrella-chart.ts';
import type { ValueFileContext } from './value-files.ts';

/** What sources are rendered with. */
export interface RenderContext {
  repository: Repository;
  here: ThisRepository;
  /** kustomize may read files outside of its directory: argocd-cm in this repository says so. */
  anyFile: boolean;
  /** What a config management plugin of that name runs, where this repository defines it. */
  plugin(name: string): 'kustomize' | undefined;
}

/** What Argo CD would render from an Application, as far as it concerns Cilium and Argo CD itself. */
export interface Rendered {
  releases: ChartRelease[];
  /** Objects that mention Cilium or Argo CD: Applications among them lead on. */
  objects: BuiltObject[];
  faults: Fault[];
  /** Sources that cannot be followed, each with the reason. */
  unknown: { opaque: Opaque; plugin?: string }[];
  /** Files that were read on the way and belong to no release or object. */
  files: string[];
  /** Directories of this repository that are rendered. */
  directories: string[];
  /** Sources in this repository under another URL. */
  doubts: string[];
  /** Revisions other than the one that lies here, from which Argo CD reads. */
  revisions: { why: string; place: Place }[];
}

const MOST_FILES = 5000;

/** Renders every source of an Application. Never throws. */
export function renderApplication(application: Application, context: RenderContext): Rendered {
  const rendered: Rendered = { releases: [], objects: [], faults: [], unknown: [], files: [], directories: [], doubts: [], revisions: [] };
  for (const { message, place } of application.unreadable)
    rendered.faults.push(argocdRefuses(`Argo CD cannot read this Application: ${message}`, [place], 'Quote the value.'));
  checkSources(application, rendered.faults);
  for (const source of application.sources) renderSource(application, source, context, rendered);
  return rendered;
}

const REF = /^[a-zA-Z0-9_-]+$/;

function checkSources(application: Application, faults: Fault[]): void {
  const refs = new Map<string, Source>();
  for (const source of application.sources) {
    const ref = known(source.ref);
    if (ref !== undefined && application.multi) {
      if (!REF.test(ref))
        faults.push(
          argocdRefuses(`Argo CD refuses this Application: the ref ${ref} may only hold letters, digits, - and _`, [source.ref!.place]),
        );
      const twin = refs.get(ref);
      if (twin)
        faults.push(
          argocdRefuses(`Argo CD refuses this Application: two sources have the ref ${ref}`, [source.ref!.place, twin.ref!.place]),
        );
      refs.set(ref, source);
    }
    if (
      !source.path &&
      !source.chart &&
      !source.ref &&
      !known(source.repoURL)?.startsWith('oci://') &&
      !at(source.tree, 'path') &&
      !source.tree.unseen
    )
      faults.push(argocdRefuses('Argo CD refuses this Application: a source needs a path, a chart or a ref', [source.place]));
    if (source.chart && (!source.targetRevision || known(source.targetRevision) === ''))
      faults.push(
        argocdRefuses(
          'Argo CD refuses this Application: a chart needs a targetRevision',
          [source.place],
          'Pin the chart version in targetRevision.',
        ),
      );
  }
}

function renderSource(application: Application, source: Source, context: RenderContext, rendered: Rendered): void {
  const unknown = (reason: string, place: Place): void => {
    rendered.unknown.push({ opaque: opaque(reason, place) });
  };
  const chart = chartOf(source);
  if (chart) {
    if (chart.kind === 'opaque') rendered.unknown.push({ opaque: chart });
    else if (isArgocdApps(chart.value)) rendered.objects.push(...argocdAppsObjects(application, source, context, rendered));
    else if (isCiliumChart(chart.value)) rendered.releases.push(chartRelease(application, source, chart, context, rendered));
    return;
  }
  if (source.path === undefined) return;
  const path = known(source.path);
  const url = known(source.repoURL);
  if (path === undefined) {
    unknown(`its path is not known: ${(source.path as Opaque).reason}`, source.path.place);
    return;
  }
  const root = url === undefined ? '' : context.here.rootOf(url);
  if (root === undefined) {
    unknown(`it lies in another repository, ${url}`, source.path.place);
    return;
  }
  const below = path.startsWith('/') ? undefined : normalize(path);
  const directory = below === undefined ? undefined : pathBelow(root, below);
  if (directory === undefined) {
    rendered.faults.push(
      argocdRefuses(
        `Argo CD refuses this Application: its path ${path} ${path.startsWith('/') ? 'is absolute' : 'leads out of the repository'}`,
        [source.path.place],
      ),
    );
    return;
  }
  if (!context.repository.isDirectory(directory)) {
    if (url === undefined || context.here.doubt(url))
      unknown(`${path} does not exist here, so its repository is another one`, source.path.place);
    else
      rendered.faults.push(
        argocdRefuses(
          `Argo CD cannot render this Application: its path ${path} does not exist`,
          [source.path.place],
          'Correct the path, or delete the Application.',
        ),
      );
    return;
  }
  const doubt = url === undefined ? undefined : context.here.doubt(url);
  if (doubt) rendered.doubts.push(doubt);
  if (!isGateSource(source)) rendered.directories.push(directory);
  const revision = context.here.otherRevision(known(source.targetRevision));
  if (revision) rendered.revisions.push({ why: revision, place: (source.targetRevision ?? source.tree).place });
  renderDirectory(application, source, directory, context, rendered);
}

/** The chart of a source: `chart`, or the last part of an OCI address that is rendered at its root. */
function chartOf(source: Source): Source['chart'] {
  if (source.chart) return source.chart;
  const url = known(source.repoURL);
  const path = known(source.path);
  if (!url?.startsWith('oci://') || (path !== undefined && path !== '.' && path !== './')) return undefined;
  return {
    ...(source.repoURL as Exclude<Source['repoURL'], undefined | Opaque>),
    value: url.replace(/\/+$/, '').slice(url.replace(/\/+$/, '').lastIndexOf('/') + 1),
  };
}

function chartRelease(
  application: Application,
  source: Source,
  chart: NonNullable<Source['chart']>,
  context: RenderContext,
  rendered: Rendered,
): ChartRelease {
  const layers = helmLayers(source.helm, fileContext(application, source, context, rendered));
  const revision = source.targetRevision;
  const version = revision?.kind === 'opaque' ? { version: null, why: revision.reason } : askedVersion(revision?.value);
  return {
    form: 'application',
    place: placeOf(chart),
    files: filesOf(layers),
    ...helmIdentity(application, source, rendered.faults),
    chartVersion: version.version,
    ...(version.why ? { chartVersionWhy: version.why } : {}),
    chartVersionPlace: (revision ?? chart).place,
    ...skips(source.helm),
    layers,
  };
}

function isArgocdApps(chart: string): boolean {
  return chart.slice(chart.lastIndexOf('/') + 1) === 'argocd-apps';
}

/** The chart `argocd-apps` is nothing but Applications in values. */
function argocdAppsObjects(application: Application, source: Source, context: RenderContext, rendered: Rendered): BuiltObject[] {
  const { tree } = mergeLayers(helmLayers(source.helm, fileContext(application, source, context, rendered)));
  return argocdAppsOf(tree).map((object) => ({ tree: object, files: 'file' in object.place ? [object.place.file] : [] }));
}

function skips(helm: Tree | undefined): { skipSchemaValidation?: true } {
  const node = at(helm, 'skipSchemaValidation');
  return isTrue(node) ? { skipSchemaValidation: true } : {};
}

function fileContext(
  application: Application,
  source: Source,
  { repository, here }: RenderContext,
  { faults, revisions }: Rendered,
): ValueFileContext {
  return { repository, here, application, source, environment: environmentOf(application, source), faults, revisions };
}

function renderDirectory(application: Application, written: Source, directory: string, context: RenderContext, rendered: Rendered): void {
  const { repository } = context;
  const { faults } = rendered;
  const override = overrideSource(repository, directory, instanceName(application), written.tree, faults);
  const unreadable: Application['unreadable'] = [];
  const source = override.files.length === 0 ? written : readSource(override.source, unreadable);
  for (const { message, place } of unreadable)
    faults.push(argocdRefuses(`Argo CD cannot read this Application: ${message}`, [place], 'Quote the value.'));
  rendered.files.push(...override.files);
  const [helm, kustomize, plain, plugin] = [filled(source.helm), filled(source.kustomize), filled(source.directory), source.plugin];
  const tools = [helm && 'helm', kustomize && 'kustomize', plain && 'directory', plugin && 'plugin'].filter((tool) => tool !== undefined);
  if (tools.length > 1)
    faults.push(
      argocdRefuses(`Argo CD refuses this Application: a source has the blocks of several tools (${tools.join(', ')})`, [source.place]),
    );
  const chart = readChart(repository, directory);
  if (isGateSource(source)) return;
  if (plugin) {
    const name = textAt(plugin, 'name') ?? '';
    if (context.plugin(name) !== 'kustomize' || !hasKustomization(repository, directory)) {
      rendered.unknown.push({
        opaque: opaque(
          name === '' ? 'a config management plugin renders it' : `the config management plugin ${name} renders it`,
          placeOf(plugin),
        ),
        plugin: directory,
      });
      return;
    }
  }
  if (kustomize || plugin || (!helm && !plain && hasKustomization(repository, directory))) {
    if (!kustomize && !mayReach(repository, directory)) return;
    const from = (source.path ?? source.tree).place;
    const build = buildKustomization(repository, directory, { ...(kustomize ? { edit: kustomize } : {}), anyFile: context.anyFile, from });
    rendered.releases.push(...build.releases);
    rendered.objects.push(...build.objects);
    faults.push(...build.faults);
    rendered.files.push(...build.files);
  } else if (helm || (!plain && chart)) {
    if (!chart) {
      faults.push(
        argocdRefuses(`Argo CD cannot render this Application: ${directory || 'the root'} has a helm block, but no Chart.yaml`, [
          source.place,
        ]),
      );
      return;
    }
    if (!bringsCilium(repository, chart) && !rendersObjects(repository, chart)) return;
    const layers = helmLayers(source.helm, fileContext(application, source, context, rendered));
    const identity = helmIdentity(application, source, faults);
    const parts = ciliumOfChart(repository, directory, layers, faults);
    rendered.releases.push(...parts.map((part) => ({ ...part, ...identity, ...skips(source.helm) })));
    if (parts.length === 0) rendered.objects.push(...renderChartObjects(repository, chart, layers, identity));
    rendered.files.push(chart.file, ...filesOf(layers));
  } else rendered.objects.push(...directoryObjects(repository, directory, plain, rendered));
}

/** An entry that only compares. */
function isGateSource({ plugin }: Source): boolean {
  const name = textAt(plugin, 'name');
  return name !== undefined && isGate({ plugin: name });
}

/** A tool's block that decides: an empty one is dropped. */
function filled(block: Mapping | undefined): Mapping | undefined {
  return block && (block.entries.size > 0 || block.unseen) ? block : undefined;
}

/** Only such files can hold an Application or a part of Cilium. */
const RELEVANT = /[Cc]ilium|hubble|argoproj\.io/;

/** A directory of plain manifests: its YAML and JSON files, those of its subdirectories only with `recurse`. What Jsonnet makes is not known. */
function directoryObjects(repository: Repository, directory: string, block: Mapping | undefined, rendered: Rendered): BuiltObject[] {
  const recurse = at(block, 'recurse');
  const deep = isTrue(recurse);
  const include = filterOf(textAt(block, 'include'));
  const exclude = filterOf(textAt(block, 'exclude'));
  const files: { path: string; real: string; text: string }[] = [];
  for (const path of filesBelow(repository, directory, deep)) {
    if (!/\.(ya?ml|json|jsonnet)$/i.test(path)) continue;
    const relative = directory === '' ? path : path.slice(directory.length + 1);
    if ((include && !include(relative)) || exclude?.(relative)) continue;
    const real = repository.file(path)?.path ?? path;
    const text = textOfFile(repository, real);
    if (text === undefined || !RELEVANT.test(text)) continue;
    if (/\.jsonnet$/i.test(path)) rendered.unknown.push({ opaque: opaque('Jsonnet makes it', startOf(real)) });
    else files.push({ path, real, text });
  }
  const rendersCilium = files.some(({ text }) => holdsAgent(text));
  const objects: BuiltObject[] = [];
  for (const { path, real, text } of files) {
    const leads = holdsApplication(text);
    if (!leads && !(rendersCilium && mayBePart(text))) continue;
    const file = readObjects(repository, real, text);
    const [problem] = file.problems;
    if (problem && leads) rendered.faults.push(argocdRefuses(`Argo CD cannot read ${real}: it ${problem.message}`, [problem.place]));
    for (const tree of file.objects) if (isMap(tree)) objects.push({ tree, files: real === path ? [path] : [real, path] });
  }
  return objects;
}

/** Paths of files in a directory, by name; links to directories are followed only at the top, as they may lead in a circle. */
function filesBelow(repository: Repository, directory: string, deep: boolean): string[] {
  if (!deep) return repository.directory(directory).files.map((file) => file.path);
  const prefix = directory === '' ? '' : `${directory}/`;
  const found = pathsAround(repository).filter((path) => path.startsWith(prefix));
  if (found.length === 0) return repository.directory(directory).files.map((file) => file.path);
  return found.slice(0, MOST_FILES);
}

/** `include` and `exclude` of a directory source: one glob, or several in braces. */
function filterOf(pattern: string | undefined): ((path: string) => boolean) | undefined {
  if (!pattern) return undefined;
  // https://github.com/gobwas/glob without separators.
  return glob(pattern, { crosses: true, braces: true, sets: true, escapes: true }) ?? (() => false);
}
