import { ciliumOfChart } from '../../evaluate/argocd/umbrella-chart.ts';
import { type Fault, findingOf } from '../../evaluate/chart-release.ts';
import type { Invocation } from '../../language/shell/invocation.ts';
import { findPaths, pathKey } from '../../language/shell/paths.ts';
import { firstUnknown, knownText, opaqueOf, possibleTexts, ROOT, type Text, writtenText } from '../../language/shell/text.ts';
import type { ClusterEvidence, Declaration, FilePlace, Layer, SetFlag, Tree } from '../../model.ts';
import type { Repository } from '../../repository/repository.ts';
import { dirname } from '../../repository/tree-repository.ts';
import { at, isMap, itemsAt, opaque, textAt } from '../../tree.ts';
import { readFlags } from '../commands/command-flags.ts';
import { directoryEvidence } from './command-clusters.ts';
import { ciliumChart, exactVersion } from './helm-chart.ts';
import type { CommandFindings } from './helm-command.ts';
import { DEFAULTS, environmentsOf, filesAt, type HelmfileState, helmfileState, readMaybeTemplate, subHelmfiles } from './helmfile-state.ts';
import { type HelmfileContext, type HelmfileRun, helmfileContext, renderedValues, renderNode } from './helmfile-template.ts';
import { filesOf } from './manifests.ts';

const VALUED = new Set(
  '-f --file -e --environment --state-values-set --state-values-set-string --state-values-file -n --namespace -l --selector --kube-context --log-level --helm-binary --kustomize-binary --args --concurrency --set --values --chart -c --output-dir --output'.split(
    ' ',
  ),
);

/** One way that somebody runs a helmfile. */
interface Run extends HelmfileRun {
  path: string;
  where: string;
  rank: 1 | 2 | 3 | 4;
  looks?: string;
  trail: readonly string[];
  context?: Text;
  invocation?: Invocation;
}

/** The Cilium releases of helmfiles: those that commands run, in their environment, and those that nothing is seen to run. */
export function helmfileDeclarations(
  paths: readonly string[],
  invocations: readonly Invocation[],
  repository: Repository,
  environment: (name: string) => Text | undefined,
): CommandFindings {
  const result: CommandFindings = { declarations: [], unused: [] };
  const runs: Run[] = invocations.flatMap((invocation) => runsOf(invocation, repository));
  const reached = new Set<string>();
  const done = new Set<string>();
  for (const run of runs) follow(run.path, run, repository, result, reached, done, 0);
  for (const path of paths) {
    if (reached.has(path)) continue;
    const environments = environmentsOf(path, repository);
    const chosen = environments.length === 0 || environments.includes('default') ? ['default'] : environments;
    for (const name of chosen.slice(0, 8)) {
      const run: Run = {
        path,
        environment: name,
        stateValues: [],
        values: [],
        variable: environment,
        where: 'no command that runs it is seen',
        rank: 4,
        trail: [],
      };
      follow(path, run, repository, result, reached, done, 0);
    }
  }
  return result;
}

function follow(
  path: string,
  run: Run,
  repository: Repository,
  result: CommandFindings,
  reached: Set<string>,
  done: Set<string>,
  depth: number,
): void {
  reached.add(path);
  const key = `${path} ${run.environment} ${run.rank} ${JSON.stringify(run.stateValues)} ${run.looks ?? ''}`;
  if (depth > 8 || done.has(key)) return;
  done.add(key);
  const state = helmfileState(path, run, repository);
  if (!state) return;
  const seen = result.declarations.length;
  for (const part of state.parts) {
    for (const release of itemsAt(part, 'releases')) {
      const declaration = declare(release, state, run, repository);
      if (!declaration) continue;
      if ('why' in declaration) result.unused.push({ file: path, why: declaration.why });
      else result.declarations.push(declaration);
    }
    const releases = at(part, 'releases');
    if (releases?.kind === 'opaque' && /cilium/i.test(releases.text ?? ''))
      result.unused.push({ file: path, why: `its releases cannot be read: ${releases.reason}` });
  }
  if (result.declarations.length > seen) for (const file of state.files) reached.add(file);
  for (const sub of subHelmfiles(state, run, repository))
    follow(sub.path, { ...run, ...sub.run, trail: [...run.trail, path] }, repository, result, reached, done, depth + 1);
}

/** What a `helmfile` command line runs; nothing for one that installs nothing. */
function runsOf(invocation: Invocation, repository: Repository): Run[] {
  const line = readFlags(invocation.arguments, VALUED);
  const verb = knownText(line.positional[0]?.text ?? []);
  if (verb === undefined || !/^(sync|apply|template|charts|init)$/.test(verb)) return [];
  const values = (...names: string[]) => line.flags.filter((f) => names.includes(f.name)).map((f) => f.value);
  const file = values('-f', '--file').at(-1);
  const selectors = values('-l', '--selector').map((s) => knownText(s) ?? '');
  // A selector that asks for another release by its name leaves Cilium out.
  if (selectors.length > 0 && selectors.every((s) => /(?:^|,)name=(?!cilium\b)[\w-]+/.test(s))) return [];
  const environment = values('-e', '--environment').at(-1) ?? invocation.variable('HELMFILE_ENVIRONMENT') ?? ['default'];
  const paths = file
    ? pathsOf(file, invocation, repository)
    : invocation.directory.directories.flatMap((d) =>
        filesAt('.', d, repository)
          .filter((p) => DEFAULTS.some((name) => p.endsWith(name)))
          .concat(filesAt('helmfile.d', d, repository))
          .slice(0, 32),
      );
  const looks =
    invocation.commands.looks ?? (verb === 'template' && invocation.output === 'nowhere' ? 'its output is thrown away' : undefined);
  const context = values('--kube-context').at(-1);
  return paths.flatMap((path) => {
    const known = possibleTexts(environment);
    const names = known.length > 0 ? known : environmentsOf(path, repository);
    return names.slice(0, 8).map(
      (name): Run => ({
        path,
        environment: name,
        stateValues: values('--state-values-set', '--state-values-set-string').map(writtenText),
        values: [],
        variable: (variable) => invocation.variable(variable),
        where: invocation.commands.where,
        rank: invocation.commands.rank,
        ...(looks !== undefined ? { looks } : {}),
        trail: [invocation.place.file, ...invocation.trail],
        ...(context ? { context } : {}),
        invocation,
      }),
    );
  });
}

function pathsOf(file: Text, invocation: Invocation, repository: Repository): string[] {
  const written = invocation.directory.written.get(pathKey(file, invocation.directory));
  if (written) return [];
  const files = findPaths(file, invocation.directory, 'file').map((f) => f.path);
  if (files.length > 0) return files;
  return findPaths(file, invocation.directory, 'directory').flatMap((d) => filesAt('.', d.path, repository));
}

function declare(written: Tree, state: HelmfileState, run: Run, repository: Repository): Declaration | { why: string } | undefined {
  const release = withTemplates(written, state, []);
  if (!isMap(release)) return undefined;
  const place: FilePlace = 'file' in written.place ? written.place : { file: state.path, line: 1, column: 1 };
  const base = { path: state.path, values: state.values, run, repository, place, release };
  const first = helmfileContext(base);
  const name = renderNode(at(release, 'name'), first);
  const known = name && knownText(name);
  const namespace = renderNode(at(release, 'namespace'), helmfileContext({ ...base, ...(known === undefined ? {} : { name: known }) }));
  const knownNamespace = namespace && knownText(namespace);
  const context = helmfileContext({
    ...base,
    ...(known === undefined ? {} : { name: known }),
    ...(knownNamespace === undefined ? {} : { namespace: knownNamespace }),
  });
  const chartText = renderNode(at(release, 'chart'), context);
  if (!chartText) return undefined;
  const directory = { repository, directories: [dirname(state.path)], written: new Map() };
  const chart = ciliumChart(chartText, undefined, directory);
  if (chart === undefined) return undefined;
  if (chart === 'unknown') return { why: `the chart of the release in line ${place.line} cannot be known: ${writtenText(chartText)}` };
  if (isOff(release, state, context))
    return { why: `the release ${known ?? `in line ${place.line}`} is switched off (installed: false, or its condition)` };
  if (run.looks !== undefined) return { why: `the release ${known ?? ''} is not read: ${run.looks}` };
  const version = renderNode(at(release, 'version'), context);
  const lookedUp = new Set(context.read);
  const layers = layersOf(release, state, context, repository, place);
  const faults: Fault[] = [];
  const exact = version ? exactVersion(version) : chart.kind === 'upstream' && chart.version ? exactVersion([chart.version]) : undefined;
  const part = chart.kind === 'local' ? ciliumOfChart(repository, chart.directory, layers.layers, faults)[0] : undefined;
  const namespaceText = namespace ?? flagNamespace(run) ?? defaultNamespace(state);
  const files = [...new Set([state.path, ...layers.files, ...state.files, ...(part?.files ?? []), ...lookedUp, ...run.trail])];
  const declaration: Declaration = {
    side: 'bootstrap',
    form: 'helmfile',
    place,
    files,
    name: known ?? null,
    namespace: namespaceText ? (knownText(namespaceText) ?? null) : 'default',
    chartVersion: part ? part.chartVersion : (exact?.version ?? null),
    installer: 'helm',
    layers: part ? part.layers : layers.layers,
    clusters: clustersOf(run, release, state, files),
    rank: run.rank,
    rankWhy: run.invocation ? `a release of a helmfile that is run ${run.where}` : `a release of a helmfile; ${run.where}`,
    findings: faults.map((fault) => findingOf(fault)),
  };
  const versionNode = at(release, 'version');
  declaration.chartVersionPlace =
    part?.chartVersionPlace ?? placeOfVersion(declaration.chartVersion, lookedUp, repository) ?? versionNode?.place ?? place;
  if (declaration.chartVersion === null)
    declaration.chartVersionWhy =
      part?.chartVersionWhy ??
      (version
        ? `version ${writtenText(version)}: ${exact?.why ?? 'it is no exact version'}`
        : 'the release has no version: the newest one on the day it runs');
  if (part?.umbrella) declaration.umbrella = true;
  if (part?.opaque) declaration.opaque = part.opaque;
  const skip = at(release, 'skipSchemaValidation') ?? defaults(state, 'skipSchemaValidation');
  if (skip?.kind === 'scalar' && skip.value === true) declaration.skipSchemaValidation = true;
  const changed =
    ['jsonPatches', 'strategicMergePatches', 'transformers', 'postRenderer'].map((key) => at(release, key)).find((n) => n !== undefined) ??
    defaults(state, 'postRenderer');
  if (changed) declaration.hidden = [{ prefix: '', opaque: opaque('helmfile changes the manifests after Helm', changed.place) }];
  return declaration;
}

/** A release with the templates that it inherits: lists grow, everything else is replaced. https://helmfile.readthedocs.io/en/latest/writing-helmfile/#release-template-conventional-directory-structure */
function withTemplates(release: Tree, state: HelmfileState, path: readonly string[]): Tree {
  if (!isMap(release)) return release;
  const inherited =
    path.length === 0
      ? [...state.parts.flatMap((p) => inheritsOf(p, 'defaultInherit')), ...inheritsOf(release, 'inherit')]
      : inheritsOf(release, 'inherit');
  let entries = new Map<string, Tree>();
  const add = (from: Tree & { kind: 'map' }, except: readonly string[]) => {
    for (const [key, value] of from.entries) {
      if (except.includes(key) || key === 'inherit') continue;
      const before = entries.get(key);
      entries.set(
        key,
        before?.kind === 'list' && value.kind === 'list'
          ? { ...value, items: [...before.items, ...value.items] }
          : before?.kind === 'map' && value.kind === 'map'
            ? { ...value, entries: new Map([...before.entries, ...value.entries]) }
            : value,
      );
    }
  };
  for (const inherit of inherited.slice(0, 16)) {
    const name = inherit.kind === 'scalar' ? String(inherit.value) : textAt(inherit, 'template');
    if (name === undefined || path.includes(name)) continue;
    const template = state.parts.map((p) => at(p, ['templates', name])).findLast((t) => t !== undefined);
    const whole = template && withTemplates(template, state, [...path, name]);
    if (whole && isMap(whole))
      add(
        whole,
        itemsAt(inherit, 'except').map((e) => (e.kind === 'scalar' ? String(e.value) : '')),
      );
  }
  if (entries.size === 0) return release;
  entries = new Map(entries);
  add(release, []);
  return { ...release, entries };
}

/** A list of templates' names, or one name. */
function inheritsOf(tree: Tree, key: string): Tree[] {
  const written = at(tree, key);
  return written?.kind === 'scalar' && typeof written.value === 'string' ? [written] : itemsAt(tree, key);
}

/** Where a version stands in the files that a template read for it. */
function placeOfVersion(version: string | null, files: ReadonlySet<string>, repository: Repository): FilePlace | undefined {
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

/** The values of a release in helmfile's order: files and maps, secrets, then `set`. */
function layersOf(
  release: Tree,
  state: HelmfileState,
  context: HelmfileContext,
  repository: Repository,
  place: FilePlace,
): { layers: Layer[]; files: string[] } {
  const layers: Layer[] = [];
  const files: string[] = [];
  const directory = { repository, directories: [dirname(state.path)], written: new Map() };
  const list = at(release, 'values');
  const skipsMissing = [release, ...state.parts].some((part) => /^(?:Warn|Info|Debug)$/.test(textAt(part, 'missingFileHandler') ?? ''));
  if (list?.kind === 'opaque') layers.push({ kind: 'inline-values', place: list.place, tree: list });
  for (const item of [...itemsAt(release, 'values'), ...itemsAt(release, 'valuesTemplate'), ...itemsAt(release, 'secrets')]) {
    if (item.kind === 'map') {
      layers.push({ kind: 'inline-values', place: item.place, tree: renderedValues(item, context) });
      continue;
    }
    const path = renderNode(item, context);
    if (!path) continue;
    const from = 'file' in item.place ? item.place : place;
    const written = writtenText(path);
    const plain: Text = typeof path[0] === 'string' ? [path[0].replace(/^(?:secrets|ref\+file):\/\/\??/, ''), ...path.slice(1)] : path;
    const found = findPaths(plain, directory, 'file');
    if (found.length === 1) {
      files.push(found[0]!.path);
      const before = new Set(context.read);
      const tree = readMaybeTemplate(found[0]!.path, repository, { ...context, directory: dirname(found[0]!.path) });
      // The text of a file that a template takes over names no file any more.
      files.push(...filesOf(tree), ...[...context.read].filter((path) => !before.has(path)));
      layers.push({ kind: 'values-file', place: { file: found[0]!.path, line: 1, column: 1 }, tree });
      continue;
    }
    const unknown = firstUnknown(path);
    const tree = unknown
      ? opaqueOf(unknown)
      : { ...opaque(`the values file ${written} is not in Git`, from, written), ...(!skipsMissing && { missing: written }) };
    layers.push({ kind: 'inline-values', place: from, tree });
  }
  const flags: SetFlag[] = [
    ...setFlags(at(release, 'set'), 'set', context, directory),
    ...setFlags(at(release, 'setString'), 'set-string', context, directory),
  ];
  if (flags.length > 0) layers.push({ kind: 'set', place: flags[0]!.place, flags });
  return { layers, files };
}

function setFlags(
  list: Tree | undefined,
  flag: 'set' | 'set-string',
  context: HelmfileContext,
  directory: Parameters<typeof findPaths>[1],
): SetFlag[] {
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item): SetFlag[] => {
    const name = renderNode(at(item, 'name'), context);
    const place: FilePlace = 'file' in item.place ? item.place : context.place;
    if (!name) return [];
    const values = at(item, 'values');
    const file = renderNode(at(item, 'file'), context);
    if (file) {
      const found = findPaths(file, directory, 'file')[0];
      return [
        {
          flag: 'set-file',
          text: `${writtenText(name)}=${writtenText(file)}`,
          place,
          file: found ? directory.repository.read(found.path) : opaque(`the file ${writtenText(file)} is not in Git`, place),
        },
      ];
    }
    const texts =
      values?.kind === 'list' ? values.items.map((v) => renderNode(v, context) ?? []) : [renderNode(at(item, 'value'), context) ?? []];
    const unknown = [name, ...texts].map(firstUnknown).find((u) => u !== undefined);
    const escaped = texts.map((t) => writtenText(t).replace(/[\\,]/g, '\\$&'));
    const text = `${writtenText(name)}=${values?.kind === 'list' ? `{${escaped.join(',')}}` : escaped[0]}`;
    return [{ flag, text, place, ...(unknown ? { opaque: opaqueOf(unknown) } : {}) }];
  });
}

function defaults(state: HelmfileState, key: string): Tree | undefined {
  return state.parts.map((p) => at(p, ['helmDefaults', key])).findLast((n) => n !== undefined);
}

function defaultNamespace(state: HelmfileState): Text | undefined {
  const found = state.parts.map((p) => textAt(p, 'namespace')).findLast((n) => n !== undefined);
  return found === undefined ? undefined : [found];
}

function flagNamespace(run: Run): Text | undefined {
  return (
    run.invocation && readFlags(run.invocation.arguments, VALUED).flags.findLast((f) => f.name === '-n' || f.name === '--namespace')?.value
  );
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
